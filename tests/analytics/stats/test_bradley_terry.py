"""Strengths: published tables, properties, and second implementations on random votes."""

from functools import cache

import choix
import evalica
import numpy as np
import pytest
from scipy.optimize import minimize

from analytics.stats import reasons
from analytics.stats.preferences.battles import FIRST, SECOND, TIE, BattleTable
from analytics.stats.preferences.bradley_terry import bradley_terry
from analytics.stats.preferences.davidson import davidson
from analytics.stats.types import FloatArray
from tests.analytics.stats.votes import Rows, random_votes

TEAMS = ["Baltimore", "Boston", "Cleveland", "Detroit", "Milwaukee", "New York", "Toronto"]
HOME_WINS = [
    [0, 1, 3, 1, 2, 2, 1],
    [6, 0, 5, 2, 5, 4, 3],
    [2, 4, 0, 3, 2, 4, 3],
    [4, 6, 6, 0, 3, 4, 4],
    [6, 6, 4, 4, 0, 4, 4],
    [6, 4, 4, 5, 3, 0, 2],
    [6, 4, 4, 4, 2, 2, 0],
]
AWAY_WINS = [
    [0, 6, 4, 5, 5, 4, 6],
    [0, 0, 2, 5, 1, 2, 3],
    [4, 2, 0, 3, 5, 3, 4],
    [3, 0, 1, 0, 3, 3, 2],
    [0, 1, 2, 3, 0, 3, 2],
    [1, 3, 2, 1, 3, 0, 5],
    [0, 3, 2, 3, 5, 4, 0],
]
"""Agresti (2002), Categorical Data Analysis, 2nd ed., table 10.11: rows at home."""


def baseball() -> BattleTable:
    home, away = np.nonzero(~np.eye(7, dtype=bool))
    wins, losses = (np.array(table)[home, away] for table in (HOME_WINS, AWAY_WINS))
    return BattleTable.from_rows(
        np.tile(home, 2),
        np.tile(away, 2),
        np.repeat([FIRST, SECOND], len(home)),
        np.concatenate([wins, losses]),
        n_systems=7,
    )


def table_of(votes: Rows, n_systems: int) -> BattleTable:
    return BattleTable.from_rows(*votes, n_systems=n_systems)


def test_strengths_are_the_published_ones() -> None:
    found = bradley_terry(baseball()).relative_to(TEAMS.index("Baltimore"))
    assert found.round(2).tolist() == [0, 1.11, 0.68, 1.44, 1.58, 1.25, 1.29]


def test_the_effect_of_the_home_side_is_the_published_one() -> None:
    fit = bradley_terry(baseball(), home=True)
    assert (round(fit.home, 3), round(fit.home_standard_error, 3)) == (0.302, 0.131)
    assert fit.shares.round(3).tolist() == [0.044, 0.137, 0.088, 0.190, 0.220, 0.157, 0.164]


def test_two_systems_by_hand() -> None:
    fit = bradley_terry(BattleTable.from_rows([0, 0], [1, 1], [0, 1], [30, 10], n_systems=2))
    assert fit.relative_to(1)[0] == pytest.approx(np.log(3))
    assert fit.standard_errors(1)[0] == pytest.approx(np.sqrt(1 / 30 + 1 / 10))


def test_choix_finds_the_same_strengths_on_a_thousand_tables() -> None:
    compared = 0
    for seed in range(1_000):
        left, right, outcome = votes = random_votes(60, 3, seed, ties=0)
        ours = bradley_terry(table_of(votes, 3))
        if ours.reason:
            continue  # somebody never lost: choix divides by zero
        winner = np.where(outcome == FIRST, left, right)
        loser = np.where(outcome == FIRST, right, left)
        theirs = choix.ilsr_pairwise(
            3, list(zip(winner.tolist(), loser.tolist(), strict=True)), tol=1e-12
        )
        assert ours.strengths == pytest.approx(theirs, abs=1e-9), seed
        compared += 1
    assert compared > 900


