"""Tournaments that have no common scale are refused, and who stands in the way is named."""

import tracemalloc

import numpy as np
import pytest

from analytics.stats import reasons
from analytics.stats.preferences.battles import FIRST, SECOND, TIE, BattleBlocks, BattleTable
from analytics.stats.preferences.bradley_terry import bradley_terry
from analytics.stats.preferences.connection import MAX_SYSTEMS, connection
from analytics.stats.preferences.davidson import davidson
from analytics.stats.preferences.ranking import bootstrap_strengths
from tests.analytics.stats.votes import random_votes


def table(*votes: tuple[int, int, int], n_systems: int) -> BattleTable:
    return BattleTable.from_rows(*np.array(votes).reshape(-1, 3).T, n_systems=n_systems)


def test_who_never_lost_and_who_never_won_are_named() -> None:
    found = connection(
        table((0, 1, FIRST), (1, 2, FIRST), (1, 2, SECOND), (2, 3, FIRST), n_systems=4)
    )
    assert found.reason == reasons.ONE_SIDED
    assert (found.unbeaten.tolist(), found.winless.tolist()) == ([0], [3])
    assert [group.tolist() for group in found.groups] == [[0], [1, 2], [3]]


def test_groups_that_never_met_are_named() -> None:
    found = connection(table((0, 2, TIE), (1, 3, TIE), n_systems=4))
    assert found.reason == reasons.SEPARATE_GROUPS
    assert [group.tolist() for group in found.groups] == [[0, 2], [1, 3]]


def test_a_system_without_votes_is_a_group_of_its_own() -> None:
    assert len(connection(table((0, 1, TIE), n_systems=3)).groups) == 2


def test_a_tie_connects_both_ways() -> None:
    assert connection(table((0, 1, FIRST), (0, 1, TIE), n_systems=2)).reason is None


def test_nobody_votes() -> None:
    assert connection(table(n_systems=2)).reason == reasons.NO_VOTES


def test_ten_thousand_systems_are_refused_without_a_large_matrix() -> None:
    votes = BattleTable.from_rows(*random_votes(30_000, 10_000, seed=1), n_systems=10_000)
    tracemalloc.start()
    fit = bradley_terry(votes)
    draws = bootstrap_strengths(BattleBlocks.of_votes(votes), fit)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert draws.reason == fit.reason == reasons.TOO_MANY_SYSTEMS
    assert f"{MAX_SYSTEMS:,}" in fit.reason
    assert peak < 20e6


def test_only_ties_tell_no_strengths_with_ties_as_a_parameter() -> None:
    assert davidson(table((0, 1, TIE), n_systems=2)).reason == reasons.ONLY_TIES


def test_ties_and_wins_of_one_system_only_have_no_finite_davidson() -> None:
    # The stronger 0 grows, the more ties need a larger nu: both run off together.
    votes = table((0, 1, FIRST), (0, 1, TIE), n_systems=2)
    assert davidson(votes).reason == reasons.UNBOUNDED_EFFECT
    assert bradley_terry(votes).reason is None


def test_a_chain_of_wins_held_by_a_tie_has_a_finite_davidson() -> None:
    # 0 beats 1 beats 2, and 0 ties with 2: no nu makes the tie likely if both steps are large.
    fit = davidson(table((0, 1, FIRST), (1, 2, FIRST), (0, 2, TIE), n_systems=3))
    assert fit.reason is None
    assert np.isfinite(fit.strengths).all()


def test_pairs_seen_in_one_order_only_hide_the_effect_of_the_side() -> None:
    votes = table((0, 1, FIRST), (0, 1, SECOND), n_systems=2)
    assert bradley_terry(votes, home=True).reason == reasons.CONFOUNDED_SIDE
    assert bradley_terry(votes).reason is None


def test_a_side_that_always_wins_has_no_finite_effect() -> None:
    votes = table((0, 1, FIRST), (1, 0, FIRST), n_systems=2)
    assert bradley_terry(votes, home=True).reason == reasons.UNBOUNDED_EFFECT


@pytest.mark.parametrize("seed", range(60))
@pytest.mark.parametrize("home", [False, True])
def test_small_tournaments_are_either_placed_or_refused(seed: int, home: bool) -> None:
    # A fit that is not refused converges: `bradley_terry` raises where it does not.
    votes = BattleTable.from_rows(*random_votes(8, 4, seed), n_systems=4)
    for fit in (bradley_terry(votes, home=home), davidson(votes, home=home)):
        assert (fit.reason is None) == bool(np.isfinite(fit.strengths).all())
