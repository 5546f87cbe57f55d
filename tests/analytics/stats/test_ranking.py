"""Resampled strengths: how wide, how ranks move, and what is left out."""

import numpy as np
import pytest

from analytics.stats import reasons
from analytics.stats.errors import StatisticsError
from analytics.stats.preferences.battles import FIRST, SECOND, BattleBlocks, BattleTable
from analytics.stats.preferences.bradley_terry import bradley_terry
from analytics.stats.preferences.davidson import davidson
from analytics.stats.preferences.ranking import (
    StrengthDraws,
    bootstrap_strengths,
    percentile_limits,
    rank_limits,
    ranks,
    shares_ahead,
)
from tests.analytics.stats.votes import random_votes


def table_of(n: int, n_systems: int, seed: int, **how: float) -> BattleTable:
    return BattleTable.from_rows(*random_votes(n, n_systems, seed, **how), n_systems=n_systems)


def test_decisive_votes_spread_as_the_fisher_information_says() -> None:
    table = table_of(4_000, 5, seed=1, ties=0)
    fit = bradley_terry(table)
    draws = bootstrap_strengths(BattleBlocks.of_votes(table), fit, replicates=3_000)
    assert draws.strengths.std(axis=0) == pytest.approx(fit.standard_errors(), rel=0.06)


@pytest.mark.parametrize("fitted", [bradley_terry, davidson])
@pytest.mark.parametrize("home", [False, True])
def test_each_resample_is_fitted_as_if_it_were_alone(fitted, home: bool) -> None:
    table = table_of(900, 5, seed=2, home=0.3)
    blocks, fit = BattleBlocks.of_votes(table), fitted(table, home=home)
    draws = bootstrap_strengths(blocks, fit, replicates=4, seed=3)
    for number, counts in enumerate(next(blocks.draws(4, seed=3))):
        drawn = BattleTable(5, table.first, table.second, counts.astype(np.int64))
        alone = fitted(drawn, home=home)
        assert draws.strengths[number] == pytest.approx(alone.strengths)
        assert (draws.home[number], draws.tie[number]) == pytest.approx((alone.home, alone.tie))


def test_votes_of_one_item_widen_the_interval_when_drawn_together() -> None:
    left, right, outcome = random_votes(300, 4, seed=4, ties=0)
    votes = tuple(np.repeat(column, 5) for column in (left, right, outcome))
    table = BattleTable.from_rows(*votes, n_systems=4)
    whole = BattleBlocks.of_groups(np.repeat(np.arange(300), 5), *votes, n_systems=4)
    alone, together = (
        bootstrap_strengths(blocks, bradley_terry(table), replicates=800).strengths.std(axis=0)
        for blocks in (BattleBlocks.of_votes(table), whole)
    )
    assert together / alone == pytest.approx(np.full(4, np.sqrt(5)), rel=0.15)


def test_the_same_seed_gives_the_same_bits() -> None:
    table = table_of(500, 4, seed=5)
    blocks, fit = BattleBlocks.of_votes(table), bradley_terry(table)
    one, again = (bootstrap_strengths(blocks, fit, replicates=50, seed=6) for _ in range(2))
    assert np.array_equal(one.strengths, again.strengths)


def test_resamples_that_do_not_connect_are_counted_and_left_out() -> None:
    table = BattleTable.from_rows([0, 0], [1, 1], [FIRST, SECOND], [30, 1], n_systems=2)
    draws = bootstrap_strengths(BattleBlocks.of_votes(table), bradley_terry(table), seed=7)
    assert draws.undefined == pytest.approx(2_000 * (30 / 31) ** 31, rel=0.1)
    assert len(draws.defined()) == 2_000 - draws.undefined
    assert draws.reason is None


def test_mostly_unconnected_resamples_make_no_interval() -> None:
    table = BattleTable.from_rows([0, 0], [1, 1], [FIRST, SECOND], [1, 1], n_systems=2)
    blocks = BattleBlocks.of_votes(table)
    draws = bootstrap_strengths(blocks, bradley_terry(table), replicates=99, seed=8)
    assert draws.undefined > 0
    chain = BattleTable.from_rows([0, 0, 1, 1], [1, 1, 2, 2], [0, 1, 0, 1], n_systems=3)
    few = bootstrap_strengths(BattleBlocks.of_votes(chain), bradley_terry(chain), replicates=99)
    assert few.reason == reasons.UNCONNECTED_RESAMPLES


def test_resamples_without_ties_have_no_tendency_to_tie() -> None:
    table = BattleTable.from_rows([0, 0, 0], [1, 1, 1], [0, 1, 2], [20, 20, 1], n_systems=2)
    draws = bootstrap_strengths(BattleBlocks.of_votes(table), davidson(table), seed=9)
    assert draws.undefined == 0
    assert (draws.tie == 0).mean() == pytest.approx((40 / 41) ** 41, abs=0.05)


def test_one_group_makes_no_interval() -> None:
    votes = random_votes(50, 3, seed=10)
    blocks = BattleBlocks.of_groups(np.zeros(50, int), *votes, n_systems=3)
    draws = bootstrap_strengths(blocks, bradley_terry(blocks.table))
    assert draws.reason == reasons.ONE_DRAW


def test_no_replicates_are_refused() -> None:
    table = table_of(50, 3, seed=11)
    with pytest.raises(StatisticsError, match="0 replicates are too few"):
        bootstrap_strengths(BattleBlocks.of_votes(table), bradley_terry(table), replicates=0)


def test_ranks_and_their_limits_by_hand() -> None:
    rows = np.array([[3.0, 2.0, 1.0], [3.0, 1.0, 2.0], [np.nan] * 3, [3.0, 2.0, 1.0]])
    draws = StrengthDraws(rows, np.zeros(4), np.zeros(4), None)
    assert ranks(rows[0]).tolist() == [1, 2, 3]
    low, high = rank_limits(draws)
    assert (low.tolist(), high.tolist()) == ([1, 2, 2], [1, 3, 3])


def test_shares_ahead_add_up_to_one() -> None:
    table = table_of(200, 4, seed=12)
    draws = bootstrap_strengths(BattleBlocks.of_votes(table), bradley_terry(table), replicates=200)
    ahead = shares_ahead(draws)
    assert ahead + ahead.T == pytest.approx(np.ones((4, 4)))
    assert ahead[3, 0] > 0.99


def test_a_confidence_outside_its_range_is_refused() -> None:
    with pytest.raises(StatisticsError, match="Confidence 95"):
        percentile_limits(np.zeros((3, 2)), 95)
