"""The ratings of one criterion, one row each, in the shapes that coefficients ask for."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from analytics.stats.coefficients.distances import checked_level, scale_numbers
from analytics.stats.coefficients.rater_pairs import RaterPairs, rater_pairs
from analytics.stats.errors import DuplicateRatingError, RowsError
from analytics.stats.numbering import distinct_numbers
from analytics.stats.patterns import pattern_matrix
from analytics.stats.profiles import (
    MAX_DENSE_VALUES,
    Blocks,
    GroupProfiles,
    Profiles,
    count_matrix,
    distinct_rows,
)
from analytics.stats.types import BoolArray, FloatArray, IntArray, Level


@dataclass(frozen=True, eq=False)
class Ratings:
    """Checked rows of ratings, with their scale.

    Attributes:
        unit: Shape (n_rows,); 0 to n_units - 1.
        rater: Shape (n_rows,); 0 to n_raters - 1, each with a rating.
        value: Shape (n_rows,); position in the scale.
        group: Shape (n_units,).
        level: Of measurement.
        numbers: Shape (n_values,); what the points are worth. Of nominal and ordinal scales their
            places stand for them.
    """

    unit: IntArray
    rater: IntArray
    value: IntArray
    group: IntArray
    level: Level
    numbers: FloatArray

    @classmethod
    def from_rows(
        cls,
        unit: npt.ArrayLike,
        rater: npt.ArrayLike,
        value: npt.ArrayLike,
        group: npt.ArrayLike,
        level: str,
        values: Sequence[Any] | npt.NDArray[Any],
    ) -> Self:
        """Check rows against each other and the scale.

        Raises:
            RowsError: Lengths differ or a number is outside its range.
            DuplicateRatingError: A rater appears twice on a unit.
            ScaleError: The values do not suit the level.
            UnknownLevelError: The level is none of the four.
        """
        known = checked_level(level)
        numbers = (
            np.arange(len(values), dtype=np.float64)
            if known in ("nominal", "ordinal")
            else scale_numbers(values, known)
        )
        columns = [np.asarray(column, dtype=np.int64) for column in (unit, rater, value)]
        groups = np.asarray(group, dtype=np.int64)
        if len({len(column) for column in columns}) != 1:
            raise RowsError(
                f"There are {len(columns[0])} units, {len(columns[1])} raters and "
                f"{len(columns[2])} values, and each row needs one of each."
            )
        for name, column, size in (
            ("Unit", columns[0], len(groups)),
            ("Value position", columns[2], len(numbers)),
        ):
            if len(column) and (column.min() < 0 or column.max() >= size):
                wrong = int(column.min() if column.min() < 0 else column.max())
                raise RowsError(
                    f"{name} {wrong} is outside 0 to {size - 1}. Number the rows by the declared "
                    "scale and units."
                )
        names, raters = distinct_numbers(columns[1])
        cells = np.sort(columns[0] * max(len(names), 1) + raters)
        twice = np.unique(cells[1:][cells[1:] == cells[:-1]])
        if len(twice):
            named = ", ".join(
                f"(unit {cell // len(names)}, rater {names[cell % len(names)]})"
                for cell in twice[:5]
            )
            raise DuplicateRatingError(
                f"{len(twice)} times a rater rated a unit more than once: {named}. A rater is "
                "compared with others only; keep one rating each."
            )
        return cls(columns[0], raters, columns[2], groups, known, numbers)

    @property
    def n_values(self) -> int:
        """Declared values."""
        return len(self.numbers)

    @cached_property
    def n_raters(self) -> int:
        """Raters with a rating."""
        return int(self.rater.max(initial=-1)) + 1

    @cached_property
    def per_unit(self) -> IntArray:
        """Ratings of each unit: (n_units,)."""
        return np.bincount(self.unit, minlength=len(self.group))

    @property
    def is_short(self) -> bool:
        """The scale is short enough for a matrix of units x values."""
        return self.n_values <= MAX_DENSE_VALUES

    @cached_property
    def counts(self) -> IntArray:
        """Units x values; for short scales only."""
        return count_matrix(self.unit, self.value, n_units=len(self.group), n_values=self.n_values)

    @cached_property
    def distinct(self) -> tuple[IntArray, IntArray]:
        """Distinct rows of `counts`, in order, and which of them each unit has."""
        return distinct_rows(self.counts)

    def profiles(self, usable: BoolArray) -> Profiles:
        """Profiles of all units whose row of `distinct` is usable."""
        rows, index = self.distinct
        times = np.bincount(index, minlength=len(rows))
        return Profiles.from_counts(rows[usable], times[usable])

    @cached_property
    def pairs(self) -> RaterPairs:
        """Tables of all pairs of raters who met; for short scales only."""
        return rater_pairs(self.unit, self.rater, self.value, n_values=self.n_values)

    def patterns(self, units: IntArray) -> IntArray:
        """Units x raters of some units, 0 for missing: (len(units), n_raters)."""
        place = np.full(len(self.group), -1)
        place[units] = np.arange(len(units))
        kept = place[self.unit] >= 0
        return pattern_matrix(
            place[self.unit][kept],
            self.rater[kept],
            self.value[kept],
            n_units=len(units),
            n_raters=self.n_raters,
            n_values=self.n_values,
        )

    @cached_property
    def complete(self) -> IntArray:
        """Units that every rater rated; at least two raters."""
        return np.flatnonzero((self.per_unit == self.n_raters) & (self.n_raters >= 2))

    def blocks(self, rows: IntArray, units: IntArray) -> Blocks:
        """Groups of rows, counts or patterns, one for each of these units."""
        if self.are_groups(units):
            return Blocks.of_units(Profiles.from_counts(rows))
        return Blocks.of_groups(GroupProfiles.from_counts(self.group[units], rows))

    def are_groups(self, units: IntArray) -> bool:
        """Each of these units is its own group."""
        return int(np.bincount(self._group_numbers[units]).max(initial=0)) <= 1

    @cached_property
    def _group_numbers(self) -> IntArray:
        """Groups numbered from 0 without gaps: (n_units,)."""
        return distinct_numbers(self.group)[1]
