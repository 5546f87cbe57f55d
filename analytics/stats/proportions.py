"""Intervals of a single share."""

from math import sqrt
from statistics import NormalDist

from analytics.stats.errors import StatisticsError


def wilson_interval(
    successes: int, n: int, confidence: float = 0.95, *, continuity_correction: bool = False
) -> tuple[float, float]:
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
    if not 0 <= successes <= n:
        raise StatisticsError(
            f"{successes} successes do not fit {n} cases: successes lie between 0 and the cases. "
            "Check the counts."
        )
    if n == 0:
        return float("nan"), float("nan")
    z = NormalDist().inv_cdf((1 + confidence) / 2)
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
    return (0.0 if successes == 0 else max(0.0, low)), (1.0 if successes == n else min(1.0, high))
