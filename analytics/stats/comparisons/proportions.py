"""One share of independent cases, with its interval."""

from collections.abc import Callable
from math import sqrt
from statistics import NormalDist
from typing import Literal, TypeAlias

from analytics.stats import reasons
from analytics.stats.checks import checked_confidence
from analytics.stats.errors import StatisticsError
from analytics.stats.types import Estimate

Limits: TypeAlias = tuple[float, float]
ShareInterval: TypeAlias = Literal[
    "wilson", "wilson_cc", "clopper_pearson", "agresti_coull", "wald"
]
NOWHERE: Limits = (float("nan"), float("nan"))


def checked_counts(successes: int, n: int) -> None:
    """Refuse counts that are no share.

    Raises:
        StatisticsError: Successes are not between 0 and n.
    """
    if not 0 <= successes <= n:
        raise StatisticsError(
            f"{successes} successes do not fit {n} cases: successes lie between 0 and the cases. "
            "Check the counts."
        )


def normal_quantile(confidence: float) -> float:
    """How many standard errors an interval of this confidence reaches to each side."""
    return NormalDist().inv_cdf((1 + checked_confidence(confidence)) / 2)


def _within(low: float, high: float, successes: int, n: int) -> Limits:
    """Limits inside 0 to 1, and exactly there where the share is: rounding leaves them beside."""
    return (0.0 if successes == 0 else max(0.0, low)), (1.0 if successes == n else min(1.0, high))


def wilson_interval(
    successes: int, n: int, confidence: float = 0.95, *, continuity_correction: bool = False
) -> Limits:
    """Limits of a share of independent cases, good from the smallest n on and never outside 0 to 1.

    Not for shares of ratings that share items or groups: resample those (`intervals`).

    Args:
        successes: Cases that count, 0 to n.
        n: All cases.
        confidence: Between 0 and 1.
        continuity_correction: Wider; covers at least `confidence` for every share.

    Returns:
        Lower and upper limit. NaN, NaN when n is 0.

    Raises:
        StatisticsError: Successes are not between 0 and n.

    Source:
        Wilson (1927), Journal of the American Statistical Association 22(158),
        doi:10.1080/01621459.1927.10502953; with correction Newcombe (1998), Statistics in Medicine
        17(8), doi:10.1002/(SICI)1097-0258(19980430)17:8<857::AID-SIM777>3.0.CO;2-E.

    Example:
        >>> low, high = wilson_interval(81, 263)
        >>> round(low, 4), round(high, 4)
        (0.2553, 0.3662)
    """
    checked_counts(successes, n)
    z = normal_quantile(confidence)
    if n == 0:
        return NOWHERE
    share = successes / n
    middle, scale = 2 * successes + z * z, 2 * (n + z * z)
    spread = z * z + 4 * successes * (1 - share)
    if continuity_correction:
        tilt = 4 * share - 2
        low = (middle - 1 - z * sqrt(max(0.0, spread - 1 / n + tilt))) / scale
        high = (middle + 1 + z * sqrt(max(0.0, spread - 1 / n - tilt))) / scale
    else:
        low = (middle - z * sqrt(spread)) / scale
        high = (middle + z * sqrt(spread)) / scale
    return _within(low, high, successes, n)


def clopper_pearson_interval(successes: int, n: int, confidence: float = 0.95) -> Limits:
    """Limits that cover at least `confidence` for every share; wider than Wilson's for it.

    Args:
        successes: Cases that count, 0 to n.
        n: All cases.
        confidence: Between 0 and 1.

    Returns:
        Lower and upper limit. NaN, NaN when n is 0.

    Raises:
        StatisticsError: Successes are not between 0 and n.

    Source:
        Clopper and Pearson (1934), Biometrika 26(4), doi:10.1093/biomet/26.4.404.

    Example:
        >>> low, high = clopper_pearson_interval(81, 263)
        >>> round(low, 4), round(high, 4)
        (0.2527, 0.3676)
    """
    from scipy.special import betaincinv

    checked_counts(successes, n)
    tail = (1 - checked_confidence(confidence)) / 2
    if n == 0:
        return NOWHERE
    failures = n - successes
    low = float(betaincinv(successes, failures + 1, tail)) if successes else 0.0
    high = float(betaincinv(successes + 1, failures, 1 - tail)) if failures else 1.0
    return low, high


