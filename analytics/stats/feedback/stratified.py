"""A difference of two shares within strata, beside the one over everything."""

from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt

from analytics.stats import reasons
from analytics.stats.checks import checked_confidence
from analytics.stats.comparisons.proportions import normal_quantile
from analytics.stats.comparisons.two_proportions import compare_shares, normal_p
from analytics.stats.errors import RowsError, StatisticsError
from analytics.stats.types import Estimate


@dataclass(frozen=True, slots=True)
class Stratified:
    """What strata say together, and what their sum says.

    Attributes:
        stratified: Difference within strata (Mantel-Haenszel), with interval and test.
        pooled: Difference of all cases, strata forgotten (Newcombe).
        strata: Difference of each stratum, in their order.
        weights: Share of each stratum in the stratified difference; 0 where one side is empty.
        left_out: Cases of strata in which one side is empty.
        signs_differ: The two differences point in opposite ways: the mix of strata, not the
            variants, makes the pooled one (Simpson's paradox).
    """

    stratified: Estimate
    pooled: Estimate
    strata: tuple[Estimate, ...]
    weights: tuple[float, ...]
    left_out: int
    signs_differ: bool


def mantel_haenszel(
    strata: npt.ArrayLike, confidence: float = 0.95, *, design_effect: float = 1.0
) -> Stratified:
    """Difference of two shares within strata: first minus second, as the strata's sizes weigh it.

    Args:
        strata: Shape (k, 4): cases that count and all cases of the first side, the same of the
            second.
        confidence: Between 0 and 1.
        design_effect: How many times the variance is that of independent answers, where people
            answer often: `ClusterSums.variance` over share times (1 - share) over n.

    Returns:
        Both differences, -1 to 1; the variance is Sato's, right for few large strata and for many
        small ones.

    Raises:
        RowsError: Rows that are no two shares.
        StatisticsError: An impossible confidence, or a design effect not above 0.

    Source:
        Mantel and Haenszel (1959), JNCI 22(4); Greenland and Robins (1985), Biometrics 41(1),
        doi:10.2307/2530643; Sato, Greenland and Robins (1989), Biometrics 45(4), jstor:2531784.

    Example:
        >>> found = mantel_haenszel([[276, 300, 810, 900], [385, 700, 50, 100]])
        >>> round(found.stratified.value, 4), round(found.pooled.value, 4), found.signs_differ
        (0.0284, -0.199, True)
    """
    z = normal_quantile(checked_confidence(confidence))
    rows = _checked(strata)
    if design_effect <= 0:
        raise StatisticsError(
            f"Design effect {design_effect:g} is not above 0. Leave it out where nobody answers "
            "twice."
        )
    each = tuple(
        compare_shares(int(x1), int(n1), int(x2), int(n2), confidence) for x1, n1, x2, n2 in rows
    )
    x1, n1, x2, n2 = (int(total) for total in rows.sum(axis=0))
    pooled = compare_shares(x1, n1, x2, n2, confidence)
    usable = (rows[:, 1] > 0) & (rows[:, 3] > 0)
    left_out = int(rows[~usable][:, [1, 3]].sum())
    sizes = np.where(usable, rows[:, 1] * rows[:, 3] / np.maximum(1, rows[:, 1] + rows[:, 3]), 0)
    total = float(sizes.sum())
    weights = tuple(float(one) / total if total else 0.0 for one in sizes)
    method = f"Mantel-Haenszel difference over {int(usable.sum())} strata, Sato's variance"
    if design_effect != 1:
        method += f", times {design_effect:.2f} for answers of one respondent"
    if not total:
        nothing = Estimate(None, None, None, confidence, n1 + n2, method, reasons.NO_CASES)
        return Stratified(nothing, pooled, each, weights, left_out, False)
    kept = rows[usable]
    value = float((sizes[usable] @ (kept[:, 0] / kept[:, 1] - kept[:, 2] / kept[:, 3])) / total)
    error = sqrt(max(0.0, _sato(kept, value)) * design_effect) / total
    n = n1 + n2 - left_out
    if error == 0:
        found = Estimate(value, None, None, confidence, n, method, reasons.SAME_OUTCOME)
    else:
        low, high = max(-1.0, value - z * error), min(1.0, value + z * error)
        p = normal_p(value / error, "two-sided")
        found = Estimate(value, low, high, confidence, n, method, None, value / error, p)
    apart = pooled.value is not None and value * pooled.value < 0
    return Stratified(found, pooled, each, weights, left_out, apart)


def _checked(strata: npt.ArrayLike) -> npt.NDArray[np.float64]:
    rows = np.asarray(strata, np.float64)
    if rows.size == 0:
        return np.zeros((0, 4))
    if rows.ndim != 2 or rows.shape[1] != 4:
        raise RowsError(
            f"Strata of shape {rows.shape} are no pairs of shares: each has four counts, "
            "those that count and all, of both sides."
        )
    inside = (rows[:, [0, 2]] >= 0) & (rows[:, [0, 2]] <= rows[:, [1, 3]])
    if not inside.all():
        row = int(np.flatnonzero(~inside.all(axis=1))[0])
        raise RowsError(
            f"Stratum {row} holds {rows[row].tolist()}: cases that count lie between 0 and all "
            "cases."
        )
    return rows


def _sato(rows: npt.NDArray[np.float64], value: float) -> float:
    """Variance of the sum of weighted differences."""
    a, n1, c, n0 = rows.T
    n = n1 + n0
    p = (n1 * n1 * c - n0 * n0 * a + n1 * n0 * (n0 - n1) / 2) / n**2
    q = (a * (n0 - c) + c * (n1 - a)) / (2 * n)
    return float(value * p.sum() + q.sum())
