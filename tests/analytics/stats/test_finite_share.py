"""A share of a finite population: exact where each item brings one case, honest else."""

import numpy as np
import pytest
from scipy.stats import beta, hypergeom

from analytics.stats.comparisons.finite_share import hypergeometric_interval, sampled_share
from analytics.stats.errors import StatisticsError


@pytest.mark.parametrize(("population", "n"), [(20, 8), (35, 15), (60, 12)])
def test_the_interval_covers_every_possible_share(population, n):
    limits = [hypergeometric_interval(k, n, population) for k in range(n + 1)]
    for count in range(population + 1):
        share = count / population
        covered = sum(
            hypergeom.pmf(k, population, count, n)
            for k, (low, high) in enumerate(limits)
            if low <= share <= high
        )
        assert covered >= 0.95 - 1e-12


@pytest.mark.parametrize(("successes", "n"), [(0, 50), (3, 50), (25, 50), (50, 50)])
def test_of_a_large_population_it_is_that_of_clopper_and_pearson(successes, n):
    low, high = hypergeometric_interval(successes, n, 10_000_000)
    assert low == pytest.approx(
        beta.ppf(0.025, successes, n - successes + 1) if successes else 0, abs=1e-5
    )
    assert high == pytest.approx(
        beta.ppf(0.975, successes + 1, n - successes) if successes < n else 1, abs=1e-5
    )


def test_of_everything_nothing_is_uncertain():
    assert hypergeometric_interval(7, 30, 30) == (7 / 30, 7 / 30)
    assert sampled_share([True, True, False, False], [1, 1, 2, 2], 2).high == 0.5


@pytest.mark.parametrize(("k", "n", "population"), [(3, 2, 10), (1, 11, 10), (0, 0, 10)])
def test_counts_that_do_not_fit_are_refused(k, n, population):
    with pytest.raises(StatisticsError):
        hypergeometric_interval(k, n, population)


def test_labels_of_one_item_count_less_than_labels_of_many():
    apart = sampled_share([True, False] * 20, list(range(40)), 10_000)
    together = sampled_share([True] * 20 + [False] * 20, [n // 4 for n in range(40)], 10_000)
    assert together.high - together.low > apart.high - apart.low


def test_the_more_of_the_population_the_narrower():
    few, many = (
        sampled_share([True, False, False, False] * 10, [n // 2 for n in range(40)], population)
        for population in (1_000, 30)
    )
    assert few.high - few.low > many.high - many.low


def test_without_a_label_there_is_a_reason_instead_of_zero():
    assert sampled_share([], [], 10).value is None
    assert sampled_share([True, False], [1, 1], 10).low is None


def test_the_clustered_interval_covers():
    rng = np.random.default_rng(20261126)
    held = 0
    for _round in range(400):
        error = rng.random(300) < 0.15  # items on which labels tend to be wrong
        labels = rng.random((300, 4)) < np.where(error, 0.6, 0.02)[:, None]
        chosen = rng.choice(300, size=80, replace=False)
        found = sampled_share(
            labels[chosen].ravel().tolist(), np.repeat(np.arange(80), 4).tolist(), 300
        )
        held += found.low <= labels.mean() <= found.high
    assert held / 400 >= 0.925
