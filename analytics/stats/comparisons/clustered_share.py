"""One share of cases that come in groups: turns of a dialogue, answers to one conversation."""

from math import sqrt
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from analytics.stats import reasons
from analytics.stats.checks import checked_confidence
from analytics.stats.comparisons.proportions import share
from analytics.stats.errors import RowsError
from analytics.stats.types import Estimate, IntArray

CLUSTERED_WORDS = "Wilson interval of the cases that the groups are worth"


def effective_cases(
    success: npt.ArrayLike, group: npt.ArrayLike, confidence: float = 0.95
) -> float:
    """How many independent cases would tell a share as exactly as these do.

    The variance between groups against that of as many independent cases, with the t quantile of
    the groups in place of the normal one. Where all cases have one outcome nothing tells how alike
    those of a group are, so each group counts once.

    Args:
        success: Shape (n,); whether each case counts.
        group: Shape (n,); cases of one group may be alike.
        confidence: Of the interval that the number is for.

    Returns:
        At most n; NaN below two groups.

    Raises:
        RowsError: Groups do not fit the cases.
        StatisticsError: Confidence is impossible.

    Source:
        Korn and Graubard (1998), Survey Methodology 24(2), pages 193-201; with Wilson's interval
        Dean and Pagano (2015), Journal of Survey Statistics and Methodology 3(4),
        doi:10.1093/jssam/smv024.

    Example:
        >>> effective_cases([1, 1, 0, 0, 1, 1], [0, 0, 1, 1, 2, 2]) < 3
        True
        >>> effective_cases([1, 1, 1, 1], [0, 0, 1, 1])
        2.0
    """
    from scipy.special import stdtrit

    counts, sizes = _per_group(success, group)
    n_groups, n = len(sizes), int(sizes.sum())
    tail = (1 + checked_confidence(confidence)) / 2
    if n_groups < 2:
        return float("nan")
    if n_groups == n:
        return float(n)
    successes = int(counts.sum())
    if successes in (0, n):
        return float(n_groups)
    squares, products, sizes_squared = (
        int(part) for part in (counts @ counts, counts @ sizes, sizes @ sizes)
    )
    # n squared times the squared residuals, in whole numbers: no order of groups changes a bit.
    apart = squares * n**2 - 2 * products * successes * n + sizes_squared * successes**2
    if apart == 0:
        return float(n)
    alike = successes * (n - successes) * n**2 * (n_groups - 1) / (n_groups * apart)
    wider = float(stdtrit(n - 1, tail)) / float(stdtrit(n_groups - 1, tail))
    return min(float(n), alike * wider**2)


def clustered_share(
    success: npt.ArrayLike, group: npt.ArrayLike, confidence: float = 0.95
) -> Estimate:
    """A share with its interval, where cases of one group may be alike.

    With one case a group it is Wilson's interval; else the one of `effective_cases`.

    Args:
        success: Shape (n,); whether each case counts.
        group: Shape (n,).
        confidence: Between 0 and 1.

    Returns:
        The share, 0 to 1; without cases the reason.

    Raises:
        RowsError: Groups do not fit the cases.
        StatisticsError: Confidence is impossible.

    Source:
        As `effective_cases`.

    Example:
        >>> found = clustered_share([1] * 9 + [0], range(10))
        >>> round(found.low, 3), round(found.high, 3), found.method
        (0.596, 0.982, 'Wilson interval')
        >>> wide = clustered_share([1] * 9 + [0], [0, 0, 1, 1, 2, 2, 3, 3, 4, 4])
        >>> wide.low < found.low
        True
    """
    counts, sizes = _per_group(success, group)
    successes, n = int(counts.sum()), int(sizes.sum())
    if n == len(sizes):
        return share(successes, n, confidence)
    worth = effective_cases(success, group, confidence)
    value = successes / n
    if not np.isfinite(worth):
        return Estimate(
            value, None, None, confidence, n, f"{CLUSTERED_WORDS}; no interval", reasons.FEW_GROUPS
        )
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    middle = (value + z * z / (2 * worth)) / (1 + z * z / worth)
    reach = z * sqrt(value * (1 - value) / worth + (z / (2 * worth)) ** 2) / (1 + z * z / worth)
    low = 0.0 if successes == 0 else max(0.0, middle - reach)
    high = 1.0 if successes == n else min(1.0, middle + reach)
    method = f"{CLUSTERED_WORDS}, {worth:.1f} in {len(sizes)} groups"
    return Estimate(value, low, high, confidence, n, method)


def _per_group(success: npt.ArrayLike, group: npt.ArrayLike) -> tuple[IntArray, IntArray]:
    """Cases that count and cases of each group."""
    counted = np.asarray(success, dtype=bool)
    labels = np.asarray(group)
    if counted.ndim != 1 or labels.shape != counted.shape:
        raise RowsError(
            f"{labels.size} groups stand against {counted.size} cases: each case belongs to one "
            "group."
        )
    if not len(counted):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    _names, number = np.unique(labels, return_inverse=True)
    successes = np.bincount(number, weights=counted).astype(np.int64)
    return successes, np.bincount(number).astype(np.int64)
