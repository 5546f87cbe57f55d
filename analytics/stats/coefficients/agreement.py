"""Coefficients of agreement on counts of values.

Each coefficient is a class (see `coefficient`); the functions below are the same coefficients for
one table.

Inside this package NaN means "not defined for these ratings"; `estimate` turns it into a reason.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from analytics.stats.coefficients.coefficient import (
    CountCoefficient,
    agreeing_pairs,
    checked_counts,
    evaluate,
    self_pairs,
)
from analytics.stats.coefficients.distances import checked_level, distance_matrix, mid_ranks
from analytics.stats.profiles import Profiles, pairable
from analytics.stats.types import BoolArray, FloatArray, IntArray


def _coincidences(counts: IntArray | FloatArray, same: FloatArray | None) -> FloatArray:
    """Per unit, the ordered pairs of its ratings, each weighted 1/(m - 1): (n_units, V, V)."""
    c, own = counts.astype(np.float64), self_pairs(counts, same)
    matrix = c[:, :, None] * c[:, None, :]
    diagonal = np.arange(c.shape[1])
    matrix[:, diagonal, diagonal] -= own
    ratings = c.sum(axis=1)
    pairs = ratings * ratings - own.sum(axis=1)
    matrix *= ratings[:, None, None]
    return np.asarray(matrix / np.where(pairs > 0, pairs, np.inf)[:, None, None])


def alpha_from_distances(
    ratings: FloatArray, observed: FloatArray, expected: FloatArray
) -> FloatArray:
    """Alpha of summed distances: ``1 - (n - 1) * observed / expected``.

    Args:
        ratings: Shape (...); comparable ratings n.
        observed: Distances of ordered pairs within units, each weighted 1/(m - 1).
        expected: Distances of all ordered pairs of ratings.

    Returns:
        Shape (...); NaN where no distance is expected, because nothing varies.
    """
    ratio = np.divide(observed, expected, out=np.full_like(observed, np.nan), where=expected > 0)
    return np.asarray(1.0 - (ratings - 1.0) * ratio)


@dataclass(frozen=True, eq=False)
class FixedDistanceAlpha:
    """Krippendorff's alpha for a distance that does not depend on the totals.

    The terms are one observed distance and the totals of the values, not a matrix of coincidences:
    long scales stay cheap.

    Attributes:
        distance: Shape (n_values, n_values).
    """

    distance: FloatArray

    def usable(self, rows: IntArray) -> BoolArray:
        """Units of two ratings or more."""
        return pairable(rows)

    def terms(self, rows: IntArray | FloatArray, same: FloatArray | None = None) -> FloatArray:
        """The unit's observed distance, then its counts: (n_units, 1 + n_values)."""
        c = rows.astype(np.float64)
        ratings = c.sum(axis=1)
        pairs = ratings * ratings - self_pairs(rows, same).sum(axis=1)
        apart = ratings * (c @ self.distance * c).sum(axis=1)
        within = np.divide(apart, pairs, out=np.zeros_like(pairs), where=pairs > 0)
        return np.column_stack([within, c * (pairs > 0)[:, None]])

    def value(self, sums: FloatArray) -> FloatArray:
        """Alpha of summed terms."""
        totals = sums[..., 1:]
        expected = (totals @ self.distance * totals).sum(axis=-1)
        return alpha_from_distances(totals.sum(axis=-1), sums[..., 0], expected)


@dataclass(frozen=True, eq=False)
class OrdinalAlpha:
    """Krippendorff's ordinal alpha: squared differences of mid-ranks of the pooled ratings.

    The ranks move with every resample, so the terms are the whole matrix of coincidences.
    """

    def usable(self, rows: IntArray) -> BoolArray:
        """Units of two ratings or more."""
        return pairable(rows)

    def terms(self, rows: IntArray | FloatArray, same: FloatArray | None = None) -> FloatArray:
        """Coincidences of each unit, flattened: (n_units, n_values squared)."""
        return _coincidences(rows, same).reshape(len(rows), rows.shape[1] ** 2)

    def value(self, sums: FloatArray) -> FloatArray:
        """Alpha of summed coincidences."""
        size = round(sums.shape[-1] ** 0.5)
        matrix = sums.reshape(*sums.shape[:-1], size, size)
        totals = matrix.sum(axis=-1)
        ranks = mid_ranks(totals)
        distance = np.square(ranks[..., :, None] - ranks[..., None, :])
        observed = (matrix * distance).sum(axis=(-2, -1))
        expected = (totals[..., :, None] * totals[..., None, :] * distance).sum(axis=(-2, -1))
        return alpha_from_distances(totals.sum(axis=-1), observed, expected)


