"""Scores of end users from counts of each point: recommendation, satisfaction, ease."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import sqrt

import numpy as np
import numpy.typing as npt

from analytics.stats import reasons
from analytics.stats.checks import checked_confidence
from analytics.stats.comparisons.paired import mean_t
from analytics.stats.comparisons.proportions import Limits, normal_quantile, share
from analytics.stats.comparisons.surveys import (
    DETRACTOR_TO,
    HIGHEST_RECOMMENDATION,
    PROMOTER_FROM,
    NetPromoter,
)
from analytics.stats.errors import RowsError
from analytics.stats.types import Estimate, IntArray

NPS_POINTS = HIGHEST_RECOMMENDATION + 1
CSAT_POINTS, CES_POINTS = 5, 7


@dataclass(frozen=True, slots=True)
class BoxScore:
    """A share of answers in the top of a scale, and their mean beside it.

    Attributes:
        top: Share in the top points, with Wilson's interval.
        mean: Mean answer in points of the scale, with its t interval.
        counts: Answers of each point, lowest first.
    """

    top: Estimate
    mean: Estimate
    counts: tuple[int, ...]


def point_counts(counts: npt.ArrayLike, points: int, name: str) -> IntArray:
    """Answers of each point of a scale, lowest first: shape (points,).

    Raises:
        RowsError: Another number of counts, or one that is no whole number of 0 or more.
    """
    given = np.asarray(counts, np.float64)
    if given.shape != (points,) or not ((given >= 0) & (given == np.floor(given))).all():
        raise RowsError(
            f"{name} {given.tolist()} are no counts of a scale of {points} points: give one whole "
            "number for each point, lowest first."
        )
    return given.astype(np.int64)


def adjusted_wald_net(promoters: int, detractors: int, n: int, confidence: float = 0.95) -> Limits:
    """Limits of a share of promoters minus a share of detractors, from three answers more.

    Args:
        promoters: Answers of promoters.
        detractors: Answers of detractors.
        n: All answers.
        confidence: Between 0 and 1.

    Returns:
        Lower and upper limit, cut at -1 and 1; without answers NaN, NaN.

    Source:
        Rocks (2016), The American Statistician 70, pages 365-372, arXiv:1601.07235:
        three answers are added, three quarters of one to promoters and to detractors each.

    Example:
        >>> low, high = adjusted_wald_net(45, 20, 100)
        >>> round(50 * (high - low), 1)
        14.8
    """
    z = normal_quantile(confidence)
    if n == 0:
        return float("nan"), float("nan")
    more = n + 3
    up, down = (promoters + 0.75) / more, (detractors + 0.75) / more
    middle = up - down
    reach = z * sqrt((up + down - middle**2) / more)
    return max(-1.0, middle - reach), min(1.0, middle + reach)


def nps(counts: npt.ArrayLike, confidence: float = 0.95) -> NetPromoter:
    """Net Promoter Score from counts of 0 to 10, with the adjusted Wald interval.

    `comparisons.surveys.net_promoter` has the score interval (Tango) from single answers.

    Args:
        counts: Shape (11,); answers 0 to 10, lowest first.
        confidence: Between 0 and 1.

    Returns:
        Points, -100 to 100, with the shares behind it.

    Raises:
        RowsError: They are no counts of eleven points.

    Source:
        Reichheld (2003), Harvard Business Review 81(12); interval as `adjusted_wald_net`.

    Example:
        >>> found = nps([0, 0, 0, 0, 0, 0, 20, 20, 15, 25, 20])
        >>> round(found.estimate.value, 1), round(found.estimate.low, 1)
        (25.0, 9.5)
    """
    given = point_counts(counts, NPS_POINTS, "Recommendations")
    return net_of(
        int(given[PROMOTER_FROM:].sum()),
        int(given[: DETRACTOR_TO + 1].sum()),
        int(given.sum()),
        confidence,
    )


def net_of(promoters: int, detractors: int, n: int, confidence: float = 0.95) -> NetPromoter:
    """The same from counts of promoters and detractors, for scales that are not 0 to 10.

    Raises:
        RowsError: They do not fit the answers.

    Source:
        As `nps`.

    Example:
        >>> round(net_of(64, 10, 97).estimate.value, 2)
        55.67
    """
    checked_confidence(confidence)
    if min(promoters, detractors) < 0 or promoters + detractors > n:
        raise RowsError(
            f"{promoters} promoters and {detractors} detractors do not fit {n} answers. Check the "
            "counts."
        )
    method = "Net Promoter Score, adjusted Wald interval"
    if n == 0:
        nothing = Estimate(None, None, None, confidence, 0, method, reasons.NO_CASES)
        return NetPromoter(nothing, None, None, None)
    low, high = adjusted_wald_net(promoters, detractors, n, confidence)
    value = 100 * (promoters - detractors) / n
    return NetPromoter(
        Estimate(value, 100 * low, 100 * high, confidence, n, method),
        promoters / n,
        (n - promoters - detractors) / n,
        detractors / n,
    )


def mean_of_counts(
    counts: npt.ArrayLike, values: Sequence[float], confidence: float = 0.95
) -> Estimate:
    """Mean answer with its t interval, from how often each value was given.

    Args:
        counts: Shape (k,).
        values: Shape (k,); what each point is worth.
        confidence: Between 0 and 1.

    Raises:
        RowsError: Counts and values differ in number, or a count is none.

    Source:
        Sauro and Lewis (2016), Quantifying the User Experience, 2nd ed., chapter 3.

    Example:
        >>> found = mean_of_counts([0, 1, 2], [1, 2, 3])
        >>> round(found.value, 3), found.n
        (2.667, 3)
    """
    given = point_counts(counts, len(values), "Counts")
    scores = np.repeat(np.asarray(values, np.float64), given)
    return without_test(mean_t(scores, confidence, "Mean, t interval"))


def without_test(found: Estimate) -> Estimate:
    """A mean without the test against 0, which no scale asks for."""
    return replace(found, statistic=None, p=None)


def box_score(counts: npt.ArrayLike, points: int, top: int, confidence: float = 0.95) -> BoxScore:
    """Share in the top points of a scale from 1, and the mean.

    Args:
        counts: Shape (points,); answers 1 to `points`, lowest first.
        points: Length of the scale.
        top: How many of the highest points count.
        confidence: Between 0 and 1.

    Raises:
        RowsError: They are no counts of the scale.

    Source:
        Sauro and Lewis (2016), chapter 3; Wilson (1927).

    Example:
        >>> box_score([1, 0, 0, 2, 1], 5, 2).top.value
        0.75
    """
    given = point_counts(counts, points, "Answers")
    found = share(int(given[points - top :].sum()), int(given.sum()), confidence)
    words = f"Share of the top {top} of {points} points, {found.method}"
    return BoxScore(
        replace(found, method=words),
        mean_of_counts(given, range(1, points + 1), confidence),
        tuple(int(one) for one in given),
    )


def csat_top2(counts: npt.ArrayLike, confidence: float = 0.95) -> BoxScore:
    """Customer satisfaction: share of 4 and 5 of five points, and the mean.

    Raises:
        RowsError: They are no counts of five points.

    Source:
        As `box_score`.

    Example:
        >>> found = csat_top2([10, 10, 20, 100, 60])
        >>> found.top.value, round(found.mean.value, 2)
        (0.8, 3.95)
    """
    return box_score(counts, CSAT_POINTS, 2, confidence)


def ces(counts: npt.ArrayLike, confidence: float = 0.95) -> BoxScore:
    """Ease (in the manner of CES 2.0): share of 5 to 7 of seven points, and the mean.

    Vendors differ in the formula (the mean; 6 and 7 minus 1 to 3), so name it beside the number.

    Raises:
        RowsError: They are no counts of seven points.

    Source:
        Dixon, Toman and DeLisi (2013), The Effortless Experience, Portfolio; as `box_score`.

    Example:
        >>> ces([0, 0, 1, 1, 2, 3, 3]).top.value
        0.8
    """
    return box_score(counts, CES_POINTS, 3, confidence)
