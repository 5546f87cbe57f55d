"""Limits from leaving out one group at a time: exact, without a seed."""

import numpy as np

from analytics.stats import reasons
from analytics.stats.intervals.resampling import (
    TIE,
    Interval,
    Resampling,
    checked_confidence,
    jackknife_standard_error,
)


def jackknife_interval(resampling: Resampling, *, confidence: float = 0.95) -> Interval:
    """Limits from leaving out one group at a time, with a t distribution: no seed, no draw.

    Symmetric, so it may reach beyond 1 and is less apt than BCa for few groups near full
    agreement; a check on the bootstrap, and much cheaper where groups are many and unlike.

    Args:
        resampling: The coefficient as a function of weights of blocks.
        confidence: Between 0 and 1.

    Returns:
        The limits; without them the reason: fewer than two groups, a group without which the
        coefficient is not defined, or no group that changes it.

    Raises:
        StatisticsError: Confidence is not between 0 and 1.

    Source:
        Efron and Tibshirani (1993), An Introduction to the Bootstrap, chapter 11.

    Example:
        >>> from analytics.stats.comparisons.paired import mean_of_sums
        >>> from analytics.stats.intervals.bootstrap import sums_resampling
        >>> scores = np.array([3.0, 5.0, 4.0, 2.0, 4.0, 5.0, 3.0, 4.0])
        >>> means = sums_resampling(np.column_stack([np.ones(8), scores]), mean_of_sums)
        >>> found = jackknife_interval(means)
        >>> round(found.low, 3), round(found.high, 3)
        (2.885, 4.615)
    """
    from scipy.special import stdtrit

    checked_confidence(confidence)
    if resampling.n_groups < 2:
        return Interval(reason=reasons.FEW_GROUPS)
    error = jackknife_standard_error(resampling)
    if not np.isfinite(error):
        return Interval(reason=reasons.UNDEFINED_WITHOUT_ONE)
    if error <= TIE:
        return Interval(reason=reasons.CONSTANT_RESAMPLES)
    reach = float(stdtrit(resampling.n_groups - 1, (1 + confidence) / 2)) * error
    value = resampling.estimate()
    return Interval(value - reach, value + reach, "jackknife")
