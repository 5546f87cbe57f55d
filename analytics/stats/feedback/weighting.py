"""Answers weighted to what is known of everybody, and what weighting costs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt

from analytics.stats import reasons
from analytics.stats.checks import checked_confidence, finite_column
from analytics.stats.comparisons.clustered_share import wilson_of_worth
from analytics.stats.comparisons.proportions import normal_quantile
from analytics.stats.errors import RowsError, StatisticsError
from analytics.stats.types import Estimate, FloatArray

ROUNDS = 200
CLOSE = 1e-6
"""Shares this near to their margins are taken for met."""
LEAST_LEFT = 1e-3
CAP = 5.0
"""How many times the mean a weight may be, where nobody says."""


@dataclass(frozen=True, slots=True)
class Raked:
    """Weights of respondents, and how well they do what was asked.

    Attributes:
        weights: Shape (n,), mean 1.
        converged: All margins are met and no weight had to be cut.
        rounds: Rounds that were made.
        gap: Largest distance between a share reached and its margin.
        capped: Weights cut at the cap.
        kish_n: What the weighted answers are worth in unweighted ones.
    """

    weights: FloatArray
    converged: bool
    rounds: int
    gap: float
    capped: int
    kish_n: float


def kish_n(weights: npt.ArrayLike) -> float:
    """How many unweighted answers weighted ones are worth at most.

    Args:
        weights: Shape (n,); 0 or more, in any unit.

    Returns:
        (sum w) squared over sum of w squared: n with equal weights, less otherwise; 0 without.

    Raises:
        RowsError: A weight is no number.

    Source:
        Kish (1965), Survey Sampling, Wiley, section 11.7.

    Example:
        >>> kish_n([1] * 900 + [6] * 100)
        500.0
    """
    given = finite_column(weights, "Weights")
    squares = float(given @ given)
    return float(given.sum()) ** 2 / squares if squares else 0.0


def rake(
    rows: Sequence[Sequence[str]],
    margins: Sequence[Mapping[str, float]],
    cap: float = CAP,
) -> Raked:
    """Weights under which each property is spread as it is among everybody.

    Iterative proportional fitting: in turn each property is brought to its margin, until all hold.
    A value that the margin does not name keeps the share it has.

    Args:
        rows: Shape (n, k); the k properties of each respondent.
        margins: k mappings from value to its share of everybody, in any unit; only values that
            respondents have can be met, and a margin without respondents is refused.
        cap: No weight is more than so many times the mean.

    Returns:
        Weights with mean 1, and whether the margins are met.

    Raises:
        RowsError: Rows and margins do not fit.
        StatisticsError: A margin is empty, not above 0 or names nobody; or the cap is below 1.

    Source:
        Deming and Stephan (1940), Annals of Mathematical Statistics 11(4),
        doi:10.1214/aoms/1177731829.

    Example:
        >>> people = [["ja"]] * 20 + [["en"]] * 80
        >>> found = rake(people, [{"ja": 60, "en": 40}])
        >>> found.converged, found.weights[[0, -1]].round(3).tolist()
        (True, [3.0, 0.5])
        >>> round(found.kish_n, 1)
        50.0
    """
    if cap < 1:
        raise StatisticsError(f"Cap {cap:g} is below 1, and the mean weight is 1. Write 5, say.")
    n = len(rows)
    if n == 0:
        return Raked(np.zeros(0), True, 0, 0.0, 0, 0.0)
    groups = [_groups(rows, at, margin) for at, margin in enumerate(margins)]
    weights, rounds, capped = np.ones(n), 0, 0
    while rounds < ROUNDS:
        rounds += 1
        for number, target in groups:
            reached = np.bincount(number, weights, len(target)) / n
            weights = weights * (target / np.where(reached > 0, reached, 1))[number]
        above = weights > cap
        capped = int(above.sum())
        if capped:
            weights = np.minimum(weights, cap)
            weights = np.minimum(weights * n / weights.sum(), cap)
        if _gap(weights, groups) < CLOSE:
            break
    gap = _gap(weights, groups)
    weights = weights * n / weights.sum()
    return Raked(weights, gap < CLOSE, rounds, gap, capped, kish_n(weights))


Groups = tuple[npt.NDArray[np.int64], FloatArray]


def _groups(rows: Sequence[Sequence[str]], at: int, margin: Mapping[str, float]) -> Groups:
    """Number of each respondent's value, and the share that each value shall have."""
    try:
        values = np.asarray([str(row[at]) for row in rows])
    except IndexError:
        raise RowsError(
            f"A respondent has fewer than {at + 1} properties. Give one for each margin."
        ) from None
    names, number, counts = np.unique(values, return_inverse=True, return_counts=True)
    given = {name: float(share) for name, share in margin.items()}
    if not given or min(given.values()) <= 0:
        raise StatisticsError("A margin is empty or not above 0. Leave out values that nobody has.")
    absent = sorted(set(given) - set(names.tolist()))
    if absent:
        raise StatisticsError(
            f"Nobody who answered has the value '{absent[0]}', so no weight can stand for it. "
            "Join it with another value, or leave it out."
        )
    rest = np.array([name not in given for name in names]) * counts / len(values)
    named = np.array([given.get(str(name), 0.0) for name in names])
    return np.asarray(number, np.int64), rest + named * (1 - rest.sum()) / named.sum()


