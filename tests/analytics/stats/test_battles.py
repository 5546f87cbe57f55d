"""Votes as counts: additive, whatever the order; groups are drawn whole and by content."""

import numpy as np
import pytest

from analytics.stats.errors import RowsError
from analytics.stats.preferences.battles import FIRST, SECOND, TIE, BattleBlocks, BattleTable
from tests.analytics.stats.votes import Rows, random_votes


def same(one: BattleTable, other: BattleTable) -> bool:
    pairs = zip(
        (one.first, one.second, one.counts), (other.first, other.second, other.counts), strict=True
    )
    return all(np.array_equal(left, right) for left, right in pairs)


def test_rows_are_counted_by_hand() -> None:
    table = BattleTable.from_rows([0, 2, 0], [1, 0, 1], [FIRST, TIE, SECOND], n_systems=3)
    assert (table.first.tolist(), table.second.tolist()) == ([0, 2], [1, 0])
    assert table.counts.tolist() == [[1, 1, 0], [0, 0, 1]]


@pytest.mark.parametrize("shards", [1, 4, 16])
def test_shards_add_up_to_the_same_bits(shards: int) -> None:
    votes = random_votes(3_000, 9, seed=1)
    whole = BattleTable.from_rows(*votes, n_systems=9)
    parts = [
        BattleTable.from_rows(*(column[rows] for column in votes), n_systems=9)
        for rows in np.array_split(np.arange(3_000), shards)
    ]
    assert same(BattleTable.merge(parts), whole)


def test_many_systems_are_counted_as_few_are() -> None:
    left, right, outcome = random_votes(500, 30, seed=2)
    few = BattleTable.from_rows(left, right, outcome, n_systems=30)
    many = BattleTable.from_rows(left * 300, right * 300, outcome, n_systems=9_000)
    assert np.array_equal(many.first, few.first * 300)
    assert np.array_equal(many.counts, few.counts)


def test_folding_forgets_the_sides_only() -> None:
    left, right, outcome = random_votes(2_000, 6, seed=3)
    mirrored = np.array([SECOND, FIRST, TIE])[outcome]
    table = BattleTable.from_rows(left, right, outcome, n_systems=6)
    turned = BattleTable.from_rows(right, left, mirrored, n_systems=6)
    folded, other = (one.folded().counts(one.counts.ravel()) for one in (table, turned))
    assert np.array_equal(folded, other)
    assert folded.sum() == table.n_votes


def test_groups_of_equal_votes_are_one_block() -> None:
    rows: Rows = (np.array([0, 1, 0, 1, 0]), np.array([1, 0, 1, 0, 1]), np.array([0, 2, 0, 2, 1]))
    blocks = BattleBlocks.of_groups([5, 5, 9, 9, 7], *rows, n_systems=2)
    assert sorted(blocks.multiplicity.tolist()) == [1, 2]
    assert blocks.n_groups == 3


def test_a_resample_of_groups_holds_whole_groups() -> None:
    blocks = BattleBlocks.of_groups(
        [0, 0, 0, 1], [0, 0, 0, 1], [1, 1, 1, 0], [FIRST, FIRST, TIE, FIRST], n_systems=2
    )
    for drawn in blocks.draws(50, seed=4):
        assert np.array_equal(drawn[:, 0, FIRST], 2 * drawn[:, 0, TIE])
        assert np.array_equal(drawn[:, 0, TIE] + drawn[:, 1, FIRST], np.full(len(drawn), 2))


def test_draws_do_not_depend_on_rows_numbers_of_groups_or_chunks() -> None:
    votes, group = random_votes(400, 5, seed=5), np.arange(400) // 4
    order = np.random.default_rng(0).permutation(400)
    one = BattleBlocks.of_groups(group, *votes, n_systems=5)
    other = BattleBlocks.of_groups(
        1_000 - group[order], *(column[order] for column in votes), n_systems=5
    )
    drawn = np.concatenate(list(one.draws(20, seed=6)))
    again = np.concatenate(list(other.draws(20, seed=6, width=1 << 21)))
    assert np.array_equal(drawn, again)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (([0], [3], [0]), "System 3 is outside 0 to 2"),
        (([0], [1], [5]), "Outcome 5 is outside 0 to 2"),
        (([1], [1], [0]), "Vote 0 compares system 1 with itself"),
        (([0, 1], [1], [0]), "2 first sides, 1 second sides and 1 outcomes"),
    ],
)
def test_rows_that_do_not_fit_are_refused(rows: tuple[list[int], ...], message: str) -> None:
    with pytest.raises(RowsError, match=message):
        BattleTable.from_rows(*rows, n_systems=3)


def test_negative_counts_are_refused() -> None:
    with pytest.raises(RowsError, match="0 or more"):
        BattleTable.from_rows([0], [1], [0], [-1], n_systems=2)


def test_no_votes_are_an_empty_table() -> None:
    table = BattleTable.from_rows([], [], [], n_systems=0)
    assert (table.n_votes, len(table.first)) == (0, 0)
    assert next(BattleBlocks.of_votes(table).draws(3, seed=0)).shape == (3, 0, 3)
