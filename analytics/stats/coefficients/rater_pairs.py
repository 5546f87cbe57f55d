"""Raters two by two: who met whom, and how often they agreed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from analytics.stats.errors import DuplicateRatingError, RowsError
from analytics.stats.types import FloatArray, IntArray

DENSE_CELLS = 1 << 22
"""Cells of all possible pairs of raters counted in one array (32 MB); else cells are sorted."""


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

    @classmethod
    def merge(cls, shards: Sequence["RaterPairs"]) -> Self:
        """The tables of shards that share no unit, added: integers, the same for any split."""
        pairs = np.concatenate([np.stack([part.first, part.second], 1) for part in shards])
        met, index = np.unique(pairs, axis=0, return_inverse=True)
        tables = np.zeros((len(met), *shards[0].tables.shape[1:]), np.int64)
        np.add.at(tables, index.reshape(-1), np.concatenate([part.tables for part in shards]))
        return cls(met[:, 0], met[:, 1], tables)


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
    keys, n_raters = _sorted_keys(units, raters, values, n_values)
    value_bits, rater_bits = _bits(n_values), _bits(n_raters)
    units, chooser = keys >> (value_bits + rater_bits), keys >> value_bits
    twice = np.flatnonzero(chooser[1:] == chooser[:-1])
    if len(twice):
        named = ", ".join(
            f"(unit {units[i]}, rater {chooser[i] & ((1 << rater_bits) - 1)})" for i in twice[:5]
        )
        raise DuplicateRatingError(
            f"{len(twice)} ratings repeat a rater on a unit: {named}. A rater is compared with "
            "others only; keep one rating each."
        )
    rater, value = chooser & ((1 << rater_bits) - 1), keys & ((1 << value_bits) - 1)
    as_first = (rater * n_raters * n_values + value) * n_values
    as_second = rater * n_values**2 + value
    cells = []
    for lag in range(1, len(units)):
        left = np.flatnonzero(units[lag:] == units[:-lag])
        if not len(left):
            break
        cells.append(as_first[left] + as_second[left + lag])
    return _tables(np.concatenate(cells or [np.zeros(0, np.int64)]), n_raters, n_values)


def _bits(size: int) -> int:
    """Bits that hold 0 to size - 1."""
    return max(size - 1, 1).bit_length()


def _sorted_keys(
    units: IntArray, raters: IntArray, values: IntArray, n_values: int
) -> tuple[IntArray, int]:
    """Unit, rater and value of each row in one integer, sorted, and the number of raters.

    One sort of plain integers is several times faster than sorting rows by two columns.
    """
    if len(units) and min(units.min(), raters.min()) < 0:
        raise RowsError("Units and raters are numbered from 0, and one of them is negative.")
    n_raters = int(raters.max(initial=-1)) + 1
    if _bits(int(units.max(initial=0)) + 1) + _bits(n_raters) + _bits(n_values) > 62:
        raise RowsError(
            f"Unit {units.max()} and rater {raters.max()} are numbers too large to count pairs. "
            "Number units and raters from 0 without gaps."
        )
    keys = ((units << _bits(n_raters)) | raters) << _bits(n_values) | values
    return np.sort(keys), n_raters


def _tables(cells: IntArray, n_raters: int, n_values: int) -> RaterPairs:
    """Tables of the pairs that occur; a dense count where it fits, else a sort."""
    size = n_raters * n_raters * n_values * n_values
    if size <= DENSE_CELLS:
        dense = np.bincount(cells, minlength=size).reshape(-1, n_values * n_values)
        met = np.flatnonzero(dense.any(axis=1))
        tables = dense[met]
    else:
        found, counts = np.unique(cells, return_counts=True)
        pair, cell = np.divmod(found, n_values * n_values)
        met, index = np.unique(pair, return_inverse=True)
        tables = np.zeros((len(met), n_values * n_values), np.int64)
        tables[index, cell] = counts
    first, second = np.divmod(met, max(n_raters, 1))
    return RaterPairs(first, second, tables.reshape(len(met), n_values, n_values))
