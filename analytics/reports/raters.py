"""Raters of one criterion: how much each rated, where they stand, whom they agree with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from analytics.reports.accuracy import accuracies
from analytics.reports.scales import Scale
from analytics.reports.shapes import RaterLine, RaterPair

if TYPE_CHECKING:
    from analytics.frames import RaterRows, RatingFrame, UnitFrame
    from analytics.reports.habits import Habits
    from analytics.stats.coefficients.rater_pairs import RaterPairs
    from analytics.stats.raters.accuracy import Accuracy
    from analytics.stats.raters.each_rater import RaterFigures
    from analytics.stats.ratings import Ratings
    from analytics.stats.types import FloatArray, IntArray

MAX_RATERS = 1_000
"""Beyond it (a crowd of respondents) raters are counted and not listed."""
MAX_PAIRS = 2_000


class PointScale(Protocol):
    """What tables of raters ask of a scale."""

    @property
    def level(self) -> str:
        """Of measurement."""

    @property
    def is_set(self) -> bool:
        """Whether a rating is a set of labels."""

    @property
    def n_points(self) -> int:
        """Points to count; 0 where there are too many or none."""

    @property
    def numbers(self) -> "FloatArray":
        """What the values are worth."""


@dataclass(frozen=True, slots=True)
class RaterTables:
    n_raters: int
    raters: Sequence[RaterLine]
    pairs: Sequence[RaterPair]


def rater_tables(
    rows: "RaterRows",
    units: "UnitFrame",
    scale: Scale,
    named: Mapping[int, tuple[str, str]],
    given: "RatingFrame",
    retests: Sequence[tuple[int, bool]],
    truth: "FloatArray",
    *,
    replicates: int,
    seed: int,
) -> RaterTables:
    """Every rater with figures beside the rest and habits, and every two who met.

    Args:
        rows: The criterion's scores.
        units: What they are scores of.
        scale: Of the criterion.
        named: Primary key of a rater to uid and kind.
        given: All ratings of the study.
        retests: (rater, same as before) of each answer given again.
        truth: Shape (n_rows,); what others settled, NaN where nothing is.
        replicates: Of the intervals.
        seed: Of the resamples.
    """
    import numpy as np

    from analytics.reports.habits import habits_of

    pks, rater = np.unique(rows.rater, return_inverse=True)
    if len(pks) > MAX_RATERS:
        return RaterTables(len(pks), [], [])
    said = Said(rows.unit, rater, rows.value, units.group)
    habits = habits_of(rows, given, rater, pks, said.ratings(scale), retests)
    names = [named[int(pk)] for pk in pks]
    how = {"replicates": replicates, "seed": seed}
    right = accuracies(rows, units, scale, truth, rater, len(pks), **how)
    lines, pairs = rater_lines(said, scale, names, habits, right, **how)
    return RaterTables(len(pks), lines, pairs)


@dataclass(frozen=True, slots=True, eq=False)
class Said:
    """Scores of one criterion, one row each, by numbers from 0; `group` has one a unit."""

    unit: "IntArray"
    rater: "IntArray"
    value: "IntArray"
    group: "IntArray"

    def ratings(self, scale: PointScale) -> "Ratings | None":
        """As statistics take them; None for sets of labels."""
        from analytics.stats.ratings import Ratings

        if scale.is_set:
            return None
        return Ratings.from_rows(
            self.unit, self.rater, self.value, self.group, scale.level, scale.numbers
        )


def rater_lines(
    said: Said,
    scale: PointScale,
    names: Sequence[tuple[str, str]],
    habits: "Habits | None",
    accuracy: "Sequence[Accuracy] | None",
    *,
    replicates: int,
    seed: int,
) -> tuple[list[RaterLine], list[RaterPair]]:
    """Raters by falling number of ratings, and pairs of raters who met."""
    import numpy as np

    from analytics.reports.habits import NO_HABITS
    from analytics.stats.coefficients.rater_pairs import rater_pairs

    n = np.bincount(said.rater, minlength=len(names))
    counts = np.zeros((len(names), scale.n_points), np.int64)
    met: RaterPairs | None = None
    if scale.n_points:
        np.add.at(counts, (said.rater, said.value), 1)
        met = rater_pairs(said.unit, said.rater, said.value, n_values=scale.n_points)
    equal, shared = _with_others(met, len(names))
    figures = _figures(said, scale, replicates, seed)
    flags = _flags(figures, habits, len(names))
    lines = [
        RaterLine.of(
            *names[one],
            n=int(n[one]),
            counts=[int(cell) for cell in counts[one]],
            agreement=float(equal[one] / shared[one]) if shared[one] else None,
            n_pairs=int(shared[one]),
            figures=figures[one] if figures else None,
            habits=habits.data(one) if habits else NO_HABITS,
            accuracy=accuracy[one].as_dict() if accuracy else None,
            flags=flags[one],
        )
        for one in np.lexsort((np.arange(len(names)), -n))
    ]
    if met is None or len(met.first) > MAX_PAIRS:
        return lines, []
    columns = (met.first, met.second, met.n_units, met.percent_agreement)
    return lines, [
        RaterPair(names[first][0], names[second][0], int(n_units), float(share))
        for first, second, n_units, share in zip(*columns, strict=True)
    ]


def _with_others(met: "RaterPairs | None", n_raters: int) -> "tuple[IntArray, IntArray]":
    """Equal ratings and common units of each rater with everybody else."""
    import numpy as np

    equal, shared = np.zeros(n_raters, np.int64), np.zeros(n_raters, np.int64)
    if met is not None:
        for side in (met.first, met.second):
            np.add.at(equal, side, met.n_equal)
            np.add.at(shared, side, met.n_units)
    return equal, shared


def _figures(
    said: Said, scale: PointScale, replicates: int, seed: int
) -> "list[RaterFigures] | None":
    from analytics.stats.intervals.methods import Draw
    from analytics.stats.raters.each_rater import each_rater

    ratings = said.ratings(scale)
    return each_rater(ratings, Draw(replicates=replicates, seed=seed)) if ratings else None


def _flags(
    figures: "list[RaterFigures] | None", habits: "Habits | None", n_raters: int
) -> Sequence[Sequence[str]]:
    from analytics.stats.raters.flags import flags_of

    nobody = [None] * n_raters
    if habits is None:
        return flags_of(figures or nobody, nobody, nobody)
    return flags_of(figures or nobody, habits.runs, habits.drifts, habits.pace, habits.same)
