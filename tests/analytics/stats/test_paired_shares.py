"""Paired shares: published tables, coverage counted out, and a library."""

import math

import numpy as np
import pytest

from analytics.stats import reasons
from analytics.stats.comparisons.paired_shares import (
    compare_paired_shares,
    mcnemar,
    paired_wald_interval,
    tango_interval,
)
from analytics.stats.errors import StatisticsError


def test_the_prime_minister_loses_approval():
    """Agresti (2002), Categorical Data Analysis, 2nd ed., table 10.1: 150 and 86 of 1,600 moved."""
    chi2, p = mcnemar(150, 86, "chi2")
    assert chi2 == pytest.approx(17.36, abs=0.005)
    assert p == pytest.approx(3.1e-5, abs=1e-6)
    assert paired_wald_interval(150, 86, 1600) == pytest.approx((0.0213, 0.0587), abs=5e-5)


def test_airways_before_and_after():
    """Fagerland, Lydersen and Laake (2014), Statistics in Medicine 33:2850-2875: 1 and 7 of 21."""
    assert tango_interval(1, 7, 21) == pytest.approx((-0.517, -0.026), abs=5e-4)
    assert mcnemar(1, 7, "exact")[1] == pytest.approx(0.0703, abs=5e-5)
    assert mcnemar(1, 7, "mid_p")[1] == pytest.approx(0.0391, abs=5e-5)
    assert mcnemar(1, 7, "chi2")[1] == pytest.approx(0.0339, abs=5e-5)


@pytest.mark.parametrize("test", ["chi2", "chi2_cc", "exact", "mid_p"])
def test_the_sides_mirror_each_other(test):
    found, other = (
        compare_paired_shares(9, 2, 40, 0.9, test),
        compare_paired_shares(2, 9, 40, 0.9, test),
    )
    assert (found.value, found.low, found.p) == pytest.approx((-other.value, -other.high, other.p))


def test_statsmodels_agrees():
    """With equal counts it does not: it corrects a difference of 0 to -1, and R and we leave it."""
    peer = pytest.importorskip("statsmodels.stats.contingency_tables")
    options = {
        "exact": {"exact": True},
        "chi2": {"exact": False, "correction": False},
        "chi2_cc": {"exact": False, "correction": True},
    }
    rng = np.random.default_rng(1)
    for _ in range(1_000):
        first_only, second_only = rng.integers(0, 40, 2).tolist()
        if first_only == second_only:
            continue
        test = rng.choice([*options])
        other = peer.mcnemar([[10, first_only], [second_only, 12]], **options[test])
        assert mcnemar(first_only, second_only, test) == pytest.approx(
            (other.statistic, other.pvalue), abs=1e-9
        )


def test_there_is_nothing_to_correct_in_equal_counts():
    assert mcnemar(4, 4, "chi2_cc") == (0, 1)


def trinomial(n: int, first: float, second: float) -> list[tuple[int, int, float]]:
    """All outcomes of n pairs with their chances."""
    rest = 1 - first - second
    return [
        (b, c, math.comb(n, b) * math.comb(n - b, c) * first**b * second**c * rest ** (n - b - c))
        for b in range(n + 1)
        for c in range(n + 1 - b)
    ]


@pytest.mark.parametrize(("first", "second"), [(0.1, 0.1), (0.3, 0.1), (0.05, 0.0), (0.45, 0.35)])
def test_score_limits_cover_in_small_samples(first, second):
    outcomes = trinomial(15, first, second)
    covered = 0.0
    for b, c, chance in outcomes:
        low, high = tango_interval(b, c, 15)
        covered += chance * (low - 1e-9 <= first - second <= high + 1e-9)
    assert covered > 0.92


def test_exact_keeps_its_level_and_mid_p_is_sharper():
    outcomes = trinomial(20, 0.2, 0.2)
    level = {
        test: sum(chance for b, c, chance in outcomes if mcnemar(b, c, test)[1] <= 0.05)
        for test in ("exact", "mid_p")
    }
    assert level["exact"] < level["mid_p"] <= 0.05


def test_limits_are_where_the_score_statistic_is_z():
    """Without pairs of the other kind the limits are those of Wilson."""
    from analytics.stats.comparisons.proportions import wilson_interval

    assert tango_interval(0, 0, 30)[1] == pytest.approx(wilson_interval(0, 30)[1])


def test_all_pairs_of_one_kind():
    low, high = tango_interval(12, 0, 12)
    assert 0 < low < high == 1


def test_no_pair_that_differs_has_no_test():
    found = compare_paired_shares(0, 0, 12)
    assert (found.value, found.p, found.reason) == (0, None, reasons.NO_DIFFERENCES)
    assert found.low == pytest.approx(-found.high)
    assert mcnemar(0, 0, "exact") == (0, 1)
    assert np.isnan(mcnemar(0, 0, "chi2")).all()


def test_no_pairs_have_a_reason():
    assert compare_paired_shares(0, 0, 0).reason == reasons.NO_CASES


@pytest.mark.parametrize("counts", [(-1, 2, 4), (3, 2, 4)])
def test_impossible_counts_are_refused(counts):
    with pytest.raises(StatisticsError):
        compare_paired_shares(*counts)


def test_an_unknown_test_is_refused():
    with pytest.raises(StatisticsError):
        mcnemar(1, 2, "yates")
