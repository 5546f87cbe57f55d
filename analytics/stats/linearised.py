"""Standard errors of chance-corrected coefficients by linearisation over units.

Each unit's share in the coefficient, with the effect it has on chance, is one number; their spread
gives the error without resampling. It is the error for other units rated by these raters, and it
grows wrong with few units: prefer the bootstrap below about 30.
"""

import numpy as np

from analytics.stats.chance import ChanceCorrected
from analytics.stats.conger import Conger
from analytics.stats.patterns import rater_indicators
from analytics.stats.profiles import Profiles
from analytics.stats.types import FloatArray, IntArray

CHUNK_NUMBERS = 1 << 22
"""Numbers held at once (32 MB)."""


def linearised_error(coefficient: ChanceCorrected | Conger, profiles: Profiles) -> float:
    """Standard error of Fleiss, Gwet, Brennan-Prediger or Conger, weighted or not.

    Args:
        coefficient: What was estimated.
        profiles: Counts of units, or patterns of units for Conger.

    Returns:
        At least 0; NaN where the coefficient is not defined or fewer than two units are rated.

    Source:
        Gwet (2008), British Journal of Mathematical and Statistical Psychology 61(1),
        doi:10.1348/000711006X126600; Gwet (2021), Educational and Psychological Measurement
        81(4), doi:10.1177/0013164420973080. Infinite populations of units and raters.

    Example:
        >>> profiles = Profiles.from_counts([[2, 0], [1, 1], [0, 2], [2, 0]])
        >>> round(linearised_error(ChanceCorrected(np.eye(2), "uniform"), profiles), 4)
        0.5
    """
    usable = coefficient.usable(profiles.counts)
    rows, times = profiles.counts[usable], profiles.multiplicity[usable].astype(np.float64)
    n = times.sum()
    if n < 2:
        return float("nan")
    size = max(1, CHUNK_NUMBERS // (rows.shape[1] * len(coefficient.weights)))
    parts = [slice(start, start + size) for start in range(0, len(rows), size)]
    sums = np.sum([times[part] @ coefficient.terms(rows[part]) for part in parts], axis=0)
    value = float(coefficient.value(sums))
    if np.isnan(value):
        return float("nan")
    spread = 0.0
    for part in parts:
        terms = coefficient.terms(rows[part])
        if isinstance(coefficient, Conger):
            chance, share = _conger_chance(coefficient, rows[part], sums, n)
        else:
            chance, share = _pooled_chance(coefficient, terms[:, 2:], sums[2:] / n)
        own = (n / sums[1]) * (terms[:, 0] - chance * terms[:, 1]) / (1 - chance)
        own -= 2 * (1 - value) * (share - chance) / (1 - chance)
        spread += float(times[part] @ np.square(own - value))
    return float(np.sqrt(spread / (n * (n - 1))))


def _pooled_chance(
    coefficient: ChanceCorrected, shares: FloatArray, pooled: FloatArray
) -> tuple[float, FloatArray]:
    """Agreement by chance, and what each unit's shares make of it: a number and (n_units,)."""
    weights, size = coefficient.weights, len(coefficient.weights)
    chance = float(coefficient.by_chance(pooled))
    if coefficient.chance == "fleiss":
        return chance, shares @ ((weights + weights.T) / 2 @ pooled)
    if coefficient.chance == "gwet":
        return chance, weights.sum() / (size * (size - 1)) * (shares @ (1 - pooled))
    return chance, np.full(len(shares), chance)


def _conger_chance(
    coefficient: Conger, rows: IntArray, sums: FloatArray, n: float
) -> tuple[float, FloatArray]:
    size, n_raters = len(coefficient.weights), rows.shape[1]
    chosen = sums[2:].reshape(n_raters, size)
    ratings = chosen.sum(axis=1)
    rated = ratings > 0
    raters = int(rated.sum())
    shares = chosen[rated] / ratings[rated, None]
    others = ((shares.sum(axis=0) - shares) @ ((coefficient.weights + coefficient.weights.T) / 2)).T
    base = (shares.T * others).sum(axis=0)
    indicators = rater_indicators(rows, size)[:, rated]
    moved = np.einsum("ugv,vg->ug", indicators, others) - indicators.sum(axis=2) * base
    share = (base + moved * n / ratings[rated]).sum(axis=1) / (raters * (raters - 1))
    return float(coefficient.by_chance(chosen)), np.asarray(share)
