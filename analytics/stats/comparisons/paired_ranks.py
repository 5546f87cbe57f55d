"""Tests of paired scores that assume no distribution: signed ranks and exchanged signs."""

from math import sqrt

import numpy as np
import numpy.typing as npt

from analytics.stats import reasons
from analytics.stats.checks import Alternative, checked_alternative, finite_pairs
from analytics.stats.comparisons.paired import SAME
from analytics.stats.comparisons.two_proportions import normal_p
from analytics.stats.errors import RowsError, StatisticsError
from analytics.stats.types import Estimate, FloatArray, IntArray

EXACT_RANKS = 500
"""Pairs up to which the distribution of signed ranks is counted out."""
EXACT_SIGNS = 20
"""Groups up to which all exchanges of any numbers are counted out: 2 to the 20th are a million."""
EXACT_SUM = 1 << 18
"""Sum of whole differences up to which all their exchanges are counted out."""
FRACTIONS = 12
"""Averages of up to so many whole scores are whole numbers of a fraction of a point."""
DEFAULT_EXCHANGES = 10_000


def two_tails(at_least: float, at_most: float, alternative: Alternative) -> float:
    """Turn the two tails of a discrete statistic, the observed value in both, into p."""
    if alternative == "greater":
        return at_least
    return at_most if alternative == "less" else min(1.0, 2 * min(at_least, at_most))


def _sum_distribution(sizes: IntArray) -> FloatArray:
    """Probability of each sum of sizes when each is counted by the toss of a fair coin."""
    chances = np.zeros(int(sizes.sum()) + 1)
    chances[0] = 1.0
    top = 0
    for size in sizes:
        chances[size : top + size + 1] += chances[: top + 1].copy()
        chances /= 2
        top += int(size)
    return chances


def wilcoxon_signed_rank(
    x: npt.ArrayLike, y: npt.ArrayLike, alternative: Alternative = "two-sided"
) -> Estimate:
    """Wilcoxon's signed rank test, exact with ties up to 500 pairs.

    Scores on a scale tie all the time; the distribution of the mid-ranks that were seen is counted
    out, so no table and no approximation is needed. Pairs without a difference are left out.

    Args:
        x: Shape (n,); first score of each case.
        y: Shape (n,); second score of each case.
        alternative: "greater" asks whether x is the larger.

    Returns:
        The rank-biserial correlation, -1 to 1: share of ranks for x minus share for y. `statistic`
        is V, the ranks of the pairs in which x is larger; n counts the pairs that differ.

    Raises:
        RowsError: Columns differ in length or hold no numbers.

    Source:
        Wilcoxon (1945), Biometrics Bulletin 1(6), doi:10.2307/3001968; Kerby (2014),
        Comprehensive Psychology 3, doi:10.2466/11.IT.3.1 (rank-biserial correlation).

    Example:
        >>> before = [1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30]
        >>> after = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29]
        >>> found = wilcoxon_signed_rank(before, after)
        >>> found.statistic, found.p
        (40.0, 0.0390625)
    """
    from scipy.stats import rankdata

    first, second = finite_pairs(x, y)
    side = checked_alternative(alternative)
    differences = first - second
    rounding = SAME * np.maximum(np.abs(first), np.abs(second))
    differences = differences[np.abs(differences) > rounding]
    n = len(differences)
    method = f"Wilcoxon signed rank test, {side}"
    if n == 0:
        reason = reasons.NO_DIFFERENCES if len(first) else reasons.NO_CASES
        return Estimate(None, None, None, None, 0, method, reason)
    sizes = _merged(np.abs(differences))
    doubled = np.rint(2 * rankdata(sizes)).astype(np.int64)
    positive = int(doubled[differences > 0].sum())
    total = int(doubled.sum())
    if n <= EXACT_RANKS:
        chances = _sum_distribution(doubled)
        p = two_tails(float(chances[positive:].sum()), float(chances[: positive + 1].sum()), side)
        method += ", exact"
    else:
        z = (positive - total / 2) / (sqrt(float(np.square(doubled).sum())) / 2)
        p = normal_p(z, side)
        method += ", normal approximation"
    value = (2 * positive - total) / total
    return Estimate(value, None, None, None, n, method, None, positive / 2, p)


def _merged(sizes: FloatArray) -> FloatArray:
    """Sizes of differences as positions in which those apart by rounding alone are tied."""
    order = np.argsort(sizes, kind="stable")
    ordered = sizes[order]
    steps = np.diff(ordered, prepend=ordered[:1]) > 1e3 * SAME * ordered
    out = np.empty(len(sizes))
    out[order] = np.cumsum(steps)
    return out


