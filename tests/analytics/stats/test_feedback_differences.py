"""Comparing variants on answers of people who answer often: published figures, false alarms."""

import numpy as np
import pytest

from analytics.stats import reasons
from analytics.stats.comparisons.two_proportions import newcombe_interval
from analytics.stats.errors import RowsError, StatisticsError
from analytics.stats.feedback.assignment import response_rate_test, sample_ratio_test
from analytics.stats.feedback.differences import (
    answers_needed,
    clustered_difference,
    clustered_sequence,
    two_digits,
)
from analytics.stats.feedback.stratified import mantel_haenszel
from analytics.stats.feedback.sums import ClusterSums
from analytics.stats.plans.power import n_per_group_two_proportions

ONCE_A = ClusterSums.of([1] * 200, [1] * 172 + [0] * 28)
ONCE_B = ClusterSums.of([1] * 200, [1] * 160 + [0] * 40)


@pytest.mark.parametrize(
    ("before", "after", "each"),
    [(80, 90, 199), (80, 85, 905), (60, 65, 1470), (80, 83, 2629), (80, 82, 6039)],
)
def test_sample_size_of_each_arm(before, after, each):
    assert round(n_per_group_two_proportions(before / 100, after / 100)) == each


def test_two_versions_by_newcombe():
    """160 of 200 against 172 of 200: six points more, and not proven."""
    low, high = newcombe_interval(172, 200, 160, 200)
    assert (round(100 * low, 1), round(100 * high, 1)) == (-1.4, 13.4)


def test_one_answer_each_is_the_ordinary_difference():
    from scipy.stats import ttest_ind

    a, b = [1] * 172 + [0] * 28, [1] * 160 + [0] * 40
    found, peer = clustered_difference(ONCE_A, ONCE_B), ttest_ind(a, b, equal_var=False)
    limits = peer.confidence_interval(0.95)
    assert (found.statistic, found.p) == pytest.approx((peer.statistic, peer.pvalue))
    assert (found.low, found.high) == pytest.approx((limits.low, limits.high))


def test_sums_of_shards_add_up():
    n, x = [3, 1, 4, 1], [2, 1, 0, 1]
    assert ClusterSums.of(n[:2], x[:2]) + ClusterSums.of(n[2:], x[2:]) == ClusterSums.of(n, x)


def test_respondents_without_an_answer_count_for_nothing():
    assert ClusterSums.of([0, 2], [0, 1]) == ClusterSums.of([2], [1])


@pytest.mark.parametrize(("n", "x"), [([1, 2], [1]), ([-1], [0]), ([1], [float("nan")])])
def test_sums_refuse_what_does_not_fit(n, x):
    with pytest.raises(RowsError):
        ClusterSums.of(n, x)


def test_a_side_of_equal_answers_borrows_the_spread_of_both():
    certain = ClusterSums.of([1] * 30, [1] * 30)
    other = ClusterSums.of([1] * 30, [1] * 27 + [0] * 3)
    alone = clustered_difference(certain, other)
    assert alone.low < 0 < alone.value < alone.high


def test_nothing_varies_is_a_reason():
    same = ClusterSums.of([1] * 30, [1] * 30)
    assert clustered_difference(same, same).reason == reasons.SAME_OUTCOME
    assert clustered_sequence(same, same).reason == reasons.SAME_OUTCOME


def test_without_answers_or_people_there_is_a_reason():
    nobody, one = ClusterSums.of([], []), ClusterSums.of([5], [3])
    assert clustered_difference(nobody, ONCE_A).reason == reasons.NO_CASES
    assert clustered_difference(one, ONCE_A).reason == reasons.FEW_ROWS
    assert clustered_sequence(one, ONCE_A).reason == reasons.FEW_RESPONDENTS
    assert answers_needed(one, ONCE_A) is None


def test_the_sequence_is_half_as_wide_again_where_it_is_tuned():
    once, always = clustered_difference(ONCE_A, ONCE_B), clustered_sequence(
        ONCE_A, ONCE_B, tuned_for=200
    )  # fmt: skip
    assert (always.high - always.low) / (once.high - once.low) == pytest.approx(1.55, abs=0.02)


