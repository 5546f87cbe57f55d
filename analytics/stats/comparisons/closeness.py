"""How near two scores of the same cases are to each other, in the units of the score.

A correlation does not notice that a metric gives one point too many; these do.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from math import sqrt
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from analytics.stats import reasons
from analytics.stats.checks import checked_confidence, finite_pairs
from analytics.stats.comparisons.correlations import moments
from analytics.stats.comparisons.paired import mean_of_sums, mean_t, spread
from analytics.stats.errors import StatisticsError
from analytics.stats.intervals.bootstrap import BootstrapName, bootstrap_estimate, sums_resampling
from analytics.stats.intervals.resampling import DEFAULT_REPLICATES
from analytics.stats.types import Estimate, FloatArray

ClosenessKind: TypeAlias = Literal["lin_ccc", "mean_absolute_error", "exact_agreement"]
CLOSENESS_WORDS: dict[ClosenessKind, str] = {
    "lin_ccc": "Lin's concordance correlation",
    "mean_absolute_error": "Mean absolute error",
    "exact_agreement": "Share of equal scores",
}


def lin_ccc(x: npt.ArrayLike, y: npt.ArrayLike, ddof: int = 0) -> float:
    """Lin's concordance correlation: do the scores lie on the line of equality?

    With ``ddof=0`` it equals Cohen's kappa with quadratic weights on the same numbers.

    Args:
        x: Shape (n,).
        y: Shape (n,).
        ddof: Variances are divided by n - ddof: 0 as Lin does, 1 as many programs do.

    Returns:
        -1 to 1, at most the correlation in size; NaN without cases or when both sides are one and
        the same constant.

    Raises:
        RowsError: Columns differ in length or hold no numbers.

    Source:
        Lin (1989), Biometrics 45(1), doi:10.2307/2532051.

    Example:
        >>> round(lin_ccc([1, 2, 3], [2, 3, 4]), 4)
        0.5714
    """
    first, second = finite_pairs(x, y)
    if len(first) <= ddof:
        return float("nan")
    shift = first.mean() - second.mean()
    return float(_ccc(moments(first, second).sum(axis=0), float(shift), ddof))


def _ccc(sums: FloatArray, shift: float, ddof: int = 0) -> FloatArray:
    """Concordance of summed `moments` whose centres lay `shift` apart."""
    n, sx, sy, xx, yy, xy = np.moveaxis(sums, -1, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        apart = np.square(sx / n - sy / n + shift)
        within = (xx - sx * sx / n + yy - sy * sy / n) / (n - ddof)
        ccc = 2 * (xy - sx * sy / n) / (n - ddof) / (within + apart)
    return np.where(within + apart > 0, ccc, np.nan)


def mean_absolute_error(x: npt.ArrayLike, y: npt.ArrayLike) -> float:
    """Mean distance of two scores of a case, in points of the scale.

    Args:
        x: Shape (n,).
        y: Shape (n,).

    Returns:
        0 or more; NaN without cases.

    Raises:
        RowsError: Columns differ in length or hold no numbers.

    Source:
        Willmott and Matsuura (2005), Climate Research 30, doi:10.3354/cr030079.

    Example:
        >>> mean_absolute_error([1, 2, 5], [1, 3, 3])
        1.0
    """
    first, second = finite_pairs(x, y)
    return float(np.abs(first - second).mean()) if len(first) else float("nan")


def exact_agreement(x: npt.ArrayLike, y: npt.ArrayLike) -> float:
    """Share of cases with the same score on both sides.

    Args:
        x: Shape (n,).
        y: Shape (n,).

    Returns:
        0 to 1; NaN without cases. Chance is not taken off.

    Raises:
        RowsError: Columns differ in length or hold no numbers.

    Source:
        Fleiss, Levin and Paik (2003), Statistical Methods for Rates and Proportions, 3rd ed.,
        section 18.1, doi:10.1002/0471445428.

    Example:
        >>> exact_agreement([1, 2, 5, 4], [1, 3, 3, 4])
        0.5
    """
    first, second = finite_pairs(x, y)
    return int((first == second).sum()) / len(first) if len(first) else float("nan")


def _terms(
    x: FloatArray, y: FloatArray, kind: ClosenessKind
) -> tuple[FloatArray, Callable[[FloatArray], FloatArray]]:
    """What each case adds, and the measure as a function of the sums."""
    if kind == "lin_ccc":
        shift = float(x.mean() - y.mean()) if len(x) else 0.0
        return moments(x, y), partial(_ccc, shift=shift)
    if kind not in CLOSENESS_WORDS:
        known = ", ".join(CLOSENESS_WORDS)
        raise StatisticsError(f"Measure '{kind}' is unknown; choose one of {known}.")
    each = np.abs(x - y) if kind == "mean_absolute_error" else (x == y).astype(np.float64)
    return np.column_stack([np.ones_like(each), each]), mean_of_sums


def closeness(
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    kind: ClosenessKind = "lin_ccc",
    group: npt.ArrayLike | None = None,
    *,
    confidence: float = 0.95,
    replicates: int = DEFAULT_REPLICATES,
    seed: int = 0,
    interval: BootstrapName | None = None,
) -> Estimate:
    """One of the measures above with its bootstrap interval, cases or whole groups drawn again.

    Args:
        x: Shape (n,); say the human score.
        y: Shape (n,); say the score of a metric.
        kind: A key of `CLOSENESS_WORDS`.
        group: Shape (n,); cases of one group are drawn together.
        confidence: Between 0 and 1.
        replicates: Resamples.
        seed: The same seed gives the same limits.
        interval: BCa below 50 groups and percentile from there on, unless asked for by name.

    Returns:
        The measure, or the reason why it is not defined.

    Raises:
        RowsError: Columns do not fit together or hold no numbers.
        StatisticsError: An unknown kind, or impossible confidence or replicates.

    Example:
        >>> found = closeness([1, 2, 3, 5, 4], [2, 2, 3, 4, 4], replicates=200)
        >>> round(found.value, 3)
        0.857
    """
    first, second = finite_pairs(x, y)
    terms, value = _terms(first, second, kind)
    return bootstrap_estimate(
        sums_resampling(terms, value, group),
        n=len(first),
        words=CLOSENESS_WORDS[kind],
        unit="items" if group is None else "groups",
        undefined=reasons.CONSTANT_SCORES if len(first) else reasons.NO_CASES,
        confidence=confidence,
        replicates=replicates,
        seed=seed,
        interval=interval,
    )


@dataclass(frozen=True, slots=True)
class LimitsOfAgreement:
    """Between which differences most cases lie.

    Attributes:
        bias: Mean of x - y with its t interval.
        sd: Standard deviation of the differences; None below two cases.
        lower: Lower limit of agreement with its own interval.
        upper: Upper limit of agreement with its own interval.
    """

    bias: Estimate
    sd: float | None
    lower: Estimate
    upper: Estimate


def bland_altman(
    x: npt.ArrayLike, y: npt.ArrayLike, *, deviations: float = 1.96, confidence: float = 0.95
) -> LimitsOfAgreement:
    """Bias of one score against another, and the limits within which differences lie.

    Args:
        x: Shape (n,).
        y: Shape (n,).
        deviations: How many standard deviations the limits lie from the bias; 1.96 holds 95 % of
            normal differences.
        confidence: Of the intervals of the bias and of both limits.

    Returns:
        All in units of the score.

    Raises:
        RowsError: Columns differ in length or hold no numbers.

    Source:
        Bland and Altman (1986), The Lancet 327(8476), doi:10.1016/S0140-6736(86)90837-8; the
        variance of a limit: Bland and Altman (1999), Statistical Methods in Medical Research 8(2),
        doi:10.1177/096228029900800204.

    Example:
        >>> found = bland_altman([494, 395, 516, 434], [512, 430, 520, 428])
        >>> round(found.bias.value, 2), round(found.lower.value, 1), round(found.upper.value, 1)
        (-12.75, -47.6, 22.1)
    """
    from scipy.special import stdtrit

    first, second = finite_pairs(x, y)
    differences, n = first - second, len(first)
    tail = (1 + checked_confidence(confidence)) / 2
    bias = mean_t(differences, confidence, "Mean difference, t interval")
    words = f"Limit of agreement at {deviations:g} standard deviations"
    if bias.value is None or n < 2:
        nowhere = Estimate(None, None, None, confidence, n, words, bias.reason)
        return LimitsOfAgreement(bias, None, nowhere, nowhere)
    sd = spread(differences)
    error = sd * sqrt(1 / n + deviations**2 / (2 * (n - 1)))
    reach = float(stdtrit(n - 1, tail)) * error

    def limit(value: float) -> Estimate:
        if sd == 0:
            return Estimate(value, None, None, confidence, n, words, bias.reason)
        return Estimate(value, value - reach, value + reach, confidence, n, words)

    return LimitsOfAgreement(
        bias, sd, limit(bias.value - deviations * sd), limit(bias.value + deviations * sd)
    )