def paired_permutation(
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    alternative: Alternative = "two-sided",
    group: npt.ArrayLike | None = None,
    *,
    exchanges: int = DEFAULT_EXCHANGES,
    seed: int = 0,
) -> Estimate:
    """Test of a mean difference by exchanging the two scores of cases or of whole groups.

    If the sides were interchangeable, each case could as well have had its scores the other way
    round. All ways are counted out up to 500 groups with scores on a scale (or averages of few of
    them), and up to 20 with any numbers; beyond that seeded draws, the observed way counted among
    them, so that p is never 0.

    Args:
        x: Shape (n,); first score of each case.
        y: Shape (n,); second score of each case.
        alternative: "greater" asks whether x is the larger.
        group: Shape (n,); cases of one group are exchanged together. Each its own when left out.
        exchanges: Draws, where not all ways are counted out.
        seed: Of the draws.

    Returns:
        The mean of x - y, which is the statistic as well, and p.

    Raises:
        RowsError: Columns do not fit together or hold no numbers.
        StatisticsError: An unknown alternative, or fewer than one exchange.

    Source:
        Fisher (1935), The Design of Experiments, section 21; Phipson and Smyth (2010),
        Statistical Applications in Genetics and Molecular Biology 9(1),
        doi:10.2202/1544-6115.1585 (counting the observed way).

    Example:
        >>> paired_permutation([3, 4, 5, 5, 4], [2, 3, 3, 4, 1]).p
        0.0625
    """
    first, second = finite_pairs(x, y)
    side = checked_alternative(alternative)
    if exchanges < 1:
        raise StatisticsError(
            f"{exchanges} exchanges are too few; ask for {DEFAULT_EXCHANGES}, say."
        )
    differences, n = first - second, len(first)
    if n == 0:
        return Estimate(None, None, None, None, 0, "Paired permutation test", reasons.NO_CASES)
    added = np.sort(_group_sums(differences, group))
    rounding = SAME * float(np.maximum(np.abs(first), np.abs(second)).sum())
    moving = added[np.abs(added) > rounding]
    whole = _as_whole(np.abs(moving))
    if whole is not None:
        p = _counted_out(whole, moving > 0, side)
        words = "all exchanges counted out"
    elif len(moving) <= EXACT_SIGNS:
        sums = np.zeros(1)
        for size in moving:
            sums = np.concatenate([sums - size, sums + size])
        p = _share_as_far(sums, float(moving.sum()), rounding, side)
        words = "all exchanges counted out"
    else:
        rng = np.random.default_rng(seed)
        drawn = [moving @ (2.0 * rng.integers(0, 2, len(moving)) - 1) for _ in range(exchanges)]
        observed = float(moving.sum())
        p = _share_as_far(np.array([observed, *drawn]), observed, rounding, side)
        words = f"{exchanges} exchanges drawn with seed {seed}"
    unit = "items" if group is None else "groups"
    method = f"Paired permutation test over {len(added)} {unit}, {words}, {side}"
    value = float(differences.mean())
    return Estimate(value, None, None, None, n, method, None, value, p)


def _group_sums(differences: FloatArray, group: npt.ArrayLike | None) -> FloatArray:
    if group is None:
        return differences
    labels = np.asarray(group)
    if labels.shape != differences.shape:
        raise RowsError(
            f"{labels.size} groups stand against {len(differences)} pairs: each pair belongs to "
            "one group."
        )
    return np.asarray(np.bincount(np.unique(labels, return_inverse=True)[1], weights=differences))


def _as_whole(sizes: FloatArray) -> IntArray | None:
    """Sizes in whole numbers of a point or of a fraction of it, few and small enough to count out.

    None where they are not.
    """
    if len(sizes) > EXACT_RANKS:
        return None
    for fraction in range(1, FRACTIONS + 1):
        scaled = sizes * fraction
        if scaled.sum() > EXACT_SUM:
            return None
        whole = np.rint(scaled)
        if np.abs(scaled - whole).max(initial=0.0) <= 1e-9:
            return whole.astype(np.int64)
    return None


def _counted_out(sizes: IntArray, positive: npt.NDArray[np.bool_], side: Alternative) -> float:
    """Exact p of a sum of signed whole sizes."""
    chances = _sum_distribution(sizes)
    seen = int(sizes[positive].sum())
    at_least, at_most = float(chances[seen:].sum()), float(chances[: seen + 1].sum())
    return two_tails(at_least, at_most, side)


def _share_as_far(sums: FloatArray, observed: float, rounding: float, side: Alternative) -> float:
    """Share of the sums that are at least as far to the side as the observed one."""
    if side == "greater":
        return float((sums >= observed - rounding).mean())
    if side == "less":
        return float((sums <= observed + rounding).mean())
    return float((np.abs(sums) >= abs(observed) - rounding).mean())
