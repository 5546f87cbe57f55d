"""How sure strengths and ranks are: votes drawn anew, alone or in whole groups."""

from dataclasses import dataclass, replace

import numpy as np

from analytics.stats import reasons
from analytics.stats.errors import StatisticsError
from analytics.stats.intervals.resampling import CHUNK_NUMBERS, DEFAULT_REPLICATES
from analytics.stats.intervals.resampling import TIE as EQUAL
from analytics.stats.preferences.battles import TIE, BattleBlocks
from analytics.stats.preferences.bradley_terry import Strengths, design_of
from analytics.stats.preferences.connection import ahead_and_behind, is_connected
from analytics.stats.preferences.strengths import Design, maximize
from analytics.stats.types import FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class StrengthDraws:
    """Parameters of each resample.

    Attributes:
        strengths: Shape (n_replicates, n_systems); log-strengths with mean 0. Rows of NaN are
            resamples whose votes do not connect all systems.
        home: Shape (n_replicates,); the side's effect, 0 where it was not estimated.
        tie: Shape (n_replicates,); Davidson's nu, 0 where ties are half wins.
        reason: Why no interval may be made of them, one of `reasons`; None where one may.
    """

    strengths: FloatArray
    home: FloatArray
    tie: FloatArray
    reason: str | None

    @property
    def undefined(self) -> int:
        """Resamples without strengths; intervals leave them out."""
        return int(np.isnan(self.strengths).any(axis=1).sum())

    def defined(self) -> FloatArray:
        """Strengths of the other resamples."""
        return self.strengths[~np.isnan(self.strengths).any(axis=1)]


def bootstrap_strengths(
    blocks: BattleBlocks,
    fit: Strengths,
    *,
    replicates: int = DEFAULT_REPLICATES,
    seed: int = 0,
) -> StrengthDraws:
    """Fit every resample of votes, many at once, from the strengths of all votes.

    The resample is a table, never rows, so its cost does not depend on the number of votes. A
    resample in which a system lost (or won) all its votes has no finite strengths; it is counted
    and left out, and where that is more than half of them there is no interval.

    Args:
        blocks: Votes, or groups of them that are drawn whole.
        fit: What `bradley_terry` or `davidson` found in `blocks.table`.
        replicates: Resamples.
        seed: The same seed and votes give the same bits.

    Returns:
        Parameters of each resample.

    Raises:
        StatisticsError: `replicates` is below 1.

    Source:
        Efron and Tibshirani (1993), An Introduction to the Bootstrap, chapter 8.

    Example:
        >>> from analytics.stats.preferences.battles import BattleTable
        >>> from analytics.stats.preferences.bradley_terry import bradley_terry
        >>> votes = BattleTable.from_rows([0, 0], [1, 1], [0, 1], [60, 40], n_systems=2)
        >>> draws = bootstrap_strengths(BattleBlocks.of_votes(votes), bradley_terry(votes))
        >>> draws.strengths.shape, bool(abs(draws.strengths[:, 0].std() - 0.1) < 0.01)
        ((2000, 2), True)
    """
    if replicates < 1:
        raise StatisticsError(
            f"{replicates} replicates are too few; ask for {DEFAULT_REPLICATES}, say."
        )
    table, n = blocks.table, blocks.table.n_systems
    if fit.reason or blocks.n_groups < 2:
        unknown = np.broadcast_to(np.nan, (replicates, n))  # holds one number
        edge = np.broadcast_to(np.nan, (replicates,))
        return StrengthDraws(unknown, edge, edge, fit.reason or reasons.ONE_DRAW)
    home, ties = bool(np.isfinite(fit.home_standard_error)), fit.tie > 0
    design, observed = design_of(table, home=home, ties=ties)
    start = np.concatenate(
        [fit.strengths, [fit.home] if home else [], [np.log(fit.tie)] if ties else []]
    )
    folding = None if home else table.folded()
    parts = []
    for drawn in blocks.draws(replicates, seed, design.width):
        counts = folding.counts(drawn.reshape(len(drawn), -1)) if folding else drawn
        parts.append(_fit_connected(design, observed, counts, start))
    parameters = np.concatenate(parts)
    missing = int(np.isnan(parameters[:, 0]).sum())
    nothing = np.zeros(replicates)
    return StrengthDraws(
        strengths=parameters[:, :n],
        home=parameters[:, n] if home else nothing,
        tie=np.exp(parameters[:, -1]) if ties else nothing,
        reason=reasons.UNCONNECTED_RESAMPLES if 2 * missing > replicates else None,
    )


