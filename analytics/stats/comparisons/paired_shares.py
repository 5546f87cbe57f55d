"""Two shares of the same cases: only the cases that differ tell which side is better.

Counts are those of the 2 x 2 table of pairs: `first_only` cases that count on the first side alone,
`second_only` on the second alone, `n` all pairs.
"""

from math import sqrt
from typing import Literal, TypeAlias

from analytics.stats import reasons
from analytics.stats.comparisons.proportions import NOWHERE, Limits, normal_quantile
from analytics.stats.errors import StatisticsError
from analytics.stats.types import Estimate

McNemarTest: TypeAlias = Literal["chi2", "chi2_cc", "exact", "mid_p"]
MCNEMAR_WORDS: dict[McNemarTest, str] = {
    "chi2": "McNemar's test, chi squared",
    "chi2_cc": "McNemar's test, chi squared with continuity correction",
    "exact": "McNemar's test, exact",
    "mid_p": "McNemar's test, mid-p",
}

BESIDE = 1e-9
"""Where the search of a limit begins: at the estimate itself the variance may be zero."""


def _checked(first_only: int, second_only: int, n: int) -> None:
    if min(first_only, second_only) < 0 or first_only + second_only > n:
        raise StatisticsError(
            f"{first_only} and {second_only} pairs that differ do not fit {n} pairs: they are "
            "counts, and all pairs hold them. Check the table."
        )


def mcnemar(first_only: int, second_only: int, test: McNemarTest = "mid_p") -> tuple[float, float]:
    """Test that both sides are equally often the only one that counts.

    The exact test is conservative; mid-p keeps the level nearly everywhere and loses less power.

    Args:
        first_only: Pairs that count on the first side alone.
        second_only: Pairs that count on the second side alone.
        test: "chi2", "chi2_cc" (with Edwards's continuity correction), "exact" or "mid_p".

    Returns:
        Statistic and p. The statistic is chi squared with 1 degree of freedom, and for "exact" and
        "mid_p" the smaller of the two counts. Without pairs that differ chi squared is NaN and the
        exact p is 1.

    Raises:
        StatisticsError: A negative count or an unknown test.

    Source:
        McNemar (1947), Psychometrika 12(2), doi:10.1007/BF02295996; Fagerland, Lydersen and Laake
        (2013), BMC Medical Research Methodology 13:91, doi:10.1186/1471-2288-13-91 (mid-p).

    Example:
        >>> chi2, p = mcnemar(150, 86, "chi2")
        >>> round(chi2, 2), round(p, 6)
        (17.36, 3.1e-05)
    """
    from scipy.special import bdtr, chdtrc

    n = first_only + second_only
    _checked(first_only, second_only, n)
    if test not in MCNEMAR_WORDS:
        raise StatisticsError(
            f"McNemar's test '{test}' is unknown; it is chi2, chi2_cc, exact or mid_p."
        )
    smaller = min(first_only, second_only)
    if test in ("exact", "mid_p"):
        if n == 0:
            return 0.0, 1.0
        below = float(bdtr(smaller, n, 0.5))
        if test == "exact":
            return float(smaller), min(1.0, 2 * below)
        at = below - (float(bdtr(smaller - 1, n, 0.5)) if smaller else 0.0)
        return float(smaller), min(1.0, 2 * below - at)
    if n == 0:
        return NOWHERE
    gap = abs(first_only - second_only)
    if test == "chi2_cc":
        gap = max(0, gap - 1)
    chi2 = gap * gap / n
    return chi2, float(chdtrc(1, chi2))


def paired_wald_interval(
    first_only: int, second_only: int, n: int, confidence: float = 0.95
) -> Limits:
    """The textbook limits of a difference of paired shares; too narrow below some 100 pairs.

    Args:
        first_only: Pairs that count on the first side alone.
        second_only: Pairs that count on the second side alone.
        n: All pairs.
        confidence: Between 0 and 1.

    Returns:
        Limits of first minus second share, which may lie outside -1 to 1. NaN, NaN without pairs.

    Raises:
        StatisticsError: Counts that do not fit n.

    Source:
        Agresti (2002), Categorical Data Analysis, 2nd ed., section 10.1.1,
        doi:10.1002/0471249688.

    Example:
        >>> low, high = paired_wald_interval(150, 86, 1600)
        >>> round(low, 4), round(high, 4)
        (0.0213, 0.0587)
    """
    _checked(first_only, second_only, n)
    z = normal_quantile(confidence)
    if n == 0:
        return NOWHERE
    gap = first_only - second_only
    reach = z * sqrt(max(0.0, first_only + second_only - gap * gap / n)) / n
    return gap / n - reach, gap / n + reach


