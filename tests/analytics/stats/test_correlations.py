"""Correlations, their intervals, and two of them with the same human scores."""

import numpy as np
import pytest

from analytics.stats import reasons
from analytics.stats.comparisons.correlations import (
    CORRELATION_WORDS,
    STATISTICS,
    correlate,
    fisher_interval,
    pearson,
)
from analytics.stats.comparisons.dependent_correlations import (
    compare_correlations,
    difference_of_correlations,
    steiger_z,
    williams_t,
)
from analytics.stats.errors import RowsError, StatisticsError

KINDS = list(CORRELATION_WORDS)


def scores(n, seed=1, points=5):
    rng = np.random.default_rng(seed)
    human = rng.integers(1, points + 1, n)
    return human, np.clip(human + rng.integers(-1, 2, n), 1, points)


@pytest.mark.parametrize("kind", KINDS)
def test_scipy_agrees_on_random_tables_with_ties(kind):
    from scipy import stats

    other = {
        "pearson": stats.pearsonr,
        "spearman": stats.spearmanr,
        "kendall_tau_b": stats.kendalltau,
        "kendall_tau_c": lambda x, y: stats.kendalltau(x, y, variant="c"),
    }[kind]
    for seed in range(1_000):
        x, y = scores(24, seed)
        assert STATISTICS[kind](x, y) == pytest.approx(other(x, y).statistic, abs=1e-12)


@pytest.mark.parametrize("kind", KINDS)
def test_order_and_sides_do_not_matter(kind):
    x, y = scores(30)
    order = np.random.default_rng(2).permutation(30)
    found = STATISTICS[kind](x, y)
    assert STATISTICS[kind](x[order], y[order]) == pytest.approx(found)
    assert STATISTICS[kind](y, x) == pytest.approx(found)
    assert STATISTICS[kind](x, -y) == pytest.approx(-found)


@pytest.mark.parametrize("kind", ["spearman", "kendall_tau_b", "kendall_tau_c"])
def test_ranks_see_order_alone(kind):
    x, y = scores(30)
    assert STATISTICS[kind](x, np.exp(y)) == pytest.approx(STATISTICS[kind](x, y))


def test_large_numbers_lose_no_digits():
    x, y = scores(30)
    assert pearson(x + 1e9, y + 1e9) == pytest.approx(pearson(x, y), abs=1e-9)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("x", "y", "reason"),
    [
        ([], [], reasons.FEW_ROWS),
        ([1], [2], reasons.FEW_ROWS),
        ([3, 3, 3], [1, 2, 3], reasons.CONSTANT_SCORES),
        ([1, 2, 3], [0.1, 0.1, 0.1], reasons.CONSTANT_SCORES),
    ],
)
def test_what_has_no_correlation_has_a_reason(kind, x, y, reason):
    found = correlate(x, y, kind)
    assert (found.value, found.low, found.reason) == (None, None, reason)
    assert np.isnan(STATISTICS[kind](x, y))


def test_fishers_interval_is_that_of_scipy():
    from scipy.stats import pearsonr

    x, y = scores(24)
    found = pearsonr(x, y)
    for confidence in (0.8, 0.95, 0.99):
        other = found.confidence_interval(confidence)
        assert fisher_interval(found.statistic, 24, confidence) == pytest.approx(
            (other.low, other.high)
        )


def test_fishers_interval_needs_four_cases():
    assert np.isnan(fisher_interval(0.5, 3)).all()
    assert fisher_interval(1.0, 10) == (1, 1)
    with pytest.raises(StatisticsError):
        fisher_interval(1.2, 10)


@pytest.mark.parametrize("kind", KINDS)
def test_bootstrap_holds_the_estimate(kind):
    x, y = scores(60, 3)
    found = correlate(x, y, kind, replicates=300, seed=1)
    assert -1 <= found.low < found.value < found.high <= 1
    assert CORRELATION_WORDS[kind] in found.method


