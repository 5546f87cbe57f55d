"""Coefficients with weights on units and on raters, for resamples that draw both.

A rater drawn twice would agree with the own copy by construction, so every mean here is over pairs
of two different raters, each pair weighed with the product of the two weights. With equal weights
they are the coefficients themselves.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from analytics.stats.coefficients.agreement import PercentAgreement
from analytics.stats.coefficients.chance import beyond_chance
from analytics.stats.coefficients.coefficient import CountCoefficient
from analytics.stats.coefficients.conger import Conger
from analytics.stats.coefficients.intraclass import Intraclass
from analytics.stats.profiles import Blocks
from analytics.stats.types import FloatArray, IntArray

if TYPE_CHECKING:
    from scipy.sparse import csr_array

CHUNK_PATTERNS = 1 << 14
"""Patterns, times resamples, that are held at once."""


class RaterCoefficient(Protocol):
    """A coefficient of patterns that takes weights on raters."""

    def of_raters(self, patterns: IntArray, units: FloatArray, raters: FloatArray) -> FloatArray:
        """The coefficient of each resample: (replicates,), NaN where undefined.

        Args:
            patterns: Shape (n_patterns, n_raters); 0 for missing, else the value's position plus 1.
            units: Shape (replicates, n_patterns); units of each pattern.
            raters: Shape (replicates, n_raters); how often each rater counts.
        """


@dataclass(frozen=True, slots=True, eq=False)
class CountsOfRaters:
    """A coefficient of counts: each unit's counts are sums of its raters' weights.

    Attributes:
        coefficient: Alpha, percent agreement, Gwet, Fleiss, ...
        n_values: Declared values.
    """

    coefficient: CountCoefficient
    n_values: int

    def of_raters(self, patterns: IntArray, units: FloatArray, raters: FloatArray) -> FloatArray:
        """As `RaterCoefficient`."""
        return self.coefficient.value(self.sums(patterns, units, raters))

    def sums(self, patterns: IntArray, units: FloatArray, raters: FloatArray) -> FloatArray:
        """Terms added up: (replicates, n_terms)."""
        total: FloatArray | None = None
        for part in _parts(len(patterns)):
            chosen = _chosen(patterns[part], self.n_values)
            shape = (len(raters), len(patterns[part]), self.n_values)
            counts, same = ((chosen @ power.T).T.reshape(shape) for power in (raters, raters**2))
            terms = self.coefficient.terms(
                counts.reshape(-1, self.n_values), same.reshape(-1, self.n_values)
            ).reshape(*shape[:2], -1)
            added = (units[:, None, part] @ terms)[:, 0]
            total = added if total is None else total + added
        return np.asarray(total)


@dataclass(frozen=True, slots=True, eq=False)
class CongerOfRaters:
    """Conger's kappa: agreement and chance are both means over pairs of different raters."""

    coefficient: Conger

    def of_raters(self, patterns: IntArray, units: FloatArray, raters: FloatArray) -> FloatArray:
        """As `RaterCoefficient`."""
        weights = self.coefficient.weights
        share = CountsOfRaters(PercentAgreement(weights, "units"), len(weights))
        observed = share.of_raters(patterns, units, raters)
        chosen = _totals(patterns, units, len(weights))
        ratings = chosen.sum(axis=-1)
        shares = chosen / np.where(ratings > 0, ratings, 1)[..., None]
        drawn = np.where(ratings > 0, raters, 0.0)
        pooled = (drawn[:, None, :] @ shares)[:, 0]
        alone = (np.square(drawn)[..., None] * (shares @ weights) * shares).sum(axis=(1, 2))
        both = (pooled @ weights * pooled).sum(axis=-1) - alone
        return beyond_chance(observed, _over(both, pairs_of(drawn)))


@dataclass(frozen=True, slots=True, eq=False)
class IntraclassOfRaters:
    """Intraclass correlation (2,1) or (2,k): covariance of two raters over it and their distance.

    The covariance of two different raters is the variance of units, and half the mean square of
    their difference that of raters and residual: the mean squares of Shrout and Fleiss, pair by
    pair.
    """

    coefficient: Intraclass

    def of_raters(self, patterns: IntArray, units: FloatArray, raters: FloatArray) -> FloatArray:
        """As `RaterCoefficient`; every pattern is complete."""
        scores = self.coefficient.numbers[patterns - 1]
        n, pairs = units.sum(axis=1), pairs_of(raters)
        sums, squares = units @ scores, units @ np.square(scores)
        products = (units * np.square(raters @ scores.T)).sum(axis=1)
        products -= (np.square(raters) * squares).sum(axis=1)
        means = np.square((raters * sums).sum(axis=1)) - np.square(raters * sums).sum(axis=1)
        drawn = raters.sum(axis=1, keepdims=True)
        covariance = _over(_over(products - means / n, n - 1), pairs)
        apart = ((raters * (drawn - raters) * squares).sum(axis=1) - products) / n
        single = _over(covariance, covariance + _over(apart, pairs))
        if self.coefficient.form == "2,1":
            return single
        k = patterns.shape[1]
        return _over(k * single, 1 + (k - 1) * single)


