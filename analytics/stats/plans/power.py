"""How many cases a comparison of two groups needs, and what chance it has with a given number.

Answers are not rounded: round cases up when you plan.
"""

from math import sqrt
from statistics import NormalDist
from typing import Literal

from analytics.stats.checks import checked_share
from analytics.stats.errors import StatisticsError


def checked_plan(power: float, alpha: float) -> None:
    """Refuse a power that is not above the level, or either outside 0 to 1."""
    checked_share(power, "Power", "0.8 for 80 %")
    checked_share(alpha, "Alpha", "0.05 for 5 %")
    if power <= alpha:
        raise StatisticsError(
            f"Power {power:g} is not above alpha {alpha:g}; no case is needed for that. "
            "Ask for 0.8, say."
        )


def _two_proportion_spread(p1: float, p2: float) -> tuple[float, float, float]:
    """Difference and standard deviations with one share for both and with two."""
    for p in (p1, p2):
        if not 0 <= p <= 1:
            raise StatisticsError(f"Share {p:g} is not between 0 and 1. Write 0.75 for 75 %.")
    if p1 == p2:
        raise StatisticsError(
            f"Both shares are {p1:g}; only a difference can be found. Name the smallest difference "
            "worth finding."
        )
    both = p1 + p2
    return abs(p1 - p2), sqrt(both * (1 - both / 2)), sqrt(p1 * (1 - p1) + p2 * (1 - p2))


def power_two_proportions(
    n: float, p1: float, p2: float, alpha: float = 0.05, *, sides: Literal[1, 2] = 2
) -> float:
    """Chance to find a difference of two shares with n cases a group (pooled z test).

    Args:
        n: Cases in each group.
        p1: Share of the first group.
        p2: Share of the second group.
        alpha: Level of the test.
        sides: Two-sided, or one-sided in the right direction.

    Returns:
        0 to 1; the far tail of a two-sided test is left out, as in R.

    Raises:
        StatisticsError: Shares that are equal or no shares, or an impossible level.

    Source:
        Fleiss, Levin and Paik (2003), Statistical Methods for Rates and Proportions, 3rd ed.,
        section 4.2, doi:10.1002/0471445428.

    Example:
        >>> round(power_two_proportions(50, 0.5, 0.75), 3)
        0.74
    """
    checked_share(alpha, "Alpha", "0.05 for 5 %")
    gap, under_null, otherwise = _two_proportion_spread(p1, p2)
    normal = NormalDist()
    reached = sqrt(n) * gap - normal.inv_cdf(1 - alpha / sides) * under_null
    if otherwise == 0:
        return float(reached > 0)
    return normal.cdf(reached / otherwise)


def n_per_group_two_proportions(
    p1: float, p2: float, power: float = 0.8, alpha: float = 0.05, *, sides: Literal[1, 2] = 2
) -> float:
    """Cases in each group to find a difference of two shares with the given chance.

    Args:
        p1: Share of the first group.
        p2: Share of the second group.
        power: Chance to find it.
        alpha: Level of the test.
        sides: Two-sided, or one-sided in the right direction.

    Returns:
        Cases of each group, rounded up.

    Raises:
        StatisticsError: Shares that are equal or no shares, or power not above alpha.

    Source:
        As `power_two_proportions`, solved for n.

    Example:
        >>> round(n_per_group_two_proportions(0.5, 0.75, power=0.9), 1)
        76.7
    """
    checked_plan(power, alpha)
    gap, under_null, otherwise = _two_proportion_spread(p1, p2)
    quantile = NormalDist().inv_cdf
    reach = quantile(1 - alpha / sides) * under_null + quantile(power) * otherwise
    return (reach / gap) ** 2


def power_means(
    n: float,
    difference: float,
    sd: float,
    alpha: float = 0.05,
    *,
    sides: Literal[1, 2] = 2,
    paired: bool = False,
) -> float:
    """Chance to find a difference of two means with n cases a group, or n pairs (t test).

    Args:
        n: Cases in each group, or pairs; at least 2.
        difference: Of the means.
        sd: Standard deviation within a group, or of the differences of pairs.
        alpha: Level of the test.
        sides: Two-sided, or one-sided in the right direction.
        paired: Both scores are of the same cases.

    Returns:
        0 to 1; the far tail of a two-sided test is left out, as in R.

    Raises:
        StatisticsError: No difference, no spread, fewer than two cases or an impossible level.

    Source:
        Cohen (1988), Statistical Power Analysis for the Behavioral Sciences, 2nd ed., chapter 2,
        by the noncentral t distribution.

    Example:
        >>> round(power_means(20, 1, 1), 4)
        0.869
    """
    from scipy.special import nctdtr, stdtrit

    checked_share(alpha, "Alpha", "0.05 for 5 %")
    if difference == 0 or sd <= 0 or n < 2:
        raise StatisticsError(
            f"Difference {difference:g}, standard deviation {sd:g} and {n:g} cases make no plan: a "
            "difference and a spread other than zero, and two cases at least, are needed."
        )
    groups = 1 if paired else 2
    df = groups * (n - 1)
    shift = sqrt(n / groups) * abs(difference) / sd
    return 1 - float(nctdtr(df, shift, stdtrit(df, 1 - alpha / sides)))


def n_per_group_means(
    difference: float,
    sd: float,
    power: float = 0.8,
    alpha: float = 0.05,
    *,
    sides: Literal[1, 2] = 2,
    paired: bool = False,
) -> float:
    """Cases in each group, or pairs, to find a difference of two means with the given chance.

    Args:
        difference: Of the means.
        sd: Standard deviation within a group, or of the differences of pairs.
        power: Chance to find it.
        alpha: Level of the test.
        sides: Two-sided, or one-sided in the right direction.
        paired: Both scores are of the same cases.

    Returns:
        At least 2.

    Raises:
        StatisticsError: No difference or spread, or power not above alpha.

    Source:
        As `power_means`, solved for n.

    Example:
        >>> round(n_per_group_means(1, 1, power=0.9), 2)
        22.02
    """
    from scipy.optimize import brentq

    checked_plan(power, alpha)

    def lacking(n: float) -> float:
        return power_means(n, difference, sd, alpha, sides=sides, paired=paired) - power

    enough = 4.0
    if lacking(2.0) >= 0:
        return 2.0
    while lacking(enough) < 0:
        enough *= 2
    return float(brentq(lacking, enough / 2, enough, xtol=1e-9))
