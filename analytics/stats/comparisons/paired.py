"""Two scores of the same cases: what a difference of two variants on the same items is."""

from math import sqrt

import numpy as np
import numpy.typing as npt

from analytics.stats import reasons
from analytics.stats.checks import (
    Alternative,
    checked_alternative,
    checked_confidence,
    finite_pairs,
)
from analytics.stats.intervals.bootstrap import BootstrapName, bootstrap_estimate, sums_resampling
from analytics.stats.intervals.resampling import DEFAULT_REPLICATES
from analytics.stats.types import Estimate, FloatArray

SAME = 1e-12
"""Differences spread less than this share of their size are rounding, not spread."""


def mean_of_sums(sums: FloatArray) -> FloatArray:
    """Second sum over the first (count, total), NaN where nothing is counted.

    Args:
        sums: Shape (..., 2).

    Returns:
        Shape (...).

    Example:
        >>> mean_of_sums(np.array([[4.0, 10.0], [0.0, 0.0]]))
        array([2.5, nan])
    """
    out = np.full(sums.shape[:-1], np.nan)
    return np.asarray(np.divide(sums[..., 1], sums[..., 0], out=out, where=sums[..., 0] > 0))


def spread(differences: FloatArray) -> float:
    """Standard deviation (n - 1) of differences; 0 where only rounding tells them apart."""
    sd = float(differences.std(ddof=1))
    return 0.0 if sd <= SAME * max(float(np.abs(differences).max()), 1e-300) else sd


def t_tail(t: float, df: float, alternative: Alternative) -> float:
    """Probability of a t at least as extreme."""
    from scipy.special import stdtr

    if alternative == "greater":
        return float(stdtr(df, -t))
    return float(stdtr(df, t)) if alternative == "less" else 2 * float(stdtr(df, -abs(t)))


def mean_t(
    values: FloatArray,
    confidence: float,
    method: str,
    alternative: Alternative = "two-sided",
    against: float = 0.0,
) -> Estimate:
    """A mean with its t interval and the t test against a number: the paired t of differences.

    Args:
        values: Shape (n,).
        confidence: Of the interval, which is two-sided whatever the test is.
        method: Line of the method, to which the degrees of freedom are added.
        alternative: Side of the test.
        against: The mean that is tested.
    """
    from scipy.special import stdtrit

    n = len(values)
    tail = (1 + checked_confidence(confidence)) / 2
    if n == 0:
        return Estimate(None, None, None, confidence, 0, method, reasons.NO_CASES)
    mean = float(values.mean())
    if n == 1:
        return Estimate(mean, None, None, confidence, 1, method, reasons.FEW_ROWS)
    sd, df = spread(values), n - 1
    if sd == 0:
        return Estimate(mean, None, None, confidence, n, method, reasons.CONSTANT_DIFFERENCES)
    error = sd / sqrt(n)
    t, reach = (mean - against) / error, float(stdtrit(df, tail)) * error
    return Estimate(
        mean,
        mean - reach,
        mean + reach,
        confidence,
        n,
        f"{method}, {df} degrees of freedom",
        None,
        t,
        t_tail(t, df, alternative),
    )


def paired_t(
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    confidence: float = 0.95,
    alternative: Alternative = "two-sided",
) -> Estimate:
    """Mean difference of two scores of the same cases, with Student's interval and test.

    Args:
        x: Shape (n,); first score of each case.
        y: Shape (n,); second score of each case.
        confidence: Of the interval.
        alternative: "greater" asks whether x is the larger.

    Returns:
        The mean of x - y in units of the score; `statistic` is t.

    Raises:
        RowsError: Columns differ in length or hold no numbers.

    Source:
        Student (1908), Biometrika 6(1), doi:10.1093/biomet/6.1.1.

    Example:
        >>> drug_1 = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
        >>> drug_2 = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]
        >>> found = paired_t(drug_1, drug_2)
        >>> round(found.statistic, 4), round(found.p, 6), round(found.low, 2), round(found.high, 2)
        (-4.0621, 0.002833, -2.46, -0.7)
    """
    first, second = finite_pairs(x, y)
    side = checked_alternative(alternative)
    return mean_t(first - second, confidence, f"Paired t test, {side}", side)


def cohen_d_paired(x: npt.ArrayLike, y: npt.ArrayLike) -> float:
    """Mean difference in standard deviations of the differences (d_z).

    Not comparable with d of independent groups: the more two scores of a case go together, the
    larger d_z is.

    Args:
        x: Shape (n,).
        y: Shape (n,).

    Returns:
        Any real number; NaN below two pairs or when all pairs differ by the same amount.

    Raises:
        RowsError: Columns differ in length or hold no numbers.

    Source:
        Cohen (1988), Statistical Power Analysis for the Behavioral Sciences, 2nd ed., section 2.3.

    Example:
        >>> round(cohen_d_paired([4, 5, 3, 5], [3, 3, 3, 4]), 3)
        1.225
    """
    first, second = finite_pairs(x, y)
    differences = first - second
    sd = spread(differences) if len(differences) > 1 else 0.0
    return float(differences.mean() / sd) if sd else float("nan")


def paired_bootstrap(
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    group: npt.ArrayLike | None = None,
    *,
    confidence: float = 0.95,
    replicates: int = DEFAULT_REPLICATES,
    seed: int = 0,
    interval: BootstrapName | None = None,
) -> Estimate:
    """Mean difference of two scores of the same cases, with cases or whole groups drawn again.

    Args:
        x: Shape (n,); first score of each case.
        y: Shape (n,); second score of each case.
        group: Shape (n,); the conversation of each turn, say. Rows of a group are drawn together;
            each case is its own group when left out.
        confidence: Between 0 and 1.
        replicates: Resamples.
        seed: The same seed gives the same limits, whatever the order of cases.
        interval: BCa below 50 groups and percentile from there on, unless asked for by name.

    Returns:
        The mean of x - y over cases, in units of the score.

    Raises:
        RowsError: Columns do not fit together or hold no numbers.
        StatisticsError: Confidence or replicates are impossible.

    Source:
        Efron and Tibshirani (1993), An Introduction to the Bootstrap; Miller (2024), Adding error
        bars to evals, arXiv:2411.00640 (pairs and groups).

    Example:
        >>> found = paired_bootstrap([4, 5, 3, 5, 4, 2], [3, 3, 3, 4, 4, 3], replicates=500)
        >>> round(found.value, 2), found.low < 0.5 < found.high
        (0.5, True)
    """
    first, second = finite_pairs(x, y)
    differences = first - second
    resampling = sums_resampling(
        np.column_stack([np.ones_like(differences), differences]), mean_of_sums, group
    )
    return bootstrap_estimate(
        resampling,
        n=len(differences),
        words="Mean paired difference",
        unit="items" if group is None else "groups",
        undefined=reasons.NO_CASES,
        confidence=confidence,
        replicates=replicates,
        seed=seed,
        interval=interval,
    )
