"""Comparisons of several variants: connected, balanced, and honest about their probabilities."""

import random
import time
from collections import Counter
from itertools import combinations
from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotation.balance import apart_from_most
from annotation.draws import DrawError
from annotation.pairings import draw_comparisons

NAMES = "abcdefghijkl"


def complete(n_inputs, variants):
    """A pool in which every variant answered every input."""
    return [
        (f"q{number:03}", {name: 100 * number + place for place, name in enumerate(variants)})
        for number in range(n_inputs)
    ]


def take(pool, variants, size=12, seed=1, **options):
    return draw_comparisons(pool, variants, size=size, seed=seed, **options)


def taken(found):
    return {(one.input, one.variants) for one in found.drawn}


@st.composite
def pools(draw):
    """Variants that answered some of the inputs, and a draw from them that may be impossible."""
    variants = NAMES[: draw(st.integers(2, 6))]
    inputs = draw(st.lists(st.sets(st.sampled_from(variants)), min_size=1, max_size=12))
    pool = [
        (f"q{number}", {name: 100 * number + ord(name) for name in answered})
        for number, answered in enumerate(inputs)
    ]
    answers = draw(st.integers(2, min(3, len(variants))))
    options = {
        "size": draw(st.integers(1, 15)),
        "seed": draw(st.integers(0, 99)),
        "answers": answers,
        "per_input": draw(st.none() | st.integers(1, 3)),
    }
    return pool, variants, options


def attempt(given_pool):
    """What was drawn, or None and the sentence that refused it."""
    pool, variants, options = given_pool
    try:
        return draw_comparisons(pool, variants, **options), ""
    except DrawError as refusal:
        return None, refusal.message


@given(pools())
@settings(max_examples=300)
def test_a_draw_is_whole_or_refused_in_a_sentence(given_pool):
    pool, variants, options = given_pool
    answered = dict(pool)
    found, refusal = attempt(given_pool)
    if found is None:
        assert refusal.endswith(".")
        return
    assert len(found.drawn) == len(taken(found)) == options["size"]
    for one in found.drawn:
        assert list(one.variants) == sorted(set(one.variants))
        assert len(one.variants) == options["answers"]
        assert one.answers == tuple(answered[one.input][name] for name in one.variants)
    assert not apart_from_most(variants, [one.variants for one in found.drawn])
    if options["per_input"]:
        most = max(Counter(one.input for one in found.drawn).values())
        assert most <= options["per_input"]


@given(pools())
def test_only_a_pool_that_is_too_small_or_apart_is_refused(given_pool):
    pool, variants, options = given_pool
    sizes = [comb(len(answered), options["answers"]) for _key, answered in pool]
    most = sum(min(size, options["per_input"] or size) for size in sizes)
    sets = [
        one for _key, answered in pool for one in combinations(sorted(answered), options["answers"])
    ]
    is_apart = bool(apart_from_most(variants, sets))
    found, refusal = attempt(given_pool)
    if is_apart:
        assert "No input was answered" in refusal
    elif options["size"] > most:
        assert "draw asks for" in refusal
        assert f" {most}. " in refusal
    else:
        assert found or "unconnected" in refusal


@given(pools())
def test_what_the_sets_gave_adds_up(given_pool):
    found, _refusal = attempt(given_pool)
    if found is None:
        return
    assert sum(share.drawn for share in found.shares) == given_pool[2]["size"]
    weights = Counter()
    for one in found.drawn:
        weights[one.variants] += 1 / one.conditional
    for share in found.shares:
        if share.drawn:
            assert weights[share.variants] == pytest.approx(share.pool)


@given(pools())
def test_the_seed_decides_and_the_order_of_the_pool_does_not(given_pool):
    pool, variants, options = given_pool
    found, refusal = attempt(given_pool)
    shuffled = random.Random(3).sample(pool, len(pool))
    assert attempt((shuffled, variants[::-1], options)) == (found, refusal)


@pytest.mark.parametrize("n_variants", range(2, 13))
@pytest.mark.parametrize("per_input", [None, 1])
def test_all_pairs_of_variants_meet_equally_often_give_or_take_one(n_variants, per_input):
    variants = NAMES[:n_variants]
    found = take(complete(200, variants), variants, size=150, per_input=per_input)
    met = [found.meetings[pair] for pair in combinations(variants, 2)]
    seen = [found.appearances[name] for name in variants]
    assert max(met) - min(met) <= 1
    assert max(seen) - min(seen) <= 2


@pytest.mark.parametrize("per_input", [1, 2, 3])
@pytest.mark.parametrize("n_variants", [3, 4, 5, 8])
def test_a_limit_that_leaves_no_input_over_costs_no_pair_more_than_another(n_variants, per_input):
    variants = NAMES[:n_variants]
    found = take(
        complete(40, variants), variants, size=40 * per_input, per_input=per_input, seed=n_variants
    )
    met = [found.meetings[pair] for pair in combinations(variants, 2)]
    assert max(met) - min(met) <= 1


@pytest.mark.parametrize("answers", [3, 4])
def test_rankings_bring_all_pairs_together_about_equally_often(answers):
    variants = NAMES[:9]
    found = take(complete(200, variants), variants, size=60, answers=answers, per_input=1)
    met = [found.meetings[pair] for pair in combinations(variants, 2)]
    seen = [found.appearances[name] for name in variants]
    assert max(met) - min(met) <= 2
    assert max(seen) - min(seen) <= 2
    assert len({one.input for one in found.drawn}) == 60


@given(st.integers(2, 12), st.integers(0, 30))
def test_as_few_pairs_as_there_are_variants_less_one_connect_them(n_variants, seed):
    variants = NAMES[:n_variants]
    found = take(complete(20, variants), variants, size=n_variants - 1, seed=seed)
    assert not apart_from_most(variants, found.meetings)


