"""How far two distributions over the same classes lie apart, and how far by chance alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log2, sqrt
from typing import Any

import numpy as np

from analytics.stats import reasons
from analytics.stats.checks import checked_confidence
from analytics.stats.errors import StatisticsError
from analytics.stats.types import Estimate, FloatArray

METHOD = "reversed percentiles of {replicates} multinomial resamples, seed {seed}"
SOURCES = ", each of the {chosen} and {others} sources taken for one case"


def total_variation(first: Sequence[float], second: Sequence[float]) -> float:
    """The largest difference that any set of classes can show, 0 (equal) to 1 (nothing shared).

    Half the sum of the absolute differences of the shares.

    Example:
        >>> total_variation([3, 1], [1, 1])
        0.25
    """
    p, q = _shares(first), _shares(second)
    return float(np.abs(p - q).sum() / 2)


def jensen_shannon(first: Sequence[float], second: Sequence[float]) -> float:
    """The square root of the Jensen-Shannon divergence in bits, a metric from 0 to 1.

    Source:
        Endres and Schindelin (2003), IEEE Transactions on Information Theory 49(7),
        doi:10.1109/TIT.2003.813506.

    Example:
        >>> jensen_shannon([1, 0], [0, 1])
        1.0
        >>> round(jensen_shannon([3, 1], [1, 1]), 4)
        0.2209
    """
    p, q = _shares(first), _shares(second)
    return _root(p.tolist(), q.tolist(), ((p + q) / 2).tolist())


def _root(p: list[float], q: list[float], middle: list[float]) -> float:
    bits = (_bits(p, middle) + _bits(q, middle)) / 2
    return sqrt(min(1.0, max(0.0, bits)))


def _bits(shares: list[float], middle: list[float]) -> float:
    return sum([p * log2(p / m) for p, m in zip(shares, middle, strict=True) if p > 0])


def _variations(p: FloatArray, q: FloatArray) -> FloatArray:
    """`total_variation` of each row of shares."""
    return np.asarray(np.abs(p - q).sum(axis=1) / 2, dtype=float)


def _roots(p: FloatArray, q: FloatArray) -> list[float]:
    """`jensen_shannon` of each row of shares: arrays of a few classes each would cost more."""
    return list(map(_root, p.tolist(), q.tolist(), ((p + q) / 2).tolist()))


def _shares(counts: Sequence[float]) -> FloatArray:
    found = np.asarray(counts, dtype=float)
    if not len(found) or found.min() < 0 or found.sum() <= 0:
        raise StatisticsError(
            "Counts of classes must not be negative, and one of them must be above 0. "
            "Leave out a distribution in which nothing was counted."
        )
    return np.asarray(found / found.sum(), dtype=float)


@dataclass(frozen=True, slots=True)
class Apart:
    """Two distances, and what total variation a random sample of the first one's size would have.

    Attributes:
        total_variation: With its interval.
        jensen_shannon: With its interval.
        by_chance: The total variation that 95 of 100 random samples of the second stay below.
    """

    total_variation: Estimate
    jensen_shannon: Estimate
    by_chance: float | None

    @property
    def is_beyond_chance(self) -> bool:
        """Whether a random sample of this size would seldom lie so far off."""
        value = self.total_variation.value
        return value is not None and self.by_chance is not None and value > self.by_chance

    def as_data(self) -> dict[str, Any]:
        """As JSON keeps it."""
        return {
            "total_variation": self.total_variation.as_dict(),
            "jensen_shannon": self.jensen_shannon.as_dict(),
            "by_chance": self.by_chance,
        }


def apart(
    sample: Sequence[int],
    population: Sequence[int],
    *,
    independent: tuple[int, int] | None = None,
    confidence: float = 0.95,
    replicates: int = 1_000,
    seed: int,
) -> Apart:
    """Compare what was chosen with what there is.

    Resampled distances are larger than the one they come from, most where that is small: so the
    limits are reversed percentiles, and whether there is a difference is read off `by_chance`.

    Args:
        sample: Cases of each class among those chosen.
        population: Cases of each class among all, in the same order.
        independent: How many cases of each are independent, where several come from one source:
            the number of sources. Each then counts as one case, which is safe however alike the
            cases of a source are.
        confidence: Of the intervals, and of `by_chance`.
        replicates: Resamples of each.
        seed: Of the resampling.

    Raises:
        StatisticsError: The counts are not of the same classes, or one of them is negative.
    """
    tail = (1 - checked_confidence(confidence)) / 2
    if len(sample) != len(population):
        raise StatisticsError("Both distributions must count the same classes.")
    n = int(sum(sample))
    if not n or not sum(population):
        missing = Estimate(None, None, None, None, n, "", reasons.NO_CASES)
        return Apart(missing, missing, None)
    rng = np.random.default_rng(seed)
    p, q = _shares(sample), _shares(population)
    chosen, others = independent or (n, int(sum(population)))
    first = rng.multinomial(chosen, p, size=replicates) / chosen
    second = rng.multinomial(others, q, size=replicates) / others
    chance = rng.multinomial(chosen, q, size=replicates)
    method = METHOD.format(replicates=replicates, seed=seed)
    if chosen < n or others < sum(population):
        method += SOURCES.format(chosen=chosen, others=others)

    def estimated(value: float, drawn: FloatArray | list[float]) -> Estimate:
        low, high = np.quantile(drawn, [tail, 1 - tail])
        limits = (max(0.0, 2 * value - float(high)), min(1.0, max(0.0, 2 * value - float(low))))
        return Estimate(value, limits[0], max(limits[1], value), confidence, n, method)

    return Apart(
        estimated(total_variation(sample, population), _variations(first, second)),
        estimated(jensen_shannon(sample, population), _roots(first, second)),
        float(np.quantile(_variations(chance / chosen, q), confidence)),
    )
