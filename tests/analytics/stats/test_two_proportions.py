"""Two independent shares: Newcombe's table, the test as a chi squared, and two libraries."""

import numpy as np
import pytest

from analytics.stats import reasons
from analytics.stats.comparisons.two_proportions import (
    compare_shares,
    fisher_exact_p,
    newcombe_interval,
    two_proportion_z,
)
from analytics.stats.errors import StatisticsError

# Newcombe (1998), Statistics in Medicine 17:873-890, table II, method 10
PUBLISHED = [
    ((56, 70, 48, 80), 0.0524, 0.3339),
    ((9, 10, 3, 10), 0.1705, 0.8090),
    ((6, 7, 2, 7), 0.0582, 0.8062),
    ((5, 56, 0, 29), -0.0381, 0.1926),
    ((0, 10, 0, 20), -0.1611, 0.2775),
    ((0, 10, 0, 10), -0.2775, 0.2775),
    ((10, 10, 0, 20), 0.6791, 1.0),
    ((10, 10, 0, 10), 0.6075, 1.0),
]
TABLES = [(5, 9, 2, 11), (30, 40, 22, 44), (0, 6, 4, 7), (7, 7, 3, 5)]


@pytest.mark.parametrize(("counts", "low", "high"), PUBLISHED)
def test_published_limits(counts, low, high):
    assert newcombe_interval(*counts) == pytest.approx((low, high), abs=5.1e-5)


@pytest.mark.parametrize("counts", TABLES)
def test_the_sides_mirror_each_other(counts):
    x1, n1, x2, n2 = counts
    found, other = compare_shares(x1, n1, x2, n2), compare_shares(x2, n2, x1, n1)
    assert (found.value, found.low, found.statistic) == pytest.approx(
        (-other.value, -other.high, -other.statistic)
    )
    assert found.p == pytest.approx(other.p)


@pytest.mark.parametrize("counts", TABLES)
def test_the_square_of_z_is_chi_squared(counts):
    from scipy.stats import chi2_contingency

    x1, n1, x2, n2 = counts
    other = chi2_contingency([[x1, n1 - x1], [x2, n2 - x2]], correction=False)
    z, p = two_proportion_z(*counts)
    assert (z * z, p) == pytest.approx((other.statistic, other.pvalue))


@pytest.mark.parametrize("counts", TABLES)
def test_one_sided_tests_add_up(counts):
    greater = two_proportion_z(*counts, "greater")[1]
    assert greater + two_proportion_z(*counts, "less")[1] == pytest.approx(1)
    assert min(greater, 1 - greater) == pytest.approx(two_proportion_z(*counts)[1] / 2)


def test_fisher_tastes_tea():
    """Fisher (1935), The Design of Experiments: three of four cups right, p = 17/70."""
    assert fisher_exact_p(3, 4, 1, 4, "greater") == pytest.approx(17 / 70)


def test_fisher_keeps_its_level():
    from scipy.stats import binom

    n, p = 8, 0.4
    chances = binom.pmf(np.arange(n + 1), n, p)
    rejected = sum(
        chances[a] * chances[b]
        for a in range(n + 1)
        for b in range(n + 1)
        if fisher_exact_p(a, n, b, n) <= 0.05
    )
    assert rejected <= 0.05


def test_statsmodels_agrees():
    peer = pytest.importorskip("statsmodels.stats.proportion")
    rng = np.random.default_rng(1)
    for _ in range(1_000):
        n1, n2 = rng.integers(2, 60, 2).tolist()
        x1, x2 = int(rng.integers(1, n1)), int(rng.integers(0, n2 + 1))
        other = peer.confint_proportions_2indep(x1, n1, x2, n2, method="newcomb", compare="diff")
        assert newcombe_interval(x1, n1, x2, n2) == pytest.approx(tuple(other), abs=1e-9)
        assert two_proportion_z(x1, n1, x2, n2) == pytest.approx(
            peer.proportions_ztest([x1, x2], [n1, n2]), abs=1e-9
        )


def test_without_cases_there_is_a_reason():
    found = compare_shares(0, 0, 1, 2)
    assert (found.value, found.p, found.reason) == (None, None, reasons.NO_CASES)


@pytest.mark.parametrize("counts", [(0, 10, 0, 20), (10, 10, 20, 20)])
def test_one_outcome_has_an_interval_but_no_test(counts):
    found = compare_shares(*counts)
    assert (found.value, found.p, found.reason) == (0, None, reasons.SAME_OUTCOME)
    assert found.low < 0 < found.high


@pytest.mark.parametrize("options", [{"test": "t"}, {"alternative": "up"}, {"confidence": 2}])
def test_unknown_options_are_refused(options):
    with pytest.raises(StatisticsError):
        compare_shares(1, 4, 2, 4, **options)
