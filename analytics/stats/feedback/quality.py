"""How many answers are good: few random verdicts of raters, and the thumbs of everybody.

Thumbs alone say who cared to press, not how good the answers are. A random sample of verdicts says
it, with a wide interval; the thumbs, known for all, tell which answers are alike, and narrow it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.stats import reasons
from analytics.stats.checks import checked_confidence
from analytics.stats.comparisons.clustered_share import wilson_of_worth
from analytics.stats.comparisons.proportions import normal_quantile
from analytics.stats.errors import RowsError
from analytics.stats.feedback.weighting import LEAST_LEFT, weighted_share
from analytics.stats.types import Estimate, FloatArray

FEW_LABELS = 10
"""Verdicts below which no level is told."""
UNLABELLED = 0.05
"""Most that signals without a verdict may weigh; their share widens the interval as unknown."""


@dataclass(frozen=True, slots=True)
class QualityLevel:
    """The true share of good answers, as far as it is known.

    Attributes:
        level: From verdicts and signals together.
        labels_only: From the verdicts alone, weighted by their probabilities; of the same answers,
            so that what it is wider by is what the signals bring.
        worth: Verdicts that would be needed without the signals; None where not defined.
        unlabelled: Share of everything whose signal no verdict speaks for.
    """

    level: Estimate
    labels_only: Estimate
    worth: float | None
    unlabelled: float


def quality_level(
    signal: npt.ArrayLike,
    good: npt.ArrayLike,
    probability: npt.ArrayLike,
    everybody: Sequence[int],
    confidence: float = 0.95,
) -> QualityLevel:
    """Share of good answers over everything, from random verdicts and a cheap signal of all.

    Prediction-powered inference with the signal as its predictor: for a signal of a few kinds the
    tuned estimate is post-stratification, the mean of good within each kind weighted by how often
    the kind occurs among all. It is right however misleading the signal, as long as what was rated
    was drawn with known probabilities; these may differ by signal (a route that brings all thumbs
    down) and within it.

    Args:
        signal: Shape (n,); kind of signal of each verdict, 0 to k - 1 (down, up, none, say).
        good: Shape (n,); whether the verdict is good.
        probability: Shape (n,); how likely each was to be rated, above 0 to 1.
        everybody: k counts: everything, rated or not, by kind.
        confidence: Between 0 and 1.

    Returns:
        0 to 1, with Wilson's interval of the verdicts that the estimate is worth. Kinds without a
        verdict widen it by their whole share, and above `UNLABELLED` there is none, with the
        reason.

    Raises:
        RowsError: Verdicts, signals and probabilities do not fit.

    Source:
        Angelopoulos, Duchi and Zrnic (2023), PPI++, arXiv:2311.01453; Holt and Smith (1979),
        Journal of the Royal Statistical Society A 142(1), doi:10.2307/2344652.

    Example:
        >>> signal = [0] * 30 + [1] * 20 + [2] * 50
        >>> good = [1] * 6 + [0] * 24 + [1] * 19 + [0] + [1] * 46 + [0] * 4
        >>> drawn = [0.5] * 30 + [0.1] * 20 + [0.01] * 50
        >>> found = quality_level(signal, good, drawn, [60, 200, 5000])
        >>> round(found.level.value, 3), round(found.level.low, 2), round(found.level.high, 2)
        (0.913, 0.81, 0.96)
    """
    z = normal_quantile(checked_confidence(confidence))
    kind, counted, drawn, sizes = _checked(signal, good, probability, everybody)
    alone = weighted_share(counted > 0, 1 / drawn, confidence, drawn)
    n, total = len(kind), float(sizes.sum())
    method = "Share of good answers, verdicts post-stratified by signal (PPI), Wilson interval"
    if n < FEW_LABELS or total == 0:
        why = reasons.FEW_VERDICTS
        return QualityLevel(Estimate(None, None, None, confidence, n, method, why), alone, None, 1)
    share = sizes / total
    labelled = np.bincount(kind, minlength=len(sizes)) > 0
    unknown = float(share[~labelled].sum())
    if unknown > UNLABELLED:
        why = reasons.SIGNAL_WITHOUT_VERDICT
        nothing = Estimate(None, None, None, confidence, n, method, why)
        return QualityLevel(nothing, alone, None, unknown)
    part = np.where(labelled, share, 0) / (1 - unknown)
    value, variance = _post_stratified(kind, counted, drawn, part)
    soft = (value * n + z * z / 2) / (n + z * z)
    worth = soft * (1 - soft) / variance
    low, high = wilson_of_worth(value, worth, z)
    low, high = low * (1 - unknown), high * (1 - unknown) + unknown
    middle = value * (1 - unknown) + unknown * value
    found = Estimate(middle, low, high, confidence, n, f"{method} of {worth:.1f} verdicts")
    return QualityLevel(found, alone, worth, unknown)


def _checked(
    signal: npt.ArrayLike, good: npt.ArrayLike, probability: npt.ArrayLike, everybody: Sequence[int]
) -> tuple[npt.NDArray[np.int64], FloatArray, FloatArray, FloatArray]:
    kind, counted = np.asarray(signal, np.int64), np.asarray(good, bool).astype(np.float64)
    drawn, sizes = np.asarray(probability, np.float64), np.asarray(everybody, np.float64)
    if kind.ndim != 1 or not kind.shape == counted.shape == drawn.shape:
        raise RowsError(
            f"{counted.size} verdicts stand against {kind.size} signals and {drawn.size} "
            "probabilities: each verdict has one of both."
        )
    if len(kind) and not (kind.min() >= 0 and kind.max() < len(sizes)):
        raise RowsError(f"A signal is none of the {len(sizes)} kinds that were counted.")
    if not ((drawn > 0) & (drawn <= 1)).all():
        raise RowsError(
            "A probability is not above 0 to 1. Leave out what was not drawn at random."
        )
    return kind, counted, drawn, sizes


def _post_stratified(
    kind: npt.NDArray[np.int64], good: FloatArray, drawn: FloatArray, part: FloatArray
) -> tuple[float, float]:
    """Mean over kinds and its variance; a kind whose verdicts are all alike is thought to vary.

    Within a kind verdicts are weighted by one over their probability. Its variance is that of a
    share with one more good and one more bad verdict, over the verdicts that weighted ones are
    worth, less what was rated completely.
    """
    weight = 1 / drawn
    sums = np.bincount(kind, weight, len(part))
    means = np.bincount(kind, weight * good, len(part)) / np.where(sums > 0, sums, 1)
    squares = np.bincount(kind, weight * weight, len(part))
    worth = np.where(squares > 0, sums**2 / np.where(squares > 0, squares, 1), 1)
    soft = (means * worth + 1) / (worth + 2)
    left = np.bincount(kind, weight * weight * (1 - drawn), len(part)) / np.where(
        squares > 0, squares, 1
    )
    variance = part**2 * soft * (1 - soft) / worth * np.maximum(left, LEAST_LEFT)
    return float(part @ means), float(variance.sum())
