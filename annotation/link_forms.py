"""Forms of links for end users, and of what end users send."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from annotation.consent import DEFAULT
from annotation.models import RatingLink

MOST_PEOPLE = 100_000
MOST_ITEMS = 100
MOST_DAYS = 365
DAYS = 14
LONGEST_CONSENT = 5_000


class LinkForm(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=80,
        help_text=_("For your own lists; end users do not see it."),
    )
    quota = forms.IntegerField(
        label=_("How many people"),
        min_value=1,
        max_value=MOST_PEOPLE,
        initial=20,
        help_text=_("With 1 it is for whoever opens it first."),
    )
    items_each = forms.IntegerField(
        label=_("Items each"), min_value=1, max_value=MOST_ITEMS, initial=10
    )
    minutes = forms.IntegerField(
        label=_("Minutes it takes, as they are told"), min_value=1, max_value=600, initial=10
    )
    days = forms.IntegerField(
        label=_("Open for how many days"), min_value=1, max_value=MOST_DAYS, initial=DAYS
    )
    consent_en = forms.CharField(
        label=_("What they agree to, in English"),
        max_length=LONGEST_CONSENT,
        widget=forms.Textarea(attrs={"rows": 8, "lang": "en"}),
        initial=DEFAULT["en"],
    )
    consent_ja = forms.CharField(
        label=_("What they agree to, in Japanese"),
        max_length=LONGEST_CONSENT,
        widget=forms.Textarea(attrs={"rows": 8, "lang": "ja"}),
        initial=DEFAULT["ja"],
        help_text=_("It stays as it is once the link is made, so that a consent means its words."),
    )

    @property
    def consent(self) -> dict[str, str]:
        return {language: self.cleaned_data[f"consent_{language}"] for language in DEFAULT}

    @property
    def facts(self) -> dict[str, Any]:
        """Everything but the consent, under the names of the model."""
        return {name: self.cleaned_data[name] for name in FACTS}


FACTS = ("name", "quota", "items_each", "minutes", "days")


class ExtendLinkForm(forms.Form):
    quota = forms.IntegerField(label=_("How many people"), min_value=1, max_value=MOST_PEOPLE)
    days = forms.IntegerField(
        label=_("Open for how many days from now"), min_value=1, max_value=MOST_DAYS
    )

    @classmethod
    def of(cls, link: RatingLink) -> "ExtendLinkForm":
        """Filled with what holds now; the ids of several on a page differ."""
        return cls(initial={"quota": link.quota, "days": DAYS}, auto_id=f"link-{link.pk}-%s")


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code of your receipt"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
