"""Limits from resamples measured in standard errors of their own.

The percentiles and BCa take the spread of the estimate to be the same wherever the truth lies. A
coefficient of few groups does not do so: a sample that has too few rare values is both too low and
too sure of it. Each resample is therefore asked for its own standard error, and the limits are so
many standard errors from the estimate as resamples are from it.
"""

from dataclasses import replace

import numpy as np

from analytics.stats import reasons
from analytics.stats.intervals.resampling import (
    CHUNK_NUMBERS,
    DEFAULT_REPLICATES,
    TIE,
    Interval,
    Resampling,
    checked_confidence,
    checked_replicates,
    draw_weights,
    interval_of_replicates,
    jackknife_standard_error,
)
from analytics.stats.types import FloatArray


def studentized_interval(
    resampling: Resampling,
    *,
    confidence: float = 0.95,
    replicates: int = DEFAULT_REPLICATES,
    seed: int = 0,
) -> Interval:
    """Limits by the bootstrap of a t statistic, for few groups.

    Wider than BCa where few groups carry the information, and not bound to the scale: limits may
    reach beyond 1. Every resample is jackknifed, which costs the square of the number of blocks.

    Args:
        resampling: The coefficient as a function of weights of blocks.
        confidence: Between 0 and 1.
        replicates: Resamples to draw; the same ones as those of `bootstrap_interval`.
        seed: The same seed gives the same limits, to the bit.

    Returns:
        The limits; without them the reason: fewer than two groups, a group without which the
        coefficient is not defined, no group that changes it, or more than half of the replicates
        without a standard error.

    Raises:
        StatisticsError: Confidence is not between 0 and 1, or replicates is below 1.

    Source:
        Efron and Tibshirani (1993), An Introduction to the Bootstrap, section 12.5.

    Example:
        >>> from analytics.stats.comparisons.paired import mean_of_sums
        >>> from analytics.stats.intervals.bootstrap import sums_resampling
        >>> scores = np.array([3.0, 5.0, 4.0, 2.0, 4.0, 5.0, 3.0, 4.0])
        >>> means = sums_resampling(np.column_stack([np.ones(8), scores]), mean_of_sums)
        >>> found = studentized_interval(means, replicates=500, seed=1)
        >>> round(found.low, 2), round(found.high, 2)
        (2.88, 4.53)
    """
    checked_confidence(confidence)
    checked_replicates(replicates)
    if resampling.n_groups < 2:
        return Interval(reason=reasons.FEW_GROUPS)
    blocks = len(resampling.multiplicity)
    chunk = max(1, CHUNK_NUMBERS // (blocks * max(blocks, resampling.width)))
    drawn = draw_weights(resampling.multiplicity, replicates, seed, chunk)
    pivots = np.concatenate([studentized(resampling, weights) for weights in drawn])
    return studentized_limits(resampling, pivots, confidence=confidence)


def studentized(resampling: Resampling, weights: FloatArray) -> FloatArray:
    """By how many of its own standard errors each resample exceeds the estimate.

    Args:
        resampling: The coefficient as a function of weights of blocks.
        weights: Shape (replicates, n_blocks); how often each resample drew each block.

    Returns:
        Shape (replicates,); NaN where the coefficient, or its jackknife, is undefined or constant.
    """
    groups = resampling.n_groups
    replicate, block = np.nonzero(weights)
    left = weights[replicate]
    left[np.arange(len(left)), block] -= 1
    without = np.zeros(weights.shape)
    without[replicate, block] = resampling.value_of(left)
    mean = (weights * without).sum(axis=1, keepdims=True) / groups
    spread = (weights * np.square(without - mean)).sum(axis=1)
    error = np.sqrt((groups - 1) / groups * spread)
    distance = resampling.value_of(weights) - resampling.estimate()
    nowhere = np.full(len(weights), np.nan)
    return np.asarray(np.divide(distance, error, out=nowhere, where=error > TIE))


def studentized_limits(
    resampling: Resampling, pivots: FloatArray, *, confidence: float = 0.95
) -> Interval:
    """The limits of `studentized_interval` from `studentized` resamples: (replicates,)."""
    error = jackknife_standard_error(resampling)
    if not np.isfinite(error):
        return Interval(reason=reasons.UNDEFINED_WITHOUT_ONE)
    if error <= TIE:
        return Interval(reason=reasons.CONSTANT_RESAMPLES)
    found = interval_of_replicates(pivots, confidence, "studentized")
    if found.low is None or found.high is None:
        return found
    value = resampling.estimate()
    return replace(found, low=value - found.high * error, high=value - found.low * error)
