"""Limits valid at all times: they hold while one looks, and a library gives the same."""

import numpy as np
import pytest

from analytics.stats.comparisons.proportions import wilson_interval
from analytics.stats.comparisons.sequences import (
    bernoulli_confidence_sequence,
    normal_mixture_bound,
)
from analytics.stats.errors import StatisticsError


def test_numbers_of_confseq():
    """Printed by confseq 0.0.11 of the authors of Howard et al. (2021)."""
    found = bernoulli_confidence_sequence(530, 1000, t_opt=1000)
    assert found == pytest.approx((0.4820136828, 0.5776581234), abs=1e-8)
    assert normal_mixture_bound(250.0, 250.0) == pytest.approx(43.7354208, abs=1e-6)


@pytest.mark.parametrize("p", [0.1, 0.5, 0.9])
def test_a_share_stays_inside_however_often_one_looks(p):
    rng, left, wilson_left = np.random.default_rng(1), 0, 0
    looks = np.unique(np.geomspace(5, 400, 25).astype(int))
    for _ in range(300):
        hits = np.cumsum(rng.random(400) < p)
        limits = [bernoulli_confidence_sequence(int(hits[n - 1]), int(n), 100) for n in looks]
        wilson = [wilson_interval(int(hits[n - 1]), int(n)) for n in looks]
        left += not all(low <= p <= high for low, high in limits)
        wilson_left += not all(low <= p <= high for low, high in wilson)
    assert left / 300 <= 0.06
    assert wilson_left / 300 > 0.15


@pytest.mark.parametrize(("successes", "n"), [(0, 20), (5, 20), (20, 20), (311, 1000)])
def test_the_other_share_has_mirrored_limits(successes, n):
    low, high = bernoulli_confidence_sequence(successes, n, 100)
    other = bernoulli_confidence_sequence(n - successes, n, 100)
    assert (low, high) == pytest.approx((1 - other[1], 1 - other[0]), abs=1e-9)
    assert low <= wilson_interval(successes, n)[0] + 1e-12
    assert high >= wilson_interval(successes, n)[1] - 1e-12


def test_limits_shrink_with_cases_and_grow_with_confidence():
    widths = [np.diff(bernoulli_confidence_sequence(n // 2, n, 200))[0] for n in (20, 100, 2_000)]
    assert widths == sorted(widths, reverse=True)
    narrow = bernoulli_confidence_sequence(50, 100, 200, confidence=0.8)
    assert np.diff(narrow) < np.diff(bernoulli_confidence_sequence(50, 100, 200))


def test_no_case_tells_nothing():
    assert bernoulli_confidence_sequence(0, 0, 100) == (0, 1)


def test_a_two_sided_bound_is_a_formula():
    from math import log, sqrt

    rho = 50 / (2 * log(20) + log(1 + 2 * log(20)))
    assert normal_mixture_bound(25, 50, one_sided=False) == pytest.approx(
        sqrt((25 + rho) * log((25 + rho) / rho * 400))
    )


def test_a_random_walk_seldom_crosses_its_bound():
    rng, times = np.random.default_rng(2), np.arange(1, 501)
    bound = np.array([normal_mixture_bound(float(v), 100.0) for v in times])
    walks = np.cumsum(rng.normal(size=(2_000, 500)), axis=1)
    crossed = (walks > bound).any(axis=1).mean()
    assert 0.01 < crossed <= 0.055


def test_the_bound_is_smallest_where_it_is_tuned():
    tuned = [normal_mixture_bound(100.0, v_opt) for v_opt in (20.0, 100.0, 500.0)]
    assert min(tuned) == tuned[1]


@pytest.mark.parametrize(
    ("successes", "n", "t_opt", "confidence"),
    [(5, 4, 10, 0.95), (1, 4, 0, 0.95), (1, 4, 10, 1.0)],
)
def test_impossible_arguments_are_refused(successes, n, t_opt, confidence):
    with pytest.raises(StatisticsError):
        bernoulli_confidence_sequence(successes, n, t_opt, confidence)


@pytest.mark.parametrize(("v", "v_opt", "alpha_opt"), [(-1, 1, 0.05), (1, 0, 0.05), (1, 1, 0.6)])
def test_impossible_bounds_are_refused(v, v_opt, alpha_opt):
    with pytest.raises(StatisticsError):
        normal_mixture_bound(v, v_opt, alpha_opt=alpha_opt)
