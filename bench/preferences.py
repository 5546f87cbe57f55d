"""Strengths of 20 systems with 100 bootstrap rounds, from the votes to the resampled strengths."""

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import numpy as np

from analytics.stats.preferences.battles import (
    FIRST,
    OUTCOMES,
    SECOND,
    TIE,
    BattleBlocks,
    BattleTable,
)
from analytics.stats.preferences.bradley_terry import bradley_terry
from analytics.stats.preferences.ranking import bootstrap_strengths
from analytics.stats.types import FloatArray, IntArray
from bench.figures import Figure
from bench.peers import not_installed, peer, same_answer, timed, times_faster

SYSTEMS = 20
ROUNDS = 100
FEW_ROUNDS = 4
"""Rounds of a peer that takes most of a second for each; the rest is extrapolated."""
TOLERANCE = 1e-10
Votes = tuple[IntArray, IntArray, IntArray]
Peer = Callable[[Any, Votes], tuple[float, FloatArray, str]]


def votes_of(size: int) -> Votes:
    rng = np.random.default_rng(7)
    strength = np.sort(rng.normal(0, 0.8, SYSTEMS))
    first = rng.integers(0, SYSTEMS, size)
    second = (first + rng.integers(1, SYSTEMS, size)) % SYSTEMS
    wins = rng.random(size) < 1 / (1 + np.exp(strength[second] - strength[first]))
    outcome = np.where(rng.random(size) < 0.2, TIE, np.where(wins, FIRST, SECOND))
    return first, second, outcome


def run(size: int, runs: int) -> Iterator[Figure]:
    votes = votes_of(size)
    ours(votes)  # loads scipy
    seconds, strengths = [], np.zeros(SYSTEMS)
    for _run in range(runs):
        took, strengths = timed(lambda: ours(votes))
        seconds.append(took)
    absent = [name for name, _module, _goal, _work in PEERS if peer(_module) is None]
    yield Figure(
        f"Bradley-Terry of {size:,} votes, {ROUNDS} bootstrap rounds",
        seconds,
        "s",
        beside="; ".join(map(not_installed, absent)),
    )
    for name, module, goal, work in PEERS:
        if (library := peer(module)) is None:
            continue
        theirs, scores, how = work(library, votes)
        yield times_faster(f"Bradley-Terry against {name}", theirs, seconds, goal=goal, how=how)
        yield same_answer(f"Bradley-Terry against {name}", float(np.abs(scores - strengths).max()))


def ours(votes: Votes) -> FloatArray:
    table = BattleTable.from_rows(*votes, n_systems=SYSTEMS)
    fit = bradley_terry(table)
    bootstrap_strengths(BattleBlocks.of_votes(table), fit, replicates=ROUNDS)
    return fit.strengths


def evalica_on_rows(evalica: Any, votes: Votes) -> tuple[float, FloatArray, str]:
    """As its documentation shows: names, winners, and its own bootstrap."""

    def prepared() -> tuple[list[str], list[str], list[Any]]:
        return _named(evalica, *votes)

    prepare, rows = timed(prepared)
    fit, found = timed(lambda: evalica.bradley_terry(*rows, tolerance=TOLERANCE, limit=1_000))
    draw, _ = timed(
        lambda: evalica.bootstrap(
            evalica.bradley_terry, *rows, index=found.index, n_resamples=FEW_ROUNDS,
            bootstrap_method="percentile", random_state=0,
        )
    )  # fmt: skip
    how = f"extrapolated from {FEW_ROUNDS} rounds"
    return prepare + fit + draw * ROUNDS / FEW_ROUNDS, _centred(found.scores), how


def evalica_on_a_table(evalica: Any, votes: Votes) -> tuple[float, FloatArray, str]:
    """As a careful caller would: rows counted first, each round a multinomial draw of weights."""

    def whole() -> FloatArray:
        first, second, outcome = votes
        cells = np.bincount((first * SYSTEMS + second) * OUTCOMES + outcome)
        seen = np.flatnonzero(cells)
        pairs, said = np.divmod(seen, OUTCOMES)
        rows = _named(evalica, *np.divmod(pairs, SYSTEMS), said)
        weights = cells[seen].astype(np.float64)
        found = evalica.bradley_terry(*rows, weights=weights, tolerance=TOLERANCE, limit=1_000)
        rng = np.random.default_rng(0)
        for drawn in rng.multinomial(len(first), weights / weights.sum(), size=ROUNDS):
            evalica.bradley_terry(*rows, index=found.index, weights=drawn.astype(np.float64))
        return _centred(found.scores)

    seconds, scores = timed(whole)
    return seconds, scores, "measured"


def arena_rank(models: Any, votes: Votes) -> tuple[float, FloatArray, str]:
    """Its own worker, in this process: its pool of forked processes may hang under JAX."""
    import pandas as pd

    dataset = import_module("arena_rank.utils.data_utils").PairDataset
    first, second, outcome = votes
    names = np.array(_names())
    rows = pd.DataFrame(
        {
            "model_a": names[first],
            "model_b": names[second],
            "winner": np.array(["model_a", "model_b", "tie"])[outcome],
        }
    )
    prepare, pairs = timed(lambda: dataset.from_pandas(rows))
    model = models.BradleyTerry(n_competitors=SYSTEMS)
    fit, found = timed(lambda: model.compute_ratings_and_cis(pairs))
    counts = np.asarray(pairs.counts, dtype=np.float64)
    drawn = np.random.default_rng(0).multinomial(
        int(counts.sum()), counts / counts.sum(), size=FEW_ROUNDS
    )
    draw, _ = timed(
        lambda: [
            models.fit_single_bootstrap_sample(one.astype(np.float64), model, pairs)
            for one in drawn
        ]
    )
    order = [list(found["competitors"]).index(name) for name in names]
    ratings = np.asarray(found["ratings"])[order]
    how = f"extrapolated from {FEW_ROUNDS} rounds"
    scores = (ratings - ratings.mean()) / float(model.alpha)
    return prepare + fit + draw * ROUNDS / FEW_ROUNDS, scores, how


def _names() -> list[str]:
    return [f"s{number:02d}" for number in range(SYSTEMS)]


def _named(
    evalica: Any, first: IntArray, second: IntArray, outcome: IntArray
) -> tuple[list[str], list[str], list[Any]]:
    winners = [evalica.Winner.X, evalica.Winner.Y, evalica.Winner.Draw]
    names = _names()
    return (
        [names[system] for system in first],
        [names[system] for system in second],
        [winners[said] for said in outcome],
    )


def _centred(scores: Any) -> FloatArray:
    logs = np.log(scores.reindex(_names()).to_numpy())
    return np.asarray(logs - logs.mean())


PEERS: tuple[tuple[str, str, float, Peer], ...] = (
    ("evalica on rows", "evalica", 100, evalica_on_rows),
    ("evalica on a table", "evalica", 2, evalica_on_a_table),
    ("arena-rank", "arena_rank.models.bradley_terry", 100, arena_rank),
)
