"""From a pilot to a plan: variances, Spearman-Brown, designs, played power."""

from itertools import product
from math import inf, sqrt

import numpy as np
import pytest

from analytics.stats import reasons
from analytics.stats.errors import RowsError, StatisticsError
from analytics.stats.plans.components import (
    VarianceComponents,
    paired_components,
    variance_components,
)
from analytics.stats.plans.designs import design_for_difference, design_for_mean, items_for_mean
from analytics.stats.plans.planning import (
    items_by_scaling,
    items_for_agreement,
    raters_for_reliability,
    raters_needed,
    reliability_of_average,
    spearman_brown,
)
from analytics.stats.plans.power import power_means
from analytics.stats.plans.simulated_power import Scale, simulated_power
from analytics.stats.types import Estimate

# Shrout and Fleiss (1979), Psychological Bulletin 86:420-428, table 2: six targets, four judges
TARGETS = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
PILOT = VarianceComponents(items=0.6, raters=0.1, residual=0.5, interaction=0.1)


def long(table, keep=None):
    rows = [(u, r, v) for u, row in enumerate(table) for r, v in enumerate(row)]
    rows = rows if keep is None else [row for row, kept in zip(rows, keep, strict=True) if kept]
    return zip(*rows, strict=True)


def test_shrout_and_fleiss_have_their_icc():
    """Mean squares 11.24, 32.49, 1.02 of table 3; ICC(2,1) is .29."""
    found = variance_components(*long(TARGETS))
    assert found.residual == pytest.approx(1.02, abs=0.005)
    assert found.items == pytest.approx((11.24 - 1.02) / 4, abs=0.005)
    assert found.raters == pytest.approx((32.49 - 1.02) / 6, abs=0.005)
    assert found.reliability == pytest.approx(0.29, abs=0.005)


def test_variances_are_found_again_when_ratings_are_missing():
    rng, found = np.random.default_rng(1), []
    for _ in range(60):
        table = (
            rng.normal(0, 1, (60, 1)) + rng.normal(0, 0.6, (1, 20)) + rng.normal(0, 0.8, (60, 20))
        )
        components = variance_components(*long(table, rng.random(1_200) < 0.25))
        found.append([components.items, components.raters, components.residual])
    assert np.mean(found, axis=0) == pytest.approx([1, 0.36, 0.64], rel=0.1)


def test_order_and_names_do_not_matter():
    unit, rater, value = map(np.array, long(TARGETS))
    order = np.random.default_rng(2).permutation(24)
    found = variance_components(unit[order] * 7, rater[order].astype(str), value[order] + 100)
    assert found.items == pytest.approx(variance_components(unit, rater, value).items)


def test_differences_tell_interaction_from_noise():
    rng, found = np.random.default_rng(3), []
    for _ in range(60):
        favour = rng.normal(0, sqrt(2 * 0.3), 80)
        unit = np.repeat(np.arange(80), 3)
        part = paired_components(unit, favour[unit] + rng.normal(0, sqrt(2 * 0.5), 240))
        found.append([part.interaction, part.residual])
    assert np.mean(found, axis=0) == pytest.approx([0.3, 0.5], rel=0.1)


@pytest.mark.parametrize(("unit", "rater"), [([0, 0], [0, 1]), ([0, 1], [0, 0]), ([0, 1], [0, 1])])
def test_a_pattern_that_tells_nothing_apart_is_nan(unit, rater):
    assert np.isnan(variance_components(unit, rater, [1, 2]).items)
    assert np.isnan(paired_components([0, 1], [1, 2]).residual)


def test_columns_that_do_not_fit_are_refused():
    with pytest.raises(RowsError):
        variance_components([0, 1], [0], [1, 2])


def test_shrout_and_fleiss_need_ten_judges():
    """Their single judge has .29: 9.8 judges make the average .80."""
    assert raters_needed(0.2897637795, 0.8) == pytest.approx(9.8, abs=0.01)
    assert spearman_brown(0.2897637795, 4) == pytest.approx(0.62, abs=0.005)