def _gap(weights: FloatArray, groups: Sequence[Groups]) -> float:
    total = float(weights.sum())
    return max(
        (
            float(np.abs(np.bincount(number, weights, len(target)) / total - target).max())
            for number, target in groups
        ),
        default=0.0,
    )


def weighted_share(
    success: npt.ArrayLike,
    weights: npt.ArrayLike,
    confidence: float = 0.95,
    drawn: FloatArray | None = None,
) -> Estimate:
    """A weighted share, with Wilson's interval of the answers that the weighted ones are worth.

    Args:
        success: Shape (n,); whether each case counts.
        weights: Shape (n,); 0 or more.
        confidence: Between 0 and 1.
        drawn: Shape (n,); how likely each was to be among them, where they speak for nothing but
            what they were drawn from. The more of it is here, the less is left to guess.

    Returns:
        0 to 1; n counts unweighted cases.

    Raises:
        RowsError: Cases and weights differ in number, or one is no number.

    Source:
        Korn and Graubard (1998), Survey Methodology 24(2), pages 193-201; Dean and Pagano (2015),
        Journal of Survey Statistics and Methodology 3(4), doi:10.1093/jssam/smv024.

    Example:
        >>> found = weighted_share([1, 1, 0, 1, 0], [1, 1, 1, 1, 1])
        >>> found.value, round(found.low, 3), round(found.high, 3)
        (0.6, 0.231, 0.882)
    """
    counted = np.asarray(success, bool).astype(np.float64)
    given = _checked_weights(len(counted), weights)
    z = normal_quantile(checked_confidence(confidence))
    total = float(given.sum())
    if total == 0:
        words = "Weighted share, Wilson interval"
        return Estimate(None, None, None, confidence, len(counted), words, reasons.NO_CASES)
    value = float(given @ counted) / total
    parts = (given * (counted - value)) ** 2
    variance = float(parts.sum()) / total**2
    worth = value * (1 - value) / variance if variance > 0 else kish_n(given)
    worth = min(worth, float(len(counted)))
    if drawn is not None:
        worth /= left_to_guess(parts if variance > 0 else given * given, drawn)
    low, high = wilson_of_worth(value, worth, z)
    method = (
        f"Weighted share, Wilson interval of {worth:.1f} cases that the weighted ones are worth"
    )
    return Estimate(value, low, high, confidence, len(counted), method)


def left_to_guess(parts: FloatArray, drawn: FloatArray) -> float:
    """How much of a variance remains, of which what was sure to be drawn brings nothing.

    Never quite 0: an interval of no width would claim that nobody has erred.
    """
    return max(float(parts @ (1 - drawn)) / float(parts.sum()), LEAST_LEFT)


def weighted_mean(
    values: npt.ArrayLike, weights: npt.ArrayLike, confidence: float = 0.95
) -> Estimate:
    """A weighted mean with a linearised t interval.

    Args:
        values: Shape (n,).
        weights: Shape (n,); 0 or more.
        confidence: Between 0 and 1.

    Raises:
        RowsError: Values and weights differ in number, or one is no number.

    Source:
        Cochran (1977), Sampling Techniques, 3rd ed., section 6.

    Example:
        >>> found = weighted_mean([1, 2, 3, 4], [1, 1, 1, 1])
        >>> found.value, round(found.high - found.low, 2)
        (2.5, 4.11)
    """
    from scipy.special import stdtrit

    scores = finite_column(values)
    given = _checked_weights(len(scores), weights)
    tail = (1 + checked_confidence(confidence)) / 2
    total, n = float(given.sum()), len(scores)
    words = "Weighted mean, linearised t interval"
    if total == 0:
        return Estimate(None, None, None, confidence, n, words, reasons.NO_CASES)
    value = float(given @ scores) / total
    if n < 2:
        return Estimate(value, None, None, confidence, n, words, reasons.FEW_ROWS)
    variance = float((given * given) @ (scores - value) ** 2) / total**2 * n / (n - 1)
    if variance <= 0:
        return Estimate(value, None, None, confidence, n, words, reasons.FEW_ROWS)
    reach = float(stdtrit(n - 1, tail)) * sqrt(variance)
    return Estimate(value, value - reach, value + reach, confidence, n, words)


def _checked_weights(n: int, weights: npt.ArrayLike) -> FloatArray:
    given = finite_column(weights, "Weights")
    if len(given) != n or (given < 0).any():
        raise RowsError(
            f"{len(given)} weights stand against {n} cases: each case has one, 0 or more."
        )
    return given
