"""Conger's kappa: Cohen's for more than two raters, each with habits of their own."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.stats.coefficients.chance import beyond_chance
from analytics.stats.coefficients.coefficient import agreeing_pairs, checked_weights, evaluate
from analytics.stats.patterns import counts_of_patterns, rater_indicators
from analytics.stats.profiles import Profiles
from analytics.stats.types import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class Conger:
    """Agreement beyond what the raters' own shares of values give by chance, on patterns.

    Chance is the mean over pairs of raters of the agreement that their shares alone would give;
    with two raters and no missing ratings it is Cohen's.

    Attributes:
        weights: Shape (n_values, n_values).
    """

    weights: FloatArray

    def usable(self, rows: IntArray) -> BoolArray:
        """Units rated at least once."""
        return np.asarray((rows > 0).any(axis=1))

    def terms(self, rows: IntArray) -> FloatArray:
        """Share of agreeing pairs, whether there is a pair, each rater's value.

        Returns:
            Shape (n_units, 2 + n_raters * n_values).
        """
        size = len(self.weights)
        agreeing, pairs = agreeing_pairs(counts_of_patterns(rows, size), self.weights)
        met = pairs > 0
        chosen = rater_indicators(rows, size).reshape(len(rows), -1)
        return np.column_stack([agreeing / np.where(met, pairs, 1), met, chosen])

    def value(self, sums: FloatArray) -> FloatArray:
        """The coefficient of summed terms; raters without a rating are none."""
        observed = np.full(sums.shape[:-1], np.nan)
        np.divide(sums[..., 0], sums[..., 1], out=observed, where=sums[..., 1] > 0)
        chosen = sums[..., 2:].reshape(*sums.shape[:-1], -1, len(self.weights))
        return beyond_chance(observed, self.by_chance(chosen))

    def by_chance(self, chosen: FloatArray) -> FloatArray:
        """Mean agreement by chance of two raters: (..., n_raters, n_values) to (...)."""
        ratings = chosen.sum(axis=-1, keepdims=True)
        shares = chosen / np.where(ratings > 0, ratings, 1)
        raters = (ratings[..., 0] > 0).sum(axis=-1)
        pooled = shares.sum(axis=-2)
        alone = (shares @ self.weights * shares).sum(axis=(-2, -1))
        both = (pooled @ self.weights * pooled).sum(axis=-1) - alone
        return np.asarray(both / np.where(raters > 1, raters * (raters - 1), np.nan))


def conger_kappa(
    patterns: npt.ArrayLike, n_values: int, weights: npt.ArrayLike | None = None
) -> float:
    """Conger's kappa of raters who are told apart, with missing ratings.

    Args:
        patterns: Shape (n_units, n_raters); 0 for missing, else the value's position plus 1
            (`pattern_matrix`).
        n_values: Declared values.
        weights: Shape (n_values, n_values); partial credit, None for equality.

    Returns:
        At most 1; NaN when no unit has two ratings, or every rater uses one and the same value.

    Raises:
        ScaleError: Weights do not fit the values.

    Source:
        Conger (1980), Psychological Bulletin 88(2), doi:10.1037/0033-2909.88.2.322; missing
        ratings and weights: Gwet (2014), Handbook of Inter-Rater Reliability, 4th edition.

    Example:
        >>> round(conger_kappa([[1, 1], [1, 2], [2, 2], [1, 1]], 2), 4)
        0.5
    """
    coefficient = Conger(checked_weights(weights, n_values))
    return evaluate(coefficient, Profiles.from_counts(patterns))
