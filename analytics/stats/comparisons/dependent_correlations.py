"""Two metrics against the same human scores: is one correlation larger than the other?

The correlations share the human scores and the cases, so how the metrics go together counts too.
"""

from math import atanh, sqrt
from typing import Literal

import numpy as np
import numpy.typing as npt

from analytics.stats import reasons
from analytics.stats.checks import Alternative, checked_alternative, finite_pairs
from analytics.stats.comparisons.correlations import (
    CORRELATION_WORDS,
    CorrelationKind,
    checked_kind,
)
from analytics.stats.comparisons.paired import t_tail
from analytics.stats.comparisons.proportions import NOWHERE
from analytics.stats.comparisons.two_proportions import normal_p
from analytics.stats.errors import StatisticsError
from analytics.stats.intervals.bootstrap import BootstrapName, bootstrap_estimate, rows_resampling
from analytics.stats.intervals.resampling import DEFAULT_REPLICATES
from analytics.stats.types import Estimate, FloatArray


def _determinant(r1: float, r2: float, between: float) -> float:
    """Determinant of the three correlations, refused where no data can have them."""
    if max(abs(r1), abs(r2), abs(between)) > 1:
        raise StatisticsError(
            f"Correlations {r1:g}, {r2:g} and {between:g} must lie between -1 and 1."
        )
    found = 1 - r1 * r1 - r2 * r2 - between * between + 2 * r1 * r2 * between
    if found < -1e-9:
        raise StatisticsError(
            f"Correlations {r1:g}, {r2:g} and {between:g} do not go together: no three scores have "
            "them. Compute all three from the same cases."
        )
    return max(0.0, found)


def williams_t(
    r1: float, r2: float, between: float, n: int, alternative: Alternative = "two-sided"
) -> tuple[float, float]:
    """Williams's t for two correlations that share a variable.

    Args:
        r1: Correlation of the human scores with the first metric.
        r2: Correlation of the human scores with the second metric.
        between: Correlation of the two metrics.
        n: Cases, the same for all three.
        alternative: "greater" asks whether r1 is the larger.

    Returns:
        t and p with n - 3 degrees of freedom; NaN, NaN below four cases or when the metrics are one
        and the same up to their units.

    Raises:
        StatisticsError: Correlations that no data can have.

    Source:
        Williams (1959), Journal of the Royal Statistical Society B 21(2), jstor:2983809;
        as in Steiger (1980), Psychological Bulletin 87(2), equation 7,
        doi:10.1037/0033-2909.87.2.245.

    Example:
        >>> t, p = williams_t(0.4, 0.5, 0.1, 103)
        >>> round(t, 2), round(p, 2)
        (-0.89, 0.37)
    """
    determinant = _determinant(r1, r2, between)
    side = checked_alternative(alternative)
    if n < 4:
        return NOWHERE
    middle = (r1 + r2) / 2
    spread = 2 * (n - 1) / (n - 3) * determinant + middle * middle * (1 - between) ** 3
    if spread <= 1e-15:
        return NOWHERE
    t = (r1 - r2) * sqrt((n - 1) * (1 + between) / spread)
    return t, t_tail(t, n - 3, side)


def steiger_z(
    r1: float, r2: float, between: float, n: int, alternative: Alternative = "two-sided"
) -> tuple[float, float]:
    """Steiger's Z for two correlations that share a variable: Fisher's z with a pooled covariance.

    Args:
        r1: Correlation of the human scores with the first metric.
        r2: Correlation of the human scores with the second metric.
        between: Correlation of the two metrics.
        n: Cases, the same for all three.
        alternative: "greater" asks whether r1 is the larger.

    Returns:
        Z and p; NaN, NaN below four cases, when a correlation is -1 or 1, or when the metrics are
        one and the same up to their units.

    Raises:
        StatisticsError: Correlations that no data can have.

    Source:
        Steiger (1980), Psychological Bulletin 87(2), equation 14,
        doi:10.1037/0033-2909.87.2.245.

    Example:
        >>> z, p = steiger_z(0.4, 0.5, 0.1, 103)
        >>> round(z, 2), round(p, 2)
        (-0.89, 0.37)
    """
    _determinant(r1, r2, between)
    side = checked_alternative(alternative)
    if n < 4 or max(abs(r1), abs(r2)) == 1:
        return NOWHERE
    square = ((r1 + r2) / 2) ** 2
    covariance = between * (1 - 2 * square) - square * (1 - 2 * square - between * between) / 2
    free = 1 - covariance / (1 - square) ** 2
    if free <= 1e-12:
        return NOWHERE
    z = (atanh(r1) - atanh(r2)) * sqrt((n - 3) / (2 * free))
    return z, normal_p(z, side)


