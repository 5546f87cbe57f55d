"""Habits of answering: the ends of a scale, its middle, and what was shown first."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.stats import reasons
from analytics.stats.comparisons.clustered_share import share_of_groups
from analytics.stats.comparisons.proportions import wilson_interval
from analytics.stats.errors import RowsError
from analytics.stats.types import Estimate


@dataclass(frozen=True, slots=True)
class ResponseStyle:
    """How a group uses scales, whatever it is asked.

    Attributes:
        respondents: People with an answer on a scale.
        extremes: Share of answers at either end.
        middle: Share of answers in the middle, of scales that have one.
        same: Share of people who answered everything in one way, of those with three answers or
            more on one kind of scale.
    """

    respondents: int
    extremes: Estimate
    middle: Estimate
    same: Estimate


def response_style(
    respondent: npt.ArrayLike,
    value: npt.ArrayLike,
    low: npt.ArrayLike,
    high: npt.ArrayLike,
    confidence: float = 0.95,
) -> ResponseStyle:
    """Extremes, middles and equal answers of one group, clustered by respondent.

    Args:
        respondent: Shape (n,); who gave each answer.
        value: Shape (n,); the answer.
        low: Shape (n,); lowest point of its scale.
        high: Shape (n,); highest point.
        confidence: Between 0 and 1.

    Returns:
        Three shares. Compare them between groups before means are: nothing corrects for a style.

    Raises:
        RowsError: The four differ in length, or an answer is off its scale.

    Source:
        Zax and Takahashi (1967), Journal of Social Psychology 71(1).

    Example:
        >>> found = response_style([1, 1, 1, 2, 2, 2], [5, 5, 5, 3, 1, 4], [1] * 6, [5] * 6)
        >>> round(found.extremes.value, 3), round(found.middle.value, 3), found.same.value
        (0.667, 0.167, 0.5)
    """
    who, given = np.asarray(respondent), np.asarray(value, np.float64)
    least, most = np.asarray(low, np.float64), np.asarray(high, np.float64)
    if not who.shape == given.shape == least.shape == most.shape or given.ndim != 1:
        raise RowsError("Answers, people and ends of scales differ in number: each answer has one.")
    if ((given < least) | (given > most)).any():
        raise RowsError("An answer lies off its scale. Check the ends.")
    names, number = np.unique(who, return_inverse=True)
    return ResponseStyle(
        len(names),
        _share((given == least) | (given == most), np.ones(len(given), bool), number, confidence),
        _share(given * 2 == least + most, (least + most) % 2 == 0, number, confidence),
        _same(number, given, least, most, confidence),
    )


def _share(
    counted: npt.NDArray[np.bool_],
    usable: npt.NDArray[np.bool_],
    number: npt.NDArray[np.int64],
    confidence: float,
) -> Estimate:
    sizes = np.bincount(number, usable).astype(np.int64)
    counts = np.bincount(number, usable & counted).astype(np.int64)
    kept = sizes > 0
    return share_of_groups(counts[kept], sizes[kept], confidence)


def _same(
    number: npt.NDArray[np.int64],
    given: npt.NDArray[np.float64],
    least: npt.NDArray[np.float64],
    most: npt.NDArray[np.float64],
    confidence: float,
) -> Estimate:
    """People whose answers on their most used kind of scale, three or more, are all equal."""
    keys = np.column_stack([number, least, most])
    _kinds, group = np.unique(keys, axis=0, return_inverse=True)
    sizes = np.bincount(group)
    first = np.full(len(sizes), np.nan)
    first[group] = given
    differs = np.bincount(group, given != first[group])
    of = np.zeros(len(sizes), np.int64)
    of[group] = number
    usable = sizes >= 3
    people = np.unique(of[usable])
    varied = np.unique(of[usable & (differs > 0)])
    n = len(people)
    return share_of_groups(
        np.asarray(~np.isin(people, varied), np.int64), np.ones(n, np.int64), confidence
    )


def order_effect(chosen_at: npt.ArrayLike, confidence: float = 0.95) -> Estimate:
    """Is what stands first chosen more often, when the order is random?

    With a truly random order each option stands in each place equally often, so what is chosen
    does too, whatever people prefer.

    Args:
        chosen_at: Shape (k,); how often the option in each place was chosen, first place first.
        confidence: Between 0 and 1.

    Returns:
        Share chosen in the first place minus 1 / k, with Wilson's interval shifted alike; the test
        (chi-square over all places) tells an effect of any shape.

    Raises:
        RowsError: Fewer than two places, or a count that is none.

    Source:
        Krosnick and Alwin (1987), Public Opinion Quarterly 51(2), doi:10.1086/269029.

    Example:
        >>> found = order_effect([60, 40])
        >>> round(found.value, 2), round(found.p, 4)
        (0.1, 0.0455)
    """
    from scipy.special import chdtrc

    counts = np.asarray(chosen_at, np.float64)
    if counts.ndim != 1 or len(counts) < 2 or not (counts >= 0).all():
        raise RowsError("Places hold no counts: give two or more, each 0 or more.")
    n, k = int(counts.sum()), len(counts)
    method = (
        "Share chosen in the first place minus its share of places, Wilson interval; chi-square"
    )
    if n == 0:
        return Estimate(None, None, None, confidence, 0, method, reasons.NO_CASES)
    first, part = int(counts[0]), 1 / k
    low, high = wilson_interval(first, n, confidence)
    value, low, high = first / n - part, low - part, high - part
    if n * part < 5:
        return Estimate(value, low, high, confidence, n, method, reasons.FEW_ROWS)
    statistic = float(((counts - n * part) ** 2).sum() / (n * part))
    p = float(chdtrc(k - 1, statistic))
    return Estimate(value, low, high, confidence, n, method, None, statistic, p)