def tango_interval(first_only: int, second_only: int, n: int, confidence: float = 0.95) -> Limits:
    """Score limits of a difference of paired shares: Wilson's idea for pairs, right at small n.

    Args:
        first_only: Pairs that count on the first side alone.
        second_only: Pairs that count on the second side alone.
        n: All pairs.
        confidence: Between 0 and 1.

    Returns:
        Limits of first minus second share, -1 to 1. NaN, NaN without pairs.

    Raises:
        StatisticsError: Counts that do not fit n.

    Source:
        Tango (1998), Statistics in Medicine 17(8),
        doi:10.1002/(SICI)1097-0258(19980430)17:8<891::AID-SIM780>3.0.CO;2-B.

    Example:
        >>> low, high = tango_interval(1, 7, 21)
        >>> round(low, 3), round(high, 3)
        (-0.517, -0.026)
    """
    from scipy.optimize import brentq

    _checked(first_only, second_only, n)
    z = normal_quantile(confidence)
    if n == 0:
        return NOWHERE
    gap = first_only - second_only

    def excess(difference: float) -> float:
        """Squared distance from the data, in excess of z squared standard errors."""
        variance = _score_variance(first_only, second_only, n, difference)
        return float((gap - n * difference) ** 2 - z * z * variance)

    below, above = gap / n - BESIDE, gap / n + BESIDE
    low = -1.0 if excess(-1.0) <= 0 else brentq(excess, -1.0, below, xtol=1e-12)
    high = 1.0 if excess(1.0) <= 0 else brentq(excess, above, 1.0, xtol=1e-12)
    return float(low), float(high)


def _score_variance(first_only: int, second_only: int, n: int, difference: float) -> float:
    """Variance of the gap were the true difference of shares this one."""
    linear = -first_only - second_only + (2 * n - first_only + second_only) * difference
    constant = -second_only * difference * (1 - difference)
    root = sqrt(max(0.0, linear * linear - 8 * n * constant))
    return max(0.0, n * (2 * (root - linear) / (4 * n) + difference * (1 - difference)))


def tango_z(first_only: int, second_only: int, n: int, difference: float) -> float:
    """Score test of any difference of paired shares; of 0 its square is McNemar's chi squared.

    Args:
        first_only: Pairs that count on the first side alone.
        second_only: Pairs that count on the second side alone.
        n: All pairs.
        difference: That is tested, between -1 and 1.

    Returns:
        z, above 0 where the data lie above the difference. NaN without pairs, or where neither the
        data nor the difference leave any variance.

    Raises:
        StatisticsError: Counts that do not fit n.

    Source:
        Tango (1998), Statistics in Medicine 17(8),
        doi:10.1002/(SICI)1097-0258(19980430)17:8<891::AID-SIM780>3.0.CO;2-B.

    Example:
        >>> round(tango_z(12, 3, 60, 0), 4), round(tango_z(12, 3, 60, -0.1), 4)
        (2.3238, 3.5471)
    """
    _checked(first_only, second_only, n)
    variance = _score_variance(first_only, second_only, n, difference) if n else 0.0
    if variance == 0:
        return float("nan")
    return float((first_only - second_only - n * difference) / sqrt(variance))


def compare_paired_shares(
    first_only: int,
    second_only: int,
    n: int,
    confidence: float = 0.95,
    test: McNemarTest = "mid_p",
) -> Estimate:
    """The difference of two shares of the same cases with Tango's interval and McNemar's test.

    Args:
        first_only: Pairs that count on the first side alone.
        second_only: Pairs that count on the second side alone.
        n: All pairs, those that do not differ included.
        confidence: Of the interval.
        test: As in `mcnemar`.

    Returns:
        First minus second share, -1 to 1.

    Raises:
        StatisticsError: Counts that do not fit n, or an unknown test.

    Example:
        >>> found = compare_paired_shares(12, 3, 60)
        >>> round(found.value, 2), round(found.low, 3), round(found.high, 3), round(found.p, 4)
        (0.15, 0.026, 0.28, 0.0213)
    """
    low, high = tango_interval(first_only, second_only, n, confidence)
    method = f"Tango interval; {MCNEMAR_WORDS[test]}"
    if n == 0:
        return Estimate(None, None, None, confidence, 0, method, reasons.NO_CASES)
    difference = (first_only - second_only) / n
    if first_only + second_only == 0:
        return Estimate(difference, low, high, confidence, n, method, reasons.NO_DIFFERENCES)
    statistic, p = mcnemar(first_only, second_only, test)
    return Estimate(difference, low, high, confidence, n, method, None, statistic, p)
