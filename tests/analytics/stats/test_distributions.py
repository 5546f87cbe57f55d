"""How far two distributions lie apart, and how far chance alone would bring them."""

import numpy as np
import pytest
from scipy.spatial import distance

from analytics.stats.comparisons.distributions import apart, jensen_shannon, total_variation
from analytics.stats.errors import StatisticsError

PAIRS = [([5, 3, 2], [1, 1, 8]), ([1, 0, 0], [0, 1, 0]), ([4, 4], [4, 4]), ([9, 0, 1], [3, 3, 4])]


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_the_distances_are_those_of_scipy(first, second):
    assert jensen_shannon(first, second) == pytest.approx(
        distance.jensenshannon(first, second, base=2), abs=1e-12
    )
    p, q = (np.array(one) / sum(one) for one in (first, second))
    assert total_variation(first, second) == pytest.approx(distance.cityblock(p, q) / 2)


def test_a_random_sample_is_seldom_beyond_chance():
    rng, population = np.random.default_rng(7), [500, 300, 150, 50]
    p = np.array(population) / sum(population)
    beyond = sum(
        apart(rng.multinomial(100, p).tolist(), population, replicates=200, seed=1).is_beyond_chance
        for _round in range(200)
    )
    assert beyond <= 20


def test_a_skewed_one_is_beyond_it_and_its_interval_holds_the_truth():
    found = apart([80, 20], [4_000, 6_000], seed=1)
    assert found.is_beyond_chance
    low, high = found.total_variation.low, found.total_variation.high
    assert low < 0.4 < high
    assert 0.1 < high - low < 0.3


def test_cases_of_few_sources_say_less_than_as_many_of_their_own():
    alone = apart([80, 20], [4_000, 6_000], seed=1)
    of_few = apart([80, 20], [4_000, 6_000], independent=(5, 500), seed=1)
    assert of_few.total_variation.value == alone.total_variation.value
    assert of_few.by_chance > alone.by_chance
    assert not of_few.is_beyond_chance
    assert "each of the 5 and 500 sources taken for one case" in of_few.total_variation.method


def test_the_same_seed_gives_the_same():
    assert apart([5, 3], [40, 60], seed=3) == apart([5, 3], [40, 60], seed=3)


def test_where_nothing_was_counted_there_is_a_reason():
    found = apart([0, 0], [3, 4], seed=1)
    assert found.total_variation.value is None
    assert found.total_variation.reason
    assert not found.is_beyond_chance


def test_different_classes_are_refused():
    with pytest.raises(StatisticsError):
        apart([1], [1, 2], seed=1)
