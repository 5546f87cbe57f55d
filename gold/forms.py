"""Forms of gold: shape and words; the services check the rules."""

from django import forms
from django.utils.translation import gettext_lazy as _


class DatasetForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    description = forms.CharField(
        label=_("What it is for"),
        max_length=10_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It goes into the datasheet of every release."),
    )


class TermsForm(DatasetForm):
    """The same with the terms, which every export says."""

    licence = forms.CharField(
        label=_("Licence"),
        max_length=60,
        required=False,
        help_text=_("A name that programs know, such as CC-BY-4.0, or words of your own."),
    )
    consent = forms.CharField(
        label=_("Consent"),
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("On what ground the words of these people may be kept and used."),
    )


class ReleaseForm(forms.Form):
    note = forms.CharField(
        label=_("What is new"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("For those who cite the release. It cannot be changed afterwards."),
    )
