"""Whether votes can place all systems on one scale, and which systems stand in the way.

A maximum of the likelihood exists when, for every way to split the systems in two, someone on each
side beat (or tied with) someone on the other: when the graph of wins is strongly connected. Side
effects and ties as parameters ask for more, which a linear program decides.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from analytics.stats import reasons
from analytics.stats.preferences.battles import FIRST, SECOND, TIE, BattleTable
from analytics.stats.types import FloatArray, IntArray

MAX_SYSTEMS = 1_000
"""Most systems that are placed on one scale: the equations are dense (8 MB for so many)."""


@dataclass(frozen=True, slots=True, eq=False)
class Connection:
    """Whether strengths have finite estimates.

    Attributes:
        reason: Why they have none, one of `reasons`; None where they have.
        groups: The systems (their numbers) that stand apart. With `SEPARATE_GROUPS`: groups that
            never met. With `ONE_SIDED`: groups inside which strengths could be estimated, those
            that never lost to another group first. Else one group of all.
        unbeaten: With `ONE_SIDED`: systems of the groups that never lost to or tied with another.
        winless: With `ONE_SIDED`: systems of the groups that never beat or tied with another.
    """

    reason: str | None
    groups: tuple[IntArray, ...]
    unbeaten: IntArray
    winless: IntArray


NOBODY = np.zeros(0, np.int64)


def connection(table: BattleTable) -> Connection:
    """Whether Bradley-Terry strengths, a tie being half a win, have finite estimates.

    Source:
        Ford (1957), American Mathematical Monthly 64(8), doi:10.1080/00029890.1957.11989117.

    Example:
        >>> never_lost = BattleTable.from_rows([0, 1, 1], [1, 2, 2], [0, 0, 1], n_systems=3)
        >>> connection(never_lost).unbeaten
        array([0])
    """
    from scipy.sparse.csgraph import connected_components

    everyone = (np.arange(table.n_systems),)
    if not table.n_votes:
        return Connection(reasons.NO_VOTES, everyone, NOBODY, NOBODY)
    if table.n_systems > MAX_SYSTEMS:
        return Connection(reasons.TOO_MANY_SYSTEMS, everyone, NOBODY, NOBODY)
    winner, loser = _wins(table.first, table.second, table.counts)
    graph = _graph(winner, loser, table.n_systems)
    n_apart, apart = connected_components(graph, directed=True, connection="weak")
    if n_apart > 1:
        groups = tuple(np.flatnonzero(apart == group) for group in range(n_apart))
        return Connection(reasons.SEPARATE_GROUPS, groups, NOBODY, NOBODY)
    n_strong, strong = connected_components(graph, directed=True, connection="strong")
    if n_strong == 1:
        return Connection(None, everyone, NOBODY, NOBODY)
    across = strong[winner] != strong[loser]
    lost = np.zeros(n_strong, bool)
    won = np.zeros(n_strong, bool)
    lost[strong[loser[across]]] = True
    won[strong[winner[across]]] = True
    order = sorted(range(n_strong), key=lambda group: (lost[group], not won[group], group))
    return Connection(
        reasons.ONE_SIDED,
        tuple(np.flatnonzero(strong == group) for group in order),
        np.flatnonzero(~lost[strong]),
        np.flatnonzero(~won[strong]),
    )


def is_connected(n_systems: int, first: IntArray, second: IntArray, counts: FloatArray) -> bool:
    """Whether resampled votes (shape (n_pairs, 3)) connect all systems."""
    from scipy.sparse.csgraph import connected_components

    graph = _graph(*_wins(first, second, counts), n_systems)
    return bool(connected_components(graph, directed=True, connection="strong")[0] == 1)


def ahead_and_behind(counts: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """Whether the first beat or tied with the second, and the reverse: (..., n_pairs, 2)."""
    return np.asarray(counts[..., [FIRST, SECOND]] + counts[..., [TIE]] > 0)


def side_or_tie_reason(table: BattleTable, *, home: bool, ties: bool) -> str | None:
    """Why an effect of the side or of ties has no finite estimate with connected systems.

    A change of the parameters that makes no vote less likely and some more has no end: the linear
    program looks for one. Most tables pass by an argument that is cheaper.

    Args:
        table: Votes that `connection` accepts.
        home: Whether the first side has an effect of its own.
        ties: Whether ties have a parameter; else they are half wins.

    Returns:
        One of `reasons`, or None.

    Source:
        Konis (2007), Linear programming algorithms for detecting separated data in binary logistic
        regression models, University of Oxford, chapter 4.
    """
    if ties and not table.counts[:, [FIRST, SECOND]].any():
        return reasons.ONLY_TIES
    if not ties and not home:
        return None
    if home and _is_side_confounded(table):
        return reasons.CONFOUNDED_SIDE
    if (not home or _is_side_bounded(table, ties=ties)) and (not ties or _has_cycle(table)):
        return None
    return reasons.UNBOUNDED_EFFECT if _has_recession(table, home=home, ties=ties) else None


def _wins(first: IntArray, second: IntArray, counts: npt.NDArray[Any]) -> tuple[IntArray, IntArray]:
    """Edges from each system to those it beat or tied with."""
    ahead, behind = ahead_and_behind(counts).T
    return (
        np.concatenate([first[ahead], second[behind]]),
        np.concatenate([second[ahead], first[behind]]),
    )


def _graph(winner: IntArray, loser: IntArray, n_systems: int) -> Any:
    from scipy.sparse import csr_array

    return csr_array((np.ones(len(winner)), (winner, loser)), shape=(n_systems, n_systems))


def _is_side_bounded(table: BattleTable, *, ties: bool) -> bool:
    """Two systems that both won and lost on both sides leave the side's effect no way out."""
    counts = table.counts[:, [FIRST, SECOND]] + (0 if ties else table.counts[:, [TIE]])
    both = (counts > 0).all(axis=1)
    pairs = table.first[both] * table.n_systems + table.second[both]
    mirrored = table.second[both] * table.n_systems + table.first[both]
    return bool(np.isin(pairs, mirrored).any())


