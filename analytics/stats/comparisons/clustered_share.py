"""One share of cases that come in groups: turns of a dialogue, answers to one conversation."""

from math import sqrt

import numpy as np
import numpy.typing as npt

from analytics.stats import reasons
from analytics.stats.checks import checked_confidence
from analytics.stats.comparisons.proportions import Limits, normal_quantile, share
from analytics.stats.errors import RowsError
from analytics.stats.types import Estimate, IntArray

CLUSTERED_WORDS = "Wilson interval of the cases that the groups are worth"


def wilson_of_worth(share: float, worth: float, z: float) -> Limits:
    """Wilson's limits of a share that tells as much as so many independent cases, whole or not.

    Example:
        >>> [round(one, 3) for one in wilson_of_worth(0.9, 10.0, 1.959964)]
        [0.596, 0.982]
    """
    middle = (share + z * z / (2 * worth)) / (1 + z * z / worth)
    reach = z * sqrt(share * (1 - share) / worth + (z / (2 * worth)) ** 2) / (1 + z * z / worth)
    low = 0.0 if share == 0 else max(0.0, middle - reach)
    return low, 1.0 if share == 1 else min(1.0, middle + reach)


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
    return _effective(*_per_group(success, group), confidence)


def _effective(counts: IntArray, sizes: IntArray, confidence: float) -> float:
    """The same, from cases that count and cases of each group."""
    from scipy.special import stdtrit

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
    return share_of_groups(*_per_group(success, group), confidence)


def share_of_groups(
    counts: npt.ArrayLike, sizes: npt.ArrayLike, confidence: float = 0.95
) -> Estimate:
    """The same share, from groups that were counted already.

    Args:
        counts: Shape (k,); cases that count of each group.
        sizes: Shape (k,); all cases of each, 1 or more.
        confidence: Between 0 and 1.

    Raises:
        RowsError: Counts do not fit the sizes.
        StatisticsError: Confidence is impossible.

    Source:
        As `effective_cases`.

    Example:
        >>> round(share_of_groups([2, 0, 2], [2, 2, 2]).value, 3)
        0.667
    """
    given, of = np.asarray(counts, np.int64), np.asarray(sizes, np.int64)
    if given.ndim != 1 or given.shape != of.shape or ((given < 0) | (given > of) | (of < 1)).any():
        raise RowsError(
            f"{given.size} counts do not fit {of.size} groups: of each group between none and all "
            "cases count."
        )
    successes, n = int(given.sum()), int(of.sum())
    if n == len(of):
        return share(successes, n, confidence)
    worth = _effective(given, of, confidence)
    value = successes / n
    if not np.isfinite(worth):
        return Estimate(
            value, None, None, confidence, n, f"{CLUSTERED_WORDS}; no interval", reasons.FEW_GROUPS
        )
    low, high = wilson_of_worth(value, worth, normal_quantile(confidence))
    method = f"{CLUSTERED_WORDS}, {worth:.1f} in {len(of)} groups"
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