@pytest.mark.parametrize(("r", "target"), [(0.2, 0.8), (0.5, 0.5), (0.9, 0.95), (0.7, 0.3)])
def test_both_ways_of_spearman_brown_are_inverses(r, target):
    assert spearman_brown(r, raters_needed(r, target)) == pytest.approx(target)


def test_a_plan_carries_the_interval_of_the_pilot():
    pilot = Estimate(0.45, 0.2, 0.7, 0.95, 30, "ICC(2,1)")
    found = raters_for_reliability(pilot, 0.8)
    assert (found.low, found.value, found.high) == pytest.approx(
        tuple(raters_needed(r, 0.8) for r in (0.7, 0.45, 0.2))
    )
    average = reliability_of_average(pilot, found.value)
    assert average.value == pytest.approx(0.8)
    assert average.low < 0.8 < average.high


def test_a_pilot_that_may_show_nothing_has_no_upper_end():
    found = raters_for_reliability(Estimate(0.3, -0.1, 0.6, 0.95, 12, "ICC(2,1)"), 0.8)
    assert (found.high, found.reason) == (None, reasons.OUT_OF_REACH)
    assert found.low < found.value
    lost = raters_for_reliability(Estimate(-0.1, -0.3, 0.2, 0.95, 12, "ICC(2,1)"), 0.8)
    assert (lost.value, lost.reason) == (None, reasons.OUT_OF_REACH)
    assert raters_needed(0.0, 0.8) == inf


def test_a_pilot_without_a_number_keeps_its_reason():
    pilot = Estimate(None, None, None, 0.95, 0, "ICC(2,1)", reasons.NO_CASES)
    assert raters_for_reliability(pilot, 0.8).reason == reasons.NO_CASES


def test_planned_items_give_the_planned_half_width():
    """The spread of simulated ICC(1,1) with as many items as planned."""
    n, k, rho = int(np.ceil(items_for_agreement(0.6, 3, 0.1))), 3, 0.6
    rng = np.random.default_rng(4)
    scores = rng.normal(0, sqrt(rho), (2_000, n, 1)) + rng.normal(0, sqrt(1 - rho), (2_000, n, k))
    between = k * scores.mean(axis=2).var(axis=1, ddof=1)
    within = scores.var(axis=2, ddof=1).mean(axis=1)
    icc = (between - within) / (between + (k - 1) * within)
    assert 1.96 * icc.std() == pytest.approx(0.1, rel=0.08)


def test_half_the_width_takes_four_times_the_items():
    assert items_by_scaling(25, 0.2, 0.1) == pytest.approx(100)
    assert items_for_agreement(0.6, 3, 0.05) == pytest.approx(
        4 * (items_for_agreement(0.6, 3, 0.1) - 1) + 1
    )


@pytest.mark.parametrize(("item_cost", "rating_cost"), [(0, 1), (1, 1), (20, 1), (1, 10)])
def test_no_other_design_is_cheaper(item_cost, rating_cost):
    found = design_for_mean(PILOT, 0.15, item_cost=item_cost, rating_cost=rating_cost)
    goal = (0.15 / 1.959963985) ** 2
    others = [
        n * (item_cost + m * rating_cost)
        for n, m in product(range(2, 400), range(1, 30))
        if (PILOT.items + (PILOT.residual + PILOT.raters) / m) / n <= goal
    ]
    assert found.cost == min(others)
    assert found.standard_error**2 <= goal


@pytest.mark.parametrize("panel", ["changing", "same"])
def test_planned_items_give_the_mean_its_half_width(panel):
    m = 2
    n = int(np.ceil(items_for_mean(PILOT, 0.15, m, panel=panel)))
    rng, shape = np.random.default_rng(6), (3_000, n, m)
    raters = rng.normal(0, sqrt(PILOT.raters), shape) if panel == "changing" else 0
    scores = rng.normal(0, sqrt(PILOT.items), (3_000, n, 1)) + raters
    means = (scores + rng.normal(0, sqrt(PILOT.residual), shape)).mean(axis=(1, 2))
    assert 1.96 * means.std() == pytest.approx(0.15, rel=0.05)


