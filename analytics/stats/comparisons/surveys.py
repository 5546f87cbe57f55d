"""Scores of questionnaires: recommendation (NPS), usability (SUS), satisfaction (top boxes)."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from analytics.stats import reasons
from analytics.stats.checks import checked_confidence
from analytics.stats.comparisons.paired import mean_t
from analytics.stats.comparisons.paired_shares import paired_wald_interval, tango_interval
from analytics.stats.comparisons.proportions import ShareInterval, share
from analytics.stats.errors import RowsError, StatisticsError
from analytics.stats.types import Estimate, FloatArray, IntArray

PROMOTER_FROM, DETRACTOR_TO, HIGHEST_RECOMMENDATION = 9, 6, 10
SUS_ITEMS, SUS_POINTS = 10, 5


def _whole_numbers(values: npt.ArrayLike, low: int, high: int, name: str) -> IntArray:
    """Answers as whole numbers of a scale, or `RowsError` with the first that is none."""
    try:
        given = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise RowsError(f"{name} hold something that is no number. Correct the row.") from None
    wrong = ~((given >= low) & (given <= high) & (given == np.floor(given)))
    if wrong.any():
        first = given[wrong].ravel()[0]
        raise RowsError(
            f"{name} hold {first:g}; answers are whole numbers from {low} to {high}. Leave out "
            "unanswered ones."
        )
    return given.astype(np.int64)


@dataclass(frozen=True, slots=True)
class NetPromoter:
    """Net Promoter Score with the shares behind it.

    Attributes:
        estimate: Promoters minus detractors in points, -100 to 100, with its interval.
        promoters: Share of answers 9 and 10; None without answers.
        passives: Share of answers 7 and 8.
        detractors: Share of answers 0 to 6.
    """

    estimate: Estimate
    promoters: float | None
    passives: float | None
    detractors: float | None


def net_promoter(
    scores: npt.ArrayLike,
    confidence: float = 0.95,
    interval: Literal["score", "wald"] = "score",
) -> NetPromoter:
    """Net Promoter Score: share of promoters minus share of detractors, times 100.

    Promoters and detractors are like the two kinds of pairs that differ, passives like those that
    do not, so the score interval is Tango's: right with few answers, and with none on one side.

    Args:
        scores: Shape (n,); "How likely are you to recommend ...", 0 to 10.
        confidence: Between 0 and 1.
        interval: "score" (Tango), or "wald" from the variance of a trinomial difference, which is
            too narrow with few answers and may pass 100.

    Raises:
        RowsError: An answer is no whole number from 0 to 10.
        StatisticsError: An unknown interval or an impossible confidence.

    Source:
        Reichheld (2003), Harvard Business Review 81(12); Tango (1998), Statistics in Medicine
        17(8), doi:10.1002/(SICI)1097-0258(19980430)17:8<891::AID-SIM780>3.0.CO;2-B.

    Example:
        >>> found = net_promoter([10, 9, 9, 8, 7, 7, 6, 3, 10, 10])
        >>> round(found.estimate.value, 1), found.promoters, found.detractors
        (30.0, 0.5, 0.2)
    """
    given = _whole_numbers(scores, 0, HIGHEST_RECOMMENDATION, "Recommendations")
    checked_confidence(confidence)
    if interval not in ("score", "wald"):
        raise StatisticsError(f"Interval '{interval}' is unknown; it is score or wald.")
    limits = tango_interval if interval == "score" else paired_wald_interval
    words = {"score": "score interval (Tango)", "wald": "Wald interval"}[interval]
    method = f"Net Promoter Score, {words}"
    n = len(given)
    if n == 0:
        nothing = Estimate(None, None, None, confidence, 0, method, reasons.NO_CASES)
        return NetPromoter(nothing, None, None, None)
    promoters = int((given >= PROMOTER_FROM).sum())
    detractors = int((given <= DETRACTOR_TO).sum())
    low, high = limits(promoters, detractors, n, confidence)
    value = 100 * (promoters - detractors) / n
    return NetPromoter(
        Estimate(value, 100 * low, 100 * high, confidence, n, method),
        promoters / n,
        (n - promoters - detractors) / n,
        detractors / n,
    )


def sus_scores(rows: npt.ArrayLike) -> FloatArray:
    """System Usability Scale: one score from 0 to 100 a respondent.

    Odd items are positive and count their answer minus 1, even items are negative and count 5 minus
    their answer; the sum is multiplied by 2.5. It is no percentage.

    Args:
        rows: Shape (n_respondents, 10); answers 1 to 5 in the order of the questionnaire.

    Returns:
        Shape (n_respondents,), 0 to 100 in steps of 2.5.

    Raises:
        RowsError: A row has not ten answers, or one is no whole number from 1 to 5.

    Source:
        Brooke (1996), SUS: a quick and dirty usability scale, in Usability Evaluation in Industry,
        pages 189-194, Taylor and Francis.

    Example:
        >>> sus_scores([[5, 4, 2, 1, 2, 3, 2, 4, 5, 2]])
        array([55.])
    """
    answers = _whole_numbers(rows, 1, SUS_POINTS, "Answers")
    if answers.size == 0:
        return np.zeros(0)
    if answers.ndim != 2 or answers.shape[1] != SUS_ITEMS:
        raise RowsError(
            f"Answers of shape {answers.shape} are no System Usability Scale: each respondent "
            f"answers {SUS_ITEMS} items. Leave out those who stopped before."
        )
    positive = (answers[:, 0::2] - 1).sum(axis=1)
    negative = (SUS_POINTS - answers[:, 1::2]).sum(axis=1)
    return np.asarray((positive + negative) * 2.5)


def sus_mean(rows: npt.ArrayLike, confidence: float = 0.95) -> Estimate:
    """Mean System Usability Scale score with its t interval.

    Args:
        rows: Shape (n_respondents, 10), as in `sus_scores`.
        confidence: Between 0 and 1.

    Returns:
        0 to 100. The limits are raw, so that they may be computed with; cut them at 0 and 100 where
        they are shown.

    Raises:
        RowsError: As `sus_scores`.

    Source:
        Sauro and Lewis (2016), Quantifying the User Experience, 2nd ed., Morgan Kaufmann,
        chapter 3.

    Example:
        >>> found = sus_mean([[4, 2, 4, 2, 4, 2, 4, 2, 4, 2], [5, 1, 4, 2, 5, 2, 4, 1, 4, 2]])
        >>> found.value, found.n
        (80.0, 2)
    """
    found = mean_t(sus_scores(rows), confidence, "Mean SUS score, t interval")
    return Estimate(
        found.value, found.low, found.high, confidence, found.n, found.method, found.reason
    )


def top_box(
    scores: npt.ArrayLike,
    points: int = 5,
    boxes: int = 2,
    confidence: float = 0.95,
    interval: ShareInterval = "wilson",
) -> Estimate:
    """Customer satisfaction: share of answers in the top boxes of a scale.

    Args:
        scores: Shape (n,); answers 1 to `points`, where `points` is the most satisfied.
        points: Length of the scale.
        boxes: How many of the highest points count as satisfied.
        confidence: Between 0 and 1.
        interval: As in `proportions.share`.

    Raises:
        RowsError: An answer is no whole number of the scale.
        StatisticsError: The boxes do not fit the scale.

    Source:
        Sauro and Lewis (2016), Quantifying the User Experience, 2nd ed., Morgan Kaufmann,
        chapter 3.

    Example:
        >>> found = top_box([5, 4, 4, 3, 2])
        >>> found.value, round(found.low, 3), round(found.high, 3)
        (0.6, 0.231, 0.882)
    """
    if not 1 <= boxes < points:
        raise StatisticsError(
            f"{boxes} top boxes do not fit a scale of {points} points: at least one, and not all."
        )
    given = _whole_numbers(scores, 1, points, "Answers")
    satisfied = int((given > points - boxes).sum())
    found = share(satisfied, len(given), confidence, interval)
    return Estimate(
        found.value,
        found.low,
        found.high,
        confidence,
        found.n,
        f"Share of the top {boxes} of {points} points, {found.method}",
        found.reason,
    )
