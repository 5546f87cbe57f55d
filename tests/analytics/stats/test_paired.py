"""Paired scores: Student's sleep, clusters, properties, scipy."""

import numpy as np
import pytest

from analytics.stats import reasons
from analytics.stats.comparisons.paired import cohen_d_paired, paired_bootstrap, paired_t
from analytics.stats.errors import RowsError, StatisticsError

# Student (1908), Biometrika 6:1-25: extra hours of sleep with two drugs
DRUG_1 = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
DRUG_2 = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]


def test_students_sleep():
    found = paired_t(DRUG_1, DRUG_2)
    assert found.statistic == pytest.approx(-4.0621, abs=5e-5)
    assert found.p == pytest.approx(0.002833, abs=5e-7)
    assert (found.low, found.high) == pytest.approx((-2.46, -0.70), abs=0.005)
    assert found.value == pytest.approx(-1.58)


@pytest.mark.parametrize("side", ["two-sided", "greater", "less"])
def test_scipy_agrees_on_each_side(side):
    from scipy.stats import ttest_rel

    other = ttest_rel(DRUG_1, DRUG_2, alternative=side)
    found = paired_t(DRUG_1, DRUG_2, alternative=side)
    assert (found.statistic, found.p) == pytest.approx((other.statistic, other.pvalue))


def test_moving_both_scores_changes_nothing():
    moved = paired_t(np.add(DRUG_1, 100), np.add(DRUG_2, 100))
    assert moved.p == pytest.approx(paired_t(DRUG_1, DRUG_2).p)


def test_the_size_of_an_effect_does_not_depend_on_the_unit():
    effect = cohen_d_paired(DRUG_1, DRUG_2)
    assert effect == pytest.approx(-4.062127683 / np.sqrt(10))
    assert cohen_d_paired(np.multiply(DRUG_1, 60), np.multiply(DRUG_2, 60)) == pytest.approx(effect)
    assert cohen_d_paired(DRUG_2, DRUG_1) == pytest.approx(-effect)


def test_bootstrap_is_near_the_t_interval_of_many_pairs():
    rng = np.random.default_rng(4)
    x, y = rng.normal(0.3, 1, 300), rng.normal(0, 1, 300)
    found, other = paired_bootstrap(x, y, seed=1), paired_t(x, y)
    assert (found.low, found.high) == pytest.approx((other.low, other.high), abs=0.02)
    assert found.value == pytest.approx(other.value)


def test_bootstrap_does_not_depend_on_the_order_of_cases():
    rng = np.random.default_rng(5)
    x, y, group = rng.integers(1, 6, 60), rng.integers(1, 6, 60), rng.integers(0, 12, 60)
    order = rng.permutation(60)
    assert paired_bootstrap(x, y, group, seed=2) == paired_bootstrap(
        x[order], y[order], 100 - group[order], seed=2
    )


def test_whole_groups_are_drawn():
    """Copies of a case within its group tell nothing new, so the interval keeps its width."""
    rng = np.random.default_rng(6)
    x, y = rng.normal(0.2, 1, 60), rng.normal(0, 1, 60)
    alone = paired_bootstrap(x, y, seed=3)
    copied = paired_bootstrap(np.repeat(x, 5), np.repeat(y, 5), np.repeat(np.arange(60), 5), seed=3)
    assert copied.high - copied.low == pytest.approx(alone.high - alone.low, rel=0.1)
    assert "60 groups" in copied.method


@pytest.mark.parametrize(("n", "words"), [(49, "BCa"), (50, "percentile")])
def test_bca_stands_below_fifty_cases(n, words):
    rng = np.random.default_rng(7)
    assert words in paired_bootstrap(rng.normal(size=n), rng.normal(size=n), replicates=200).method


@pytest.mark.parametrize(
    ("x", "y", "reason"),
    [
        ([], [], reasons.NO_CASES),
        ([1], [2], reasons.FEW_ROWS),
        ([1, 2, 3], [2, 3, 4], reasons.CONSTANT_DIFFERENCES),
        ([1.1, 2.1, 3.1], [0.9, 1.9, 2.9], reasons.CONSTANT_DIFFERENCES),
    ],
)
def test_what_has_no_test_has_a_reason(x, y, reason):
    found = paired_t(x, y)
    assert (found.p, found.low, found.reason) == (None, None, reason)
    assert np.isnan(cohen_d_paired(x, y))


def test_a_bootstrap_without_an_interval_has_a_reason():
    assert paired_bootstrap([], []).reason == reasons.NO_CASES
    assert paired_bootstrap([1], [2]).reason == reasons.FEW_GROUPS
    assert paired_bootstrap([1, 2], [2, 3]).reason == reasons.CONSTANT_RESAMPLES


@pytest.mark.parametrize(
    ("x", "y"), [([1, 2], [1]), ([1, np.nan], [1, 2]), (["a", "b"], [1, 2]), ([[1, 2]], [[1, 2]])]
)
def test_columns_that_are_no_pairs_are_refused(x, y):
    with pytest.raises(RowsError):
        paired_t(x, y)


@pytest.mark.parametrize("options", [{"interval": "normal"}, {"confidence": 95}, {"replicates": 0}])
def test_impossible_options_are_refused(options):
    with pytest.raises(StatisticsError):
        paired_bootstrap(DRUG_1, DRUG_2, **options)