@dataclass(frozen=True, slots=True)
class ConcordanceOfRaters:
    """Kendall's W of as many raters: from the mean correlation of two raters' ranks.

    W = (1 + (k - 1) r) / k, with r the mean product of two raters' ranks over the mean square of
    one's. Ranks are those among the units drawn, ties at their middle.

    Attributes:
        n_values: Values that patterns may hold.
    """

    n_values: int

    def of_raters(self, patterns: IntArray, units: FloatArray, raters: FloatArray) -> FloatArray:
        """As `RaterCoefficient`; every pattern is complete, and values are in order."""
        times = _totals(patterns, units, self.n_values)
        n = units.sum(axis=1)
        ranks = np.cumsum(times, axis=-1) - times / 2 - n[:, None, None] / 2
        squares = (times * np.square(ranks)).sum(axis=-1)
        places = np.arange(patterns.shape[1])
        summed = np.zeros(units.shape)
        for rater in places:
            summed += raters[:, rater, None] * ranks[:, rater, patterns[:, rater] - 1]
        products = (units * np.square(summed)).sum(axis=1)
        products -= (np.square(raters) * squares).sum(axis=1)
        square = _over((raters * squares).sum(axis=1), raters.sum(axis=1))
        alike = _over(_over(products, pairs_of(raters)), square)
        return np.asarray((1 + (len(places) - 1) * alike) / len(places))

    def of_units(self, patterns: IntArray, units: FloatArray) -> FloatArray:
        """W of these raters, each resample of units on its own: (replicates,)."""
        step = max(1, CHUNK_PATTERNS // max(len(patterns), 1))
        parts = [units[start : start + step] for start in range(0, len(units), step)]
        ones = [np.ones((len(part), patterns.shape[1])) for part in parts]
        pairs = zip(parts, ones, strict=True)
        return np.concatenate([self.of_raters(patterns, part, one) for part, one in pairs])


def units_of(blocks: Blocks, weights: FloatArray) -> FloatArray:
    """Units of each pattern, from weights of blocks: (replicates, n_patterns)."""
    units = np.zeros((len(blocks.profiles), len(weights)))
    np.add.at(units, blocks.profile, (weights[:, blocks.block] * blocks.units).T)
    return units.T


def pairs_of(raters: FloatArray) -> FloatArray:
    """Ordered pairs of two different raters, weighed: (replicates,)."""
    return np.asarray(np.square(raters.sum(axis=1)) - np.square(raters).sum(axis=1))


def _over(top: FloatArray, bottom: FloatArray) -> FloatArray:
    """The ratio, NaN where the bottom is not positive."""
    out = np.full(np.shape(top), np.nan)
    return np.asarray(np.divide(top, bottom, out=out, where=bottom > 0))


def _parts(n_patterns: int) -> Iterator[slice]:
    for start in range(0, n_patterns, CHUNK_PATTERNS):
        yield slice(start, start + CHUNK_PATTERNS)


def _chosen(patterns: IntArray, n_values: int) -> "csr_array":
    """Which rater chose which value of which pattern: (n_patterns * n_values, n_raters)."""
    from scipy.sparse import csr_array

    pattern, rater = np.nonzero(patterns)
    cell = pattern * n_values + patterns[pattern, rater] - 1
    shape = (len(patterns) * n_values, patterns.shape[1])
    return csr_array((np.ones(len(cell)), (cell, rater)), shape=shape)


def _totals(patterns: IntArray, units: FloatArray, n_values: int) -> FloatArray:
    """How often each rater chose each value: (replicates, n_raters, n_values)."""
    from scipy.sparse import csr_array

    pattern, rater = np.nonzero(patterns)
    cell = rater * n_values + patterns[pattern, rater] - 1
    shape = (patterns.shape[1] * n_values, len(patterns))
    chosen = csr_array((np.ones(len(cell)), (cell, pattern)), shape=shape)
    return np.asarray((chosen @ units.T).T.reshape(len(units), patterns.shape[1], n_values))
