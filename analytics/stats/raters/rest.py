"""One rater against the rest: alpha without them, and their kappa with everybody else.

A unit is one row: the rater's own rating (one 1, or zeros where they did not rate), then the counts
of all others. Both coefficients are sums over such rows, so whole groups are resampled and a
difference is paired over the same units.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from analytics.stats.coefficients.coefficient import Coefficient, CountCoefficient
from analytics.stats.coefficients.kappa import kappas_of_tables
from analytics.stats.profiles import Blocks, Profiles, distinct_rows, pairable
from analytics.stats.ratings import Ratings
from analytics.stats.types import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class EachBesideOthers:
    """What each rater said beside what the others said, in the blocks that are resampled.

    Where every unit is a group of its own, most of it is the same for all raters: a rater's own
    units are looked at, and of all others it is known how many show which counts.

    Attributes:
        ratings: On a short scale.
    """

    ratings: Ratings

    @cached_property
    def _all(self) -> tuple[IntArray, IntArray]:
        """Distinct counts of units, and those of each unit."""
        return distinct_rows(self.ratings.counts)

    @cached_property
    def _are_groups(self) -> bool:
        return self.ratings.are_groups(np.flatnonzero(self.ratings.per_unit))

    def rows(self, rater: int) -> tuple[IntArray, IntArray]:
        """The rater's rating and the others' counts, with how many units show them.

        Args:
            rater: Number of the rater in `ratings`.

        Returns:
            Shapes (n_rows, 2 * n_values) and (n_rows,). Rows are units, unless these are groups.

        Example:
            >>> ratings = Ratings.from_rows(
            ...     [0, 0, 1, 1, 2, 2], [0, 1, 1, 2, 1, 2], [0, 1, 1, 1, 1, 1], range(3),
            ...     "nominal", range(2),
            ... )
            >>> for part in EachBesideOthers(ratings).rows(0):
            ...     print(part.tolist())
            [[0, 0, 0, 2], [1, 0, 0, 1]]
            [2, 1]
        """
        ratings = self.ratings
        mine = np.flatnonzero(ratings.rater == rater)
        if not self._are_groups:
            own = np.zeros_like(ratings.counts)
            own[ratings.unit[mine], ratings.value[mine]] = 1
            return np.concatenate([own, ratings.counts - own], axis=1), np.ones(len(own), np.int64)
        unit = ratings.unit[mine]
        own = np.eye(ratings.n_values, dtype=np.int64)[ratings.value[mine]]
        counts, profile = self._all
        elsewhere = np.bincount(profile, minlength=len(counts)) - np.bincount(
            profile[unit], minlength=len(counts)
        )
        rest = counts[elsewhere > 0]
        rows = [
            np.concatenate([np.zeros_like(rest), rest], axis=1),
            np.concatenate([own, ratings.counts[unit] - own], axis=1),
        ]
        return np.concatenate(rows), np.concatenate(
            [elsewhere[elsewhere > 0], np.ones(len(own), np.int64)]
        )

    def blocks(self, rows: IntArray, times: IntArray, usable: BoolArray) -> Blocks:
        """The usable ones of `rows` as they are resampled."""
        if self._are_groups:
            return Blocks.of_units(Profiles.from_counts(rows[usable], times[usable]))
        return self.ratings.blocks(rows[usable], np.flatnonzero(usable))


def _halves(rows: IntArray) -> tuple[IntArray, IntArray]:
    size = rows.shape[1] // 2
    return rows[:, :size], rows[:, size:]


@dataclass(frozen=True, eq=False)
class WithoutRater:
    """A coefficient of counts without the rater, or by how much that is more than with them.

    Attributes:
        coefficient: Alpha, say.
        less_all: Whether the coefficient of all ratings is taken off.
    """

    coefficient: CountCoefficient
    less_all: bool = False

    def usable(self, rows: IntArray) -> BoolArray:
        """Units of two ratings or more, the rater's included."""
        own, others = _halves(rows)
        return np.asarray(pairable(own + others))

    def terms(self, rows: IntArray) -> FloatArray:
        """Terms of all ratings, then terms without the rater."""
        own, others = _halves(rows)
        return np.concatenate(
            [_terms(self.coefficient, own + others), _terms(self.coefficient, others)], axis=1
        )

    def value(self, sums: FloatArray) -> FloatArray:
        """Without the rater, less the value with them where that is asked for."""
        size = sums.shape[-1] // 2
        without = self.coefficient.value(sums[..., size:])
        if not self.less_all:
            return without
        return np.asarray(without - self.coefficient.value(sums[..., :size]))


def _terms(coefficient: Coefficient, rows: IntArray) -> FloatArray:
    """Terms of all rows, zero where a unit says nothing."""
    usable = coefficient.usable(rows)
    found = coefficient.terms(rows[usable])
    out = np.zeros((len(rows), found.shape[1]))
    out[usable] = found
    return out


@dataclass(frozen=True, eq=False)
class AgainstRest:
    """Kappa of one rater with the others, each unit counted once however many others rated it.

    The table holds, for each unit, the rater's value against the others' values, these weighted so
    that they add up to one rating.

    Attributes:
        weights: Shape (n_values, n_values); partial credit.

    Example:
        >>> rows = np.array([[1, 0, 2, 0], [0, 1, 0, 1], [0, 1, 1, 1], [0, 0, 1, 1]])
        >>> kappa = AgainstRest(np.eye(2))
        >>> round(float(kappa.value(kappa.terms(rows[kappa.usable(rows)]).sum(axis=0))), 3)
        0.667
    """

    weights: FloatArray

    def usable(self, rows: IntArray) -> BoolArray:
        """Units that the rater and somebody else rated."""
        own, others = _halves(rows)
        return np.asarray((own.sum(axis=1) > 0) & (others.sum(axis=1) > 0))

    def terms(self, rows: IntArray) -> FloatArray:
        """The unit's table, flattened: (n_units, n_values squared)."""
        own, others = _halves(rows)
        shares = others / others.sum(axis=1, keepdims=True)
        return np.asarray((own[:, :, None] * shares[:, None, :]).reshape(len(rows), -1))

    def value(self, sums: FloatArray) -> FloatArray:
        """Kappa of summed tables."""
        size = len(self.weights)
        return kappas_of_tables(sums.reshape(*sums.shape[:-1], size, size), self.weights)
