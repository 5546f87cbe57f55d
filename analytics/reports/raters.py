"""Raters of one criterion: how much each rated, where they stand, whom they agree with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from analytics.reports.shapes import RaterLine, RaterPair

if TYPE_CHECKING:
    from analytics.frames import RaterRows, UnitFrame
    from analytics.stats.each_rater import RaterFigures
    from analytics.stats.raters import RaterPairs
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
    scale: PointScale,
    named: Mapping[int, tuple[str, str]],
    *,
    replicates: int,
    seed: int,
) -> RaterTables:
    """Every rater with figures beside the rest, and every two who met."""
    import numpy as np

    pks, rater = np.unique(rows.rater, return_inverse=True)
    if len(pks) > MAX_RATERS:
        return RaterTables(len(pks), [], [])
    names = [named[int(pk)] for pk in pks]
    lines, pairs = rater_lines(
        unit=rows.unit,
        rater=rater,
        value=rows.value,
        group=units.group,
        scale=scale,
        names=names,
        replicates=replicates,
        seed=seed,
    )
    return RaterTables(len(pks), lines, pairs)


def rater_lines(
    *,
    unit: "IntArray",
    rater: "IntArray",
    value: "IntArray",
    group: "IntArray",
    scale: PointScale,
    names: Sequence[tuple[str, str]],
    replicates: int,
    seed: int,
) -> tuple[list[RaterLine], list[RaterPair]]:
    """Raters by falling number of ratings, and pairs of raters who met."""
    import numpy as np

    from analytics.stats.raters import rater_pairs

    n = np.bincount(rater, minlength=len(names))
    counts = np.zeros((len(names), scale.n_points), np.int64)
    met: RaterPairs | None = None
    if scale.n_points:
        np.add.at(counts, (rater, value), 1)
        met = rater_pairs(unit, rater, value, n_values=scale.n_points)
    equal, shared = _with_others(met, len(names))
    figures = _figures(unit, rater, value, group, scale, replicates, seed)
    lines = [
        RaterLine.of(
            *names[one],
            n=int(n[one]),
            counts=[int(cell) for cell in counts[one]],
            agreement=float(equal[one] / shared[one]) if shared[one] else None,
            n_pairs=int(shared[one]),
            figures=figures[one] if figures else None,
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
    unit: "IntArray",
    rater: "IntArray",
    value: "IntArray",
    group: "IntArray",
    scale: PointScale,
    replicates: int,
    seed: int,
) -> "list[RaterFigures] | None":
    from analytics.stats.each_rater import each_rater
    from analytics.stats.interval_methods import Draw
    from analytics.stats.ratings import Ratings

    if scale.is_set:
        return None
    ratings = Ratings.from_rows(unit, rater, value, group, scale.level, scale.numbers)
    return each_rater(ratings, Draw(replicates=replicates, seed=seed))