SYSTEMS = 4
FIRSTS, SECONDS = np.triu_indices(SYSTEMS, 1)


@cache
def many_votes() -> list[Rows]:
    return [random_votes(90, SYSTEMS, seed) for seed in range(1_000)]


@cache
def many_strengths() -> FloatArray:
    """Of 1,000 tables."""
    return np.array([bradley_terry(table_of(one, SYSTEMS)).strengths for one in many_votes()])


def outcomes_by_pair() -> FloatArray:
    """Wins, losses and ties: tables x pairs x outcomes."""
    counted = np.zeros((len(many_votes()), SYSTEMS, SYSTEMS, 3))
    for number, (first, second, outcome) in enumerate(many_votes()):
        np.add.at(counted[number], (first, second, outcome), 1)
    turned = counted.swapaxes(1, 2)[..., [SECOND, FIRST, TIE]]
    return np.asarray((counted + turned)[:, FIRSTS, SECONDS])


def multinomial_logit(counts: FloatArray, design: FloatArray) -> FloatArray:
    """Newton's steps of any multinomial logit, all tables at once.

    `counts` is tables x pairs x outcomes, `design` pairs x outcomes x parameters.
    """
    at = np.zeros((len(counts), design.shape[2]))
    total = counts.sum(axis=2, keepdims=True)
    for _ in range(9):
        chance = np.exp(np.einsum("poa,ta->tpo", design, at))
        chance /= chance.sum(axis=2, keepdims=True)
        mean = np.einsum("tpo,poa->tpa", chance, design)
        slope = np.einsum("tpo,poa->ta", counts - total * chance, design)
        bend = np.einsum("tpo,poa,pob->tab", total * chance, design, design, optimize=True)
        bend -= np.einsum("tp,tpa,tpb->tab", total[..., 0], mean, mean, optimize=True)
        at += np.linalg.solve(bend, slope[..., None])[..., 0]
    return at


def centred(found: FloatArray) -> FloatArray:
    """Strengths around their mean; that of the first system was held at 0."""
    strengths = np.column_stack([np.zeros(len(found)), found])
    return np.asarray(strengths - strengths.mean(axis=1, keepdims=True))


OWN, OTHER = np.eye(SYSTEMS)[FIRSTS][:, 1:], np.eye(SYSTEMS)[SECONDS][:, 1:]


def test_a_logit_finds_the_same_strengths_on_a_thousand_tables() -> None:
    counts = outcomes_by_pair()
    halves = counts[..., :2] + counts[..., [TIE]] / 2
    found = multinomial_logit(halves, np.stack([OWN, OTHER], axis=1))
    assert many_strengths() == pytest.approx(centred(found), abs=1e-9)


def test_a_logit_finds_the_same_davidson_on_a_thousand_tables() -> None:
    worth = np.stack([OWN, OTHER, (OWN + OTHER) / 2], axis=1)
    tie = np.tile([[0.0], [0.0], [1.0]], (len(FIRSTS), 1, 1))
    found = multinomial_logit(outcomes_by_pair(), np.concatenate([worth, tie], axis=2))
    fits = [davidson(table_of(one, SYSTEMS)) for one in many_votes()]
    assert np.array([fit.strengths for fit in fits]) == pytest.approx(
        centred(found[:, :-1]), abs=1e-9
    )
    assert np.log([fit.tie for fit in fits]) == pytest.approx(found[:, -1], abs=1e-9)


def test_evalica_finds_the_same_strengths_on_a_thousand_tables() -> None:
    """To 1e-6: it stops when a step is small, which is not yet where steps end."""
    winners = np.array([evalica.Winner.X, evalica.Winner.Y, evalica.Winner.Draw], object)
    for (left, right, outcome), ours in zip(many_votes(), many_strengths(), strict=True):
        theirs = evalica.bradley_terry(
            left.tolist(), right.tolist(), list(winners[outcome]), tolerance=1e-12
        )
        logs = np.log(theirs.scores.sort_index().to_numpy())
        assert ours == pytest.approx(logs - logs.mean(), abs=1e-6)


