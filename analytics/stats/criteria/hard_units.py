"""How far raters disagree on single units: with few ratings each, so drawn towards all units."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from analytics.stats.profiles import pairable
from analytics.stats.types import FloatArray

Pattern: TypeAlias = Literal["single", "agreed", "deviant", "camps", "spread"]

MANY = 0.8
"""Share of the ratings that two camps hold together."""
SECOND = 0.3
"""Least share of the smaller camp."""


def pattern_of(counts: npt.ArrayLike) -> Pattern:
    """How the ratings of one unit are split.

    Args:
        counts: Shape (n_values,).

    Returns:
        "single" below two ratings; "agreed" where all are equal; "deviant" where one of three or
        more stands alone; "camps" where two values hold nearly all ratings between them; "spread"
        otherwise. Camps tell of an unclear rubric or of two groups of raters, a deviant of a slip.

    Example:
        >>> [pattern_of(c) for c in ([3, 0, 0], [3, 1, 0], [2, 0, 3], [2, 2, 2], [1, 0, 0])]
        ['agreed', 'deviant', 'camps', 'spread', 'single']
    """
    given = np.sort(np.asarray(counts, dtype=np.int64))[::-1]
    n = int(given.sum())
    if n < 2:
        return "single"
    if given[0] == n:
        return "agreed"
    if n >= 3 and given[0] == n - 1:
        return "deviant"
    if given[0] + given[1] >= MANY * n and given[1] >= SECOND * n:
        return "camps"
    return "spread"


@dataclass(frozen=True, slots=True, eq=False)
class HardUnits:
    """Chance that two ratings of a unit differ, unit by unit.

    Attributes:
        share: Shape (n_units,); share of the unit's pairs that differ; NaN below two ratings.
        shrunk: Shape (n_units,); drawn towards the mean of all units as far as ratings are few.
        low: Shape (n_units,); lower limit of an equal-tailed interval.
        high: Shape (n_units,); upper limit.
    """

    share: FloatArray
    shrunk: FloatArray
    low: FloatArray
    high: FloatArray


def hard_units(counts: npt.ArrayLike, confidence: float = 0.95) -> HardUnits:
    """How far raters disagree on each unit, with limits that honour how few ratings there are.

    A unit's share of unequal pairs is taken for a proportion of m - 1 independent comparisons (m
    ratings are compared with one of them), units for draws from a beta distribution whose mean and
    width the data tell (empirical Bayes, by moments). Units of two ratings therefore never stand at
    an end by accident.

    Args:
        counts: Shape (n_units, n_values).
        confidence: Of the limits.

    Returns:
        Chances of unequal ratings, 0 to 1, with limits; NaN for units below two ratings.

    Source:
        Casella (1985), The American Statistician 39(2), doi:10.1080/00031305.1985.10479400.

    Example:
        >>> found = hard_units([[5, 0], [1, 1], [3, 2], [2, 0], [4, 1], [5, 0]])
        >>> found.share.round(2), found.shrunk.round(2)
        (array([0. , 1. , 0.6, 0. , 0.4, 0. ]), array([0.13, 0.44, 0.45, 0.22, 0.34, 0.13]))
    """
    from scipy.special import betaincinv

    rows = np.asarray(counts, dtype=np.float64)
    m = rows.sum(axis=1)
    usable = pairable(rows.astype(np.int64))
    share = np.full(len(rows), np.nan)
    pairs = m[usable] * (m[usable] - 1)
    share[usable] = 1 - (rows[usable] * (rows[usable] - 1)).sum(axis=1) / pairs
    shrunk, low, high = (np.full(len(rows), np.nan) for _ in range(3))
    if not usable.any():
        return HardUnits(share, shrunk, low, high)
    trials, x = m[usable] - 1, share[usable]
    mean = float((trials * x).sum() / trials.sum())
    if mean in (0.0, 1.0):
        shrunk[usable] = mean
        return HardUnits(share, shrunk, low, high)
    strength = _strength(trials, x, mean)
    a, b = mean * strength + trials * x, (1 - mean) * strength + trials * (1 - x)
    shrunk[usable] = a / (a + b)
    low[usable] = betaincinv(a, b, (1 - confidence) / 2)
    high[usable] = betaincinv(a, b, (1 + confidence) / 2)
    return HardUnits(share, shrunk, low, high)


def _strength(trials: FloatArray, x: FloatArray, mean: float) -> float:
    """Comparisons that the common mean is worth: few where units differ, many where they do not."""
    noise = mean * (1 - mean)
    between = float(np.square(x - mean).mean() - (noise / trials).mean())
    between = max(between, noise / 1_000)
    return float(np.clip(noise / between - 1, 0.5, 1_000))