def _is_side_confounded(table: BattleTable) -> bool:
    """Whether strengths alone could do what the side does: all pairs seen in one fitting order."""
    from scipy.sparse.linalg import lsqr

    gaps = _gaps(table)
    residual = lsqr(gaps, np.ones(gaps.shape[0]), atol=1e-12, btol=1e-12)[3]
    return bool(residual < 1e-6)


def _gaps(table: BattleTable) -> Any:
    """Sparse (n_pairs, n_systems): 1 for the first system, -1 for the second."""
    from scipy.sparse import csr_array

    rows, ones = np.arange(len(table.first)), np.ones(len(table.first))
    places = (np.tile(rows, 2), np.concatenate([table.first, table.second]))
    return csr_array((np.concatenate([ones, -ones]), places), shape=(len(rows), table.n_systems))


def _has_cycle(table: BattleTable) -> bool:
    """Decisive votes that go round in a circle leave the parameter of ties no way out."""
    from scipy.sparse.csgraph import connected_components

    decisive = table.counts.copy()
    decisive[:, TIE] = 0
    wins = _wins(table.first, table.second, decisive)
    n_strong, _ = connected_components(
        _graph(*wins, table.n_systems), directed=True, connection="strong"
    )
    return bool(n_strong < table.n_systems)


def _has_recession(table: BattleTable, *, home: bool, ties: bool) -> bool:
    """Whether parameters can run off without making any vote less likely."""
    from scipy.optimize import linprog
    from scipy.sparse import csr_array, hstack, vstack

    gap = _gaps(table)
    if home:
        gap = hstack([gap, csr_array(np.ones((gap.shape[0], 1)))]).tocsr()
    won, lost, tied = (table.counts[:, outcome] > 0 for outcome in (FIRST, SECOND, TIE))

    def line(kept: Any, gap_sign: float, tie_sign: float) -> Any:
        part = gap_sign * gap[np.flatnonzero(kept)]
        if not ties:
            return part
        return hstack([part, csr_array(np.full((part.shape[0], 1), tie_sign))])

    if ties:
        parts = [
            line(won, 2, 0), line(won, 1, -2), line(lost, -2, 0), line(lost, -1, -2),
            line(tied, 1, 2), line(tied, -1, 2),
        ]  # fmt: skip
    else:
        parts = [line(won | tied, 1, 0), line(lost | tied, -1, 0)]
    gains = vstack([part for part in parts if part.shape[0]]).tocsr()
    bounds = [(0, 0)] + [(-1, 1)] * (gains.shape[1] - 1)
    best = linprog(
        -np.asarray(gains.sum(axis=0)).ravel(),
        A_ub=-gains,
        b_ub=np.zeros(gains.shape[0]),
        bounds=bounds,
        method="highs",
    )
    return bool(best.status != 0 or -best.fun > 1e-7)
