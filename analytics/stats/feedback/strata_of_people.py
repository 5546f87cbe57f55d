"""A difference within strata where people answer often, beside the one over everything."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

from analytics.stats import reasons
from analytics.stats.checks import checked_confidence
from analytics.stats.feedback.differences import clustered_difference, standard_errors
from analytics.stats.feedback.sums import ClusterSums
from analytics.stats.types import Estimate


@dataclass(frozen=True, slots=True)
class StratifiedDifference:
    """What strata say together.

    Attributes:
        within: Difference within strata, with its interval.
        strata: Difference of each stratum, in their order.
        weights: Share of each stratum in the difference; 0 where one side is empty.
    """

    within: Estimate
    strata: tuple[Estimate, ...]
    weights: tuple[float, ...]


def stratified_difference(
    strata: Sequence[tuple[ClusterSums, ClusterSums]], confidence: float = 0.95
) -> StratifiedDifference:
    """Mean answer of the first side minus that of the second, each stratum against itself.

    The weights are those of Mantel and Haenszel, n1 n2 / (n1 + n2) with answers for cases, so for
    independent thumbs this is their difference; the variance adds up those of the strata, each
    clustered by respondent. It holds for means as well.

    Args:
        strata: Sums of the first and the second side of each stratum.
        confidence: Between 0 and 1.

    Returns:
        In the unit of an answer. For one planned look, as `clustered_difference`.

    Raises:
        StatisticsError: Confidence is impossible.

    Source:
        Mantel and Haenszel (1959), JNCI 22(4); Deng, Knoblich and Lu (2018), KDD,
        doi:10.1145/3219819.3219919.

    Example:
        >>> easy = ClusterSums.of([1] * 300, [1] * 276 + [0] * 24)
        >>> also = ClusterSums.of([1] * 900, [1] * 810 + [0] * 90)
        >>> hard = ClusterSums.of([1] * 700, [1] * 385 + [0] * 315)
        >>> too = ClusterSums.of([1] * 100, [1] * 50 + [0] * 50)
        >>> found = stratified_difference([(easy, also), (hard, too)])
        >>> round(found.within.value, 4)
        0.0284
    """
    z = NormalDist().inv_cdf((1 + checked_confidence(confidence)) / 2)
    each = tuple(clustered_difference(first, second, confidence) for first, second in strata)
    sizes = [
        first.n * second.n / (first.n + second.n) if first.n and second.n else 0.0
        for first, second in strata
    ]
    total = sum(sizes)
    weights = tuple(size / total if total else 0.0 for size in sizes)
    used = [
        (weight, pair, found)
        for weight, pair, found in zip(weights, strata, each, strict=True)
        if weight
    ]
    n = sum(first.n + second.n for _weight, (first, second), _found in used)
    method = f"Difference within {len(used)} strata, Mantel-Haenszel weights, clustered"
    if not used:
        nothing = Estimate(None, None, None, confidence, n, method, reasons.NO_CASES)
        return StratifiedDifference(nothing, each, weights)
    value = sum(weight * (found.value or 0.0) for weight, _pair, found in used)
    if any(min(one.respondents for one in pair) < 2 for _weight, pair, _found in used):
        lone = Estimate(value, None, None, confidence, n, method, reasons.FEW_ROWS)
        return StratifiedDifference(lone, each, weights)
    variance = sum(
        weight**2 * sum(error**2 for error in standard_errors(*pair))
        for weight, pair, _found in used
    )
    if variance == 0:
        same = Estimate(value, None, None, confidence, n, method, reasons.SAME_OUTCOME)
        return StratifiedDifference(same, each, weights)
    reach = z * sqrt(variance)
    found = Estimate(value, value - reach, value + reach, confidence, n, method)
    return StratifiedDifference(found, each, weights)
