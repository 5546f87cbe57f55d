"""What a kind of feedback is summed up by, and when it is not: from counts alone, named in words.

Below `FEWEST` answers there is no share: five of six is no 83 %.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from analytics.reports.feedback_counts import Counts
from surveys.models import Kind

FEWEST = 10
"""Answers from which on a share is shown."""
FEWEST_PEOPLE = 5
"""Respondents from which on a group is shown: fewer could be known by their answers."""
CONFIDENCE = 0.95
DIGITS: Mapping[str, int] = {"mean": 2, "score": 1}
"""Behind the point: 71.7 is what a usability score is quoted as."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One number with its interval; `form` says how it is written: percent, points, mean, or
    score (of 100)."""

    label: str | Promise
    form: str
    n: int
    value: float | None = None
    low: float | None = None
    high: float | None = None

    @property
    def digits(self) -> int:
        return DIGITS.get(self.form, 0)

    @property
    def missing(self) -> int:
        """How many more answers it takes until it is shown."""
        return max(0, FEWEST - self.n)


@dataclass(frozen=True, slots=True)
class Box:
    """A share of answers: those of `counted` among those of `among`."""

    label: str | Promise
    counted: range
    among: range


BOXES: Mapping[str, Box] = {
    Kind.THUMB: Box(_("thumbs up"), range(1, 2), range(2)),
    Kind.STAR5: Box(_("four or five stars"), range(4, 6), range(1, 6)),
    Kind.CSAT: Box(_("satisfied: 4 or 5 of 5"), range(4, 6), range(1, 6)),
    Kind.CES: Box(_("easy: 5 to 7 of 7"), range(5, 8), range(1, 8)),
}
SCALES: Mapping[str, range] = {
    Kind.STAR5: range(1, 6),
    Kind.CSAT: range(1, 6),
    Kind.CES: range(1, 8),
    Kind.NPS: range(11),
    Kind.SCALE: range(11),
}
"""Kinds of which a mean says something."""
POINTS: Mapping[str, Sequence[str | Promise]] = {
    Kind.THUMB: (_("down"), _("up")),
    Kind.PAIRWISE: (_("the first"), _("the second"), _("a tie"), _("both bad")),
    Kind.CHOICE: (_("a choice"),),
    Kind.TEXT: (_("words"),),
}
"""What the positions of a kind are called; the others are their own numbers."""
METHODS: Mapping[str, str | Promise] = {
    Kind.THUMB: _("Up divided by up and down; Wilson's interval."),
    Kind.STAR5: _("Four and five stars divided by all; Wilson's interval."),
    Kind.CSAT: _("Answers 4 and 5 divided by all (top two boxes); Wilson's interval."),
    Kind.CES: _("Answers 5 to 7 divided by all; Wilson's interval."),
    Kind.NPS: _(
        "100 × (share of 9 and 10 − share of 0 to 6), in points; adjusted Wald interval "
        "(three answers added, of which ¾ promoters and ¾ detractors)."
    ),
    Kind.SCALE: _("The mean of the answers; interval from its standard error."),
}


def headline(kind: str, counts: Counts) -> Measure | None:
    """The number that stands for a kind; None where counts are all there is to say."""
    if box := BOXES.get(kind):
        return share(box.label, picked(counts, box.counted), picked(counts, box.among))
    if kind == Kind.NPS:
        return net_promoter(counts)
    return mean(counts, SCALES[kind]) if kind in SCALES else None


def share(label: str | Promise, some: int, n: int, *, form: str = "percent") -> Measure:
    from analytics.stats.comparisons.proportions import wilson_interval

    if n < FEWEST or some > n:
        return Measure(label, form, n)
    return Measure(label, form, n, some / n, *wilson_interval(some, n, CONFIDENCE))


def coverage(counts: Counts) -> Measure:
    """Who gave feedback, of those whom the question was before."""
    return share(_("of those shown gave feedback"), counts.answered, counts.shown)


def net_promoter(counts: Counts) -> Measure:
    from analytics.stats.feedback.scores import nps

    label, n = _("recommendation, in points"), counts.n
    if n < FEWEST:
        return Measure(label, "points", n)
    found = nps(counts.values, CONFIDENCE).estimate
    return Measure(label, "points", n, found.value, found.low, found.high)


def mean(counts: Counts, points: range) -> Measure:
    from analytics.stats.comparisons.proportions import normal_quantile

    label, n = _("mean"), picked(counts, points)
    if n < FEWEST:
        return Measure(label, "mean", n)
    value = sum(point * counts.values[point] for point in points) / n
    spread = sum((point - value) ** 2 * counts.values[point] for point in points) / (n - 1)
    reach = normal_quantile(CONFIDENCE) * sqrt(spread / n)
    low, high = max(points[0], value - reach), min(points[-1], value + reach)
    return Measure(label, "mean", n, value, low, high)


def picked(counts: Counts, positions: range) -> int:
    return sum(counts.values[position] for position in positions)


def points_of(kind: str, counts: Counts) -> list[tuple[str | Promise, int]]:
    """What was answered, low to high: the words of each position and how often."""
    if named := POINTS.get(kind):
        return [(name, counts.values[position]) for position, name in enumerate(named)]
    scale = SCALES[kind]
    return [(str(position), counts.values[position]) for position in scale]
