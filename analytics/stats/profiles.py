"""From rows of ratings to integer counts that add up.

Two units with the same counts of values are exchangeable for every coefficient here, so what is
kept is each distinct count vector (a profile) and how many units show it. A million ratings by
three raters on five points are 55 profiles. Everything is an integer in one canonical order:
shards merge by addition, and the result has the same bits however rows arrived and however they
were split.

Profiles compress while the scale is short (see `MAX_DENSE_VALUES`); beyond it use `many_valued`.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from analytics.stats.errors import RowsError
from analytics.stats.types import FloatArray, IntArray

MAX_DENSE_VALUES = 64
"""Longest scale counted in a units x values matrix: with more points profiles hardly repeat."""


MIN_TABLE = 1 << 10
"""So many places are held for profiles whatever the number of units."""


def count_matrix(
    unit: npt.ArrayLike,
    value: npt.ArrayLike,
    count: npt.ArrayLike | None = None,
    *,
    n_units: int,
    n_values: int,
) -> IntArray:
    """How many ratings of each unit chose each value.

    Args:
        unit: Shape (n_rows,); unit of the row, 0 to n_units - 1.
        value: Shape (n_rows,); position of the declared point, 0 to n_values - 1.
        count: Shape (n_rows,); ratings in the row. One each when left out. Rows may repeat: they
            add.
        n_units: Number of units, those without ratings included.
        n_values: Number of declared points, used or not.

    Returns:
        Shape (n_units, n_values).

    Raises:
        RowsError: Lengths differ, a count is negative, a unit or a point is outside its range.

    Example:
        >>> count_matrix([0, 0, 1], [2, 0, 1], [1, 2, 3], n_units=2, n_values=3)
        array([[2, 0, 1],
               [0, 3, 0]])
    """
    units = np.asarray(unit, dtype=np.int64)
    points = np.asarray(value, dtype=np.int64)
    counts = None if count is None else np.asarray(count, dtype=np.int64)
    n_counts = len(units) if counts is None else len(counts)
    if not len(units) == len(points) == n_counts:
        raise RowsError(
            f"There are {len(units)} units, {len(points)} values and {n_counts} counts, and "
            "each row "
            "needs one of each. Pass arrays of one length."
        )
    if counts is not None and len(counts) and counts.min() < 0:
        raise RowsError(
            f"Count {counts.min()} is negative, and a count is 0 or more. Correct the row."
        )
    _check_range("Unit", units, n_units)
    _check_range("Value position", points, n_values)
    cells = np.bincount(units * n_values + points, counts, n_units * n_values)  # exact below 2**53
    return cells.astype(np.int64, copy=False).reshape(n_units, n_values)


def _check_range(what: str, numbers: IntArray, size: int) -> None:
    if len(numbers) and (numbers.min() < 0 or numbers.max() >= size):
        wrong = int(numbers.min() if numbers.min() < 0 else numbers.max())
        raise RowsError(
            f"{what} {wrong} is outside 0 to {size - 1}. Number the rows by the declared scale "
            "and units."
        )


def pairable(counts: IntArray) -> npt.NDArray[np.bool_]:
    """Which units have two ratings or more: only these can be compared. Shape (n_units,).

    Args:
        counts: Shape (n_units, n_values).

    Example:
        >>> pairable(np.array([[1, 1], [1, 0]]))
        array([ True, False])
    """
    return np.asarray(counts.sum(axis=1) >= 2)


def distinct_rows(rows: IntArray) -> tuple[IntArray, IntArray]:
    """Distinct rows in lexicographic order, and the index of each row among them."""
    width = rows.shape[1]
    base = int(rows.max(initial=0)) + 1
    if base**width < 2**62:
        digits = base ** np.arange(width - 1, -1, -1, dtype=np.int64)
        key = rows @ digits
        if base**width <= max(len(rows), MIN_TABLE):  # a table of all keys beats sorting them
            keys = np.flatnonzero(np.bincount(key))
            place = np.zeros(base**width, np.int64)
            place[keys] = np.arange(len(keys))
            return keys[:, None] // digits % base, place[key]
        _, first, inverse = np.unique(key, return_index=True, return_inverse=True)
        return rows[first], inverse.astype(np.int64)
    distinct, inverse = np.unique(rows, axis=0, return_inverse=True)
    return distinct, inverse.reshape(-1).astype(np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Profiles:
    """Distinct count vectors of units and how many units show each.

    Attributes:
        counts: Shape (n_profiles, n_values); distinct rows in lexicographic order, none empty.
        multiplicity: Shape (n_profiles,); units with that profile.
    """

    counts: IntArray
    multiplicity: IntArray

    @classmethod
    def from_counts(cls, counts: npt.ArrayLike, multiplicity: npt.ArrayLike | None = None) -> Self:
        """Compress a units x values matrix; units without ratings are dropped.

        Example:
            >>> Profiles.from_counts([[0, 3], [2, 1], [0, 3], [0, 0]]).multiplicity
            array([2, 1])
        """
        rows = np.asarray(counts, dtype=np.int64)
        times = (
            np.ones(len(rows), np.int64)
            if multiplicity is None
            else np.asarray(multiplicity, np.int64)
        )
        keep = rows.sum(axis=1) > 0
        distinct, index = distinct_rows(rows[keep])
        total = np.zeros(len(distinct), np.int64)
        np.add.at(total, index, times[keep])
        return cls(distinct, total)

    @classmethod
    def merge(cls, shards: Sequence["Profiles"]) -> Self:
        """Profiles of all shards together: integer sums, the same bits for any split."""
        return cls.from_counts(
            np.concatenate([shard.counts for shard in shards]),
            np.concatenate([shard.multiplicity for shard in shards]),
        )

    def pairable(self) -> "Profiles":
        """Only the profiles with two ratings or more."""
        keep = pairable(self.counts)
        return Profiles(self.counts[keep], self.multiplicity[keep])


@dataclass(frozen=True, slots=True, eq=False)
class GroupProfiles:
    """How many units of each group show each profile; merges over shards even inside a group.

    Attributes:
        group: Shape (n_rows,); the group's number, the same in every shard.
        counts: Shape (n_rows, n_values); a profile of the group. Rows are sorted and distinct.
        multiplicity: Shape (n_rows,); units of the group with that profile.
    """

    group: IntArray
    counts: IntArray
    multiplicity: IntArray

    @classmethod
    def from_counts(
        cls, group: npt.ArrayLike, counts: npt.ArrayLike, multiplicity: npt.ArrayLike | None = None
    ) -> Self:
        """Count profiles within groups; `group` has shape (n_units,). Empty units are dropped."""
        groups = np.asarray(group, dtype=np.int64)
        rows = np.asarray(counts, dtype=np.int64)
        if len(groups) != len(rows):
            raise RowsError(
                f"There are {len(groups)} group numbers for {len(rows)} units, and each unit "
                "belongs to "
                "exactly one group. Pass one group a unit."
            )
        times = (
            np.ones(len(rows), np.int64)
            if multiplicity is None
            else np.asarray(multiplicity, np.int64)
        )
        keep = rows.sum(axis=1) > 0
        distinct, index = distinct_rows(rows[keep])
        key = groups[keep] * max(len(distinct), 1) + index
        keys, inverse = np.unique(key, return_inverse=True)
        total = np.zeros(len(keys), np.int64)
        np.add.at(total, inverse, times[keep])
        owner, profile = np.divmod(keys, max(len(distinct), 1))
        return cls(owner, distinct[profile], total)

    @classmethod
    def merge(cls, shards: Sequence["GroupProfiles"]) -> Self:
        """The groups of all shards together: integer sums, the same bits for any split."""
        return cls.from_counts(
            np.concatenate([shard.group for shard in shards]),
            np.concatenate([shard.counts for shard in shards]),
            np.concatenate([shard.multiplicity for shard in shards]),
        )

    def pairable(self) -> "GroupProfiles":
        """Only the profiles with two ratings or more, and only groups that still have one."""
        keep = pairable(self.counts)
        return GroupProfiles(self.group[keep], self.counts[keep], self.multiplicity[keep])


@dataclass(frozen=True, slots=True, eq=False)
class Blocks:
    """What a resample draws whole: distinct groups by content, in canonical order.

    Two groups with the same profiles are one block of multiplicity 2. Blocks are ordered by what
    they hold, never by the numbers of their groups, so renumbering groups changes no bit of an
    interval.

    Attributes:
        profiles: Shape (n_profiles, n_values); distinct profiles.
        block: Shape (n_members,); block of the member, ascending.
        profile: Shape (n_members,); row of `profiles`.
        units: Shape (n_members,); units of that profile in one such group.
        multiplicity: Shape (n_blocks,); groups with that content.
    """

    profiles: IntArray
    block: IntArray
    profile: IntArray
    units: IntArray
    multiplicity: IntArray

    @classmethod
    def of_units(cls, profiles: Profiles) -> Self:
        """Every unit is its own group, so a block is a profile."""
        each = np.arange(len(profiles.multiplicity))
        return cls(profiles.counts, each, each, np.ones(len(each), np.int64), profiles.multiplicity)

    @classmethod
    def of_groups(cls, groups: GroupProfiles) -> Self:
        """Whole groups are drawn, with all their units."""
        distinct, profile = distinct_rows(groups.counts)
        members = np.stack([profile, groups.multiplicity], axis=1)
        starts = np.flatnonzero(np.diff(groups.group, prepend=-1))
        contents = (
            Counter(part.tobytes() for part in np.split(members, starts[1:])) if len(starts) else {}
        )
        ordered = sorted(contents)
        parts = [np.frombuffer(content, np.int64).reshape(-1, 2) for content in ordered]
        joined = np.concatenate(parts) if parts else np.zeros((0, 2), np.int64)
        return cls(
            distinct,
            np.repeat(np.arange(len(parts)), [len(part) for part in parts]),
            joined[:, 0],
            joined[:, 1],
            np.array([contents[content] for content in ordered], np.int64),
        )

    def sums(self, terms: FloatArray) -> FloatArray:
        """Add per-unit terms up to blocks, a column at a time to bound memory.

        Args:
            terms: Shape (n_profiles, n_terms); what one unit of each profile contributes.

        Returns:
            Shape (n_blocks, n_terms).
        """
        total = np.zeros((len(self.multiplicity), terms.shape[1]))
        starts = np.flatnonzero(np.diff(self.block, prepend=-1))
        if len(starts):
            for column in range(terms.shape[1]):
                total[:, column] = np.add.reduceat(terms[self.profile, column] * self.units, starts)
        return total
