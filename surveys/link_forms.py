"""The form of links to a survey: one for many people, or many for one person each."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from surveys.services.survey_links import MAX_LINKS

MOST_PEOPLE = 100_000
MOST_DAYS = 365


class LinkForm(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=70,
        help_text=_("For your own lists; several links get a number behind it."),
    )
    links = forms.IntegerField(
        label=_("How many links"), min_value=1, max_value=MAX_LINKS, initial=1
    )
    quota = forms.IntegerField(
        label=_("People who may answer by each"),
        min_value=1,
        max_value=MOST_PEOPLE,
        initial=1,
        help_text=_("With 1 it is for whoever answers first."),
    )
    days = forms.IntegerField(
        label=_("Open for how many days"), min_value=1, max_value=MOST_DAYS, initial=14
    )

    @property
    def facts(self) -> dict[str, Any]:
        """Under the names of `make_links`."""
        name, n = self.cleaned_data["name"], self.cleaned_data["links"]
        names = [name] if n == 1 else [f"{name} {number}" for number in range(1, n + 1)]
        return {"names": names, **{key: self.cleaned_data[key] for key in ("quota", "days")}}


class ExtendLinkForm(forms.Form):
    quota = forms.IntegerField(label=_("People who may answer"), min_value=1, max_value=MOST_PEOPLE)
    days = forms.IntegerField(
        label=_("Open for how many days from now"), min_value=1, max_value=MOST_DAYS, initial=14
    )