def test_the_answers_needed_are_enough():
    """With so many more answers of the same kind the limits exclude 0; with a tenth less not."""
    more = answers_needed(ONCE_A, ONCE_B)

    def grown(by):
        times = (200 + by) / 200
        sides = [
            ClusterSums(
                *(round(times * part) for part in (s.respondents, s.n, s.x, s.nn, s.xx, s.nx))
            )
            for s in (ONCE_A, ONCE_B)
        ]
        return clustered_sequence(*sides).low

    assert grown(1.02 * more) > 0 > grown(0.9 * more)


def test_decided_needs_no_more_and_no_difference_no_number():
    assert answers_needed(ONCE_A, ClusterSums.of([1] * 200, [1] * 60 + [0] * 140)) == 0
    assert answers_needed(ONCE_A, ONCE_A) is None
    assert two_digits(8_412) == 8_500


def test_a_sequence_tuned_for_nobody_is_refused():
    with pytest.raises(StatisticsError, match="not above 0"):
        clustered_sequence(ONCE_A, ONCE_B, tuned_for=0)


def test_a_broken_assignment_alarms():
    assert sample_ratio_test([1000, 1000], [1, 1]).p == 1
    assert not sample_ratio_test([1040, 960], [0.5, 0.5]).alarm
    assert sample_ratio_test([1200, 960, 840], [1, 1, 1]).alarm
    assert sample_ratio_test([9, 0], [1, 1]).reason == reasons.FEW_ROWS


@pytest.mark.parametrize(("counts", "shares"), [([5], [1]), ([5, 5], [1]), ([5, 5], [1, 0])])
def test_an_impossible_plan_is_refused(counts, shares):
    with pytest.raises(StatisticsError):
        sample_ratio_test(counts, shares)


def test_response_rates_say_whether_people_were_told_apart():
    plain = response_rate_test((300, 1000), (360, 1000))
    shown, answered = [5] * 200, [3] * 72 + [0] * 128
    clustered = response_rate_test(
        ClusterSums.of(shown, answered), ClusterSums.of(shown, [3] * 60 + [0] * 140)
    )
    assert "every showing alone" in plain.method
    assert plain.p < 0.01
    assert "clustered by respondent" in clustered.method
    assert clustered.p > 0.1
    with pytest.raises(StatisticsError):
        response_rate_test((1, 2), clustered_sums := ClusterSums.of(shown, answered))
    assert clustered_sums.n == 1000


def test_simpsons_paradox_is_seen():
    """B is better on easy and on hard questions, and worse over all, having got the hard ones."""
    found = mantel_haenszel([[276, 300, 810, 900], [385, 700, 50, 100]])
    assert [round(one.value, 2) for one in found.strata] == [0.02, 0.05]
    assert round(found.pooled.value, 3) == round(0.661 - 0.860, 3)
    assert found.stratified.value > 0
    assert found.signs_differ
    assert sum(found.weights) == pytest.approx(1)


def test_one_stratum_is_the_plain_difference():
    found = mantel_haenszel([[30, 50, 20, 60]])
    assert found.stratified.value == pytest.approx(found.pooled.value)
    assert not found.signs_differ


def test_strata_of_one_side_are_left_out_and_said():
    found = mantel_haenszel([[30, 50, 20, 60], [5, 9, 0, 0]])
    assert (found.left_out, found.weights[1]) == (9, 0)
    assert mantel_haenszel([]).stratified.reason == reasons.NO_CASES


@pytest.mark.parametrize(("strata", "size"), [(3, 300), (150, 3)])
def test_stratified_limits_cover_in_few_large_and_many_small_strata(strata, size):
    rng, runs, hits = np.random.default_rng(strata), 600, 0
    for _run in range(runs):
        base = rng.uniform(0.2, 0.7, strata)
        n1, n2 = rng.integers(1, size, (2, strata)) + 1
        rows = np.column_stack([rng.binomial(n1, base + 0.2), n1, rng.binomial(n2, base), n2])
        found = mantel_haenszel(rows).stratified
        hits += found.low <= 0.2 <= found.high
    assert abs(hits / runs - 0.95) < 0.025
