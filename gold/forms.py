"""Forms of gold: shape and words; the services check the rules."""

from django import forms
from django.utils.translation import gettext_lazy as _


class DatasetForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    description = forms.CharField(
        label=_("What it is for"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It goes into the datasheet of every release."),
    )


class ReleaseForm(forms.Form):
    note = forms.CharField(
        label=_("What is new"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("For those who cite the release. It cannot be changed afterwards."),
    )
