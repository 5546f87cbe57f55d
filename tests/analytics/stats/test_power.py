"""Power and cases: published plans, inverses, simulation, statsmodels."""

import numpy as np
import pytest

from analytics.stats.errors import StatisticsError
from analytics.stats.plans.power import (
    n_per_group_means,
    n_per_group_two_proportions,
    power_means,
    power_two_proportions,
)


def test_plans_of_the_r_documentation():
    """Examples of power.prop.test and power.t.test."""
    assert n_per_group_two_proportions(0.5, 0.75, power=0.9) == pytest.approx(76.7, abs=0.06)
    assert power_two_proportions(50, 0.5, 0.75) == pytest.approx(0.740, abs=5e-4)
    assert n_per_group_means(1, 1, power=0.9) == pytest.approx(22.02, abs=0.005)
    assert n_per_group_means(1, 1, power=0.9, sides=1) == pytest.approx(17.85, abs=0.005)
    assert power_means(20, 1, 1) == pytest.approx(0.869, abs=5e-4)


@pytest.mark.parametrize("sides", [1, 2])
@pytest.mark.parametrize("power", [0.5, 0.8, 0.99])
def test_cases_and_power_are_inverses(power, sides):
    n = n_per_group_two_proportions(0.4, 0.55, power, sides=sides)
    assert power_two_proportions(n, 0.4, 0.55, sides=sides) == pytest.approx(power)
    for paired in (True, False):
        n = n_per_group_means(0.4, 1.1, power, sides=sides, paired=paired)
        assert power_means(n, 0.4, 1.1, sides=sides, paired=paired) == pytest.approx(power)


def test_more_power_and_smaller_differences_need_more_cases():
    assert n_per_group_means(0.5, 1, 0.9) > n_per_group_means(0.5, 1, 0.8)
    assert n_per_group_means(0.25, 1) > 3.9 * n_per_group_means(0.5, 1)
    assert n_per_group_two_proportions(0.5, 0.55) > n_per_group_two_proportions(0.5, 0.6)
    assert n_per_group_means(100, 1) == 2


def test_the_plan_holds_when_it_is_played():
    from scipy.stats import ttest_ind

    n = int(np.ceil(n_per_group_means(0.6, 1)))
    rng = np.random.default_rng(1)
    p = ttest_ind(rng.normal(0.6, 1, (n, 4_000)), rng.normal(0, 1, (n, 4_000))).pvalue
    assert (p <= 0.05).mean() == pytest.approx(0.8, abs=0.025)


def test_statsmodels_agrees():
    peer = pytest.importorskip("statsmodels.stats.power")
    for effect in (0.2, 0.5, 1.2):
        other = peer.TTestIndPower().solve_power(effect, power=0.8, alpha=0.05)
        assert n_per_group_means(effect, 1) == pytest.approx(other, rel=1e-4)
        other = peer.TTestPower().solve_power(effect, power=0.8, alpha=0.05)
        assert n_per_group_means(effect, 1, paired=True) == pytest.approx(other, rel=1e-4)


@pytest.mark.parametrize(
    ("p1", "p2", "power", "alpha"),
    [(0.5, 0.5, 0.8, 0.05), (1.5, 0.5, 0.8, 0.05), (0.4, 0.5, 1.0, 0.05), (0.4, 0.5, 0.04, 0.05)],
)
def test_impossible_plans_of_shares_are_refused(p1, p2, power, alpha):
    with pytest.raises(StatisticsError):
        n_per_group_two_proportions(p1, p2, power, alpha)


@pytest.mark.parametrize(("difference", "sd"), [(0, 1), (1, 0), (1, -1)])
def test_impossible_plans_of_means_are_refused(difference, sd):
    with pytest.raises(StatisticsError):
        n_per_group_means(difference, sd)