def test_no_number_of_items_speaks_for_other_raters():
    assert items_for_mean(PILOT, 0.1, 3, panel="sample") == inf


def test_dear_items_are_rated_more_often():
    cheap = design_for_mean(PILOT, 0.1, item_cost=1, rating_cost=1)
    dear = design_for_mean(PILOT, 0.1, item_cost=50, rating_cost=1)
    assert dear.raters_per_item > cheap.raters_per_item
    assert dear.n_items < cheap.n_items


def test_few_raters_never_speak_for_others():
    assert (
        design_for_mean(PILOT, 0.1, item_cost=1, rating_cost=1, panel="sample", max_raters=10)
        is None
    )
    same = design_for_mean(PILOT, 0.1, item_cost=1, rating_cost=1, panel="same")
    assert same.n_items < design_for_mean(PILOT, 0.1, item_cost=1, rating_cost=1).n_items


@pytest.mark.parametrize("same_raters", [True, False])
def test_a_design_has_its_power_when_it_is_played(same_raters):
    design = design_for_difference(PILOT, 0.3, item_cost=1, rating_cost=1, same_raters=same_raters)
    found = simulated_power(
        PILOT, 0.3, design.n_items, design.raters_per_item, same_raters=same_raters, seed=1
    )
    assert found.value == pytest.approx(0.8, abs=0.04)


def test_played_power_is_that_of_the_t_test():
    sd = sqrt(2 * PILOT.interaction + 2 * PILOT.residual / 2)
    found = simulated_power(PILOT, 0.35, 40, 2, simulations=2_000, seed=2)
    assert found.value == pytest.approx(power_means(40, 0.35, sd, paired=True), abs=0.03)
    assert found.low < found.value < found.high


@pytest.mark.parametrize("test", ["t", "wilcoxon"])
def test_no_difference_is_found_as_often_as_alpha_says(test):
    found = simulated_power(
        PILOT, 0.0, 30, scale=Scale(1, 5, 3.2), test=test, simulations=800, seed=3
    )
    assert 0.02 < found.value < 0.075


def test_a_ceiling_costs_power():
    free = simulated_power(PILOT, 0.35, 40, 2, simulations=600, seed=4)
    near_the_top = simulated_power(
        PILOT, 0.35, 40, 2, scale=Scale(1, 5, 4.8), simulations=600, seed=4
    )
    assert near_the_top.value < free.value - 0.1


def test_the_same_seed_plays_the_same():
    first = simulated_power(PILOT, 0.3, 20, simulations=50, seed=5)
    assert first == simulated_power(PILOT, 0.3, 20, simulations=50, seed=5)


@pytest.mark.parametrize(
    "plan",
    [
        lambda: spearman_brown(1.2, 2),
        lambda: spearman_brown(0.5, 0),
        lambda: raters_needed(0.5, 1.0),
        lambda: items_for_agreement(1.0, 3, 0.1),
        lambda: items_for_agreement(0.5, 1, 0.1),
        lambda: items_by_scaling(0, 0.1, 0.1),
        lambda: design_for_mean(PILOT, 0, item_cost=1, rating_cost=1),
        lambda: design_for_mean(PILOT, 0.1, item_cost=1, rating_cost=0),
        lambda: design_for_mean(PILOT, 0.1, item_cost=1, rating_cost=1, panel="crowd"),
        lambda: design_for_difference(PILOT, 0, item_cost=1, rating_cost=1),
        lambda: design_for_mean(
            VarianceComponents(float("nan"), 0, 0), 0.1, item_cost=1, rating_cost=1
        ),
        lambda: simulated_power(PILOT, 0.3, 1),
        lambda: simulated_power(PILOT, 0.3, 10, test="z"),
        lambda: simulated_power(VarianceComponents(float("nan"), 0, 0), 0.3, 10),
    ],
)
def test_impossible_plans_are_refused(plan):
    with pytest.raises(StatisticsError):
        plan()
