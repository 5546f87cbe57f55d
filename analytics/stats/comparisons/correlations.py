"""How two scores of the same cases go together, whatever their units."""

from collections.abc import Callable
from math import atanh, sqrt, tanh
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from analytics.stats import reasons
from analytics.stats.checks import finite_pairs
from analytics.stats.comparisons.proportions import NOWHERE, Limits, normal_quantile
from analytics.stats.errors import StatisticsError
from analytics.stats.intervals.bootstrap import (
    BootstrapName,
    bootstrap_estimate,
    rows_resampling,
    sums_resampling,
)
from analytics.stats.intervals.resampling import DEFAULT_REPLICATES, Resampling
from analytics.stats.types import Estimate, FloatArray

CorrelationKind: TypeAlias = Literal["pearson", "spearman", "kendall_tau_b", "kendall_tau_c"]
CORRELATION_WORDS: dict[CorrelationKind, str] = {
    "pearson": "Pearson correlation",
    "spearman": "Spearman rank correlation",
    "kendall_tau_b": "Kendall's tau-b",
    "kendall_tau_c": "Kendall's tau-c (Stuart)",
}


def moments(x: FloatArray, y: FloatArray) -> FloatArray:
    """Terms whose sums give means and variances of both: 1, x, y, xx, yy, xy, of centred scores.

    Both are moved by the same amounts everywhere, which no correlation notices, so that sums of
    squares of large numbers lose no digits.

    Returns:
        Shape (n, 6).
    """
    a, b = (x - x.mean(), y - y.mean()) if len(x) else (x, y)
    return np.column_stack([np.ones_like(a), a, b, a * a, b * b, a * b])


