"""Means of bounded scores with limits that stay valid however often one looks (see `sequences`).

Limits come from bets: whoever could grow rich by betting that the mean is above m has shown that it
is. Each bet rests on the past alone, so one may stop whenever one likes.
"""

from math import inf, log

import numpy as np
import numpy.typing as npt

from analytics.stats import reasons
from analytics.stats.checks import checked_confidence, finite_column
from analytics.stats.errors import RowsError, StatisticsError
from analytics.stats.types import Estimate, FloatArray

TRUNCATION = 0.5
"""Largest share of its capital that a bet may lose at one case."""


def _bets(scores: FloatArray, alpha: float) -> FloatArray:
    """How much to bet at each case, from the cases before it alone: shape (n,)."""
    n = len(scores)
    times = np.arange(1, n + 1)
    means = (0.5 + np.cumsum(scores)) / (times + 1)
    variances = (0.25 + np.cumsum(np.square(scores - means))) / (times + 1)
    before = np.concatenate([[0.25], variances[:-1]])
    return np.asarray(np.sqrt(2 * log(2 / alpha) / (before * times * np.log1p(times))))


def _mean_limit(scores: FloatArray, bets: FloatArray, threshold: float) -> float:
    """Lower limit of a mean of scores between 0 and 1, at every time so far at once.

    Betting that the mean is above m, a case multiplies the capital by 1 + bet (score - m). If m is
    the mean, capital seldom ever grows past the threshold; means at which it once did are excluded,
    and they are those below the limit.
    """
    from scipy.optimize import brentq

    def excess(m: float) -> float:
        bounded = np.minimum(bets, TRUNCATION / m) if m > 0 else bets
        return float(np.cumsum(np.log1p(bounded * (scores - m))).max() - threshold)

    if excess(1e-9) <= 0:
        return 0.0
    return float(brentq(excess, 1e-9, 1.0, xtol=1e-10)) if excess(1.0) < 0 else 1.0


def _checked_bounded(scores: npt.ArrayLike, lowest: float, highest: float) -> FloatArray:
    column = finite_column(scores)
    if not (-inf < lowest < highest < inf):
        raise StatisticsError(f"A scale from {lowest:g} to {highest:g} has no room for a mean.")
    if len(column) and (column.min() < lowest or column.max() > highest):
        raise RowsError(
            f"Scores run from {column.min():g} to {column.max():g}, outside the scale from "
            f"{lowest:g} to {highest:g}. Give the ends of the scale, not those seen."
        )
    return np.asarray((column - lowest) / (highest - lowest))


def confidence_sequence(
    scores: npt.ArrayLike, lowest: float = 0.0, highest: float = 1.0, confidence: float = 0.95
) -> Estimate:
    """The mean of bounded scores with limits that are valid at any time.

    Bets from the past; assumes nothing but the ends of the scale. The limits never widen while data
    arrive: they are the intersection of those at all times so far.

    Args:
        scores: Shape (n,), in the order in which they arrived; that order matters.
        lowest: Lower end of the scale, fixed beforehand.
        highest: Upper end of the scale.
        confidence: Chance that the limits hold the mean at all times.

    Returns:
        The mean so far, with limits within the ends of the scale. Without limits when the mean
        moved while data arrived: no single mean stands at all times then.

    Raises:
        RowsError: A score is no number or outside the scale.
        StatisticsError: Ends or confidence are impossible.

    Source:
        Waudby-Smith and Ramdas (2024), Journal of the Royal Statistical Society B 86(1), theorem 3
        (hedged capital), doi:10.1093/jrsssb/qkad009.

    Example:
        >>> found = confidence_sequence([4, 5, 3, 4, 5, 4, 4, 5] * 5, lowest=1, highest=5)
        >>> found.value, round(found.low, 1), round(found.high, 1)
        (4.25, 3.7, 4.5)
    """
    shares = _checked_bounded(scores, lowest, highest)
    alpha = 1 - checked_confidence(confidence)
    method = f"Betting confidence sequence on a scale from {lowest:g} to {highest:g}"
    n, width = len(shares), highest - lowest
    if n == 0:
        return Estimate(None, None, None, confidence, 0, method, reasons.NO_CASES)
    bets, threshold = _bets(shares, alpha), log(2 / alpha)
    low = _mean_limit(shares, bets, threshold)
    high = 1 - _mean_limit(1 - shares, bets, threshold)
    mean = float(np.asarray(scores, dtype=np.float64).mean())
    if low > high:
        return Estimate(mean, None, None, confidence, n, method, reasons.MOVED_MEAN)
    return Estimate(mean, lowest + width * low, lowest + width * high, confidence, n, method)


def difference_sequence(
    first: npt.ArrayLike,
    second: npt.ArrayLike,
    lowest: float = 0.0,
    highest: float = 1.0,
    confidence: float = 0.95,
) -> Estimate:
    """The difference of two independent arms with limits that are valid at any time in both.

    Each arm keeps half of the error, so the arms may grow at any pace and be looked at in any
    order. For the same items in both arms take `paired_sequence`, which is narrower.

    Args:
        first: Shape (n1,); scores of the first arm as they arrived.
        second: Shape (n2,); scores of the second arm as they arrived.
        lowest: Lower end of the scale of both.
        highest: Upper end of the scale.
        confidence: Chance that the limits hold the difference at all times.

    Returns:
        First minus second mean; n counts both arms.

    Raises:
        RowsError: A score is no number or outside the scale.
        StatisticsError: Ends or confidence are impossible.

    Source:
        As `confidence_sequence`, by the union bound.

    Example:
        >>> found = difference_sequence([1, 1, 1, 0, 1] * 30, [0, 0, 1, 0, 0] * 30)
        >>> round(found.value, 2), found.low > 0
        (0.6, True)
    """
    each = 1 - (1 - checked_confidence(confidence)) / 2
    a = confidence_sequence(first, lowest, highest, each)
    b = confidence_sequence(second, lowest, highest, each)
    n, method = a.n + b.n, f"{a.method}, difference of two arms"
    if a.value is None or b.value is None:
        return Estimate(None, None, None, confidence, n, method, reasons.NO_CASES)
    difference = a.value - b.value
    if a.low is None or a.high is None or b.low is None or b.high is None:
        return Estimate(difference, None, None, confidence, n, method, reasons.MOVED_MEAN)
    return Estimate(difference, a.low - b.high, a.high - b.low, confidence, n, method)


def paired_sequence(
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    lowest: float = 0.0,
    highest: float = 1.0,
    confidence: float = 0.95,
) -> Estimate:
    """The mean difference of two scores of the same items, valid at any time.

    Args:
        x: Shape (n,); first score of each item, in the order in which items arrived.
        y: Shape (n,); second score of each item.
        lowest: Lower end of the scale of both.
        highest: Upper end of the scale.
        confidence: Chance that the limits hold the difference at all times.

    Raises:
        RowsError: Columns differ in length, or a score is outside the scale.
        StatisticsError: Ends or confidence are impossible.

    Source:
        As `confidence_sequence`.

    Example:
        >>> found = paired_sequence([5, 4, 4, 5, 3] * 10, [3, 3, 4, 4, 3] * 10, 1, 5)
        >>> round(found.value, 1), found.low > 0
        (0.8, True)
    """
    first, second = _checked_bounded(x, lowest, highest), _checked_bounded(y, lowest, highest)
    if len(first) != len(second):
        raise RowsError(f"{len(first)} scores stand against {len(second)}: an item has both.")
    width = highest - lowest
    return confidence_sequence((first - second) * width, -width, width, confidence)
