"""Both variants side by side: how many were assigned, saw it and answered, and is that fair."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from analytics.reports.compare import FEWEST, Comparison
from analytics.reports.compare_words import level, level_limits
from core.templatetags.numerals import percent, thousands, written


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table of both variants."""

    name: str | Promise
    a: str
    b: str
    test: str = ""
    note_a: str = ""
    note_b: str = ""


def rows_of(found: Comparison) -> Sequence[Row]:
    a, b = found.a, found.b
    shown_a, shown_b = a.sums.showings, b.sums.showings
    rows = [
        Row(
            _("People assigned"),
            _count(a.assigned),
            _count(b.assigned),
            _p(found.assigned_ratio) if found.assigned_ratio else _("not reported"),
        ),
        Row(
            _("People it was shown to"),
            thousands(shown_a.respondents),
            thousands(shown_b.respondents),
            _p(found.shown_ratio),
        ),
        Row(_("Times shown"), thousands(shown_a.n), thousands(shown_b.n)),
        Row(
            _("Of these answered (coverage)"),
            _coverage(shown_a.n, shown_a.x),
            _coverage(shown_b.n, shown_b.x),
            _p(found.response),
        ),
        Row(
            _("People who answered"),
            thousands(a.sums.answers.respondents),
            thousands(b.sums.answers.respondents),
        ),
        Row(_("Answers given"), thousands(a.sums.answers.n), thousands(b.sums.answers.n)),
        Row(
            found.formula.label,
            level(a, found.formula),
            level(b, found.formula),
            "",
            level_limits(a, found.formula),
            level_limits(b, found.formula),
        ),
    ]
    return rows


def _count(n: int | None) -> str:
    return "–" if n is None else thousands(n)


def _coverage(shown: int, answered: float) -> str:
    """No share below the least number of cases."""
    if shown < FEWEST:
        return _("%(x)s of %(n)s") % {"x": thousands(answered), "n": thousands(shown)}
    return percent(answered / shown, 1)


def _p(test: Any) -> str:
    """What a check says, with its p; why there is none otherwise."""
    if test.p is None:
        return _("too few to check")
    value = _("p below 0.001") if test.p < 0.001 else f"p {written(test.p, 3)}"
    alarm = getattr(test, "alarm", test.p < 0.001)
    return (
        _("not as planned (%(p)s)") % {"p": value}
        if alarm
        else _("no alarm (%(p)s)") % {"p": value}
    )
