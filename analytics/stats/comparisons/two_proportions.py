"""Two shares of independent cases: their difference, its interval and its test."""

from math import sqrt
from statistics import NormalDist
from typing import Literal

from analytics.stats import reasons
from analytics.stats.checks import Alternative, checked_alternative
from analytics.stats.comparisons.proportions import NOWHERE, Limits, checked_counts, wilson_interval
from analytics.stats.errors import StatisticsError
from analytics.stats.types import Estimate


def newcombe_interval(x1: int, n1: int, x2: int, n2: int, confidence: float = 0.95) -> Limits:
    """Limits of ``x1/n1 - x2/n2`` from the Wilson limits of both shares (Newcombe's method 10).

    Args:
        x1: Cases that count on the first side, 0 to n1.
        n1: All cases of the first side.
        x2: Cases that count on the second side.
        n2: All cases of the second side.
        confidence: Between 0 and 1.

    Returns:
        Lower and upper limit, -1 to 1. NaN, NaN when a side has no cases.

    Raises:
        StatisticsError: Counts that are no share.

    Source:
        Newcombe (1998), Statistics in Medicine 17(8),
        doi:10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I.

    Example:
        >>> low, high = newcombe_interval(56, 70, 48, 80)
        >>> round(low, 4), round(high, 4)
        (0.0524, 0.3339)
    """
    low1, high1 = wilson_interval(x1, n1, confidence)
    low2, high2 = wilson_interval(x2, n2, confidence)
    if not (n1 and n2):
        return NOWHERE
    first, second = x1 / n1, x2 / n2
    low = first - second - sqrt((first - low1) ** 2 + (high2 - second) ** 2)
    high = first - second + sqrt((high1 - first) ** 2 + (second - low2) ** 2)
    return max(-1.0, low), min(1.0, high)


def normal_p(z: float, alternative: Alternative) -> float:
    """Probability of a z at least as extreme."""
    below = NormalDist().cdf
    if alternative == "greater":
        return below(-z)
    return below(z) if alternative == "less" else 2 * below(-abs(z))


def two_proportion_z(
    x1: int, n1: int, x2: int, n2: int, alternative: Alternative = "two-sided"
) -> tuple[float, float]:
    """Test of equal shares with the pooled variance, without continuity correction.

    Args:
        x1: Cases that count on the first side, 0 to n1.
        n1: All cases of the first side.
        x2: Cases that count on the second side.
        n2: All cases of the second side.
        alternative: "greater" asks whether the first share is the larger.

    Returns:
        z and p; NaN, NaN when a side has no cases or all cases have the same outcome.

    Raises:
        StatisticsError: Counts that are no share, or an unknown alternative.

    Source:
        Fleiss, Levin and Paik (2003), Statistical Methods for Rates and Proportions, 3rd ed.,
        section 3.1, doi:10.1002/0471445428. Its square is the chi squared of the 2 x 2 table.

    Example:
        >>> z, p = two_proportion_z(56, 70, 48, 80)
        >>> round(z, 4), round(p, 5)
        (2.6502, 0.00805)
    """
    checked_counts(x1, n1)
    checked_counts(x2, n2)
    side = checked_alternative(alternative)
    if not (n1 and n2) or x1 + x2 in (0, n1 + n2):
        return NOWHERE
    pooled = (x1 + x2) / (n1 + n2)
    z = (x1 / n1 - x2 / n2) / sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n2))
    return z, normal_p(z, side)


def fisher_exact_p(
    x1: int, n1: int, x2: int, n2: int, alternative: Alternative = "two-sided"
) -> float:
    """Fisher's exact test of equal shares; two-sided sums the tables no likelier than the one seen.

    Args:
        x1: Cases that count on the first side, 0 to n1.
        n1: All cases of the first side.
        x2: Cases that count on the second side.
        n2: All cases of the second side.
        alternative: "greater" asks whether the first share is the larger.

    Returns:
        p, 0 to 1; 1 when the margins allow one table only.

    Raises:
        StatisticsError: Counts that are no share, or an unknown alternative.

    Source:
        Fisher (1935), Journal of the Royal Statistical Society 98(1), doi:10.2307/2342435.

    Example:
        >>> round(fisher_exact_p(56, 70, 48, 80), 5)
        0.01252
    """
    from scipy import stats

    checked_counts(x1, n1)
    checked_counts(x2, n2)
    table = [[x1, n1 - x1], [x2, n2 - x2]]
    return float(stats.fisher_exact(table, alternative=checked_alternative(alternative)).pvalue)


def compare_shares(
    x1: int,
    n1: int,
    x2: int,
    n2: int,
    confidence: float = 0.95,
    *,
    test: Literal["z", "fisher"] = "z",
    alternative: Alternative = "two-sided",
) -> Estimate:
    """The difference of two independent shares with Newcombe's interval and a test.

    Not for two variants that answered the same items: see `paired_shares`.

    Args:
        x1: Cases that count on the first side, 0 to n1.
        n1: All cases of the first side.
        x2: Cases that count on the second side.
        n2: All cases of the second side.
        confidence: Of the interval, which is two-sided whatever the test is.
        test: "z" with the pooled variance, or "fisher", right at any size.
        alternative: Side of the test.

    Returns:
        First minus second share, -1 to 1; n counts both sides.

    Raises:
        StatisticsError: Counts that are no share, or an unknown option.

    Example:
        >>> found = compare_shares(9, 10, 3, 10, test="fisher")
        >>> round(found.value, 1), round(found.low, 3), round(found.high, 3), round(found.p, 4)
        (0.6, 0.171, 0.809, 0.0198)
    """
    if test not in ("z", "fisher"):
        raise StatisticsError(f"Test '{test}' is unknown; two shares are tested by z or fisher.")
    low, high = newcombe_interval(x1, n1, x2, n2, confidence)
    words = {"z": "two-proportion z test", "fisher": "Fisher's exact test"}[test]
    method = f"Newcombe interval; {words}, {checked_alternative(alternative)}"
    n = n1 + n2
    if not (n1 and n2):
        return Estimate(None, None, None, confidence, n, method, reasons.NO_CASES)
    difference = x1 / n1 - x2 / n2
    if x1 + x2 in (0, n):
        return Estimate(difference, low, high, confidence, n, method, reasons.SAME_OUTCOME)
    if test == "fisher":
        p = fisher_exact_p(x1, n1, x2, n2, alternative)
        return Estimate(difference, low, high, confidence, n, method, None, None, p)
    z, p = two_proportion_z(x1, n1, x2, n2, alternative)
    return Estimate(difference, low, high, confidence, n, method, None, z, p)