@dataclass(frozen=True, eq=False)
class PercentAgreement:
    """Share of pairs of ratings of one unit that agree.

    Attributes:
        weights: Shape (n_values, n_values), 1 for full and 0 for no agreement; None counts equal
            pairs.
        average: "pairs" pools all pairs of all units, so a unit with many ratings counts more;
            "units" takes the share within each unit first and averages these.
    """

    weights: FloatArray | None = None
    average: Literal["pairs", "units"] = "pairs"

    def usable(self, rows: IntArray) -> BoolArray:
        """Units of two ratings or more."""
        return pairable(rows)

    def terms(self, rows: IntArray | FloatArray, same: FloatArray | None = None) -> FloatArray:
        """Agreeing pairs and all pairs of each unit: (n_units, 2)."""
        agreeing, pairs = agreeing_pairs(rows, self.weights, same)
        if self.average == "units":
            met = pairs > 0
            return np.column_stack([agreeing / np.where(met, pairs, 1), met])
        return np.column_stack([agreeing, pairs])

    def value(self, sums: FloatArray) -> FloatArray:
        """Agreeing over all."""
        out = np.full(sums.shape[:-1], np.nan)
        return np.asarray(np.divide(sums[..., 0], sums[..., 1], out=out, where=sums[..., 1] > 0))


def alpha_coefficient(level: str, values: Sequence[Any] | npt.NDArray[Any]) -> CountCoefficient:
    """The alpha that suits a level of measurement.

    Args:
        level: "nominal", "ordinal", "interval" or "ratio".
        values: Shape (n_values,); the declared points in the order of the scale.

    Returns:
        A function of counts of units x values, ready for `evaluate` and for resampling.

    Raises:
        UnknownLevelError: Another level.
        ScaleError: The values do not suit it.

    Source:
        Krippendorff (2018), Content Analysis, 4th ed., chapter 12, doi:10.4135/9781071878781.

    Example:
        >>> counts = Profiles.from_counts(np.array([[2, 0, 0], [0, 1, 1]]))
        >>> round(evaluate(alpha_coefficient("ordinal", ["low", "mid", "high"]), counts), 3)
        0.833
    """
    known = checked_level(level)
    return (
        OrdinalAlpha() if known == "ordinal" else FixedDistanceAlpha(distance_matrix(known, values))
    )


def krippendorff_alpha(
    counts: npt.ArrayLike, level: str, values: Sequence[Any] | npt.NDArray[Any]
) -> float:
    """Agreement beyond chance of any number of raters, with missing ratings.

    ``alpha = 1 - D_o / D_e``: the mean distance between ratings of one unit over the mean distance
    between any two ratings. Units with fewer than two ratings tell nothing and are left out.

    Args:
        counts: Shape (n_units, n_values); ``counts[u, v]`` ratings of unit u chose value v.
        level: "nominal" (equal or not), "ordinal" (squared distance of mid-ranks: Krippendorff's,
            not a kappa with ordinal weights), "interval" (squared difference) or "ratio".
        values: Shape (n_values,); declared points in order. Numbers for interval and ratio.

    Returns:
        1 is perfect, 0 is chance, below 0 is systematic disagreement. NaN when no unit has two
        ratings or when all comparable ratings are equal.

    Raises:
        UnknownLevelError: The level is none of the four.
        ScaleError: Counts and values do not fit, or values do not suit the level.

    Source:
        Krippendorff (2011), Computing Krippendorff's alpha-reliability, University of Pennsylvania;
        Hayes and Krippendorff (2007), Communication Methods and Measures 1(1),
        doi:10.1080/19312450709336664.

    Example:
        >>> round(krippendorff_alpha([[2, 0], [1, 1], [0, 2], [2, 0]], "nominal", ["no", "yes"]), 3)
        0.533
    """
    rows = checked_counts(counts, values)
    return evaluate(alpha_coefficient(level, values), Profiles.from_counts(rows))


def percent_agreement(
    counts: npt.ArrayLike,
    weights: FloatArray | None = None,
    average: Literal["pairs", "units"] = "pairs",
) -> float:
    """Share of pairs of ratings of the same unit that are equal.

    Pairs are pooled over units by default ("two ratings of one answer, drawn from all such pairs,
    are equal in 84 % of cases"). Libraries of chance-corrected coefficients average the units'
    shares instead:
    ``average="units"``. The two are the same when all units have equally many ratings.

    Args:
        counts: Shape (n_units, n_values).
        weights: Shape (n_values, n_values); partial credit (see `agreement_weights`), None for
            equality.
        average: "pairs" or "units".

    Returns:
        Between 0 and 1; NaN when no unit has two ratings. Chance is not taken off.

    Source:
        Fleiss (1971), Psychological Bulletin 76(5), doi:10.1037/h0031619 (the units' shares).

    Example:
        >>> percent_agreement([[3, 0], [1, 1]])
        0.75
        >>> percent_agreement([[3, 0], [1, 1]], average="units")
        0.5
    """
    return evaluate(PercentAgreement(weights, average), Profiles.from_counts(counts))
