"""The bootstrap of the KALPHA macro: kept to reproduce published intervals, not to be used.

It draws single disagreements again and holds expected disagreement fixed, as if pairs of ratings
of one item were independent and the shares of the values known. In simulation its 95 % limits
cover 80 to 84 % of the time.
"""

import numpy as np

from analytics.stats.coefficients.agreement import OrdinalAlpha
from analytics.stats.coefficients.distances import distance_matrix, mid_ranks
from analytics.stats.intervals.resampling import (
    CHUNK_NUMBERS,
    DEFAULT_REPLICATES,
    Interval,
    checked_confidence,
    checked_replicates,
    interval_of_replicates,
)
from analytics.stats.profiles import Profiles
from analytics.stats.types import FloatArray, Level


def kalpha_interval(
    profiles: Profiles,
    level: Level,
    values: FloatArray,
    *,
    confidence: float = 0.95,
    replicates: int = DEFAULT_REPLICATES,
    seed: int = 0,
) -> Interval:
    """Limits of alpha as KALPHA prints them: too narrow; see the head of this module.

    Args:
        profiles: Counts of units.
        level: Level of measurement.
        values: Shape (n_values,); the declared points.
        confidence: Between 0 and 1.
        replicates: Resamples to draw.
        seed: Of the draw.

    Returns:
        The limits, or the reason for their absence.

    Raises:
        StatisticsError: Confidence is not between 0 and 1, or replicates is below 1.
        ScaleError: The values do not suit the level.

    Source:
        Krippendorff (2006), Bootstrapping distributions for Krippendorff's alpha, University of
        Pennsylvania; rejected by Zapf et al. (2016), BMC Medical Research Methodology 16:93,
        doi:10.1186/s12874-016-0200-9.
    """
    checked_confidence(confidence)
    checked_replicates(replicates)
    kept = profiles.pairable()
    size = kept.counts.shape[1]
    matrix = (kept.multiplicity @ OrdinalAlpha().terms(kept.counts)).reshape(size, size)
    totals = matrix.sum(axis=0)
    n = totals.sum()
    points = mid_ranks(totals) if level == "ordinal" else values
    distance = distance_matrix("interval" if level == "ordinal" else level, points)
    expected = totals @ distance @ totals
    if not expected > 0:
        return interval_of_replicates(np.full(replicates, np.nan), confidence, "kalpha")
    ratings = kept.counts.sum(axis=1)
    pairs = int(kept.multiplicity @ (ratings * (ratings - 1) // 2))
    chunk = max(1, CHUNK_NUMBERS // size**2)
    rng = np.random.default_rng(seed)
    drawn = np.concatenate(
        [
            rng.multinomial(pairs, (matrix / n).ravel(), size=min(chunk, replicates - start))
            @ distance.ravel()
            for start in range(0, replicates, chunk)
        ]
    )
    return interval_of_replicates(1 - drawn / pairs * n * (n - 1) / expected, confidence, "kalpha")
