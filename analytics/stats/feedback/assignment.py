"""Whether two variants may be compared at all: who was sent where, and who answered."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from analytics.stats import reasons
from analytics.stats.comparisons.two_proportions import compare_shares
from analytics.stats.errors import StatisticsError
from analytics.stats.feedback.differences import clustered_difference
from analytics.stats.feedback.sums import ClusterSums
from analytics.stats.types import Estimate

ALARM_BELOW = 0.001
"""A p under which an assignment is taken for broken: looked at often, and costly to cry wolf."""
EXPECTED_FROM = 5
"""Expected cases of each variant from which on chi-square holds."""

Rate: TypeAlias = ClusterSums | tuple[int, int]
"""Sums of respondents (n shown, x answered), or answered and shown without respondents."""


@dataclass(frozen=True, slots=True)
class RatioCheck:
    """How far counts of variants are from what was planned.

    Attributes:
        n: All cases.
        expected: Cases of each variant by the planned shares.
        statistic: Chi-square; None where the reason tells why.
        p: Of the test; None as well.
        alarm: p is below `ALARM_BELOW`: something sorts the people, and no comparison is fair.
        reason: Why there is no test.
    """

    n: int
    expected: tuple[float, ...]
    statistic: float | None
    p: float | None
    alarm: bool
    reason: str | None = None


def sample_ratio_test(counts: Sequence[int], shares: Sequence[float]) -> RatioCheck:
    """Do the variants hold as many people as the plan says?

    Count people, not answers: those assigned, and once more those who were shown something.

    Args:
        counts: People of each variant; two or more variants.
        shares: Planned share of each, in any unit (1, 1 is half each).

    Returns:
        Chi-square test with its alarm; below `EXPECTED_FROM` expected cases no test but the reason.

    Raises:
        StatisticsError: Fewer than two variants, unequal lengths, a negative count or a share that
            is not above 0.

    Source:
        Fabijan et al. (2019), Diagnosing Sample Ratio Mismatch, KDD, doi:10.1145/3292500.3330722.

    Example:
        >>> sample_ratio_test([5000, 5300], [1, 1]).alarm
        False
        >>> found = sample_ratio_test([50000, 51500], [1, 1])
        >>> found.alarm, round(found.statistic, 2)
        (True, 22.17)
    """
    from scipy.special import chdtrc

    observed, weights = np.asarray(counts, np.float64), np.asarray(shares, np.float64)
    if observed.ndim != 1 or len(observed) < 2 or observed.shape != weights.shape:
        raise StatisticsError(
            f"{observed.size} counts stand against {weights.size} shares: two variants or more are "
            "needed, each with its planned share."
        )
    if (observed < 0).any() or not (weights > 0).all():
        raise StatisticsError(
            "A count is below 0, or a planned share not above 0. Leave out variants that were not "
            "planned."
        )
    n = int(observed.sum())
    expected = n * weights / weights.sum()
    told = tuple(float(one) for one in expected)
    if (expected < EXPECTED_FROM).any():
        return RatioCheck(n, told, None, None, False, reasons.FEW_ROWS)
    statistic = float(((observed - expected) ** 2 / expected).sum())
    p = float(chdtrc(len(observed) - 1, statistic))
    return RatioCheck(n, told, statistic, p, p < ALARM_BELOW)


def response_rate_test(first: Rate, second: Rate) -> Estimate:
    """Do the variants get answers from as many of those who see them?

    Where they do not, other people answer, and what they say is not comparable.

    Args:
        first: Of each respondent how often shown (n) and how often answered (x), as sums; or the
            plain pair (answered, shown), which takes every showing for independent.
        second: The same of the other variant.

    Returns:
        First minus second rate, -1 to 1, with interval and p. The method says whether it is
        clustered by respondent.

    Raises:
        StatisticsError: One side has respondents and the other has not, or counts are no share.

    Source:
        `clustered_difference` and `compare_shares`.

    Example:
        >>> round(response_rate_test((30, 1000), (60, 1000)).p, 4)
        0.0012
    """
    if isinstance(first, ClusterSums) and isinstance(second, ClusterSums):
        found = clustered_difference(first, second)
        return replace(found, method=f"Response rates clustered by respondent: {found.method}")
    if isinstance(first, tuple) and isinstance(second, tuple):
        found = compare_shares(first[0], first[1], second[0], second[1])
        return replace(found, method=f"Response rates, every showing alone: {found.method}")
    raise StatisticsError(
        "One side is told by respondent and the other in plain counts. Give both in one form."
    )
