"""What a survey's report is filtered by; what an address holds beyond that asks for nothing."""

import re
from collections import defaultdict
from math import isfinite
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from analytics.reports.survey import SurveyChoices
from analytics.reports.survey_people import SurveyWanted
from core.languages import language_name

MARGIN = "m|"
"""Begins the names of fields that hold a share: m|property|value."""
MARGINS = 144
LARGEST = 1e9
THOUSANDS = re.compile(r"[1-9]\d{0,2}(,\d{3})+(\.\d*)?")


class SurveyFilterForm(forms.Form):
    """Every field by itself: one that does not fit is as if it were not there."""

    version = forms.TypedChoiceField(
        label=_("Version"), coerce=int, required=False, empty_value=None
    )
    locale = forms.ChoiceField(label=_("Language"), required=False)
    only = forms.ChoiceField(
        label=_("Responses"),
        choices=[("", _("begun or complete")), ("complete", _("complete alone"))],
        required=False,
    )

    def __init__(self, data: Any, *, choices: SurveyChoices, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        version: Any = self.fields["version"]
        version.choices = [("", _("all")), *((n, str(n)) for n, _count in choices.versions)]
        locale: Any = self.fields["locale"]
        locale.choices = [
            ("", _("all")),
            *((name, language_name(name)) for name, _n in choices.locales),
        ]

    def wanted(self) -> SurveyWanted:
        self.is_valid()
        found = self.cleaned_data
        return SurveyWanted(
            found.get("version"), found.get("locale") or "", found.get("only") == "complete"
        )


def margins_of(given: QueryDict) -> dict[str, dict[str, float]]:
    """Shares of everybody by property and value; what is no number above 0 is left out."""
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for name, text in list(given.items())[: 2 * MARGINS]:
        parts = name.split("|", 2)
        if not name.startswith(MARGIN) or len(parts) != 3:
            continue
        try:
            share = float(without_commas(str(text)[:20]))
        except ValueError:
            continue
        if isfinite(share) and 0 < share <= LARGEST:
            found[parts[1]][parts[2]] = share
    return {name: shares for name, shares in found.items() if len(shares) > 1}


def without_commas(text: str) -> str:
    """A comma before each three digits parts thousands, any other one a whole number from a part.

    >>> without_commas("12,000"), without_commas("12,5"), without_commas("1,234.5")
    ('12000', '12.5', '1234.5')
    """
    return text.replace(",", "" if THOUSANDS.fullmatch(text.strip()) else ".")


class SurveyWordsForm(forms.Form):
    question = forms.ChoiceField(label=_("Question"), required=False)
    q = forms.CharField(label=_("Words"), max_length=200, required=False)

    def __init__(self, data: Any, *, questions: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        field: Any = self.fields["question"]
        field.choices = [("", _("all")), *questions]

    def sought(self) -> tuple[str, str]:
        self.is_valid()
        return self.cleaned_data.get("question") or "", self.cleaned_data.get("q") or ""
