import itertools
import math
import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotation.draws import MAX_STRATA, DrawError, allocate, draw, overall_probability

POOL = [(f"c{number}", "ja" if number % 4 else "en") for number in range(100)]


def ids(result):
    return [unit.id for unit in result.drawn]


def test_a_proportional_draw_keeps_the_proportions_of_the_pool():
    result = draw(POOL, size=20, seed=1)
    assert Counter(unit.stratum for unit in result.drawn) == {"ja": 15, "en": 5}
    assert len(set(ids(result))) == 20


def test_the_seed_decides_and_the_order_of_the_pool_does_not():
    shuffled = random.Random(3).sample(POOL, len(POOL))
    assert draw(POOL, size=20, seed=1) == draw(shuffled, size=20, seed=1)
    assert set(ids(draw(POOL, size=20, seed=1))) != set(ids(draw(POOL, size=20, seed=2)))


def test_a_stream_will_do():
    assert draw(iter(POOL), size=20, seed=1) == draw(POOL, size=20, seed=1)


def test_a_larger_draw_with_the_same_seed_holds_the_smaller():
    small = set(ids(draw(POOL, size=20, seed=1)))
    assert small < set(ids(draw(POOL, size=40, seed=1)))


def test_each_unit_carries_the_probability_of_its_stratum():
    result = draw(POOL, size=20, seed=1, strata="equal")
    assert {(unit.stratum, unit.conditional) for unit in result.drawn} == {
        ("ja", 10 / 75),
        ("en", 10 / 25),
    }
    assert all(unit.overall == pytest.approx(unit.conditional) for unit in result.drawn)


def test_probabilities_weight_the_sample_up_to_the_pool():
    result = draw(POOL, size=20, seed=1, strata={"ja": 8, "en": 12})
    assert math.isclose(sum(1 / unit.conditional for unit in result.drawn), len(POOL))


def test_a_later_draw_knows_the_probability_of_the_earlier():
    first = draw(POOL, size=20, seed=1)
    rate = {share.stratum: share.probability for share in first.strata}
    rest = [(unit, stratum) for unit, stratum in POOL if unit not in ids(first)]
    strata = dict(rest)
    second = draw(rest, size=20, seed=2, not_drawn_before=lambda unit: 1 - rate[strata[unit]])
    for unit in second.drawn:
        assert unit.conditional == pytest.approx(0.25)
        assert unit.overall == pytest.approx(0.4)
        assert overall_probability([0.2, unit.conditional]) == pytest.approx(unit.overall)


def test_the_draw_is_fair_within_a_stratum():
    """Over 2,000 seeds each of 20 units is drawn about 500 times: chi-square with 19 degrees."""
    pool = [(f"c{number}", "all") for number in range(20)]
    counts = Counter(
        itertools.chain.from_iterable(ids(draw(pool, size=5, seed=s)) for s in range(2_000))
    )
    expected, variance = 500, 2_000 * 0.25 * 0.75
    statistic = sum((counts[u] - expected) ** 2 / variance for u, _s in pool) * 19 / 20
    assert statistic < 43.8  # the 0.999 quantile


def test_pairs_are_drawn_as_often_as_chance_has_it():
    """No two units stick together: each of 45 pairs has probability 3/10 * 2/9 = 1/15."""
    pool = [(f"c{number}", "all") for number in range(10)]
    counts = Counter(
        itertools.chain.from_iterable(
            itertools.combinations(sorted(ids(draw(pool, size=3, seed=s))), 2) for s in range(3_000)
        )
    )
    assert len(counts) == 45
    assert all(abs(n - 200) < 4.5 * math.sqrt(200 * 14 / 15) for n in counts.values())


@pytest.mark.parametrize(
    ("size", "sizes", "strata", "shares"),
    [
        (10, {"a": 50, "b": 30, "c": 20}, "proportional", {"a": 5, "b": 3, "c": 2}),
        (10, {"a": 2, "b": 50, "c": 48}, "proportional", {"a": 0, "b": 5, "c": 5}),
        (5, {"a": 10, "b": 10}, "proportional", {"a": 3, "b": 2}),
        (10, {"a": 50, "b": 50, "c": 50}, "equal", {"a": 4, "b": 3, "c": 3}),
        (10, {"a": 1, "b": 50, "c": 50}, "equal", {"a": 1, "b": 5, "c": 4}),
        (30, {"a": 1, "b": 9, "c": 50}, "equal", {"a": 1, "b": 9, "c": 20}),
        (10, {"a": 3, "b": 50, "c": 50}, {"a": 6, "b": 3, "c": 1}, {"a": 3, "b": 5, "c": 2}),
        (4, {"a": 3, "b": 50}, {"b": 4}, {"a": 0, "b": 4}),
        (53, {"a": 3, "b": 50}, "equal", {"a": 3, "b": 50}),
    ],
)
def test_the_size_is_shared_among_strata(size, sizes, strata, shares):
    assert allocate(size, sizes, strata) == shares


def test_a_stratum_that_gave_nothing_is_named():
    result = draw(POOL, size=5, seed=1, strata={"en": 5})
    assert result.uncovered == ("ja",)


@given(
    st.dictionaries(st.text(max_size=3), st.integers(1, 60), min_size=1, max_size=6),
    st.sampled_from(["proportional", "equal"]),
    st.data(),
)
def test_shares_add_up_and_stay_within_their_stratum(sizes, strata, data):
    size = data.draw(st.integers(1, sum(sizes.values())))
    shares = allocate(size, sizes, strata)
    assert sum(shares.values()) == size
    assert all(0 <= shares[stratum] <= sizes[stratum] for stratum in sizes)


@given(st.dictionaries(st.text(max_size=3), st.integers(1, 60), min_size=1, max_size=6), st.data())
def test_a_proportional_share_is_within_one_of_its_quota(sizes, data):
    total = sum(sizes.values())
    size = data.draw(st.integers(1, total))
    shares = allocate(size, sizes, "proportional")
    assert all(abs(shares[s] - size * sizes[s] / total) < 1 for s in sizes)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"size": 0}, "takes nothing"),
        ({"size": 101}, "asks for 101, and the pool holds 100"),
        ({"size": 30, "strata": {"en": 30}}, "asks for 30, and the pool holds 25"),
        ({"size": 5, "strata": {"fr": 5}}, "no stratum “fr”. Its strata are: en, ja"),
        ({"size": 5, "strata": {"en": 3}}, "add up to 3, not to the size of 5"),
        ({"size": 5, "strata": {"en": 6, "ja": -1}}, "add up to"),
        ({"size": 5, "strata": "random"}, "“random” is no rule"),
    ],
)
def test_a_draw_that_cannot_be_made_says_why(arguments, words):
    with pytest.raises(DrawError, match=words):
        draw(POOL, seed=1, **arguments)


def test_an_empty_pool_cannot_give():
    with pytest.raises(DrawError, match="the pool holds 0"):
        draw([], size=1, seed=1)


def test_a_conversation_stands_in_the_pool_once():
    with pytest.raises(DrawError, match="“c1” is in the pool twice"):
        draw([("c1", "a"), ("c1", "a"), ("c2", "a")], size=3, seed=1)


def test_strata_that_are_identifiers_are_refused():
    with pytest.raises(DrawError, match="more than 1000 values"):
        draw(((str(n), str(n)) for n in range(MAX_STRATA + 1)), size=5, seed=1)
