"""Agreement where values hardly repeat: sliders, free numbers, sets of labels.

Profiles do not compress there and a units x values matrix would not fit, so ratings stay in sorted
rows of (unit, value, count). Memory is that of the rows plus one chunk of replicates. Time for a
replicate: interval alpha a product of four numbers a group (a bundle of groups, where they are more
than 20,000); the other distances one pass over the
rows, and ratio, MASI and Jaccard the square of the number of distinct values on top.
"""

from dataclasses import dataclass, replace
from typing import Any, Self, TypeAlias

import numpy as np
import numpy.typing as npt

from analytics.stats.coefficients.agreement import alpha_from_distances
from analytics.stats.coefficients.distances import Distance, SetDistance, distance_of, mid_ranks
from analytics.stats.errors import RowsError
from analytics.stats.intervals.resampling import Resampling
from analytics.stats.types import FloatArray, IntArray, Level

Metric: TypeAlias = Level | SetDistance

COLUMN_CHUNK = 1_024
MAX_GROUPS = 20_000
"""Groups drawn one by one; beyond it, so many bundles of groups."""


@dataclass(frozen=True, slots=True, eq=False)
class SparseCounts:
    """Ratings of pairable units in canonical rows.

    Attributes:
        points: Shape (n_points,); distinct values, ascending.
        unit: Shape (n_rows,); ascending, 0 to n_units - 1.
        point: Shape (n_rows,); position in `points`, ascending within a unit.
        count: Shape (n_rows,); ratings of the unit with that value.
        block: Shape (n_units,); group of the unit, 0 to n_groups - 1.
        starts: Shape (n_units,); first row of each unit.
    """

    points: npt.NDArray[Any]
    unit: IntArray
    point: IntArray
    count: IntArray
    block: IntArray
    starts: IntArray

    @classmethod
    def from_rows(
        cls,
        unit: npt.ArrayLike,
        value: npt.ArrayLike,
        count: npt.ArrayLike | None = None,
        *,
        group: npt.ArrayLike,
    ) -> Self:
        """Sort, add up equal rows and drop units rated once.

        Args:
            unit: Shape (n_rows,).
            value: Shape (n_rows,); numbers, or bit masks.
            count: Shape (n_rows,); one each when left out.
            group: Shape (n_units,); group of each unit. Groups are drawn in the order of their
                numbers.

        Raises:
            RowsError: Lengths differ, or a unit has no group, or a value is not finite.
        """
        units, groups = np.asarray(unit, dtype=np.int64), np.asarray(group, dtype=np.int64)
        values = np.asarray(value)
        counts = (
            np.ones(len(units), np.int64) if count is None else np.asarray(count, dtype=np.int64)
        )
        if not len(units) == len(values) == len(counts):
            raise RowsError(
                f"There are {len(units)} units, {len(values)} values and {len(counts)} counts, "
                "and each "
                "row needs one of each. Pass arrays of one length."
            )
        if len(units) and (units.min() < 0 or units.max() >= len(groups)):
            raise RowsError(
                f"Units run from {units.min()} to {units.max()} and {len(groups)} groups are "
                "given, one a "
                "unit. Number units from 0 and give each its group."
            )
        if values.dtype.kind == "f" and not np.isfinite(values).all():
            raise RowsError(
                "A value is not finite. Leave rows without a number out: they are missing."
            )
        ratings = np.zeros(len(groups), np.int64)
        np.add.at(ratings, units, counts)
        keep = (ratings >= 2)[units] & (counts > 0)
        points, point = np.unique(values[keep], return_inverse=True)
        keys, inverse = np.unique(units[keep] * max(len(points), 1) + point, return_inverse=True)
        total = np.zeros(len(keys), np.int64)
        np.add.at(total, inverse, counts[keep])
        old, point = np.divmod(keys, max(len(points), 1))
        kept, dense = np.unique(old, return_inverse=True)
        _, block = np.unique(groups[kept], return_inverse=True)
        starts = np.flatnonzero(np.diff(dense, prepend=-1))
        return cls(points, dense, point, total, block, starts)

    @property
    def n_groups(self) -> int:
        """Groups with a pairable unit."""
        return int(self.block.max(initial=-1)) + 1

    @property
    def is_bundled(self) -> bool:
        """There are so many groups that they are drawn in bundles."""
        return self.n_groups > MAX_GROUPS

    def bundled(self) -> "SparseCounts":
        """The same ratings, with groups thrown together where there are very many.

        A resample draws whole groups, and of a million it need not draw each for itself: bundles
        put together by lot vary as their groups do, and 20,000 of them tell the spread of a
        coefficient to half a per cent. Time and memory of a replicate are then bounded.
        """
        if not self.is_bundled:
            return self
        lot = np.random.default_rng(self.n_groups).permutation(self.n_groups)
        return replace(self, block=(lot * MAX_GROUPS // self.n_groups)[self.block])

    def per_unit(self, rows: npt.NDArray[Any]) -> FloatArray:
        """Add a number a row up to units: shape (n_units,)."""
        if not len(self.starts):
            return np.zeros(0)
        return np.asarray(np.add.reduceat(rows, self.starts), dtype=np.float64)

    def per_block(self, terms: FloatArray) -> FloatArray:
        """Add terms (n_units, n_terms) up to groups: (n_groups, n_terms)."""
        out = np.zeros((self.n_groups, terms.shape[1]))
        for column in range(terms.shape[1]):
            out[:, column] = np.bincount(self.block, terms[:, column], self.n_groups)
        return out

    def spread_within(self, numbers: FloatArray) -> FloatArray:
        """Summed squared differences of a unit's ratings over (m - 1): shape (n_units,).

        `numbers` stand for the points. Differences are taken to the unit's first, so equal ratings
        give exactly 0.
        """
        x = numbers[self.point]
        x = x - x[self.starts][self.unit]
        m = self.per_unit(self.count)
        first, second = self.per_unit(self.count * x), self.per_unit(self.count * x * x)
        return 2 * (m * second - first * first) / (m - 1)

    def distance_within(self, distance: Distance) -> FloatArray:
        """Summed distances of a unit's ratings over (m - 1), pair by pair: shape (n_units,)."""
        out = np.zeros(len(self.starts))
        for lag in range(1, len(self.unit)):
            left = np.flatnonzero(self.unit[lag:] == self.unit[:-lag])
            if not len(left):
                break
            right = left + lag
            apart = distance(self.points[self.point[left]], self.points[self.point[right]])
            pairs = 2.0 * self.count[left] * self.count[right] * apart
            out += np.bincount(self.unit[left], pairs, len(out))
        return out / (self.per_unit(self.count) - 1)


def expected_distance(
    totals: FloatArray, points: npt.NDArray[Any], distance: Distance
) -> FloatArray:
    """Summed distance over all ordered pairs of ratings, a chunk of columns at a time.

    Args:
        totals: Shape (n_replicates, n_points).
        points: Shape (n_points,).
        distance: Elementwise distance.

    Returns:
        Shape (n_replicates,).
    """
    out = np.zeros(len(totals))
    for start in range(0, len(points), COLUMN_CHUNK):
        columns = slice(start, start + COLUMN_CHUNK)
        matrix = distance(points[:, None], points[None, columns])
        out += (totals @ matrix * totals[:, columns]).sum(axis=1)
    return out


def _spread_of_totals(totals: FloatArray, numbers: FloatArray) -> FloatArray:
    """Summed squared difference over all ordered pairs of ratings: (n_replicates,)."""
    n = totals.sum(axis=1, keepdims=True)
    mean = (totals * numbers).sum(axis=1, keepdims=True) / n
    return np.asarray(2 * n[:, 0] * (totals * np.square(numbers - mean)).sum(axis=1))


def _totals(counts: SparseCounts, weights: FloatArray) -> FloatArray:
    owner = counts.block[counts.unit]
    return np.stack(
        [
            np.bincount(counts.point, row[owner] * counts.count, len(counts.points))
            for row in weights
        ]
    )


def _interval_alpha(counts: SparseCounts) -> Resampling:
    """Four sums a group are enough: ratings, numbers, their squares, spread within units."""
    points = counts.points.astype(np.float64)
    totals = np.bincount(counts.point, counts.count, len(points))
    centred = points - (totals @ points / totals.sum() if len(points) else 0.0)
    x = centred[counts.point]
    terms = np.column_stack(
        [
            counts.per_unit(counts.count),
            counts.per_unit(counts.count * x),
            counts.per_unit(counts.count * x * x),
            counts.spread_within(centred),
        ]
    )
    sums = counts.per_block(terms)
    varies = len(points) > 1

    def value_of(weights: FloatArray) -> FloatArray:
        n, first, second, observed = (weights @ sums).T
        expected = 2 * (n * second - first * first)
        tiny = 1e-12 * n * second
        return alpha_from_distances(
            n, observed, np.where((expected > tiny) & varies, expected, 0.0)
        )

    return Resampling(np.ones(counts.n_groups, np.int64), value_of, 8)


def _ordinal_alpha(counts: SparseCounts) -> Resampling:
    def one(row: FloatArray) -> float:
        totals = _totals(counts, row[None, :])
        ranks = mid_ranks(totals[0])
        observed = row[counts.block] @ counts.spread_within(ranks)
        varies = (totals > 0).sum() > 1
        expected = _spread_of_totals(totals, ranks) * varies
        return float(alpha_from_distances(totals.sum(axis=1), np.array([observed]), expected)[0])

    def value_of(weights: FloatArray) -> FloatArray:
        return np.array([one(row) for row in weights])

    return Resampling(np.ones(counts.n_groups, np.int64), value_of, len(counts.points))


def _distance_alpha(counts: SparseCounts, metric: Metric) -> Resampling:
    distance = distance_of(metric)
    within = counts.per_block(counts.distance_within(distance)[:, None])

    def value_of(weights: FloatArray) -> FloatArray:
        totals = _totals(counts, weights)
        n = totals.sum(axis=1)
        if metric == "nominal":
            expected = n * n - np.square(totals).sum(axis=1)
        else:
            expected = expected_distance(totals, counts.points, distance)
        return alpha_from_distances(n, (weights @ within)[:, 0], expected)

    return Resampling(np.ones(counts.n_groups, np.int64), value_of, 3 * len(counts.points))


def alpha_resampling(counts: SparseCounts, metric: Metric) -> Resampling:
    """Krippendorff's alpha of sparse counts as a function of weights of groups.

    Args:
        counts: Ratings of pairable units.
        metric: A level, or "masi" or "jaccard" for points that are bit masks of labels.
    """
    if metric == "interval":
        return _interval_alpha(counts)
    if metric == "ordinal":
        return _ordinal_alpha(counts)
    return _distance_alpha(counts, metric)


def percent_agreement_resampling(counts: SparseCounts) -> Resampling:
    """Share of equal pairs of ratings, pairs pooled, as a function of weights of groups."""
    m = counts.per_unit(counts.count)
    equal = counts.per_unit(counts.count * (counts.count - 1))
    sums = counts.per_block(np.column_stack([equal, m * (m - 1)]))

    def value_of(weights: FloatArray) -> FloatArray:
        pairs = weights @ sums
        return np.asarray(pairs[:, 0] / pairs[:, 1])

    return Resampling(np.ones(counts.n_groups, np.int64), value_of, 2)


def alpha_of_rows(unit: npt.ArrayLike, number: npt.ArrayLike, metric: Metric) -> float:
    """Krippendorff's alpha of long rows, any number of distinct values.

    Args:
        unit: Shape (n_rows,); unit of the rating, numbered from 0.
        number: Shape (n_rows,); its number, or its labels as a bit mask for "masi" and "jaccard".
        metric: "nominal", "ordinal", "interval", "ratio", "masi" or "jaccard".

    Returns:
        As `krippendorff_alpha`: at most 1, NaN when no unit has two ratings or nothing varies.

    Raises:
        RowsError: Lengths differ or a number is not finite.

    Source:
        Krippendorff (2011), Computing Krippendorff's alpha-reliability, University of Pennsylvania.

    Example:
        >>> round(alpha_of_rows([0, 0, 1, 1, 2, 2], [1.5, 1.7, 3.0, 2.9, 8.1, 8.0], "interval"), 4)
        0.9989
    """
    units = np.asarray(unit, dtype=np.int64)
    counts = SparseCounts.from_rows(
        units, number, group=np.zeros(units.max(initial=-1) + 1, np.int64)
    )
    return alpha_resampling(counts, metric).estimate()