@pytest.mark.parametrize("seed", range(5))
def test_davidson_is_where_a_general_optimizer_ends(seed: int) -> None:
    votes = random_votes(500, 4, seed, home=0.5)
    first, second, outcome = votes

    def loss(parameters: np.ndarray) -> float:
        gap = parameters[first] - parameters[second] + parameters[4]
        weights = np.stack([gap / 2, -gap / 2, np.full(len(gap), parameters[5])])
        chosen = weights[outcome, np.arange(len(gap))]
        return float(np.log(np.exp(weights).sum(axis=0)).sum() - chosen.sum())

    best = minimize(loss, np.zeros(6), method="BFGS", options={"gtol": 1e-6})
    fit = davidson(table_of(votes, 4), home=True)
    assert fit.log_likelihood == pytest.approx(-best.fun, abs=1e-6)
    assert fit.home == pytest.approx(best.x[4], abs=1e-4)
    assert np.log(fit.tie) == pytest.approx(best.x[5], abs=1e-4)
    assert fit.strengths == pytest.approx(best.x[:4] - best.x[:4].mean(), abs=1e-4)


def test_davidson_without_ties_is_bradley_terry() -> None:
    table = table_of(random_votes(300, 5, seed=7, ties=0), 5)
    assert davidson(table).strengths == pytest.approx(bradley_terry(table).strengths)
    assert davidson(table).tie == 0


def test_equals_tie_as_often_as_nu_says() -> None:
    votes = BattleTable.from_rows(
        [0, 0, 0], [1, 1, 1], [FIRST, SECOND, TIE], [3, 3, 4], n_systems=2
    )
    nu = davidson(votes).tie
    assert nu / (2 + nu) == pytest.approx(0.4)


@pytest.mark.parametrize("fitted", [bradley_terry, davidson])
def test_order_names_and_sides_do_not_matter(fitted) -> None:
    left, right, outcome = votes = random_votes(600, 6, seed=8)
    order = np.random.default_rng(1).permutation(600)
    renamed = np.array([3, 0, 5, 1, 4, 2])
    turned = np.array([SECOND, FIRST, TIE])[outcome]
    plain = fitted(table_of(votes, 6)).strengths
    shuffled = table_of((left[order], right[order], outcome[order]), 6)
    assert np.array_equal(fitted(shuffled).strengths, plain)
    assert fitted(table_of((right, left, turned), 6)).strengths == pytest.approx(plain)
    other = fitted(table_of((renamed[left], renamed[right], outcome), 6)).strengths
    assert other[renamed] == pytest.approx(plain)


@pytest.mark.parametrize("fitted", [bradley_terry, davidson])
def test_turning_all_sides_turns_the_effect_of_the_side(fitted) -> None:
    left, right, outcome = votes = random_votes(600, 6, seed=9, home=0.4)
    turned = np.array([SECOND, FIRST, TIE])[outcome]
    one = fitted(table_of(votes, 6), home=True)
    other = fitted(table_of((right, left, turned), 6), home=True)
    assert other.home == pytest.approx(-one.home)
    assert other.strengths == pytest.approx(one.strengths)


def test_a_long_chain_of_lopsided_votes_is_placed() -> None:
    low = np.arange(100)
    chain = BattleTable.from_rows(
        np.tile(low, 2), np.tile(low + 1, 2), np.repeat([FIRST, SECOND], 100),
        np.repeat([1, 999], 100), n_systems=101,
    )  # fmt: skip
    assert np.diff(bradley_terry(chain).strengths) == pytest.approx(np.full(100, np.log(999)))


def test_an_undefined_fit_has_a_reason_and_no_number() -> None:
    never_lost = BattleTable.from_rows([0, 1, 1], [1, 2, 2], [FIRST, FIRST, SECOND], n_systems=3)
    fit = bradley_terry(never_lost)
    assert fit.reason == reasons.ONE_SIDED
    assert np.isnan(fit.strengths).all()
    assert np.isnan(fit.log_likelihood)
