"""Concordance, error, limits of agreement: published meters, identities, coverage."""

import numpy as np
import pytest

from analytics.stats import reasons
from analytics.stats.comparisons.closeness import (
    CLOSENESS_WORDS,
    bland_altman,
    closeness,
    exact_agreement,
    lin_ccc,
    mean_absolute_error,
)
from analytics.stats.comparisons.correlations import pearson
from analytics.stats.errors import StatisticsError

# Bland and Altman (1986), The Lancet 327:307-310: peak flow by two meters
WRIGHT = [494, 395, 516, 434, 476, 557, 413, 442, 650, 433, 417, 656, 267, 478, 178, 423, 427]
MINI = [512, 430, 520, 428, 500, 600, 364, 380, 658, 445, 432, 626, 260, 477, 259, 350, 451]


def test_two_meters():
    found = bland_altman(WRIGHT, MINI, deviations=2)
    assert found.bias.value == pytest.approx(-2.1, abs=0.05)
    assert found.sd == pytest.approx(38.8, abs=0.05)
    assert (found.lower.value, found.upper.value) == pytest.approx((-79.7, 75.5), abs=0.2)
    assert (found.bias.low, found.bias.high) == pytest.approx((-22.0, 17.8), abs=0.1)
    assert (found.lower.low, found.lower.high) == pytest.approx((-114.3, -45.1), abs=1.0)
    assert (found.upper.low, found.upper.high) == pytest.approx((40.9, 110.1), abs=1.0)


def test_quadratic_kappa_is_concordance():
    peer = pytest.importorskip("sklearn.metrics")
    rng = np.random.default_rng(1)
    for _ in range(1_000):
        x, y = rng.integers(1, 6, 25), rng.integers(1, 6, 25)
        other = peer.cohen_kappa_score(x, y, weights="quadratic", labels=[1, 2, 3, 4, 5])
        assert lin_ccc(x, y) == pytest.approx(other, abs=1e-12)


def test_concordance_is_the_correlation_of_scores_with_equal_means_and_spread():
    rng = np.random.default_rng(2)
    x = rng.normal(size=50)
    y = x[rng.permutation(50)]
    assert lin_ccc(x, y) == pytest.approx(pearson(x, y))
    assert abs(lin_ccc(x, y + 1)) < abs(pearson(x, y + 1))
    assert lin_ccc(x, x) == pytest.approx(1)


@pytest.mark.parametrize("statistic", [lin_ccc, mean_absolute_error, exact_agreement])
def test_sides_and_order_do_not_matter(statistic):
    rng = np.random.default_rng(3)
    x, y = rng.integers(1, 6, 25), rng.integers(1, 6, 25)
    order = rng.permutation(25)
    assert statistic(y[order], x[order]) == pytest.approx(statistic(x, y))


def test_concordance_by_hand():
    """Squares 10 and 6.8, products 7, means 0.2 apart: 14 / (16.8 + 5 * 0.04), and with n - 1."""
    x, y = [1, 2, 4, 5, 3], [2, 2, 5, 4, 3]
    assert lin_ccc(x, y) == pytest.approx(14 / 17)
    assert lin_ccc(x, y, ddof=1) == pytest.approx(14 / (16.8 + 4 * 0.04))


@pytest.mark.parametrize("kind", list(CLOSENESS_WORDS))
def test_bootstrap_holds_the_estimate(kind):
    rng = np.random.default_rng(4)
    x = rng.integers(1, 6, 80)
    y = np.clip(x + rng.integers(-1, 2, 80), 1, 5)
    found = closeness(x, y, kind, replicates=400, seed=1)
    plain = {
        "lin_ccc": lin_ccc,
        "mean_absolute_error": mean_absolute_error,
        "exact_agreement": exact_agreement,
    }
    assert found.value == pytest.approx(plain[kind](x, y))
    assert found.low < found.value < found.high


def test_concordance_sees_a_shift_in_resamples_too():
    rng = np.random.default_rng(5)
    x = rng.normal(size=60)
    found = closeness(x, x + 2 + rng.normal(0, 0.1, 60), replicates=400)
    assert found.high < 0.5


def test_limits_of_agreement_cover():
    rng, hits = np.random.default_rng(6), 0
    for _ in range(400):
        found = bland_altman(rng.normal(1, 1, 40), np.zeros(40))
        hits += found.upper.low <= 1 + 1.96 <= found.upper.high
    assert 0.92 < hits / 400 < 0.98


@pytest.mark.parametrize("kind", list(CLOSENESS_WORDS))
def test_no_cases_have_a_reason(kind):
    assert closeness([], [], kind).reason == reasons.NO_CASES


def test_one_and_the_same_constant_has_no_concordance():
    found = closeness([3, 3, 3], [3, 3, 3])
    assert (found.value, found.reason) == (None, reasons.CONSTANT_SCORES)
    assert exact_agreement([3, 3, 3], [3, 3, 3]) == 1


@pytest.mark.parametrize(
    ("x", "reason"),
    [([], reasons.NO_CASES), ([1], reasons.FEW_ROWS), ([2, 2], reasons.CONSTANT_DIFFERENCES)],
)
def test_limits_without_spread_have_a_reason(x, reason):
    found = bland_altman(x, np.zeros(len(x)))
    assert (found.lower.low, found.lower.reason) == (None, reason)


def test_an_unknown_measure_is_refused():
    with pytest.raises(StatisticsError):
        closeness([1, 2], [1, 2], "rmse")
