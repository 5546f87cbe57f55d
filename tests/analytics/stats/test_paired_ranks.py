"""Signed ranks and exchanged signs: published p values, scipy with and without ties."""

import numpy as np
import pytest

from analytics.stats import reasons
from analytics.stats.comparisons.paired_ranks import paired_permutation, wilcoxon_signed_rank
from analytics.stats.errors import RowsError, StatisticsError

# Hollander and Wolfe (1973), Nonparametric Statistical Methods, pages 27-33: depression scale
BEFORE = [1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30]
AFTER = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29]
# Darwin's maize, Fisher (1935), The Design of Experiments, section 21: in eighths of an inch
MAIZE = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48]
SIDES = ["two-sided", "greater", "less"]


def test_hollander_and_wolfe():
    found = wilcoxon_signed_rank(BEFORE, AFTER)
    assert (found.statistic, found.p) == (40, 0.0390625)
    assert wilcoxon_signed_rank(BEFORE, AFTER, "greater").p == 0.01953125


def test_fishers_exchanges_of_darwins_maize():
    """863 of 32,768 ways of the signs give a sum as large, so 1,726 are as far (Fisher 1935)."""
    found = paired_permutation(MAIZE, np.zeros(15))
    assert found.p == pytest.approx(1726 / 32768)
    assert paired_permutation(MAIZE, np.zeros(15), "greater").p == pytest.approx(863 / 32768)


@pytest.mark.parametrize("side", SIDES)
def test_scipy_agrees_without_ties(side):
    from scipy.stats import wilcoxon

    rng = np.random.default_rng(1)
    for n in [1, 5, 17, 40, *rng.integers(2, 14, 330)]:
        x, y = rng.normal(0.3, 1, n), rng.normal(0, 1, n)
        other = wilcoxon(x, y, alternative=side, method="exact")
        assert wilcoxon_signed_rank(x, y, side).p == pytest.approx(other.pvalue)


@pytest.mark.parametrize("side", SIDES)
def test_scipy_agrees_with_ties_where_it_counts_them_out(side):
    from scipy.stats import PermutationMethod, wilcoxon

    rng = np.random.default_rng(2)
    for _ in range(5):
        x, y = rng.integers(1, 6, 11), rng.integers(1, 6, 11)
        differ = x != y
        if not differ.any():
            continue
        other = wilcoxon(
            (x - y)[differ], alternative=side, method=PermutationMethod(n_resamples=np.inf)
        )
        assert wilcoxon_signed_rank(x, y, side).p == pytest.approx(other.pvalue)


def test_many_pairs_are_near_the_normal_approximation():
    from scipy.stats import wilcoxon

    rng = np.random.default_rng(3)
    x = rng.integers(1, 6, 900)
    y = np.clip(x + rng.integers(-2, 3, 900), 1, 5)
    other = wilcoxon(x, y, zero_method="wilcox", method="asymptotic")
    few = wilcoxon_signed_rank(x[:600], y[:600])
    assert wilcoxon_signed_rank(x, y).p == pytest.approx(other.pvalue)
    assert few.method.endswith("exact") == (few.n <= 500)


def test_ranks_do_not_see_rounding():
    tenths = np.array([1.1, 0.3, 2.4, 1.7, 0.6])
    found = wilcoxon_signed_rank(tenths + 0.1, tenths)
    assert (found.statistic, found.p) == (15, 0.0625)


@pytest.mark.parametrize("statistic", [wilcoxon_signed_rank, paired_permutation])
def test_the_sides_mirror_each_other(statistic):
    found, other = statistic(BEFORE, AFTER, "greater"), statistic(AFTER, BEFORE, "less")
    assert (found.value, found.p) == pytest.approx((-other.value, other.p))


@pytest.mark.parametrize("side", SIDES)
def test_scipy_agrees_on_exchanges(side):
    from scipy.stats import permutation_test

    rng = np.random.default_rng(4)
    x, y = rng.integers(1, 6, 9), rng.integers(1, 6, 9)
    other = permutation_test(
        (x, y),
        lambda a, b, axis: np.mean(a - b, axis=axis),
        permutation_type="samples",
        vectorized=True,
        alternative=side,
        n_resamples=np.inf,
    )
    assert paired_permutation(x, y, side).p == pytest.approx(other.pvalue)


def test_drawn_exchanges_are_near_the_exact_ones():
    rng = np.random.default_rng(5)
    x, y = rng.normal(0.25, 1, 40), rng.normal(0, 1, 40)
    from scipy.stats import ttest_rel

    found = paired_permutation(x, y, seed=1)
    assert found.p == pytest.approx(ttest_rel(x, y).pvalue, abs=0.02)
    assert found == paired_permutation(x, y, seed=1)


def test_averages_of_three_raters_are_counted_out():
    rng = np.random.default_rng(8)
    x, y = (rng.integers(1, 6, (12, 3)).mean(axis=1) for _ in range(2))
    for side in SIDES:
        found = paired_permutation(x, y, side)
        assert "counted out" in found.method
        assert found.p == pytest.approx(paired_permutation(3 * x, 3 * y, side).p)


def test_many_scores_on_a_scale_are_counted_out():
    rng = np.random.default_rng(9)
    x, y = rng.integers(1, 6, 400), rng.integers(1, 6, 400)
    from scipy.stats import ttest_rel

    found = paired_permutation(x, y)
    assert "counted out" in found.method
    assert found.p == pytest.approx(ttest_rel(x, y).pvalue, abs=0.02)


def test_drawn_exchanges_never_give_zero():
    apart = np.exp(np.random.default_rng(7).normal(size=40))
    assert paired_permutation(apart, np.zeros(40), exchanges=99).p == pytest.approx(0.01)


def test_groups_are_exchanged_whole():
    x, group = np.repeat([1.0, 2, 3, 1], 6), np.repeat(np.arange(4), 6)
    assert paired_permutation(x, np.zeros(24), group=group).p == pytest.approx(2 / 16)


@pytest.mark.parametrize("statistic", [wilcoxon_signed_rank, paired_permutation])
def test_p_is_uniform_when_nothing_differs(statistic):
    rng = np.random.default_rng(6)
    p = [statistic(rng.integers(1, 6, 12), rng.integers(1, 6, 12)).p for _ in range(300)]
    assert np.mean(np.array(p, dtype=float) <= 0.05) <= 0.08


def test_nothing_to_rank_has_a_reason():
    assert wilcoxon_signed_rank([], []).reason == reasons.NO_CASES
    assert wilcoxon_signed_rank([1, 2], [1, 2]).reason == reasons.NO_DIFFERENCES
    assert paired_permutation([], []).reason == reasons.NO_CASES
    assert paired_permutation([1, 2], [1, 2]).p == 1


def test_impossible_arguments_are_refused():
    with pytest.raises(RowsError):
        paired_permutation([1, 2], [2, 1], group=[1])
    with pytest.raises(StatisticsError):
        paired_permutation([1, 2], [2, 1], exchanges=0)
    with pytest.raises(StatisticsError):
        wilcoxon_signed_rank([1, 2], [2, 1], "up")
