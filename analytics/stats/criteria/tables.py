"""What lies behind a coefficient: distributions, confused points, hardest units."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from analytics.stats.coefficients.agreement import OrdinalAlpha
from analytics.stats.coefficients.distances import checked_level, distance_matrix, mid_ranks
from analytics.stats.profiles import Profiles, pairable
from analytics.stats.types import FloatArray, IntArray


def value_totals(counts: npt.ArrayLike) -> IntArray:
    """How often each declared value was chosen, in all units: shape (n_values,).

    Args:
        counts: Shape (n_units, n_values).

    Example:
        >>> value_totals([[2, 0], [1, 1]])
        array([3, 1])
    """
    return np.asarray(np.asarray(counts, dtype=np.int64).sum(axis=0))


def value_shares(counts: npt.ArrayLike) -> FloatArray:
    """Share of all ratings that chose each declared value: shape (n_values,); NaN without ratings.

    Args:
        counts: Shape (n_units, n_values).

    Example:
        >>> value_shares([[3, 0, 1], [0, 0, 4]])
        array([0.375, 0.   , 0.625])
    """
    totals = value_totals(counts)
    n = totals.sum()
    return totals / n if n else np.full(len(totals), np.nan)


def coincidence_matrix(counts: npt.ArrayLike) -> FloatArray:
    """Which points meet on the same unit: the confusions of raters without a truth to compare.

    Each ordered pair of ratings of a unit with m ratings counts 1/(m - 1), so that every rating
    counts once and the table adds up to the number of comparable ratings.

    Args:
        counts: Shape (n_units, n_values).

    Returns:
        Shape (n_values, n_values), symmetric; the diagonal holds agreement. All zero when no unit
        is pairable.

    Source:
        Krippendorff (2011), Computing Krippendorff's alpha-reliability, University of
        Pennsylvania, section C.

    Example:
        >>> coincidence_matrix([[2, 1], [0, 2]])
        array([[1., 1.],
               [1., 2.]])
    """
    kept = Profiles.from_counts(counts).pairable()
    size = kept.counts.shape[1]
    total = kept.multiplicity @ OrdinalAlpha().terms(kept.counts)
    return np.asarray(total).reshape(size, size)


def unit_disagreement(
    counts: npt.ArrayLike, level: str, values: Sequence[Any] | npt.NDArray[Any]
) -> FloatArray:
    """Mean distance between two ratings of each unit: what ranks the hardest units.

    Nominal: the share of the unit's pairs that differ. Interval: mean squared difference, twice
        the variance.
    Ordinal: mean squared difference of ranks over all comparable ratings, so its size grows with
        them; only
    its order and its ratios mean something.

    Args:
        counts: Shape (n_units, n_values).
        level: Level of measurement.
        values: Shape (n_values,); declared points in order.

    Returns:
        Shape (n_units,); 0 is full agreement, NaN for units with fewer than two ratings.

    Raises:
        UnknownLevelError: The level is none of the four.
        ScaleError: The values do not suit the level.

    Source:
        Krippendorff (2018), Content Analysis, 4th ed., chapter 12, doi:10.4135/9781071878781.

    Example:
        >>> unit_disagreement([[2, 0], [1, 1], [2, 1], [1, 0]], "nominal", ["no", "yes"]).round(3)
        array([0.   , 1.   , 0.667,   nan])
    """
    known = checked_level(level)
    rows = np.asarray(counts, dtype=np.int64)
    usable = pairable(rows)
    if known == "ordinal":
        ranks = mid_ranks(rows[usable].sum(axis=0).astype(np.float64))
        distance = np.square(ranks[:, None] - ranks[None, :])
    else:
        distance = distance_matrix(known, values)
    c = rows[usable].astype(np.float64)
    ratings = c.sum(axis=1)
    out = np.full(len(rows), np.nan)
    out[usable] = (c @ distance * c).sum(axis=1) / (ratings * (ratings - 1))
    return out


def hardest_units(disagreement: FloatArray, limit: int) -> IntArray:
    """Units by falling disagreement; only those with any, equals in their given order.

    Args:
        disagreement: Shape (n_units,), as from `unit_disagreement`.
        limit: At most so many.

    Returns:
        Positions of units, shape (at most limit,).

    Source:
        Krippendorff (2018), Content Analysis, 4th ed., chapter 12, doi:10.4135/9781071878781.

    Example:
        >>> hardest_units(np.array([0.2, np.nan, 0.7, 0.0, 0.7]), 3)
        array([2, 4, 0])
    """
    known = np.nan_to_num(disagreement, nan=0.0)
    order = np.argsort(-known, kind="stable")
    return order[known[order] > 0][:limit].astype(np.int64)
