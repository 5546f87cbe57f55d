"""How often raters give what others have settled, and how far off they are.

A rating that a verdict rests on agrees with it in part because it made it. So the truth that a
rater is held against leaves the rater out: a verdict of somebody else stands as it is, and of a
consensus that the rater had a part in, only what the others say counts.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from analytics.stats.comparisons.closeness import closeness
from analytics.stats.comparisons.clustered_share import clustered_share
from analytics.stats.intervals.methods import Draw
from analytics.stats.types import BoolArray, Estimate, FloatArray, IntArray

NO_TRUTH = (
    "Others have settled none of this rater's items that are in gold. Approve more of the items "
    "that this rater rates, or draw conversations of gold items into the study."
)
NO_RIGHT = (
    "Free numbers are hardly ever equal, so there is no share of right answers. "
    "Read how far off they are."
)
NO_DISTANCE = (
    "How far off an answer is needs values in an order, and these have none. "
    "Read the share of right answers."
)
ACCURACY_REASONS = (NO_TRUTH, NO_RIGHT, NO_DISTANCE)


@dataclass(frozen=True, slots=True)
class Accuracy:
    """One rater against what others settled.

    Attributes:
        correct: Share of right answers.
        error: Mean distance in points of the scale.
    """

    correct: Estimate
    error: Estimate

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {"correct": self.correct.as_dict(), "error": self.error.as_dict()}


def said_by_others(unit: IntArray, value: IntArray) -> IntArray:
    """What more than half of the others gave, at least two: what is settled without this rating.

    Args:
        unit: Shape (n_rows,); unit of each rating.
        value: Shape (n_rows,); 0 or more.

    Returns:
        Shape (n_rows,); -1 where the others settle nothing.

    Example:
        >>> said_by_others(np.array([0, 0, 0, 1, 1, 1]), np.array([2, 2, 0, 1, 2, 0]))
        array([-1, -1,  2, -1, -1, -1])
    """
    if not len(unit):
        return np.zeros(0, np.int64)
    cells, times = np.unique(np.column_stack([unit, value]), axis=0, return_counts=True)
    cells, times = (part[np.lexsort((-times, cells[:, 0]))] for part in (cells, times))
    _units, first, place = np.unique(cells[:, 0], return_index=True, return_inverse=True)
    rank = np.arange(len(cells)) - first[place]
    leading = np.full((2, int(unit.max()) + 1), -1, np.int64)
    count = np.zeros_like(leading)
    for position in (0, 1):
        kept = rank == position
        leading[position, cells[kept, 0]], count[position, cells[kept, 0]] = (
            cells[kept, 1],
            times[kept],
        )
    others = count[:, unit] - (leading[:, unit] == value)
    best = others.argmax(axis=0)
    n = np.bincount(unit)[unit] - 1
    is_settled = (n >= 2) & (2 * others.max(axis=0) > n)
    return np.where(is_settled, leading[best, unit], -1)


def rater_accuracy(
    right: BoolArray | None, distance: FloatArray | None, group: IntArray, draw: Draw
) -> Accuracy:
    """One rater's answers against what others settled.

    Args:
        right: Shape (n_answers,); None where answers are free numbers.
        distance: Shape (n_answers,); points from the truth, None where values have no order.
        group: Shape (n_answers,); answers of one group may be alike and are drawn together.
        draw: Of the intervals.

    Example:
        >>> distance = np.array([0.0, 0, 1, 0])
        >>> found = rater_accuracy(distance == 0, distance, np.arange(4), Draw(replicates=50))
        >>> found.correct.value, found.correct.n, found.error.value
        (0.75, 4, 0.25)
    """
    if not len(group):
        return Accuracy(_absent("share", NO_TRUTH, draw), _absent("mean", NO_TRUTH, draw))
    return Accuracy(
        _absent("share", NO_RIGHT, draw)
        if right is None
        else clustered_share(right, group, draw.confidence),
        _absent("mean", NO_DISTANCE, draw)
        if distance is None
        else closeness(
            distance,
            np.zeros_like(distance),
            "mean_absolute_error",
            group,
            confidence=draw.confidence,
            replicates=draw.replicates,
            seed=draw.seed,
        ),
    )


def _absent(what: str, reason: str, draw: Draw) -> Estimate:
    return Estimate(None, None, None, draw.confidence, 0, f"no {what}", reason)
