"""Standard errors of chance-corrected coefficients by linearisation over units.

Each unit's share in the coefficient, with the effect it has on chance, is one number; their spread
gives the error without resampling. It is the error for other units rated by these raters. It grows
wrong with few units (prefer the bootstrap below about 30), and too large where many units are rated
once: in the published formula these count as if nobody had agreed on them.
"""

import numpy as np
import numpy.typing as npt

from analytics.stats.coefficients.chance import ChanceCorrected
from analytics.stats.coefficients.coefficient import agreeing_pairs
from analytics.stats.coefficients.conger import Conger
from analytics.stats.profiles import Profiles, distinct_rows
from analytics.stats.types import FloatArray, IntArray


def linearised_error(coefficient: ChanceCorrected, profiles: Profiles) -> float:
    """Standard error of Fleiss, Gwet or Brennan-Prediger, weighted or not.

    Args:
        coefficient: What was estimated.
        profiles: Counts of units.

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
    terms, times = coefficient.terms(profiles.counts), profiles.multiplicity.astype(np.float64)
    sums, n = times @ terms, times.sum()
    value = float(coefficient.value(sums))
    pooled = sums[2:] / max(n, 1)
    chance = float(coefficient.by_chance(pooled))
    share = _chance_of_units(coefficient, terms[:, 2:], pooled)
    return _error(value, chance, terms[:, 0], terms[:, 1], share, times)


def conger_error(
    coefficient: Conger,
    counts: IntArray,
    unit: npt.ArrayLike,
    rater: npt.ArrayLike,
    value: npt.ArrayLike,
) -> float:
    """Standard error of Conger's kappa, from long rows: no matrix of units x raters is needed.

    Args:
        coefficient: What was estimated.
        counts: Shape (n_units, n_values); of the same rows.
        unit: Shape (n_rows,); row of `counts`.
        rater: Shape (n_rows,); numbered from 0.
        value: Shape (n_rows,); position of the chosen value.

    Returns:
        As `linearised_error`.

    Source:
        As `linearised_error`.

    Example:
        >>> unit, rater = np.divmod(np.arange(8), 2)
        >>> counts = np.array([[2, 0], [1, 1], [0, 2], [2, 0]])
        >>> value = [0, 0, 0, 1, 1, 1, 0, 0]
        >>> round(conger_error(Conger(np.eye(2)), counts, unit, rater, value), 4)
        0.433
    """
    units, raters, values = (np.asarray(column, dtype=np.int64) for column in (unit, rater, value))
    size = len(coefficient.weights)
    n_raters = int(raters.max(initial=-1)) + 1
    rows, index = distinct_rows(counts)
    agreeing, pairs = (each[index] for each in agreeing_pairs(rows, coefficient.weights))
    met = (pairs > 0).astype(np.float64)
    agreeing = agreeing / np.where(pairs > 0, pairs, 1)
    chosen = np.bincount(raters * size + values, minlength=n_raters * size).reshape(-1, size)
    sums = np.concatenate([[agreeing.sum(), met.sum()], chosen.ravel()])
    ratings = chosen.sum(axis=1, keepdims=True)
    shares = chosen / np.where(ratings > 0, ratings, 1)
    others = (shares.sum(axis=0) - shares) @ ((coefficient.weights + coefficient.weights.T) / 2)
    usual = (shares * others).sum(axis=1, keepdims=True)
    rated = counts.sum(axis=1) > 0
    moved = (others - usual) * rated.sum() / np.where(ratings > 0, ratings, 1)
    share = usual.sum() + np.bincount(units, moved[raters, values], len(counts))
    seen = max(int((ratings > 0).sum()), 2)
    share /= seen * (seen - 1)
    total = float(coefficient.value(sums))
    chance = float(coefficient.by_chance(chosen.astype(np.float64)))
    return _error(total, chance, agreeing, met, share, rated.astype(np.float64))


def _error(
    value: float,
    chance: float,
    agreeing: FloatArray,
    met: FloatArray,
    share: FloatArray,
    times: FloatArray,
) -> float:
    """The error of a coefficient from what units contribute; each counts `times`.

    Args:
        value: The coefficient.
        chance: Agreement by chance.
        agreeing: Share of agreeing pairs of each unit, 0 without a pair.
        met: 1 where there is a pair.
        share: What the unit makes of chance.
        times: Units like it.
    """
    n = times.sum()
    if n < 2 or np.isnan(value):
        return float("nan")
    own = n / (times @ met) * (agreeing - chance * met) / (1 - chance)
    own -= 2 * (1 - value) * (share - chance) / (1 - chance)
    return float(np.sqrt(times @ np.square(own - value) / (n * (n - 1))))


def _chance_of_units(
    coefficient: ChanceCorrected, shares: FloatArray, pooled: FloatArray
) -> FloatArray:
    """Agreement by chance of each unit's shares with those of all: (n_units,)."""
    weights, size = coefficient.weights, len(coefficient.weights)
    if coefficient.chance == "fleiss":
        return np.asarray(shares @ ((weights + weights.T) / 2 @ pooled))
    if coefficient.chance == "gwet" and size > 1:
        return np.asarray(weights.sum() / (size * (size - 1)) * (shares @ (1 - pooled)))
    return np.full(len(shares), float(coefficient.by_chance(pooled)))
