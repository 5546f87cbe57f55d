"""Settling: whether the scores of one unit on one criterion agree well enough to stand.

`settle` is asked once per criterion and unit, with one entry for every rating of the item. A score
of None is missing: the rater could not judge. `NOT_SHOWN` says that `show_if` hid the criterion
from this rater, who therefore has no say in it. A verdict is always something a rater chose
(except the mean of numbers): the rule selects, it does not invent.
"""

import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from typing import Any, Final, Literal

from django.utils.translation import gettext as _

from core.phrases import enumerated
from core.scales import Kind, Level, Scale, labels_of

VERSION = 1
"""Of this code: raised whenever equal scores under an equal rule could settle otherwise."""

TWO_THIRDS = 0.667
SHARE_TOLERANCE = 0.001
"""Lets 2 of 3 fulfil a share that somebody wrote as 0.667."""

AGGREGATES = ("median", "majority", "mean")


class _NotShown(Enum):
    NOT_SHOWN = "not_shown"


NOT_SHOWN: Final = _NotShown.NOT_SHOWN
Given = int | float | None | Literal[_NotShown.NOT_SHOWN]


@dataclass(frozen=True)
class Rule:
    """When scores settle, and to what.

    Both bounds may be set and then both must hold. `max_spread` is the distance between the
    lowest and the highest score, in points of the scale or in the number's own unit; `min_share`
    is the share of the commonest score, for labels the share of the larger side on each label.
    """

    min_raters: int
    aggregate: str
    max_spread: float | None = None
    min_share: float | None = None

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Rule":
        return cls(
            min_raters=int(data["min_raters"]),
            aggregate=str(data["aggregate"]),
            max_spread=data.get("max_spread"),
            min_share=data.get("min_share"),
        )

    def to_json(self) -> dict[str, Any]:
        bounds = {"max_spread": self.max_spread, "min_share": self.min_share}
        return {
            "min_raters": self.min_raters,
            "aggregate": self.aggregate,
            **{name: bound for name, bound in bounds.items() if bound is not None},
        }


class Reason(StrEnum):
    """Why scores do not settle."""

    TOO_FEW = "too_few"
    SPREAD = "spread"
    SHARE = "share"
    TIE = "tie"


@dataclass(frozen=True)
class Settled:
    """The raters agree within the rule: `value` or `number` as a score stores it."""

    value: int | None
    number: float | None
    distribution: Mapping[str, int]
    cannot_judge: int


@dataclass(frozen=True)
class Disagreement:
    """A person must decide; `between` names the points that stand against each other."""

    reason: Reason
    distribution: Mapping[str, int]
    cannot_judge: int
    between: tuple[str, ...] = ()

    def sentence(self) -> str:
        """The reason in words, for the adjudicator."""
        between = enumerated(self.between)
        match self.reason:
            case Reason.TOO_FEW:
                return _("Too few raters could judge this.")
            case Reason.SPREAD:
                return _("The scores lie too far apart: %(points)s.") % {"points": between}
            case Reason.TIE:
                return _("The raters are evenly split: %(points)s.") % {"points": between}
            case Reason.SHARE:
                return _("No answer has the share that the rule asks for: %(points)s.") % {
                    "points": between
                }


@dataclass(frozen=True)
class Waiting:
    """Fewer ratings than the rule needs."""

    have: int
    need: int


@dataclass(frozen=True)
class Moot:
    """Most raters were not shown the criterion, so by their own answers it does not arise."""

    shown: int
    hidden: int


Outcome = Settled | Disagreement | Waiting | Moot


@dataclass(frozen=True)
class _Tally:
    """Scores that were given, with their counts under the names a distribution uses."""

    scores: Sequence[int | float]
    cannot_judge: int
    counts: Mapping[str, int] = field(default_factory=dict)

    def settled(self, *, value: int | None = None, number: float | None = None) -> Settled:
        return Settled(value, number, self.counts, self.cannot_judge)

    def disagreement(self, reason: Reason, between: Sequence[str] = ()) -> Disagreement:
        return Disagreement(reason, self.counts, self.cannot_judge, tuple(between))


def default_rule(scale: Scale, overlap: int) -> Rule | None:
    """A sensible rule for k raters; None for free text, which cannot settle.

    Points in order settle when neighbours: with up to three points, neighbours mean too much, so
    they need two thirds, as categories and labels do. Numbers may differ by a quarter of the range
    (one point of five); without a range they must be equal.
    """
    if scale.kind == Kind.TEXT:
        return None
    if scale.kind == Kind.NUMERIC:
        low, high = scale.minimum, scale.maximum
        spread = 0.0 if low is None or high is None else (high - low) / 4
        aggregate = "median" if scale.level == Level.ORDINAL else "mean"
        return Rule(min_raters=overlap, aggregate=aggregate, max_spread=spread)
    if scale.kind == Kind.ORDINAL and len(scale.points) > 3:
        return Rule(min_raters=overlap, aggregate="median", max_spread=1)
    return Rule(min_raters=overlap, aggregate="majority", min_share=TWO_THIRDS)


