"""What feedback pages are filtered by; what an address holds beyond that asks for nothing."""

import re
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from analytics.reports.feedback import Choices
from analytics.reports.feedback_measures import POINTS
from analytics.reports.feedback_wanted import ALL_TRUST, Wanted
from analytics.reports.feedback_words import Sought
from core.languages import language_name
from surveys.models import Kind, Mode, Trust
from surveys.reason_words import REASON_WORDS

SLUG = re.compile(r"[A-Za-z0-9_-]{1,40}")
"""A reason that a team made itself."""
PERIODS = (
    (7, _("the last 7 days")),
    (28, _("the last 4 weeks")),
    (84, _("the last 12 weeks")),
    (365, _("the last year")),
    (0, _("all the time")),
)
TRUSTS = (
    ("", _("signed, where there is any")),
    (ALL_TRUST, _("all levels of trust")),
    *Trust.choices,
)


class FeedbackFilterForm(forms.Form):
    """Every field by itself: one that does not fit is as if it were not there."""

    days = forms.TypedChoiceField(label=_("Period"), choices=PERIODS, coerce=int, required=False)
    variant = forms.ChoiceField(label=_("Variant"), required=False)
    language = forms.ChoiceField(label=_("Language of the conversation"), required=False)
    locale = forms.ChoiceField(label=_("Language of the widget"), required=False)
    widget = forms.TypedChoiceField(label=_("Widget"), coerce=int, required=False)
    mode = forms.ChoiceField(
        label=_("Asked"), choices=[("", _("asked or not")), *Mode.choices], required=False
    )
    trust = forms.ChoiceField(label=_("Trust"), choices=TRUSTS, required=False)
    by = forms.ChoiceField(
        label=_("Trend by"), choices=[("week", _("week")), ("day", _("day"))], required=False
    )
    kind = forms.ChoiceField(choices=Kind.choices, required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, choices: Choices, **kwargs: Any) -> None:
        usual = Wanted()
        given = {**{"days": usual.days, "by": usual.by}, **{k: v for k, v in data.items() if v}}
        super().__init__(given, **kwargs)
        every: dict[str, Any] = {
            "variant": [(name, name) for name in choices.variants],
            "language": [(name, language_name(name)) for name in choices.languages],
            "locale": [(name, language_name(name)) for name in choices.locales],
            "widget": list(choices.widgets.items()),
        }
        for name, found in every.items():
            field: Any = self.fields[name]
            field.choices = [("", _("all")), *found]
            if not found:
                field.widget = forms.HiddenInput()

    def wanted(self) -> Wanted:
        self.is_valid()
        return Wanted(**{name: value for name, value in self.cleaned_data.items() if value != ""})


class WordsForm(forms.Form):
    q = forms.CharField(label=_("Words"), max_length=200, required=False)
    kind = forms.ChoiceField(
        label=_("Kind"), choices=[("", _("all")), *Kind.choices], required=False
    )
    value = forms.TypedChoiceField(
        label=pgettext_lazy("of a respondent", "Answer"),
        choices=[("", _("all")), *((n, str(n)) for n in range(11))],
        coerce=int,
        required=False,
        empty_value=None,
    )
    reason = forms.ChoiceField(label=_("Reason"), required=False)
    variant = forms.ChoiceField(label=_("Variant"), required=False)

    def __init__(self, data: Any, *, choices: Choices, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        field: Any = self.fields["variant"]
        field.choices = [("", _("all")), *((name, name) for name in choices.variants)]
        reason: Any = self.fields["reason"]
        asked = data.get("reason", "")
        words = dict(REASON_WORDS)
        if asked and SLUG.fullmatch(asked):
            words.setdefault(asked, asked)
        reason.choices = [("", _("all")), *words.items()]
        if data.get("kind") in POINTS:
            answer: Any = self.fields["value"]
            answer.choices = [("", _("all")), *enumerate(POINTS[data["kind"]])]

    def sought(self) -> Sought:
        self.is_valid()
        return Sought(**{k: v for k, v in self.cleaned_data.items() if v not in ("", None)})

    def address(self, **more: str) -> str:
        """The same search from another place on."""
        said = {k: v for k, v in self.cleaned_data.items() if v not in ("", None)}
        return "?" + urlencode({**said, **more})
