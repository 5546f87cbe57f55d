"""The first side's share: exact, and told for each system."""

import pytest
from scipy.stats import binom

from analytics.stats import reasons
from analytics.stats.preferences.battles import FIRST, SECOND, TIE, BattleTable
from analytics.stats.preferences.positions import position_bias, position_bias_by_system
from tests.analytics.stats.votes import random_votes


def test_the_share_and_its_p_value_are_exact() -> None:
    votes = BattleTable.from_rows(
        [0, 1, 0], [1, 0, 1], [FIRST, SECOND, TIE], [9, 1, 5], n_systems=2
    )
    found = position_bias(votes)
    assert (found.value, found.n) == (0.9, 10)
    assert found.p == pytest.approx(2 * binom.sf(8, 10, 0.5))
    assert binom.sf(8, 10, found.low) == pytest.approx(0.025)


def test_no_decisive_vote_has_a_reason() -> None:
    found = position_bias(BattleTable.from_rows([0], [1], [TIE], n_systems=2))
    assert (found.value, found.p, found.reason) == (None, None, reasons.NO_DECISIVE_VOTE)


def test_each_system_is_counted_on_both_sides() -> None:
    votes = BattleTable.from_rows(
        [0, 0, 1, 1], [1, 1, 0, 0], [FIRST, SECOND, FIRST, SECOND], [6, 4, 9, 1], n_systems=2
    )
    first, second = position_bias_by_system(votes)
    assert (first.on_first.value, first.on_second.value) == (0.6, 0.1)
    assert (second.on_first.value, second.on_second.value) == (0.9, 0.4)
    assert first.difference.value == pytest.approx(0.5)
    assert first.difference.p < 0.1


def test_a_bias_that_is_there_is_found() -> None:
    biased = BattleTable.from_rows(*random_votes(3_000, 5, seed=1, home=0.5), n_systems=5)
    fair = BattleTable.from_rows(*random_votes(3_000, 5, seed=1), n_systems=5)
    assert position_bias(biased).p < 1e-6
    assert position_bias(fair).p > 0.01
