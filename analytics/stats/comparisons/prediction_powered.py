"""A human mean from few human labels and many scores of a judge.

The judge's mean over everything is corrected by how far it is off where people labelled too. Right
however bad the judge is; the better it is, the narrower the interval.
"""

from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt

from analytics.stats import reasons
from analytics.stats.checks import checked_confidence, finite_column
from analytics.stats.comparisons.proportions import normal_quantile
from analytics.stats.errors import RowsError, StatisticsError
from analytics.stats.types import Estimate, FloatArray


@dataclass(frozen=True, slots=True)
class PoweredMean:
    """A mean with the judge's help, and what the help is worth.

    Attributes:
        estimate: The mean with its interval; n counts human labels.
        weight: How much the judge counts (lambda), 0 not at all.
        effective_n: Human labels alone that would give the same interval; None where not defined.
    """

    estimate: Estimate
    weight: float
    effective_n: float | None


def classical_mean(human: npt.ArrayLike, confidence: float = 0.95) -> Estimate:
    """Mean of human labels alone, with the normal interval that the powered mean has as well.

    Below some 50 labels use `paired.mean_t` or, for yes and no, `proportions.share`.

    Args:
        human: Shape (n,).
        confidence: Between 0 and 1.

    Returns:
        The mean, in units of the label; a reason below two labels.

    Raises:
        RowsError: A label is no number.

    Source:
        Angelopoulos et al. (2023), Science 382, doi:10.1126/science.adi6000.

    Example:
        >>> found = classical_mean([1, 0, 1, 1])
        >>> found.value, round(found.low, 3), round(found.high, 3)
        (0.75, 0.326, 1.174)
    """
    labels = finite_column(human, "Human labels")
    return _estimate(
        float(labels.mean()) if len(labels) else None,
        float(labels.var() / len(labels)) if len(labels) else 0.0,
        len(labels),
        checked_confidence(confidence),
        "Mean of human labels, normal interval",
    )


def judge_only_mean(judge_scores: npt.ArrayLike) -> float:
    """Mean of the judge's scores of all cases, labelled or not: what the judge alone would say.

    Shown beside the powered mean to tell the judge's bias; never a result.

    Args:
        judge_scores: Shape (n + N,).

    Returns:
        In units of the score; NaN without scores.

    Raises:
        RowsError: A score is no number.

    Source:
        Angelopoulos et al. (2023), Science 382, doi:10.1126/science.adi6000 ("imputation").

    Example:
        >>> judge_only_mean([0.5, 1.0])
        0.75
    """
    scores = finite_column(judge_scores, "Judge scores")
    return float(scores.mean()) if len(scores) else float("nan")


def tuned_weight(
    human: FloatArray, judge_on_labelled: FloatArray, judge_on_unlabelled: FloatArray
) -> float:
    """The weight of the judge that makes the interval narrowest, 0 to 1.

    Covariance of labels and scores over the variance of all scores, shrunk by n / N: a judge whose
    scores say nothing of the labels counts nothing.

    Args:
        human: Shape (n,).
        judge_on_labelled: Shape (n,), for the same cases.
        judge_on_unlabelled: Shape (N,), for other cases.

    Source:
        Angelopoulos, Duchi and Zrnic (2023), PPI++, arXiv:2311.01453, section 6.
    """
    n, N = len(human), len(judge_on_unlabelled)
    scores = np.concatenate([judge_on_labelled, judge_on_unlabelled])
    variance = float(scores.var(ddof=1)) if n + N > 1 else 0.0
    if variance <= 0:
        return 0.0
    covariance = float(np.mean((human - human.mean()) * judge_on_labelled))
    return min(1.0, max(0.0, covariance / ((1 + n / N) * variance)))


def prediction_powered_mean(
    human: npt.ArrayLike,
    judge_on_labelled: npt.ArrayLike,
    judge_on_unlabelled: npt.ArrayLike,
    *,
    weight: float | None = None,
    confidence: float = 0.95,
) -> PoweredMean:
    """The mean that people would give, from their labels and a judge's scores (PPI and PPI++).

    Args:
        human: Shape (n,); labels of cases drawn at random from all.
        judge_on_labelled: Shape (n,); the judge's scores of these cases.
        judge_on_unlabelled: Shape (N,); its scores of all other cases.
        weight: How much the judge counts: 1 is PPI, 0 the classical mean. Tuned when left out
            (PPI++), which is never worse than either with many cases.
        confidence: Between 0 and 1.

    Returns:
        The mean in units of the label. The interval is normal: from some 50 labels on.

    Raises:
        RowsError: Labels and scores of the same cases differ in number, or one is no number.
        StatisticsError: A weight or confidence that is not between 0 and 1.

    Source:
        Angelopoulos, Bates, Fannjiang, Jordan and Zrnic (2023), Science 382,
        doi:10.1126/science.adi6000; Angelopoulos, Duchi and Zrnic (2023), PPI++, arXiv:2311.01453.

    Example:
        >>> found = prediction_powered_mean([1, 0, 1, 1], [0.9, 0.2, 0.7, 0.8], [0.5, 0.9, 0.4])
        >>> round(found.estimate.value, 3), round(found.weight, 3)
        (0.717, 0.666)
    """
    labels = finite_column(human, "Human labels")
    seen = finite_column(judge_on_labelled, "Judge scores")
    unseen = finite_column(judge_on_unlabelled, "Judge scores")
    if len(labels) != len(seen):
        raise RowsError(
            f"{len(labels)} human labels stand against {len(seen)} judge scores of the same cases. "
            "Keep the cases that have both."
        )
    if weight is not None and not 0 <= weight <= 1:
        raise StatisticsError(f"Weight {weight:g} of the judge is not between 0 and 1.")
    checked_confidence(confidence)
    n, N = len(labels), len(unseen)
    words = (
        "Prediction-powered mean (PPI++, tuned)" if weight is None else "Prediction-powered mean"
    )
    if n == 0 or N == 0:
        return PoweredMean(
            Estimate(None, None, None, confidence, n, words, reasons.NO_CASES), weight or 0.0, None
        )
    used = tuned_weight(labels, seen, unseen) if weight is None else weight
    corrected = labels - used * seen
    value = float(corrected.mean() + used * unseen.mean())
    variance = float(corrected.var() / n + used * used * unseen.var() / N)
    method = f"{words}, judge weight {used:.3g}, {N} cases scored by the judge alone"
    alone = float(labels.var())
    return PoweredMean(
        _estimate(value, variance, n, confidence, method),
        used,
        alone / variance if variance > 0 and alone > 0 else None,
    )


def _estimate(
    value: float | None, variance: float, n: int, confidence: float, method: str
) -> Estimate:
    if value is None:
        return Estimate(None, None, None, confidence, n, method, reasons.NO_CASES)
    if n < 2 or variance <= 0:
        return Estimate(value, None, None, confidence, n, method, reasons.FEW_ROWS)
    reach = normal_quantile(confidence) * sqrt(variance)
    return Estimate(value, value - reach, value + reach, confidence, n, method)