def test_bootstrap_is_near_fisher_for_normal_scores():
    rng = np.random.default_rng(4)
    x = rng.normal(size=400)
    y = x + rng.normal(size=400)
    found = correlate(x, y, seed=1)
    assert (found.low, found.high) == pytest.approx(fisher_interval(found.value, 400), abs=0.02)


def test_an_unknown_kind_is_refused():
    with pytest.raises(StatisticsError):
        correlate([1, 2, 3], [1, 2, 4], "phi")
    with pytest.raises(RowsError):
        pearson([1, 2], [1, 2, 3])


def test_steigers_case_a():
    """Steiger (1980), Psychological Bulletin 87:245-251, as printed by r.test of psych."""
    found = compare_correlations(0.4, 0.5, 0.1, 103)
    assert (found.statistic, found.p) == pytest.approx((-0.89, 0.37), abs=0.005)


@pytest.mark.parametrize("test", [williams_t, steiger_z])
def test_the_metrics_mirror_each_other(test):
    found, other = test(0.62, 0.41, 0.55, 60), test(0.41, 0.62, 0.55, 60)
    assert found == pytest.approx((-other[0], other[1]))
    assert test(0.62, 0.41, 0.55, 60, "greater")[1] == pytest.approx(found[1] / 2)


@pytest.mark.parametrize("test", [williams_t, steiger_z])
def test_the_level_is_kept(test):
    rng, hits = np.random.default_rng(5), 0
    for _ in range(600):
        human = rng.normal(size=40)
        first, second = (human + rng.normal(0, 1.2, 40) for _ in range(2))
        r = np.corrcoef([human, first, second])
        hits += test(r[0, 1], r[0, 2], r[1, 2], 40)[1] <= 0.05
    assert 0.03 < hits / 600 < 0.07


@pytest.mark.parametrize("test", ["williams", "steiger"])
def test_metrics_that_are_one_have_no_test(test):
    found = compare_correlations(0.5, 0.5, 1.0, 60, test=test)
    assert (found.p, found.reason) == (None, reasons.NO_DIFFERENCES)
    assert compare_correlations(0.5, 0.4, 0.2, 3, test=test).reason == reasons.FEW_ROWS


@pytest.mark.parametrize("kind", KINDS)
def test_scores_give_the_difference_with_an_interval(kind):
    rng = np.random.default_rng(6)
    human = rng.integers(1, 6, 120)
    near = np.clip(human + rng.integers(-1, 2, 120), 1, 5)
    far = np.clip(human + rng.integers(-3, 4, 120), 1, 5)
    found = difference_of_correlations(human, near, far, kind, replicates=200)
    assert 0 < found.low < found.value < found.high
    turned = difference_of_correlations(human, far, near, kind, replicates=200)
    assert turned.value == pytest.approx(-found.value)
    nothing = difference_of_correlations(human, near, np.ones(120), kind, replicates=200)
    assert (nothing.value, nothing.reason) == (None, reasons.CONSTANT_SCORES)


def test_both_ways_of_comparing_metrics_find_the_same():
    rng = np.random.default_rng(7)
    human = rng.normal(size=300)
    first, second = human + rng.normal(0, 1, 300), human + rng.normal(0, 1.6, 300)
    r = np.corrcoef([human, first, second])
    z, _ = steiger_z(r[0, 1], r[0, 2], r[1, 2], 300)
    found = difference_of_correlations(human, first, second, replicates=800, seed=1)
    error = (found.high - found.low) / 2 / 1.96
    assert found.value / error == pytest.approx(z, rel=0.2)


def test_correlations_that_no_data_have_are_refused():
    with pytest.raises(StatisticsError, match="do not go together"):
        compare_correlations(0.9, -0.9, 0.9, 60)
    with pytest.raises(StatisticsError):
        compare_correlations(1.4, 0.5, 0.2, 60)
    with pytest.raises(StatisticsError):
        compare_correlations(0.4, 0.5, 0.2, 60, test="hotelling")