def test_any_first_half_is_balanced_too():
    variants = NAMES[:4]
    found = take(complete(50, variants), variants, size=60)
    met = Counter(one.variants for one in found.drawn[:30])
    assert max(met.values()) - min(met.values()) <= 1


def test_many_variants_meet_in_a_balanced_choice_of_pairs():
    variants = [f"v{number:03}" for number in range(110)]
    found = take(complete(30, variants), variants, size=600)
    seen = [found.appearances[name] for name in variants]
    assert max(seen) - min(seen) <= 2


def test_what_no_input_has_in_common_is_named():
    pool = [("q1", {"a": 1, "b": 2}), ("q2", {"c": 3, "d": 4}), ("q3", {"a": 5, "b": 6})]
    with pytest.raises(DrawError, match="both by c, d and by the other variants"):
        take(pool, "abcd", size=2)
    with pytest.raises(DrawError, match="both by e and"):
        take(pool, "abe", size=2)


def test_too_few_comparisons_name_who_would_stand_apart():
    with pytest.raises(DrawError, match="2 comparisons leave b, d unconnected"):
        take(complete(5, "abcd"), "abcd", size=2)


def test_answers_of_other_variants_are_left_out():
    found = take(complete(10, "abcd"), "ab", size=10)
    assert set(found.appearances) == {"a", "b"}


def test_a_rare_pair_gets_its_few_inputs_under_a_limit():
    """Only three inputs have an answer of d; the other pairs leave these to it."""
    pool = complete(60, "abc")
    pool = [(key, ids | {"d": -1} if key < "q003" else ids) for key, ids in pool]
    found = take(pool, "abcd", size=50, per_input=1)
    assert found.appearances["d"] == 3


def test_a_later_draw_takes_nothing_twice_and_evens_out():
    pool = complete(40, "abc")
    first = take(pool, "ab", size=10)
    second = take(pool, "abc", size=20, seed=2, held=taken(first))
    assert not taken(first) & taken(second)
    both = first.meetings + second.meetings
    assert set(both.values()) == {10}
    (share,) = (one for one in second.shares if one.variants == ("a", "b"))
    assert share.pool == 30


def test_what_the_study_holds_connects_too():
    pool = [(f"q{number}", {"b": number, "c": -number}) for number in range(5)]
    found = take(pool, "abc", size=2, held=[("q9", ("a", "b"))])
    assert found.meetings == {("b", "c"): 2}


def frequencies(pool, variants, seeds, **options):
    """How often each comparison is drawn, beside the mean of the probability that it carries."""
    times, told = Counter(), Counter()
    for seed in range(seeds):
        found = take(pool, variants, seed=seed, **options)
        times.update(taken(found))
        for share in found.shares:
            told[share.variants] += share.probability
    return times, {one: total / seeds for one, total in told.items()}


@pytest.mark.parametrize("per_input", [None, 1, 2])
def test_probabilities_are_exact_where_all_inputs_have_the_same_answers(per_input):
    seeds, variants = 3_000, "abc"
    pool = complete(8, variants)
    found = take(pool, variants, size=6, per_input=per_input)
    assert all(share.is_exact for share in found.shares)
    times, told = frequencies(pool, variants, seeds, size=6, per_input=per_input)
    assert set(told.values()) == {0.25}
    variance = seeds * 0.25 * 0.75
    statistic = sum(
        (times[key, one] - seeds / 4) ** 2 / variance for key, _ids in pool for one in told
    )
    assert statistic * 7 / 8 < 46.8  # 21 degrees, 0.999 quantile


def test_without_a_limit_they_are_exact_whoever_answered_what():
    seeds = 3_000
    pool = [
        *((f"full-{n}", {"a": n, "b": n, "c": n}) for n in range(3)),
        *((f"pair-{n}", {"a": n, "b": n}) for n in range(5)),
    ]
    found = take(pool, "abc", size=6)
    assert all(share.is_exact for share in found.shares)
    times, told = frequencies(pool, "abc", seeds, size=6)
    for (_key, one), count in times.items():
        assert count / seeds == pytest.approx(told[one], abs=0.035)


def test_where_a_limit_makes_sets_compete_the_ledger_says_that_it_is_a_rule():
    pool = [
        *((f"full-{n}", {"a": n, "b": n, "c": n}) for n in range(5)),
        *((f"pair-{n}", {"a": n, "b": n}) for n in range(5)),
    ]
    exact = {one.variants: one.is_exact for one in take(pool, "abc", size=6, per_input=1).shares}
    assert exact == {("a", "b"): False, ("a", "c"): True, ("b", "c"): True}
    loose = take(pool, "abc", size=6, per_input=3)
    assert all(share.is_exact for share in loose.shares)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"size": 0}, "Ask for at least 1"),
        ({"per_input": 0}, "Ask for at least 1"),
        ({"answers": 1}, "Compare at least 2"),
        ({"answers": 4}, "choose as many variants"),
        ({"size": 31}, "asks for 31 comparisons, and the pool holds 30"),
        ({"size": 11, "per_input": 1}, "at most 1 on one input the pool gives 10"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(options, sentence):
    with pytest.raises(DrawError, match=sentence):
        take(complete(10, "abc"), "abc", **options)


def test_an_input_stands_in_the_pool_once():
    with pytest.raises(DrawError, match="“q000” is in the pool twice"):
        take(complete(1, "ab") * 2, "ab", size=1)


@pytest.mark.parametrize("per_input", [None, 1])
def test_a_large_pool_takes_seconds(per_input):
    pool = complete(5_000, NAMES)
    begun = time.process_time()
    take(pool, NAMES, size=2_000, per_input=per_input)
    assert time.process_time() - begun < 10