def compare_correlations(
    r1: float,
    r2: float,
    between: float,
    n: int,
    *,
    test: Literal["williams", "steiger"] = "williams",
    alternative: Alternative = "two-sided",
) -> Estimate:
    """The difference of two correlations with the same human scores, and its test.

    From the correlations alone there is no interval; `difference_of_correlations` has one from the
    scores.

    Args:
        r1: Correlation of the human scores with the first metric.
        r2: Correlation of the human scores with the second metric.
        between: Correlation of the two metrics.
        n: Cases, the same for all three.
        test: "williams" (t, for small n) or "steiger" (Z).
        alternative: "greater" asks whether r1 is the larger.

    Returns:
        r1 - r2; without a test the reason.

    Raises:
        StatisticsError: Correlations that no data can have, or an unknown option.

    Example:
        >>> found = compare_correlations(0.4, 0.5, 0.1, 103)
        >>> round(found.value, 1), round(found.p, 3), found.method
        (-0.1, 0.375, "Williams's t, 100 degrees of freedom, two-sided")
    """
    if test == "williams":
        statistic, p = williams_t(r1, r2, between, n, alternative)
        method = f"Williams's t, {n - 3} degrees of freedom, {alternative}"
    elif test == "steiger":
        statistic, p = steiger_z(r1, r2, between, n, alternative)
        method = f"Steiger's Z, {alternative}"
    else:
        raise StatisticsError(f"Test '{test}' is unknown; it is williams or steiger.")
    if p != p:
        reason = reasons.FEW_ROWS if n < 4 else reasons.NO_DIFFERENCES
        return Estimate(r1 - r2, None, None, None, n, method, reason)
    return Estimate(r1 - r2, None, None, None, n, method, None, statistic, p)


def difference_of_correlations(
    human: npt.ArrayLike,
    first: npt.ArrayLike,
    second: npt.ArrayLike,
    kind: CorrelationKind = "pearson",
    group: npt.ArrayLike | None = None,
    *,
    confidence: float = 0.95,
    replicates: int = DEFAULT_REPLICATES,
    seed: int = 0,
    interval: BootstrapName | None = None,
) -> Estimate:
    """How much better the first metric goes with the human scores, with a bootstrap interval.

    Cases, or whole groups, are drawn with all three scores, so the dependence of the metrics is
    kept whatever the kind of correlation.

    Args:
        human: Shape (n,); human score of each case.
        first: Shape (n,); score of the first metric.
        second: Shape (n,); score of the second metric.
        kind: Of both correlations.
        group: Shape (n,); cases of one group are drawn together.
        confidence: Between 0 and 1.
        replicates: Resamples.
        seed: The same seed gives the same limits.
        interval: BCa below 50 groups and percentile from there on, unless asked for by name.

    Returns:
        First minus second correlation, -2 to 2, or the reason: a constant side.

    Raises:
        RowsError: Columns do not fit together or hold no numbers.
        StatisticsError: An unknown kind, or impossible confidence or replicates.

    Source:
        Efron and Tibshirani (1993), An Introduction to the Bootstrap, chapters 6 to 8.

    Example:
        >>> human = [1, 2, 3, 4, 5, 2, 4, 1]
        >>> metric, noise = [1, 2, 3, 5, 5, 3, 4, 2], [3, 1, 4, 1, 5, 3, 2, 2]
        >>> found = difference_of_correlations(human, metric, noise, replicates=200)
        >>> round(found.value, 3)
        0.649
    """
    judged, one = finite_pairs(human, first)
    two = finite_pairs(human, second)[1]
    correlation = checked_kind(kind)

    def difference(rows: FloatArray) -> float:
        return correlation(rows[:, 0], rows[:, 1]) - correlation(rows[:, 0], rows[:, 2])

    return bootstrap_estimate(
        rows_resampling(np.column_stack([judged, one, two]), difference, group),
        n=len(judged),
        words=f"Difference of {CORRELATION_WORDS[kind]} with the same human scores",
        unit="items" if group is None else "groups",
        undefined=reasons.FEW_ROWS if len(judged) < 2 else reasons.CONSTANT_SCORES,
        confidence=confidence,
        replicates=replicates,
        seed=seed,
        interval=interval,
    )
