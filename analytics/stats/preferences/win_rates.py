"""How often each system wins, with ties told apart: counting, without a model of strengths."""

from dataclasses import dataclass

import numpy as np

from analytics.stats.comparisons.proportions import wilson_interval
from analytics.stats.intervals.resampling import CHUNK_NUMBERS, DEFAULT_REPLICATES
from analytics.stats.intervals.resampling import TIE as EQUAL
from analytics.stats.preferences.battles import FIRST, SECOND, TIE, BattleBlocks, BattleTable
from analytics.stats.types import FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Rates:
    """One share for each system with its limits; NaN where it is not defined."""

    value: FloatArray
    low: FloatArray
    high: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class WinRates:
    """Wins, losses and ties of each system: every array has the shape (n_systems,).

    Attributes:
        wins: Votes for the system.
        losses: Votes for the other.
        ties: Votes for neither.
        win_rate: Wins among the votes that are no ties.
        tie_rate: Ties among all votes.
        score: Mean over votes of 1 for a win, 0.5 for a tie, 0 for a loss.
    """

    wins: IntArray
    losses: IntArray
    ties: IntArray
    win_rate: Rates
    tie_rate: Rates
    score: Rates


def win_rates(
    blocks: BattleBlocks,
    *,
    confidence: float = 0.95,
    replicates: int = DEFAULT_REPLICATES,
    seed: int = 0,
) -> WinRates:
    """Rates of each system over all its votes, whomever it met.

    A rate depends on the opponents; where they differ, compare strengths (`bradley_terry`).

    Args:
        blocks: Votes. Drawn alone, win and tie rates get Wilson limits and scores those of a
            bootstrap; in groups all get percentiles of a bootstrap of whole groups.
        confidence: Between 0 and 1.
        replicates: Resamples.
        seed: Of the resamples.

    Returns:
        Rates with limits. Limits are NaN where all resamples are equal: they tell nothing then.

    Source:
        Wilson (1927), Journal of the American Statistical Association 22(158),
        doi:10.1080/01621459.1927.10502953.

    Example:
        >>> votes = BattleTable.from_rows(
        ...     [0, 0, 0], [1, 1, 1], [0, 1, 2], [6, 2, 2], n_systems=2)
        >>> rates = win_rates(BattleBlocks.of_votes(votes))
        >>> rates.win_rate.value, rates.tie_rate.value, rates.score.value
        (array([0.75, 0.25]), array([0.2, 0.2]), array([0.7, 0.3]))
    """
    table = blocks.table
    everyone = np.arange(table.n_systems)
    totals = _totals(table, table.counts[None].astype(np.float64), everyone)[0]
    wins, losses, ties = totals.astype(np.int64)
    limits = _bootstrap_limits(blocks, confidence, replicates, seed)
    if blocks.tables is None:
        limits[0] = _wilson(wins, wins + losses, confidence)
        limits[1] = _wilson(ties, wins + losses + ties, confidence)
    found = zip(_rates(totals[None]), limits, strict=True)
    return WinRates(wins, losses, ties, *(Rates(value[0], *both) for value, both in found))


def _bootstrap_limits(
    blocks: BattleBlocks, confidence: float, replicates: int, seed: int
) -> list[tuple[FloatArray, FloatArray]]:
    """Percentiles of the three rates, some systems at a time to bound memory.

    The same seed draws the same resamples for all of them.
    """
    n = blocks.table.n_systems
    at_once = max(1, CHUNK_NUMBERS // (3 * max(replicates, 1)))
    low, high = np.full((2, 3, n), np.nan)
    for start in range(0, n, at_once):
        some = np.arange(start, min(start + at_once, n))
        drawn = [
            np.stack(_rates(_totals(blocks.table, counts, some)))
            for counts in blocks.draws(replicates, seed, 8 * len(some))
        ]
        for rate, draws in enumerate(np.concatenate(drawn, axis=1)):
            low[rate, some], high[rate, some] = _limits(draws, confidence)
    return list(zip(low, high, strict=True))


def mean_score_over_opponents(table: BattleTable) -> FloatArray:
    """Mean over opponents of the score against each: shape (n_systems,); NaN without votes.

    Every opponent counts the same, however often it was met.

    Args:
        table: Of all votes; a tie is half a win.

    Example:
        >>> votes = BattleTable.from_rows([0, 0], [1, 2], [0, 1], [9, 1], n_systems=3)
        >>> mean_score_over_opponents(votes)
        array([0.5, 0. , 1. ])
    """
    folding = table.folded()
    won, lost, tied = folding.counts(table.counts.ravel()).astype(np.float64).T
    score = (won + tied / 2) / (won + lost + tied)
    place = np.concatenate([folding.low, folding.high])
    met = np.bincount(place, minlength=table.n_systems)
    total = np.bincount(place, np.concatenate([score, 1 - score]), table.n_systems)
    with np.errstate(invalid="ignore"):
        return np.asarray(total / met)


def _totals(table: BattleTable, counts: FloatArray, systems: IntArray) -> FloatArray:
    """Wins, losses and ties of some systems: from (n_tables, n_pairs, 3) to (n_tables, 3, n)."""
    from scipy.sparse import csr_array

    rows, ones = np.arange(len(table.first)), np.ones(len(table.first))
    shape = (len(rows), table.n_systems)
    first = csr_array((ones, (rows, table.first)), shape=shape)[:, systems]
    second = csr_array((ones, (rows, table.second)), shape=shape)[:, systems]
    ahead, behind, tied = (counts[..., outcome] for outcome in (FIRST, SECOND, TIE))
    return np.stack(
        [
            ahead @ first + behind @ second,
            behind @ first + ahead @ second,
            tied @ first + tied @ second,
        ],
        axis=1,
    )


def _rates(totals: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Win rate, tie rate and score of each table: shapes (n_tables, n_systems)."""
    wins, losses, ties = totals[:, 0], totals[:, 1], totals[:, 2]
    votes = wins + losses + ties
    with np.errstate(invalid="ignore", divide="ignore"):
        return wins / (wins + losses), ties / votes, (wins + ties / 2) / votes


def _limits(draws: FloatArray, confidence: float) -> tuple[FloatArray, FloatArray]:
    """Percentiles of each system; NaN where it has no value in half of the resamples or one."""
    known = np.isfinite(draws)
    usable = 2 * known.sum(axis=0) > len(draws)
    low, high = np.full((2, draws.shape[1]), np.nan)
    if usable.any():
        tails = [(1 - confidence) / 2, (1 + confidence) / 2]
        low[usable], high[usable] = np.nanquantile(draws[:, usable], tails, axis=0)
        spread = np.nanmax(draws[:, usable], axis=0) - np.nanmin(draws[:, usable], axis=0)
        constant = np.flatnonzero(usable)[spread <= EQUAL]
        low[constant] = high[constant] = np.nan
    return low, high


def _wilson(successes: IntArray, n: IntArray, confidence: float) -> tuple[FloatArray, FloatArray]:
    limits = [
        wilson_interval(int(some), int(all_), confidence)
        for some, all_ in zip(successes, n, strict=True)
    ]
    low, high = np.array(limits, dtype=np.float64).reshape(-1, 2).T
    return low, high
