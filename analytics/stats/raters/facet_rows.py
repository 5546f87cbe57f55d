"""Which ratings a model of raters and criteria can compare, and why not the others."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from analytics.stats.errors import DuplicateRatingError, RowsError
from analytics.stats.raters.groups import rater_groups
from analytics.stats.raters.pairwise import PairRows, PairTables
from analytics.stats.types import BoolArray, FloatArray, IntArray

FEWEST_OF_RATER = 10
"""Units below which a rater's error is itself too unsure to be told."""

SEPARATE = (
    "No common item joins this rater to the others, so severity cannot be told from what was "
    "rated. Give them some of the same items."
)
EXTREME = (
    "On common items this rater is always at one end of the others, so a severity in logits has no "
    "finite estimate. Read the severity in points."
)
FEW_OF_RATER = (
    "Fewer than 10 of this rater's items can tell raters apart, too few for a severity in logits. "
    "Read the severity in points."
)


@dataclass(frozen=True, slots=True, eq=False)
class FacetRows:
    """Ratings by unit, rater and criterion, sorted so that the order of rows never matters.

    Attributes:
        unit: Shape (n_rows,); ascending.
        rater: Shape (n_rows,).
        criterion: Shape (n_rows,).
        value: Shape (n_rows,).
        group: Shape (n_rows,); of the row's unit.
    """

    unit: IntArray
    rater: IntArray
    criterion: IntArray
    value: IntArray
    group: IntArray

    @classmethod
    def of(
        cls,
        unit: npt.ArrayLike,
        rater: npt.ArrayLike,
        value: npt.ArrayLike,
        criterion: npt.ArrayLike | None,
        group: npt.ArrayLike | None,
    ) -> Self:
        """Check rows against each other.

        Raises:
            RowsError: Lengths differ, a number is below 0, or a unit has no group.
            DuplicateRatingError: A rater appears twice on a unit and criterion.
        """
        units, raters, values = (
            np.asarray(column, dtype=np.int64) for column in (unit, rater, value)
        )
        criteria = (
            np.zeros(len(units), np.int64)
            if criterion is None
            else np.asarray(criterion, dtype=np.int64)
        )
        columns = (units, raters, criteria, values)
        if len({len(column) for column in columns}) != 1:
            raise RowsError(
                f"There are {len(units)} units, {len(raters)} raters, {len(criteria)} criteria and "
                f"{len(values)} values, and each row needs one of each. Pass arrays of one length."
            )
        lowest = min((int(column.min(initial=0)) for column in columns), default=0)
        if lowest < 0:
            raise RowsError(f"Row number {lowest} is below 0. Number rows and points from 0.")
        groups = np.arange(units.max(initial=-1) + 1) if group is None else np.asarray(group)
        if units.max(initial=-1) >= len(groups):
            raise RowsError(
                f"Unit {units.max()} has no group among {len(groups)}. Name one for each unit."
            )
        order = np.lexsort((criteria, raters, units))
        found = cls(
            units[order],
            raters[order],
            criteria[order],
            values[order],
            groups[units[order]].astype(np.int64),
        )
        again = np.diff(np.stack([found.unit, found.rater, found.criterion])) == 0
        if again.all(axis=0).any():
            row = int(np.flatnonzero(again.all(axis=0))[0])
            raise DuplicateRatingError(
                f"Rater {found.rater[row]} rated unit {found.unit[row]} more than once. "
                "Keep one rating each."
            )
        return found

    def only(self, rows: BoolArray) -> "FacetRows":
        """Some of the rows."""
        return FacetRows(
            self.unit[rows],
            self.rater[rows],
            self.criterion[rows],
            self.value[rows],
            self.group[rows],
        )

    def pairs(self) -> PairRows:
        """Rows to be paired: who is a rater on a criterion, and only points in use are counted."""
        _, who = np.unique(self.who, return_inverse=True)
        points, value = np.unique(self.value, return_inverse=True)
        return PairRows(
            self.unit,
            who.astype(np.int64),
            self.rater,
            value.astype(np.int64),
            int(who.max(initial=-1)) + 1,
            len(points),
        )

    @property
    def who(self) -> IntArray:
        """Rater and criterion in one number, ascending within a unit."""
        return self.rater * (int(self.criterion.max(initial=0)) + 1) + self.criterion

    def facets(self) -> "Facets":
        """What `pairs` made of raters and criteria."""
        met = np.unique(self.who)
        size = int(self.criterion.max(initial=0)) + 1
        raters, rater = np.unique(met // size, return_inverse=True)
        criteria, criterion = np.unique(met % size, return_inverse=True)
        return Facets(raters, criteria, rater.astype(np.int64), criterion.astype(np.int64))


@dataclass(frozen=True, slots=True, eq=False)
class Facets:
    """Raters and criteria that are compared.

    Attributes:
        raters: Shape (n_raters,); their numbers.
        criteria: Shape (n_criteria,).
        rater: Shape (n_who,); place of each who among them.
        criterion: Shape (n_who,).
    """

    raters: IntArray
    criteria: IntArray
    rater: IntArray
    criterion: IntArray

    @property
    def levels(self) -> FloatArray:
        """Effects of all raters, then of all criteria, from free ones: both add up to 0."""
        sizes = (len(self.raters), len(self.criteria))
        levels = np.zeros((sum(sizes), sum(sizes) - 2))
        row = column = 0
        for size in sizes:
            levels[row : row + size - 1, column : column + size - 1] = np.eye(size - 1)
            levels[row + size - 1, column : column + size - 1] = -1
            row, column = row + size, column + size - 1
        return levels

    @property
    def design(self) -> FloatArray:
        """What each who adds, from free effects: shape (n_who, n_effects)."""
        levels = self.levels
        return np.asarray(levels[self.rater] + levels[len(self.raters) + self.criterion])


def comparable(rows: FacetRows) -> tuple[FacetRows, PairRows, dict[int, str]]:
    """Rows of the largest set of raters that can stand on one scale, and reasons of the others.

    Between raters whom no common unit joins nothing is known; one who is always at an end of the
    others has no finite place; and leaving one out may bring another to an end, so it is asked
    again until nobody leaves.
    """
    raters = np.unique(rows.rater)
    groups = rater_groups(rows.unit, np.searchsorted(raters, rows.rater))
    reasons = {int(one): SEPARATE for one in raters[groups != 0]}
    if (groups == 0).sum() == 1:
        reasons |= {int(one): SEPARATE for one in raters}
    while True:
        rows = rows.only(~np.isin(rows.rater, list(reasons)))
        pairs = rows.pairs()
        left = _left_out(rows, pairs)
        if not left:
            return rows, pairs, reasons
        reasons |= left


def _left_out(rows: FacetRows, pairs: PairRows) -> dict[int, str]:
    """Raters who cannot be compared as the rows stand."""
    from scipy.sparse.csgraph import connected_components

    raters = np.unique(rows.rater)
    if not len(raters) or pairs.is_too_large:
        return {}
    facets = rows.facets()
    telling = np.bincount(
        np.unique(np.stack([rows.rater, rows.unit])[:, pairs.telling], axis=1)[0],
        minlength=raters.max() + 1,
    )[raters]
    if (telling < FEWEST_OF_RATER).any():
        return {int(one): FEW_OF_RATER for one in raters[telling < FEWEST_OF_RATER]}
    could_have_more = np.zeros((len(raters), len(raters)), bool)
    tables = pairs.tables
    for whose, other, cells in _both_ways(tables):
        more = cells[:, :-1, 1:].any(axis=(1, 2))
        could_have_more[facets.rater[whose[more]], facets.rater[other[more]]] = True
    _, label = connected_components(could_have_more, connection="strong")
    largest = np.bincount(label, telling).argmax()
    return {int(one): EXTREME for one in raters[label != largest]}


def _both_ways(tables: PairTables) -> list[tuple[IntArray, IntArray, FloatArray]]:
    return [
        (tables.first, tables.second, tables.tables),
        (tables.second, tables.first, tables.tables.swapaxes(1, 2)),
    ]
