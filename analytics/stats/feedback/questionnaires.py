"""Scores of one number a respondent: our two items, and means of such scores."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from analytics.stats.comparisons.paired import mean_of_sums, mean_t
from analytics.stats.errors import RowsError
from analytics.stats.feedback.scores import without_test
from analytics.stats.intervals.bootstrap import bootstrap_estimate, sums_resampling
from analytics.stats.types import Estimate, FloatArray

TWO_ITEMS_POINTS = 5


def two_items(rows: npt.ArrayLike) -> FloatArray:
    """Our two-item usability scale: a score from 0 to 100 a respondent.

    Each answer minus 1, times 25; the mean of both. Not comparable with UX-Lite or SUS.

    Args:
        rows: Shape (n, 2); answers 1 to 5.

    Returns:
        Shape (n,).

    Raises:
        RowsError: A row has not two answers, or one is no whole number from 1 to 5.

    Source:
        A scale of our own; the form follows Lewis and Sauro's UX-Lite.

    Example:
        >>> two_items([[5, 4], [1, 1]]).tolist()
        [87.5, 0.0]
    """
    answers = np.asarray(rows, np.float64)
    if answers.size == 0:
        return np.zeros(0)
    fits = (answers >= 1) & (answers <= TWO_ITEMS_POINTS) & (answers == np.floor(answers))
    if answers.ndim != 2 or answers.shape[1] != 2 or not fits.all():
        raise RowsError(
            f"Answers of shape {answers.shape} are no two items: each respondent gives two whole "
            "numbers from 1 to 5. Leave out those who gave one."
        )
    return np.asarray((answers - 1).mean(axis=1) * 25)


def score_mean(
    scores: npt.ArrayLike, words: str, confidence: float = 0.95, *, bca: bool = False, seed: int = 0
) -> Estimate:
    """Mean of one score a respondent (SUS, two items), limits cut at 0 and 100.

    Args:
        scores: Shape (n,), 0 to 100.
        words: What they are, for the method.
        confidence: Between 0 and 1.
        bca: BCa bootstrap in place of the t interval, as Clark et al. propose for SUS in small
            samples. It covers 82 to 92 % of the time below some 30 respondents, where t covers
            94 to 95 % (docs/explanation/coverage-of-end-users.md).
        seed: Of the bootstrap.

    Raises:
        RowsError: A score is no number.

    Source:
        Sauro and Lewis (2016), chapter 3; Clark et al. (2021), arXiv:2101.00455.

    Example:
        >>> found = score_mean([95, 97.5, 80], "Mean SUS score")
        >>> round(found.value, 2), round(found.low, 1), found.high
        (90.83, 67.3, 100.0)
    """
    given = np.asarray(scores, np.float64)
    if bca:
        sums = sums_resampling(np.column_stack([np.ones(len(given)), given]), mean_of_sums)
        found = bootstrap_estimate(
            sums, n=len(given), words=words, confidence=confidence, seed=seed, interval="bca"
        )
    else:
        found = without_test(mean_t(given, confidence, f"{words}, t interval"))
    if found.low is None or found.high is None:
        return found
    return replace(found, low=max(0.0, found.low), high=min(100.0, found.high))