def correlation_of_moments(sums: FloatArray) -> FloatArray:
    """Pearson correlation of summed `moments`: (..., 6) to (...), NaN where a side is constant."""
    n, sx, sy, xx, yy, xy = np.moveaxis(sums, -1, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        vx, vy = xx - sx * sx / n, yy - sy * sy / n
        r = (xy - sx * sy / n) / np.sqrt(vx * vy)
    defined = (vx > 1e-12 * xx) & (vy > 1e-12 * yy)
    return np.where(defined, np.clip(r, -1.0, 1.0), np.nan)


def pearson(x: npt.ArrayLike, y: npt.ArrayLike) -> float:
    """Pearson's correlation: do the scores lie on a rising line?

    Args:
        x: Shape (n,).
        y: Shape (n,).

    Returns:
        -1 to 1; NaN below two cases or when a side is constant.

    Raises:
        RowsError: Columns differ in length or hold no numbers.

    Source:
        Pearson (1895), Proceedings of the Royal Society of London 58, doi:10.1098/rspl.1895.0041.

    Example:
        >>> round(pearson([1, 2, 3, 5], [2, 1, 4, 4]), 3)
        0.748
    """
    first, second = finite_pairs(x, y)
    if len(first) < 2:
        return float("nan")
    return float(correlation_of_moments(moments(first, second).sum(axis=0)))


def spearman(x: npt.ArrayLike, y: npt.ArrayLike) -> float:
    """Spearman's rank correlation: Pearson's of mid-ranks.

    Args:
        x: Shape (n,).
        y: Shape (n,).

    Returns:
        -1 to 1; NaN below two cases or when a side is constant.

    Raises:
        RowsError: Columns differ in length or hold no numbers.

    Source:
        Spearman (1904), American Journal of Psychology 15(1), doi:10.2307/1412159.

    Example:
        >>> round(spearman([1, 2, 3, 5], [2, 1, 4, 4]), 3)
        0.738
    """
    from scipy.stats import rankdata

    first, second = finite_pairs(x, y)
    return pearson(rankdata(first), rankdata(second))


def kendall_tau_b(x: npt.ArrayLike, y: npt.ArrayLike) -> float:
    """Kendall's tau-b: concordant minus discordant pairs of cases, ties counted out on both sides.

    Args:
        x: Shape (n,).
        y: Shape (n,).

    Returns:
        -1 to 1; NaN below two cases or when a side is constant.

    Raises:
        RowsError: Columns differ in length or hold no numbers.

    Source:
        Kendall (1945), Biometrika 33(3), doi:10.1093/biomet/33.3.239.

    Example:
        >>> round(kendall_tau_b([1, 2, 3, 5], [2, 1, 4, 4]), 3)
        0.548
    """
    return _kendall(x, y, "b")


def kendall_tau_c(x: npt.ArrayLike, y: npt.ArrayLike) -> float:
    """Stuart's tau-c: as tau-b, for scales of different lengths, which keep tau-b below 1.

    Args:
        x: Shape (n,).
        y: Shape (n,).

    Returns:
        -1 to 1; NaN below two cases or when a side is constant.

    Raises:
        RowsError: Columns differ in length or hold no numbers.

    Source:
        Stuart (1953), Biometrika 40(1-2), doi:10.2307/2333101.

    Example:
        >>> round(kendall_tau_c([1, 2, 3, 5], [2, 1, 4, 4]), 3)
        0.562
    """
    return _kendall(x, y, "c")


def _kendall(x: npt.ArrayLike, y: npt.ArrayLike, variant: str) -> float:
    from scipy.stats import kendalltau

    first, second = finite_pairs(x, y)
    if len(first) < 2 or np.ptp(first) == 0 or np.ptp(second) == 0:
        return float("nan")
    return float(kendalltau(first, second, variant=variant).statistic)


def fisher_interval(r: float, n: int, confidence: float = 0.95) -> Limits:
    """Limits of a Pearson correlation of two normal scores, by Fisher's z.

    Args:
        r: The correlation, -1 to 1.
        n: Cases.
        confidence: Between 0 and 1.

    Returns:
        Lower and upper limit. NaN, NaN below four cases or when r is NaN.

    Raises:
        StatisticsError: r is outside -1 to 1.

    Source:
        Fisher (1921), Metron 1, hdl:2440/15169.

    Example:
        >>> low, high = fisher_interval(0.5, 30)
        >>> round(low, 3), round(high, 3)
        (0.17, 0.729)
    """
    reach = normal_quantile(confidence)
    if abs(r) > 1:
        raise StatisticsError(f"Correlation {r:g} is outside -1 to 1. Check the numbers.")
    if n < 4 or r != r:
        return NOWHERE
    if abs(r) == 1:
        return r, r
    middle, error = atanh(r), 1 / sqrt(n - 3)
    return tanh(middle - reach * error), tanh(middle + reach * error)


STATISTICS: dict[CorrelationKind, Callable[[FloatArray, FloatArray], float]] = {
    "pearson": pearson,
    "spearman": spearman,
    "kendall_tau_b": kendall_tau_b,
    "kendall_tau_c": kendall_tau_c,
}


def checked_kind(kind: str) -> Callable[[FloatArray, FloatArray], float]:
    """The correlation of that name, or `StatisticsError`."""
    for known, statistic in STATISTICS.items():
        if kind == known:
            return statistic
    raise StatisticsError(
        f"Correlation '{kind}' is unknown; choose one of {', '.join(STATISTICS)}."
    )


def correlation_resampling(
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    kind: CorrelationKind = "pearson",
    group: npt.ArrayLike | None = None,
) -> Resampling:
    """A correlation under resampling of cases or of whole groups.

    Args:
        x: Shape (n,).
        y: Shape (n,).
        kind: A key of `CORRELATION_WORDS`.
        group: Shape (n,); cases of one group are drawn together.

    Returns:
        The correlation as a function of weights, for intervals of any kind.

    Raises:
        RowsError: Columns do not fit together or hold no numbers.
        StatisticsError: An unknown kind.

    Example:
        >>> found = correlation_resampling([1, 2, 3, 5, 4], [2, 1, 4, 4, 5])
        >>> round(float(found.estimate()), 3), found.n_groups
        (0.77, 5)
    """
    first, second = finite_pairs(x, y)
    statistic = checked_kind(kind)
    if kind == "pearson":
        return sums_resampling(moments(first, second), correlation_of_moments, group)
    return rows_resampling(
        np.column_stack([first, second]), lambda rows: statistic(rows[:, 0], rows[:, 1]), group
    )


def correlate(
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    kind: CorrelationKind = "pearson",
    group: npt.ArrayLike | None = None,
    *,
    confidence: float = 0.95,
    replicates: int = DEFAULT_REPLICATES,
    seed: int = 0,
    interval: BootstrapName | None = None,
) -> Estimate:
    """A correlation with its bootstrap interval, which holds for scales with ties as well.

    Args:
        x: Shape (n,); say the human score.
        y: Shape (n,); say the score of a metric.
        kind: A key of `CORRELATION_WORDS`.
        group: Shape (n,); cases of one group are drawn together.
        confidence: Between 0 and 1.
        replicates: Resamples.
        seed: The same seed gives the same limits.
        interval: BCa below 50 groups and percentile from there on, unless asked for by name.

    Returns:
        -1 to 1, or the reason: fewer than two cases, or a constant side.

    Raises:
        RowsError: Columns do not fit together or hold no numbers.
        StatisticsError: An unknown kind, or impossible confidence or replicates.

    Source:
        Efron and Tibshirani (1993), An Introduction to the Bootstrap; the correlations as
        `pearson`, `spearman`, `kendall_tau_b` and `kendall_tau_c` have them.

    Example:
        >>> found = correlate([1, 2, 3, 5, 4, 2], [2, 1, 4, 4, 5, 2], "spearman", replicates=500)
        >>> round(found.value, 3)
        0.761
    """
    first, second = finite_pairs(x, y)
    return bootstrap_estimate(
        correlation_resampling(first, second, kind, group),
        n=len(first),
        words=CORRELATION_WORDS[kind],
        unit="items" if group is None else "groups",
        undefined=reasons.FEW_ROWS if len(first) < 2 else reasons.CONSTANT_SCORES,
        confidence=confidence,
        replicates=replicates,
        seed=seed,
        interval=interval,
    )