def rule_problem(rule: Rule, scale: Scale) -> str | None:
    """Why a rule does not fit a scale, as a sentence; None if it does."""
    if rule.aggregate not in AGGREGATES:
        return _("“%(aggregate)s” is no way to settle. Use median, majority or mean.") % {
            "aggregate": rule.aggregate
        }
    if rule.min_raters < 1:
        return _("A rule that needs %(n)d raters settles nothing. Ask for at least 1.") % {
            "n": rule.min_raters
        }
    if rule.min_share is not None and not 0 < rule.min_share <= 1:
        return _("A share of %(share)s is not between 0 and 1.") % {"share": rule.min_share}
    if rule.max_spread is not None and rule.max_spread < 0:
        return _("A spread of %(spread)s is below 0.") % {"spread": rule.max_spread}
    ordered = scale.kind in (Kind.ORDINAL, Kind.NUMERIC)
    if not ordered and (rule.aggregate != "majority" or rule.max_spread is not None):
        return _("“%(name)s” has no order, so only the majority can settle it.") % {
            "name": scale.name
        }
    if rule.aggregate == "mean" and scale.level not in (Level.INTERVAL, Level.RATIO):
        return _("“%(name)s” is ordinal: its mean has no meaning. Use the median.") % {
            "name": scale.name
        }
    return None


def settle(scores: Sequence[Given], rule: Rule, scale: Scale, spare: int = 0) -> Outcome:
    """Settle the scores of one unit on one criterion, one entry a rating.

    `min_raters` counts raters who judged. With fewer ratings than that the outcome is `Waiting`;
    with enough ratings but too many *cannot judge* it is a `Disagreement`. A criterion hidden from
    at least half of the raters is `Moot`; hidden from fewer, it needs as many judges fewer.
    `spare` raters were asked because the first ones disagreed: as many scores may lie outside the
    rule's spread, as long as more than half of all lie within.
    """
    hidden = sum(score is NOT_SHOWN for score in scores)
    if len(scores) < rule.min_raters:
        return Waiting(have=len(scores), need=rule.min_raters)
    if hidden and 2 * hidden >= len(scores):
        return Moot(shown=len(scores) - hidden, hidden=hidden)
    tally = _tally(scores, scale)
    if len(tally.scores) < max(1, rule.min_raters - hidden):
        return tally.disagreement(Reason.TOO_FEW)
    if scale.kind == Kind.MULTI:
        return _settle_labels(tally, rule, scale)
    return _settle_points(tally, rule, scale, spare)


def distribution_of(scores: Sequence[Given], scale: Scale) -> dict[str, int]:
    """How many raters gave each answer, by the name that a verdict's distribution uses."""
    return dict(_tally(scores, scale).counts)


def _tally(scores: Sequence[Given], scale: Scale) -> _Tally:
    given = [score for score in scores if isinstance(score, int | float)]
    cannot_judge = sum(score is None for score in scores)
    if scale.kind == Kind.MULTI:
        ticked = Counter(label for mask in given for label in labels_of(scale.points, int(mask)))
        ordered = {label: ticked[label] for label in scale.points if ticked[label]}
        return _Tally(given, cannot_judge, ordered)
    counts = Counter(given)
    return _Tally(given, cannot_judge, {_name(s, scale): counts[s] for s in sorted(counts)})


def _name(score: float, scale: Scale) -> str:
    return scale.points[int(score)] if scale.has_points else f"{score:.12g}"


def _settle_points(tally: _Tally, rule: Rule, scale: Scale, spare: int) -> Outcome:
    scores = tally.scores if rule.max_spread is None else _closest(tally.scores, spare)
    if rule.max_spread is not None and max(scores) - min(scores) > rule.max_spread:
        ends = (min(tally.scores), max(tally.scores))
        return tally.disagreement(Reason.SPREAD, [_name(end, scale) for end in ends])
    top = max(tally.counts.values())
    leaders = [name for name, count in tally.counts.items() if count == top]
    if rule.min_share is not None and not _reaches(top, len(tally.scores), rule.min_share):
        reason = Reason.TIE if len(leaders) > 1 else Reason.SHARE
        return tally.disagreement(reason, leaders if len(leaders) > 1 else tuple(tally.counts))
    if rule.aggregate == "majority" and len(leaders) > 1:
        return tally.disagreement(Reason.TIE, leaders)
    settled = _aggregate(scores, rule.aggregate)
    if scale.has_points and rule.aggregate != "mean":
        return tally.settled(value=int(settled))
    return tally.settled(number=float(settled))


def _closest(scores: Sequence[int | float], spare: int) -> Sequence[int | float]:
    """The scores that lie closest together, without `spare` of them, but more than half of all."""
    if not spare:
        return scores
    ranked = sorted(scores)
    size = max(len(ranked) - spare, len(ranked) // 2 + 1)
    windows = (ranked[start : start + size] for start in range(len(ranked) - size + 1))
    return min(windows, key=lambda window: window[-1] - window[0])


def _aggregate(scores: Sequence[int | float], aggregate: str) -> int | float:
    """One score for all; the lower of two middle scores when the count is even.

    Halving the distance would name a point that nobody chose, and the rater guidelines say to
    take the lower of two neighbours in doubt.
    """
    if aggregate == "median":
        return statistics.median_low(scores)
    if aggregate == "majority":
        return statistics.mode(scores)
    return statistics.fmean(scores)


def _settle_labels(tally: _Tally, rule: Rule, scale: Scale) -> Outcome:
    """Each label that more than half of the raters ticked, if every label is clear enough."""
    raters = len(tally.scores)
    ticked = {label: tally.counts.get(label, 0) for label in scale.points}
    even = [label for label, count in ticked.items() if 2 * count == raters]
    if even:
        return tally.disagreement(Reason.TIE, even)
    unclear = [
        label
        for label, count in ticked.items()
        if rule.min_share is not None
        and not _reaches(max(count, raters - count), raters, rule.min_share)
    ]
    if unclear:
        return tally.disagreement(Reason.SHARE, unclear)
    majority = (
        position for position, label in enumerate(scale.points) if 2 * ticked[label] > raters
    )
    return tally.settled(value=sum(1 << position for position in majority))


def _reaches(count: int, total: int, share: float) -> bool:
    return count / total + SHARE_TOLERANCE >= share
