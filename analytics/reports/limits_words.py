"""What is said of limits that fall short, and what the kinds of limits are called on a page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from analytics.reports.limits import USUAL, Held, kinds_in, off_target
from analytics.stats.intervals.coverage import NOMINAL, TOLERANCE
from core.phrases import consecutive
from core.templatetags.numerals import interval, percent, thousands


@dataclass(frozen=True, slots=True)
class KindChoice:
    """A kind of limits that the reader may choose."""

    kind: str
    words: str
    is_shown: bool

    @property
    def is_usual(self) -> bool:
        return self.kind == USUAL


@dataclass(frozen=True, slots=True)
class LimitsPart:
    """Which limits a page shows, and what else there is.

    Attributes:
        asked: The query that shows the same limits elsewhere; empty for the usual ones.
        words: What they are called; empty for the usual ones.
        choices: The kinds that this report has; none where there is no choice.
    """

    asked: str
    words: str
    choices: Sequence[KindChoice]

    @property
    def kept(self) -> str:
        """What the choice of another kind leaves as it is."""
        return _(
            "Numbers for which limits of this kind are not known keep the usual ones, as do those "
            "of raters and items."
        )


def limits_part(data: Mapping[str, Any], shown: str) -> LimitsPart:
    """Of a stored report, with limits of this kind."""
    kinds = kinds_in(data)
    choices = [KindChoice(kind, kind_words(kind), kind == shown) for kind in kinds]
    is_usual = shown == USUAL
    return LimitsPart(
        asked="" if is_usual else f"?interval={shown}",
        words="" if is_usual else kind_words(shown),
        choices=choices if len(choices) > 1 else [],
    )


def kind_words(kind: str) -> str:
    """What a kind of limits is for, without the names of its method."""
    return {
        USUAL: _("the usual limits"),
        "percentile": _("from items drawn again, as they fall"),
        "bca": _("from items drawn again, corrected for lopsided results"),
        "bca-widened": _("wider, for few items"),
        "studentized": _("from items drawn again, each draw with a margin of its own"),
        "jackknife": _("from leaving out one item at a time"),
        "two-way": _("for other raters as well"),
        "analytic": _("by formula"),
        "generalized": _("by formula, for other raters as well"),
        "graded": _("by formula for grades, for other raters as well"),
    }[kind]


def off_words(criterion: Mapping[str, Any], held: Held, *, as_percent: bool = False) -> str:
    """That limits like those shown do not hold in studies like this one, and which do."""
    facts = {
        "n": thousands(held.n_groups),
        "raters": held.n_raters,
        "held": percent(held.held),
        "nominal": percent(NOMINAL),
    }
    if criterion["resampling"]["resampled"] == "units":
        said = _(
            "In simulated studies of %(n)s items and %(raters)s raters, limits of this kind held "
            "the truth in %(held)s of cases instead of %(nominal)s."
        )
    else:
        said = _(
            "In simulated studies of %(n)s dialogues and %(raters)s raters, limits of this kind "
            "held the truth in %(held)s of cases instead of %(nominal)s."
        )
    is_wide = held.held > NOMINAL
    return consecutive(
        part
        for part in (
            said % facts,
            _("They are wider than need be.") if is_wide else "",
            _instead(held, as_percent),
        )
        if part
    )


def _instead(held: Held, as_percent: bool) -> str:
    if held.instead is None or held.limits is None:
        if held.held > NOMINAL:
            return ""
        return _("No other kind held there: take the limits for too narrow, or rate more items.")
    facts = {
        "kind": kind_words(held.instead),
        "held": percent(held.instead_held),
        "limits": interval(held.limits, "percent" if as_percent else 2),
    }
    said = _("Limits that held in %(held)s (%(kind)s): %(limits)s.") % facts
    if (held.instead_held or 0) >= NOMINAL - TOLERANCE:
        return said
    return consecutive([said, _("No kind held there as often as it says: rate more items.")])


def alpha_and_percent(criterion: Mapping[str, Any]) -> list[str]:
    """That the limits of alpha and of equal pairs fall short, where they do."""
    off = off_target(criterion)
    return [
        _("%(name)s: %(words)s")
        % {"name": name, "words": off_words(criterion, off[key], as_percent=as_percent)}
        for key, name, as_percent in (
            ("krippendorff_alpha", _("Alpha"), False),
            ("percent_agreement", _("Same point"), True),
        )
        if key in off
    ]
