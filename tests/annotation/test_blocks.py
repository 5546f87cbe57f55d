"""Balanced blocks: everybody as much, every two about as often, the same from the same seed."""

import random
import subprocess
import sys
import time
from collections import Counter
from itertools import combinations
from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotation.blocks import MOST_A_RATER, BlocksError, blocks, deal
from annotation.cyclic import Circle, best_circle


def raters(count):
    return [f"rater-{number}" for number in range(count)]


@st.composite
def designs(draw):
    v = draw(st.integers(1, 40))
    return blocks(raters(v), draw(st.integers(1, v)), draw(st.integers(0, 99)))


@given(designs())
def test_every_rater_stands_in_equally_many_blocks(design):
    assert len(set(design.loads.values())) == 1


@given(designs())
def test_a_block_names_different_raters_and_none_comes_twice(design):
    assert all(len(set(block)) == len(block) for block in design.blocks)
    assert len({frozenset(block) for block in design.blocks}) == len(design.blocks)


@given(designs())
def test_meetings_add_up(design):
    size = len(design.blocks[0])
    assert sum(design.meetings.values()) == len(design.blocks) * comb(size, 2)
    assert design.fewest_meetings <= design.most_meetings


@pytest.mark.parametrize("v", range(3, 9))
def test_few_raters_get_every_block_that_there_is(v):
    design = blocks(raters(v), 3, seed=1)
    assert len(design.blocks) == comb(v, 3)
    assert design.fewest_meetings == design.most_meetings == v - 2


@pytest.mark.parametrize(
    ("v", "k", "n_blocks", "met"), [(13, 3, 26, 1), (13, 4, 13, 1), (21, 5, 21, 1), (25, 3, 100, 1)]
)
def test_designs_that_are_known_to_be_perfect_are_found(v, k, n_blocks, met):
    design = blocks(raters(v), k, seed=1)
    assert len(design.blocks) == n_blocks
    assert design.fewest_meetings == design.most_meetings == met


@pytest.mark.parametrize("v", [9, 10, 12, 16, 20, 30, 40])
@pytest.mark.parametrize("k", [3, 4, 5])
def test_teams_of_a_usual_size_all_meet_and_differ_by_one(v, k):
    design = blocks(raters(v), k, seed=1)
    assert design.fewest_meetings >= 1
    assert design.most_meetings - design.fewest_meetings <= 1


@pytest.mark.parametrize(("v", "k"), [(64, 3), (100, 3), (300, 2), (300, 3), (300, 10)])
def test_a_crowd_is_served_quickly_and_nobody_draws_from_too_many_blocks(v, k):
    begun = time.process_time()
    design = blocks(raters(v), k, seed=1)
    assert time.process_time() - begun < 1
    assert max(design.loads.values()) <= MOST_A_RATER
    assert design.most_meetings <= 2


@given(st.integers(9, 60), st.integers(2, 5), st.integers(0, 9))
@settings(max_examples=40)
def test_everybody_is_connected_with_everybody(v, k, seed):
    design = blocks(raters(v), k, seed)
    reached, frontier = {design.raters[0]}, [design.raters[0]]
    beside = {rater: set() for rater in design.raters}
    for one, other in design.meetings:
        beside[one].add(other)
        beside[other].add(one)
    while frontier:
        new = beside[frontier.pop()] - reached
        reached |= new
        frontier += new
    assert reached == set(design.raters)


def test_the_seed_decides_and_the_order_of_the_raters_does_not():
    design = blocks(raters(20), 3, seed=1)
    assert design == blocks(raters(20)[::-1], 3, seed=1)
    assert design != blocks(raters(20), 3, seed=2)


def test_blocks_of_one_and_of_all():
    assert sorted(blocks(raters(3), 1, seed=1).blocks) == [(one,) for one in raters(3)]
    alone = blocks(raters(70), 1, seed=1)
    assert len(alone.blocks) == 70
    assert alone.fewest_meetings == alone.most_meetings == 0
    (everybody,) = blocks(raters(70), 70, seed=1).blocks
    assert set(everybody) == set(raters(70))


