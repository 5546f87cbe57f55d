"""Whether the side on which an answer is shown moves the votes."""

from dataclasses import dataclass, replace

import numpy as np

from analytics.stats import reasons
from analytics.stats.comparisons.proportions import share
from analytics.stats.comparisons.two_proportions import compare_shares
from analytics.stats.preferences.battles import FIRST, SECOND, BattleTable
from analytics.stats.types import Estimate


@dataclass(frozen=True, slots=True)
class SystemSides:
    """Share of decisive votes that one system wins on each side, ties left out.

    Attributes:
        system: Its number.
        on_first: On the first side, with Clopper-Pearson limits.
        on_second: On the second side.
        difference: First minus second, with Newcombe limits and Fisher's exact test.
    """

    system: int
    on_first: Estimate
    on_second: Estimate
    difference: Estimate


def position_bias(table: BattleTable, confidence: float = 0.95) -> Estimate:
    """The first side's share of all decisive votes, with an exact test of one half.

    Without an effect it is one half if sides are drawn by lot or each pair is shown both ways.
    Where stronger systems stood on the first side more often, it is not: then read the side's
    effect beside the strengths (`bradley_terry(table, home=True)`). Votes count as independent.

    Args:
        table: Votes with their sides.
        confidence: Between 0 and 1.

    Returns:
        Share with Clopper-Pearson limits and the p-value; without decisive votes the reason.

    Raises:
        StatisticsError: Confidence is not between 0 and 1.

    Source:
        Clopper and Pearson (1934), Biometrika 26(4), doi:10.1093/biomet/26.4.404.

    Example:
        >>> votes = BattleTable.from_rows(
        ...     [0, 1, 0], [1, 0, 1], [0, 0, 1], [35, 25, 40], n_systems=2)
        >>> bias = position_bias(votes)
        >>> bias.value, round(bias.low, 4), round(bias.high, 4), round(bias.p, 4)
        (0.6, 0.4972, 0.6967, 0.0569)
    """
    from scipy.stats import binomtest

    won, lost = (int(n) for n in table.counts[:, [FIRST, SECOND]].sum(axis=0))
    found = _decisive_share(won, won + lost, confidence)
    if found.reason:
        return found
    return replace(
        found,
        method="Clopper-Pearson interval, exact binomial test of one half",
        p=float(binomtest(won, won + lost).pvalue),
    )


def position_bias_by_system(table: BattleTable, confidence: float = 0.95) -> list[SystemSides]:
    """How much more often each system wins on the first side than on the second.

    Args:
        table: Votes with their sides.
        confidence: Between 0 and 1.

    Returns:
        One entry a system, in order.

    Raises:
        StatisticsError: Confidence is not between 0 and 1.

    Source:
        As `position_bias`, within the votes that each system took part in.

    Example:
        >>> votes = BattleTable.from_rows(
        ...     [0, 1, 0], [1, 0, 1], [0, 0, 1], [35, 25, 40], n_systems=2)
        >>> sides = position_bias_by_system(votes)[0]
        >>> round(sides.on_first.value, 3), sides.on_second.value, round(sides.difference.value, 3)
        (0.467, 0.0, 0.467)
    """
    won_first, lost_first, won_second, lost_second = (
        np.bincount(side, table.counts[:, outcome], table.n_systems).astype(np.int64).tolist()
        for side, outcome in (
            (table.first, FIRST),
            (table.first, SECOND),
            (table.second, SECOND),
            (table.second, FIRST),
        )
    )
    return [
        SystemSides(
            system,
            _decisive_share(x1, x1 + y1, confidence),
            _decisive_share(x2, x2 + y2, confidence),
            compare_shares(x1, x1 + y1, x2, x2 + y2, confidence, test="fisher"),
        )
        for system, (x1, y1, x2, y2) in enumerate(
            zip(won_first, lost_first, won_second, lost_second, strict=True)
        )
    ]


def _decisive_share(won: int, decisive: int, confidence: float) -> Estimate:
    found = share(won, decisive, confidence, "clopper_pearson")
    return replace(found, reason=reasons.NO_DECISIVE_VOTE) if found.reason else found
