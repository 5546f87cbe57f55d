"""Raters two by two: who met whom, and how often they agreed."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.stats.errors import DuplicateRatingError, RowsError
from analytics.stats.types import FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class RaterPairs:
    """A table of counts for each two raters who met on a unit; tables add up over shards.

    Attributes:
        first: Shape (n_pairs,); the rater with the smaller number.
        second: Shape (n_pairs,); the other.
        tables: Shape (n_pairs, n_values, n_values); ``tables[p, a, b]`` units on which `first`
            chose a and `second` chose b.
    """

    first: IntArray
    second: IntArray
    tables: IntArray

    @property
    def n_units(self) -> IntArray:
        """Units that both rated: shape (n_pairs,), at least 1."""
        return np.asarray(self.tables.sum(axis=(1, 2)))

    @property
    def n_equal(self) -> IntArray:
        """Units on which both chose the same value: shape (n_pairs,)."""
        return np.asarray(np.trace(self.tables, axis1=1, axis2=2))

    @property
    def percent_agreement(self) -> FloatArray:
        """Share of common units with the same value: shape (n_pairs,), 0 to 1."""
        return self.n_equal / self.n_units


def rater_pairs(
    unit: npt.ArrayLike, rater: npt.ArrayLike, value: npt.ArrayLike, *, n_values: int
) -> RaterPairs:
    """Tables of all pairs of raters who met, from one row a rating.

    One sort, then each row is compared with the rows after it on the same unit; memory is that of
    the pairs of ratings, never of all possible pairs of raters.

    Args:
        unit: Shape (n_rows,); unit of the rating, 0 or more.
        rater: Shape (n_rows,); its rater, 0 or more.
        value: Shape (n_rows,); position of the chosen point, 0 to n_values - 1.
        n_values: Number of declared points.

    Returns:
        Pairs in ascending order of (first, second).

    Raises:
        DuplicateRatingError: A rater appears twice on a unit.
        RowsError: A value is outside the scale.

    Example:
        >>> pairs = rater_pairs([0, 0, 1, 1, 1], [3, 1, 1, 3, 2], [0, 0, 1, 0, 1], n_values=2)
        >>> list(zip(pairs.first, pairs.second, pairs.percent_agreement, strict=True))[0][2]
        np.float64(1.0)
        >>> pairs.percent_agreement
        array([1. , 0.5, 0. ])
    """
    units, raters, values = (np.asarray(column, dtype=np.int64) for column in (unit, rater, value))
    if len(values) and (values.min() < 0 or values.max() >= n_values):
        raise RowsError(
            f"Value positions run from {values.min()} to {values.max()}, and {n_values} points are "
            "declared. Number the values by the declared scale, from 0."
        )
    order = np.lexsort((raters, units))
    units, raters, values = units[order], raters[order], values[order]
    twice = np.flatnonzero((units[1:] == units[:-1]) & (raters[1:] == raters[:-1]))
    if len(twice):
        named = ", ".join(f"(unit {units[i]}, rater {raters[i]})" for i in twice[:5])
        raise DuplicateRatingError(
            f"{len(twice)} ratings repeat a rater on a unit: {named}. A rater is compared with "
            "others only; "
            "keep one rating each."
        )
    n_raters = int(raters.max(initial=-1)) + 1
    keys = []
    for lag in range(1, len(units)):
        left = np.flatnonzero(units[lag:] == units[:-lag])
        if not len(left):
            break
        pair = raters[left] * n_raters + raters[left + lag]
        keys.append((pair * n_values + values[left]) * n_values + values[left + lag])
    cells, counts = np.unique(np.concatenate(keys or [np.zeros(0, np.int64)]), return_counts=True)
    pair, cell = np.divmod(cells, n_values * n_values)
    met, index = np.unique(pair, return_inverse=True)
    tables = np.zeros((len(met), n_values * n_values), np.int64)
    tables[index, cell] = counts
    first, second = np.divmod(met, max(n_raters, 1))
    return RaterPairs(first, second, tables.reshape(len(met), n_values, n_values))