def agresti_coull_interval(successes: int, n: int, confidence: float = 0.95) -> Limits:
    """Limits from adding z squared cases, half of them successes: Wilson by hand, a little wider.

    Args:
        successes: Cases that count, 0 to n.
        n: All cases.
        confidence: Between 0 and 1.

    Returns:
        Lower and upper limit, cut at 0 and 1. NaN, NaN when n is 0.

    Raises:
        StatisticsError: Successes are not between 0 and n.

    Source:
        Agresti and Coull (1998), The American Statistician 52(2),
        doi:10.1080/00031305.1998.10480550.

    Example:
        >>> low, high = agresti_coull_interval(81, 263)
        >>> round(low, 4), round(high, 4)
        (0.2552, 0.3663)
    """
    checked_counts(successes, n)
    z = normal_quantile(confidence)
    if n == 0:
        return NOWHERE
    more = n + z * z
    middle = (successes + z * z / 2) / more
    reach = z * sqrt(middle * (1 - middle) / more)
    return max(0.0, middle - reach), min(1.0, middle + reach)


def wald_interval(successes: int, n: int, confidence: float = 0.95) -> Limits:
    """The textbook limits, only for comparison: far too narrow near 0 and 1 and at small n.

    Args:
        successes: Cases that count, 0 to n.
        n: All cases.
        confidence: Between 0 and 1.

    Returns:
        Lower and upper limit, which may lie outside 0 to 1. NaN, NaN when n is 0.

    Raises:
        StatisticsError: Successes are not between 0 and n.

    Source:
        Brown, Cai and DasGupta (2001), Statistical Science 16(2), doi:10.1214/ss/1009213286, who
        advise against it.

    Example:
        >>> wald_interval(0, 20)
        (0.0, 0.0)
    """
    checked_counts(successes, n)
    z = normal_quantile(confidence)
    if n == 0:
        return NOWHERE
    share = successes / n
    reach = z * sqrt(share * (1 - share) / n)
    return share - reach, share + reach


def _wilson_cc(successes: int, n: int, confidence: float) -> Limits:
    return wilson_interval(successes, n, confidence, continuity_correction=True)


SHARE_INTERVALS: dict[ShareInterval, tuple[str, Callable[[int, int, float], Limits]]] = {
    "wilson": ("Wilson interval", wilson_interval),
    "wilson_cc": ("Wilson interval with continuity correction", _wilson_cc),
    "clopper_pearson": ("Clopper-Pearson interval", clopper_pearson_interval),
    "agresti_coull": ("Agresti-Coull interval", agresti_coull_interval),
    "wald": ("Wald interval", wald_interval),
}


def share(
    successes: int, n: int, confidence: float = 0.95, interval: ShareInterval = "wilson"
) -> Estimate:
    """A share of independent cases with its interval, or why there is none.

    Args:
        successes: Cases that count, 0 to n.
        n: All cases.
        confidence: Between 0 and 1.
        interval: A key of `SHARE_INTERVALS`.

    Returns:
        The share, 0 to 1; without cases the reason.

    Raises:
        StatisticsError: Successes are not between 0 and n.

    Source:
        As the interval that is asked for; Wilson's is right for most (Brown, Cai and DasGupta 2001,
        Statistical Science 16(2), doi:10.1214/ss/1009213286).

    Example:
        >>> found = share(9, 10)
        >>> found.value, round(found.low, 3), round(found.high, 3), found.method
        (0.9, 0.596, 0.982, 'Wilson interval')
        >>> share(0, 0).reason
        'There are no cases yet, so there is nothing to count. Wait for the first answers.'
    """
    words, limits = SHARE_INTERVALS[interval]
    low, high = limits(successes, n, confidence)
    if n == 0:
        return Estimate(None, None, None, confidence, 0, words, reasons.NO_CASES)
    return Estimate(successes / n, low, high, confidence, n, words)
