"""Shares of votes: counted by hand, ties apart, wider where votes share items."""

import numpy as np
import pytest

from analytics.stats.comparisons.proportions import wilson_interval
from analytics.stats.preferences.battles import FIRST, SECOND, TIE, BattleBlocks, BattleTable
from analytics.stats.preferences.win_rates import mean_score_over_opponents, win_rates
from tests.analytics.stats.votes import random_votes


def test_rates_by_hand() -> None:
    votes = BattleTable.from_rows(
        [0, 0, 1, 1], [1, 2, 0, 2], [FIRST, TIE, SECOND, FIRST], [3, 2, 1, 4], n_systems=3
    )
    rates = win_rates(BattleBlocks.of_votes(votes), replicates=10)
    assert (rates.wins.tolist(), rates.losses.tolist()) == ([4, 4, 0], [0, 4, 4])
    assert rates.ties.tolist() == [2, 0, 2]
    assert rates.win_rate.value.tolist() == [1, 0.5, 0]
    assert rates.tie_rate.value == pytest.approx([1 / 3, 0, 1 / 3])
    assert rates.score.value == pytest.approx([5 / 6, 0.5, 1 / 6])


def test_votes_drawn_alone_have_wilson_limits() -> None:
    votes = BattleTable.from_rows([0, 0], [1, 1], [FIRST, SECOND], [8, 2], n_systems=2)
    rate = win_rates(BattleBlocks.of_votes(votes), confidence=0.9).win_rate
    assert (rate.low[0], rate.high[0]) == wilson_interval(8, 10, 0.9)


def test_votes_of_one_item_widen_the_limits_when_drawn_together() -> None:
    votes = tuple(np.repeat(column, 6) for column in random_votes(200, 3, seed=1))
    alone = win_rates(BattleBlocks.of_votes(BattleTable.from_rows(*votes, n_systems=3)))
    together = win_rates(BattleBlocks.of_groups(np.arange(1_200) // 6, *votes, n_systems=3))
    for name in ("win_rate", "tie_rate", "score"):
        one, other = getattr(alone, name), getattr(together, name)
        assert other.value == pytest.approx(one.value)
        assert (other.high - other.low) / (one.high - one.low) == pytest.approx(6**0.5, rel=0.2)


def test_equal_resamples_have_no_limits() -> None:
    blocks = BattleBlocks.of_groups([1, 2], [0, 0], [1, 1], [FIRST, FIRST], n_systems=2)
    rate = win_rates(blocks, replicates=50).win_rate
    assert rate.value.tolist() == [1, 0]
    assert np.isnan([*rate.low, *rate.high]).all()


def test_many_systems_are_taken_some_at_a_time_with_the_same_limits(monkeypatch) -> None:
    votes = random_votes(3_000, 12, seed=2)
    blocks = BattleBlocks.of_groups(np.arange(3_000) // 3, *votes, n_systems=12)
    whole = win_rates(blocks, replicates=100, seed=3)
    monkeypatch.setattr("analytics.stats.preferences.win_rates.CHUNK_NUMBERS", 1_500)
    parts = win_rates(blocks, replicates=100, seed=3)
    assert np.array_equal(whole.score.low, parts.score.low)
    assert np.array_equal(whole.win_rate.high, parts.win_rate.high)


def test_every_opponent_counts_the_same() -> None:
    votes = BattleTable.from_rows(
        [0, 0, 2], [1, 1, 0], [FIRST, TIE, FIRST], [90, 10, 1], n_systems=4
    )
    found = mean_score_over_opponents(votes)
    assert found[:3] == pytest.approx([(0.95 + 0) / 2, 0.05, 1])
    assert np.isnan(found[3])


def test_no_votes_have_no_rates() -> None:
    rates = win_rates(BattleBlocks.of_votes(BattleTable.from_rows([], [], [], n_systems=2)))
    assert np.isnan(rates.win_rate.value).all()
    assert np.isnan(rates.score.low).all()