def _fit_connected(
    design: Design, observed: FloatArray, counts: FloatArray, start: FloatArray
) -> FloatArray:
    """Parameters of resampled tables, NaN where they do not connect all systems."""
    edges = ahead_and_behind(counts)
    changed = np.flatnonzero((edges != ahead_and_behind(observed)).any(axis=(1, 2)))
    usable = np.ones(len(counts), bool)
    usable[changed] = [
        is_connected(design.n_systems, design.first, design.second, counts[table])
        for table in changed
    ]
    found = np.full((len(counts), design.n_parameters), np.nan)
    tieless = usable & (design.ties & ~counts[..., TIE].any(axis=1))
    if tieless.any():
        found[tieless, -1] = -np.inf
        found[tieless, :-1] = maximize(replace(design, ties=False), counts[tieless], start[:-1])
    found[usable & ~tieless] = maximize(design, counts[usable & ~tieless], start)
    return found


def percentile_limits(draws: FloatArray, confidence: float = 0.95) -> tuple[FloatArray, FloatArray]:
    """Lower and upper limits of each column, rows of NaN left out.

    Args:
        draws: Shape (n_replicates, n) or (n_replicates,).
        confidence: Between 0 and 1.

    Returns:
        Two arrays of shape (n,); NaN where nothing was drawn.

    Raises:
        StatisticsError: Confidence is not between 0 and 1.

    Source:
        Efron and Tibshirani (1993), An Introduction to the Bootstrap, chapter 13.

    Example:
        >>> low, high = percentile_limits(np.arange(101.0)[:, None] * [1, 2], 0.9)
        >>> low, high
        (array([ 5., 10.]), array([ 95., 190.]))
    """
    if not 0 < confidence < 1:
        raise StatisticsError(
            f"Confidence {confidence:g} is not between 0 and 1. Write 0.95 for a 95 % interval."
        )
    rows = draws.reshape(len(draws), -1)
    kept = rows[np.isfinite(rows).all(axis=1)]
    if not len(kept):
        unknown = np.full(rows.shape[1], np.nan)
        return unknown, unknown
    low, high = np.quantile(kept, [(1 - confidence) / 2, (1 + confidence) / 2], axis=0)
    return low, high


def ranks(strengths: FloatArray) -> IntArray:
    """Rank of each system, 1 the strongest; equals share the better rank.

    Args:
        strengths: Shape (..., n_systems).

    Returns:
        Shape (..., n_systems).

    Example:
        >>> ranks(np.array([0.5, -1.0, 0.5]))
        array([1, 3, 1])
    """
    stronger = strengths[..., None, :] > strengths[..., :, None] + EQUAL
    return np.asarray(stronger.sum(axis=-1) + 1)


def rank_limits(draws: StrengthDraws, confidence: float = 0.95) -> tuple[IntArray, IntArray]:
    """Best and worst rank of each system in the middle `confidence` of the resamples.

    Args:
        draws: Strengths of the resamples.
        confidence: Between 0 and 1.

    Returns:
        Two arrays of shape (n_systems,), rounded outwards; 1 to n_systems where nothing was drawn.

    Raises:
        StatisticsError: Confidence is not between 0 and 1.
    """
    n = draws.strengths.shape[1]
    found = np.concatenate(
        [
            ranks(part)
            for part in np.array_split(
                draws.defined(), 1 + n * n * len(draws.strengths) // CHUNK_NUMBERS
            )
        ]
    )
    if not len(found):
        return np.ones(n, np.int64), np.full(n, n)
    low, high = percentile_limits(found.astype(np.float64), confidence)
    return np.floor(low).astype(np.int64), np.ceil(high).astype(np.int64)


def shares_ahead(draws: StrengthDraws) -> FloatArray:
    """Share of the resamples in which the row's system is stronger than the column's.

    It says how sure it is that A is better than B, not how often A wins: for that see
    `Strengths.win_probabilities`.

    Returns:
        Shape (n_systems, n_systems), equals counted half, 0.5 on the diagonal; NaN where nothing
        was drawn.
    """
    kept = draws.defined()
    n = kept.shape[1]
    ahead = np.empty((n, n))
    for system in range(n):
        ahead[system] = [share_ahead(gaps) for gaps in (kept[:, [system]] - kept).T]
    return ahead


def share_ahead(gaps: FloatArray) -> float:
    """Share of the differences above 0, equals counted half; NaN where none is known.

    Args:
        gaps: Any shape; differences of two strengths.

    Example:
        >>> share_ahead(np.array([0.3, -0.1, 0.0, np.nan, 0.2]))
        0.625
    """
    kept = gaps[np.isfinite(gaps)]
    if not len(kept):
        return float("nan")
    ahead, equal = (kept > EQUAL).sum(), (np.abs(kept) <= EQUAL).sum()
    return float((ahead + equal / 2) / len(kept))
