"""Raters of one criterion: how much each rated, where they stand, whom they agree with."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analytics import frames
from analytics.reports.shapes import RaterLine, RaterPair
from annotation.models import Criterion, Study

if TYPE_CHECKING:
    from analytics.frames import ItemFrame, UnitFrame

MAX_RATERS = 1_000
"""Beyond it (a crowd of respondents) raters are counted and not listed."""
MAX_PAIRS = 2_000


@dataclass(frozen=True, slots=True)
class RaterTables:
    n_raters: int
    raters: Sequence[RaterLine]
    pairs: Sequence[RaterPair]


def rater_tables(
    study: Study,
    criterion: Criterion,
    items: "ItemFrame",
    units: "UnitFrame",
    kinds: Sequence[str],
    n_points: int,
    named: Mapping[int, tuple[str, str]],
) -> RaterTables:
    """Counts by rater, and by pair where each rating chooses one of `n_points` points."""
    counts: dict[int, list[int]] = defaultdict(lambda: [0] * n_points)
    total: dict[int, int] = defaultdict(int)
    for rater, value, _number, n in frames.values_by_rater(criterion, study, kinds):
        total[rater] += n
        if n_points and value is not None:
            counts[rater][value] += n
    if len(total) > MAX_RATERS:
        return RaterTables(len(total), [], [])
    met = _pairs(criterion, items, units, kinds, n_points) if n_points else []
    equal: dict[int, int] = defaultdict(int)
    shared: dict[int, int] = defaultdict(int)
    for first, second, n, same in met:
        for rater in (first, second):
            shared[rater] += n
            equal[rater] += same
    lines = [
        RaterLine(
            rater=named[rater][0],
            kind=named[rater][1],
            n=total[rater],
            counts=counts[rater] if n_points else [],
            agreement=equal[rater] / shared[rater] if shared[rater] else None,
            n_pairs=shared[rater],
        )
        for rater in sorted(total, key=lambda rater: (-total[rater], rater))
    ]
    pairs = [
        RaterPair(named[first][0], named[second][0], n, same / n) for first, second, n, same in met
    ]
    return RaterTables(len(total), lines, pairs if len(pairs) <= MAX_PAIRS else [])


def _pairs(
    criterion: Criterion,
    items: "ItemFrame",
    units: "UnitFrame",
    kinds: Sequence[str],
    n_points: int,
) -> list[tuple[int, int, int, int]]:
    """(rater, rater, common units, equal ratings) of all who met."""
    import numpy as np

    from analytics.stats.raters import rater_pairs

    rows = frames.rater_rows(criterion, items, units, kinds)
    pks, rater = np.unique(rows.rater, return_inverse=True)
    met = rater_pairs(rows.unit, rater, rows.value, n_values=n_points)
    columns = (pks[met.first], pks[met.second], met.n_units, met.n_equal)
    return [tuple(int(cell) for cell in row) for row in zip(*columns, strict=True)]  # type: ignore[misc]
