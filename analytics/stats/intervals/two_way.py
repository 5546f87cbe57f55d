"""The interval for other raters: raters and items are both drawn again.

The bootstrap over items answers how the coefficient would move with other items and *these*
raters. Where the claim is about raters in general (crowds, end users) it is far too narrow: raters
are few and differ. Here a replicate draws raters and groups of items, both with replacement, and
weighs each rating with the product. Two copies of one rater agree by construction, so pairs of a
rating with itself are left out.
"""

import numpy as np

from analytics.stats import reasons
from analytics.stats.intervals.other_raters import CHUNK_PATTERNS, RaterCoefficient, units_of
from analytics.stats.intervals.resampling import (
    DEFAULT_REPLICATES,
    Interval,
    checked_confidence,
    checked_replicates,
    draw_weights,
    interval_of_replicates,
)
from analytics.stats.profiles import Blocks

MIN_RATERS = 5


def two_way_interval(
    coefficient: RaterCoefficient,
    blocks: Blocks,
    *,
    confidence: float = 0.95,
    replicates: int = DEFAULT_REPLICATES,
    seed: int = 0,
) -> Interval:
    """Percentile limits over resamples of raters and of groups of items.

    Time for a replicate is that of one pass over the distinct patterns, so a thousand replicates
    of 100,000 units that repeat no pattern take minutes.

    Args:
        coefficient: One that takes weights on raters (`other_raters`).
        blocks: Groups of usable units, whose profiles are patterns (`patterns`).
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
    drawn = np.random.default_rng([seed, 1]).multinomial(
        len(raters), np.full(len(raters), 1 / len(raters)), size=replicates
    )
    patterns, values = blocks.profiles[:, raters], []
    chunk = max(1, CHUNK_PATTERNS // len(patterns))
    done = 0
    for weights in draw_weights(blocks.multiplicity, replicates, seed, chunk):
        some = drawn[done : done + len(weights)].astype(np.float64)
        values.append(coefficient.of_raters(patterns, units_of(blocks, weights), some))
        done += len(weights)
    return interval_of_replicates(np.concatenate(values), confidence, "two-way")
