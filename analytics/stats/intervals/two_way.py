"""The interval for other raters: raters and items are both drawn again.

The bootstrap over items answers how the coefficient would move with other items and *these*
raters. Where the claim is about raters in general (crowds, end users) it is far too narrow: raters
are few and differ. Here a replicate draws raters and groups of items, both with replacement, and
weighs each rating with the product. Two copies of one rater agree by construction, so pairs of a
rating with itself are left out.
"""

import numpy as np

from analytics.stats import reasons
from analytics.stats.coefficients.coefficient import CountCoefficient
from analytics.stats.intervals.resampling import (
    DEFAULT_REPLICATES,
    Interval,
    checked_confidence,
    checked_replicates,
    draw_weights,
    interval_of_replicates,
)
from analytics.stats.profiles import Blocks
from analytics.stats.types import FloatArray, IntArray

MIN_RATERS = 5
CHUNK_PATTERNS = 1 << 14


def two_way_interval(
    coefficient: CountCoefficient,
    blocks: Blocks,
    n_values: int,
    *,
    confidence: float = 0.95,
    replicates: int = DEFAULT_REPLICATES,
    seed: int = 0,
) -> Interval:
    """Percentile limits over resamples of raters and of groups of items.

    Time for a replicate is that of one pass over the distinct patterns, so a thousand replicates
    of 100,000 units that repeat no pattern take minutes.

    Args:
        coefficient: A coefficient of counts (alpha, percent agreement, Gwet, Fleiss, ...).
        blocks: Groups of usable units, whose profiles are patterns (`patterns`).
        n_values: Declared values.
        confidence: Between 0 and 1.
        replicates: Resamples to draw.
        seed: The same seed gives the same limits, to the bit.

    Returns:
        The limits; without them the reason: fewer than five raters, fewer than two groups, or
        what a bootstrap over items lacks.

    Raises:
        StatisticsError: Confidence is not between 0 and 1, or replicates is below 1.

    Source:
        Owen (2007), The pigeonhole bootstrap, Annals of Applied Statistics 1(2),
        doi:10.1214/07-AOAS122.
    """
    checked_confidence(confidence)
    checked_replicates(replicates)
    raters = np.flatnonzero((blocks.profiles > 0).any(axis=0))
    if len(raters) < MIN_RATERS:
        return Interval(reason=reasons.FEW_RATERS)
    if blocks.multiplicity.sum() < 2:
        return Interval(reason=reasons.FEW_GROUPS)
    drawn_raters = np.random.default_rng([seed, 1]).multinomial(
        len(raters), np.full(len(raters), 1 / len(raters)), size=replicates
    )
    patterns, size = blocks.profiles[:, raters], len(blocks.profiles)
    values = np.empty(replicates)
    done = 0
    for weights in draw_weights(blocks.multiplicity, replicates, seed, 64):
        for weight in weights:
            repeated = weight[blocks.block] * blocks.units
            units = np.bincount(blocks.profile, repeated, size).astype(np.float64)
            sums = _weighted_sums(coefficient, patterns, units, drawn_raters[done], n_values)
            values[done] = coefficient.value(sums)
            done += 1
    return interval_of_replicates(values, confidence, "two-way")


def _weighted_sums(
    coefficient: CountCoefficient,
    patterns: IntArray,
    units: FloatArray,
    raters: IntArray,
    n_values: int,
) -> FloatArray:
    """Terms added up with weights on units (n_patterns,) and on raters (n_raters,)."""
    total = None
    drawn = np.flatnonzero(raters)
    for start in range(0, len(patterns), CHUNK_PATTERNS):
        part = slice(start, start + CHUNK_PATTERNS)
        chosen, weight = patterns[part][:, drawn], raters[drawn].astype(np.float64)
        row, column = np.nonzero(chosen)
        cell = row * n_values + chosen[row, column] - 1
        shape = (len(chosen), n_values)
        counts, same = (
            np.bincount(cell, power[column], shape[0] * shape[1]).astype(np.float64).reshape(shape)
            for power in (weight, weight**2)
        )
        terms = units[part] @ coefficient.terms(counts, same)
        total = terms if total is None else total + terms
    return np.asarray(total)
