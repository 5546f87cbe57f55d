"""Agreement between two kinds of raters: people and a judge, say, on the same units.

A unit is one row: the first kind's counts of values, then the second kind's. Only units that both
kinds rated say anything, and only pairs of one rating of each kind are compared, so agreement
within a kind does not enter.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from analytics.stats.coefficients.coefficient import evaluate
from analytics.stats.coefficients.distances import (
    SetDistance,
    checked_level,
    distance_matrix,
    distance_of,
    mid_ranks,
)
from analytics.stats.errors import RowsError
from analytics.stats.profiles import Profiles
from analytics.stats.types import BoolArray, FloatArray, IntArray


def both_kinds(first: npt.ArrayLike, second: npt.ArrayLike) -> IntArray:
    """Counts of two kinds side by side: (n_units, 2 * n_values).

    Raises:
        RowsError: They are not counts of the same units and values.
    """
    left, right = np.asarray(first, dtype=np.int64), np.asarray(second, dtype=np.int64)
    if left.shape != right.shape or left.ndim != 2:
        raise RowsError(
            f"Counts of shapes {left.shape} and {right.shape} do not fit: both kinds need a row "
            "for each unit and a column for each declared value."
        )
    return np.concatenate([left, right], axis=1)


def _halves(rows: FloatArray) -> tuple[FloatArray, FloatArray]:
    size = rows.shape[-1] // 2
    return rows[..., :size], rows[..., size:]


def _met(rows: IntArray) -> BoolArray:
    """Units that both kinds rated."""
    size = rows.shape[1] // 2
    return np.asarray((rows[:, :size].sum(axis=1) > 0) & (rows[:, size:].sum(axis=1) > 0))


@dataclass(frozen=True, eq=False)
class CrossPercent:
    """Share of pairs, one rating of each kind, that are equal; pairs of all units pooled."""

    def usable(self, rows: IntArray) -> BoolArray:
        """Units that both kinds rated."""
        return _met(rows)

    def terms(self, rows: IntArray) -> FloatArray:
        """Equal pairs and all pairs: (n_units, 2)."""
        left, right = _halves(rows.astype(np.float64))
        return np.column_stack([(left * right).sum(axis=1), left.sum(axis=1) * right.sum(axis=1)])

    def value(self, sums: FloatArray) -> FloatArray:
        """Equal over all."""
        out = np.full(sums.shape[:-1], np.nan)
        return np.asarray(np.divide(sums[..., 0], sums[..., 1], out=out, where=sums[..., 1] > 0))


@dataclass(frozen=True, eq=False)
class CrossAlpha:
    """Agreement between kinds beyond chance: one minus observed over expected distance.

    Observed is the mean distance of a rating of each kind on the same unit, each rating counted
    once as in alpha; expected is the mean distance over all pairs of a rating of each kind.

    Attributes:
        distance: Shape (n_values, n_values); None takes squared differences of mid-ranks of both
            kinds' ratings, as ordinal alpha does.
    """

    distance: FloatArray | None

    def usable(self, rows: IntArray) -> BoolArray:
        """Units that both kinds rated."""
        return _met(rows)

    def terms(self, rows: IntArray) -> FloatArray:
        """Coincidences of both kinds, flattened, and each kind's counts."""
        left, right = _halves(rows.astype(np.float64))
        first, second = left.sum(axis=1), right.sum(axis=1)
        pairs = left[:, :, None] * right[:, None, :] * (first + second)[:, None, None]
        pairs /= (first * second)[:, None, None]
        return np.column_stack([pairs.reshape(len(rows), -1), left, right])

    def value(self, sums: FloatArray) -> FloatArray:
        """The coefficient of summed terms."""
        size = round((1 + sums.shape[-1]) ** 0.5) - 1
        pairs = sums[..., : size * size].reshape(*sums.shape[:-1], size, size)
        left, right = _halves(sums[..., size * size :])
        if self.distance is None:
            ranks = mid_ranks(left + right)
            distance = np.square(ranks[..., :, None] - ranks[..., None, :])
        else:
            distance = self.distance
        total, n_first, n_second = pairs.sum(axis=(-2, -1)), left.sum(-1), right.sum(-1)
        observed = (pairs * distance).sum(axis=(-2, -1)) * n_first * n_second
        expected = (left[..., :, None] * right[..., None, :] * distance).sum(axis=(-2, -1)) * total
        out = np.full(np.shape(expected), np.nan)
        return np.asarray(1.0 - np.divide(observed, expected, out=out, where=expected > 0))


def cross_alpha_coefficient(level: str, values: Sequence[Any] | npt.NDArray[Any]) -> CrossAlpha:
    """The coefficient that suits a level of measurement.

    Raises:
        UnknownLevelError: Another level than the four.
        ScaleError: The values do not suit it.
    """
    known = checked_level(level)
    return CrossAlpha(None if known == "ordinal" else distance_matrix(known, values))


def cross_alpha_of_sets(distance: SetDistance, masks: npt.NDArray[np.int64]) -> CrossAlpha:
    """The coefficient of sets of labels, by a distance at which sets that overlap are nearer.

    Agreement between kinds is one minus observed over expected distance, whatever the distance;
    Passonneau (2006) gives that of sets.

    Args:
        distance: "masi" or "jaccard".
        masks: Shape (n_sets,); the distinct sets that occur, one bit a label.
    """
    return CrossAlpha(distance_of(distance)(masks[:, None], masks[None, :]))


def cross_alpha(
    first: npt.ArrayLike,
    second: npt.ArrayLike,
    level: str,
    values: Sequence[Any] | npt.NDArray[Any],
) -> float:
    """Agreement between two kinds of raters beyond chance (cross-replication reliability).

    Read it beside alpha within each kind: two kinds cannot agree better with each other than the
    noise within them allows.

    Args:
        first: Shape (n_units, n_values); the first kind's counts.
        second: The same of the second kind, the same units.
        level: "nominal", "ordinal", "interval" or "ratio".
        values: Shape (n_values,); the declared points.

    Returns:
        At most 1; 0 where kinds agree as by chance; NaN when no unit was rated by both, or all
        these ratings are equal.

    Raises:
        RowsError: The counts do not fit each other.
        UnknownLevelError: The level is none of the four.
        ScaleError: The values do not suit the level.

    Source:
        Wong, Paritosh and Aroyo (2021), Cross-replication reliability, ACL,
        doi:10.18653/v1/2021.acl-long.548. Units with unequal numbers of ratings are weighted here
        by their ratings, as alpha weights them.

    Example:
        >>> people, judge = [[2, 0], [0, 2], [1, 1]], [[1, 0], [0, 1], [0, 1]]
        >>> round(cross_alpha(people, judge, "nominal", ["no", "yes"]), 4)
        0.6667
    """
    rows = both_kinds(first, second)
    return evaluate(cross_alpha_coefficient(level, values), Profiles.from_counts(rows))


def cross_percent_agreement(first: npt.ArrayLike, second: npt.ArrayLike) -> float:
    """Share of equal pairs of one rating of each kind, pairs of all units pooled.

    Args:
        first: Shape (n_units, n_values); the first kind's counts.
        second: The same of the second kind, the same units.

    Returns:
        0 to 1; NaN when no unit was rated by both kinds.

    Raises:
        RowsError: The counts do not fit each other.

    Example:
        >>> round(cross_percent_agreement([[2, 0], [0, 2], [1, 1]], [[1, 0], [0, 1], [0, 1]]), 4)
        0.8333
    """
    return evaluate(CrossPercent(), Profiles.from_counts(both_kinds(first, second)))