@pytest.mark.parametrize(
    ("names", "k", "sentence"),
    [
        (["ann", "bo"], 3, "needs 3 raters, and the study has 2"),
        (["ann", "bo"], 0, "at least 1 rater"),
        (["ann", "ann", "bo"], 2, "“ann” is named twice"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(names, k, sentence):
    with pytest.raises(BlocksError, match=sentence):
        blocks(names, k, seed=1)


@given(designs(), st.integers(0, 200), st.integers(0, 9))
def test_blocks_fill_evenly(design, n_items, seed):
    counts = Counter(deal(n_items, design, seed))
    assert sum(counts.values()) == n_items
    filled = [counts[place] for place in range(len(design.blocks))]
    assert max(filled) - min(filled) <= 1


@given(designs(), st.lists(st.integers(0, 30), max_size=5), st.integers(0, 9))
def test_later_draws_go_on_where_the_earlier_stopped(design, draws, seed):
    counts = [0] * len(design.blocks)
    for n_items in draws:
        for place in deal(n_items, design, seed, counts):
            counts[place] += 1
    assert max(counts) - min(counts) <= 1


@pytest.mark.parametrize("v", [8, 13, 20, 40])
@pytest.mark.parametrize("n_items", [30, 100, 1_000])
def test_raters_have_about_as_much_to_do_whatever_the_number_of_items(v, n_items):
    design = blocks(raters(v), 3, seed=1)
    counts = Counter(deal(n_items, design, seed=1))
    planned = design.planned([counts[place] for place in range(len(design.blocks))])
    assert sum(planned.values()) == 3 * n_items
    assert max(planned.values()) - min(planned.values()) <= 2


def test_each_block_is_as_likely_for_an_item():
    """Over 2,000 seeds each of 10 blocks gets the first item about 200 times: chi-square, 9 df."""
    design = blocks(raters(5), 3, seed=1)
    counts = Counter(deal(1, design, seed)[0] for seed in range(2_000))
    assert sum((counts[place] - 200) ** 2 / 200 for place in range(10)) < 27.9  # 0.999 quantile


def test_a_deal_is_repeated_by_its_seed():
    design = blocks(raters(9), 3, seed=1)
    assert deal(50, design, seed=4) == deal(50, design, seed=4) != deal(50, design, seed=5)


@pytest.mark.parametrize("already", [[1], [-1, 0, 0]])
def test_counts_of_other_blocks_are_refused(already):
    with pytest.raises(BlocksError, match="do not fit"):
        deal(1, blocks(raters(3), 2, seed=1), 1, already)


@given(st.integers(3, 25), st.integers(2, 5), st.data())
def test_a_circle_counts_the_meetings_of_all_its_turned_blocks(v, k, data):
    k = min(k, v)
    rest = st.lists(st.integers(1, v - 1), min_size=k - 1, max_size=k - 1, unique=True)
    starters = [[0, *data.draw(rest)] for _starter in range(data.draw(st.integers(1, 3)))]
    counted = Counter(
        frozenset(pair)
        for starter in starters
        for turn in range(v)
        for pair in combinations([(place + turn) % v for place in starter], 2)
    )
    met = list(Circle(v, starters).met())
    assert all(met[d - 1] == counted[frozenset((0, d))] for d in range(1, v // 2 + 1))


@given(st.integers(6, 25), st.integers(2, 4), st.integers(0, 99))
def test_the_search_keeps_its_counts_right(v, k, seed):
    found = best_circle(v, k, 12, random.Random(seed))
    assert found.counts == Circle(v, found.starters).counts


def test_the_web_process_loads_no_numbers_for_it():
    code = "import sys, annotation.blocks; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
