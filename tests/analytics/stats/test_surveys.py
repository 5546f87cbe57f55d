"""Scores of questionnaires: published rules, intervals in small samples, wrong answers."""

import numpy as np
import pytest

from analytics.stats import reasons
from analytics.stats.comparisons.surveys import net_promoter, sus_mean, sus_scores, top_box
from analytics.stats.errors import RowsError, StatisticsError


def test_brookes_worked_example():
    """Brooke (1996): contributions add up to 22, so the score is 55."""
    assert sus_scores([[5, 4, 2, 1, 2, 3, 2, 4, 5, 2]]).tolist() == [55]


def test_the_ends_of_the_usability_scale():
    rows = [[5, 1] * 5, [1, 5] * 5, [3] * 10]
    assert sus_scores(rows).tolist() == [100, 0, 50]


def test_usability_has_a_t_interval():
    from scipy.stats import t

    rows = np.random.default_rng(1).integers(1, 6, (12, 10))
    scores = sus_scores(rows)
    found = sus_mean(rows, 0.9)
    low, high = t.interval(0.9, 11, scores.mean(), scores.std(ddof=1) / np.sqrt(12))
    assert (found.low, found.high, found.p) == pytest.approx((low, high, None))


def test_usability_of_one_respondent_has_no_interval():
    found = sus_mean([[3] * 10])
    assert (found.value, found.low, found.reason) == (50, None, reasons.FEW_ROWS)
    assert sus_mean([]).reason == reasons.NO_CASES


@pytest.mark.parametrize(
    "rows", [[[3] * 9], [[3] * 9 + [6]], [[3] * 9 + [2.5]], [[3] * 9 + [np.nan]]]
)
def test_rows_that_are_no_usability_scale_are_refused(rows):
    with pytest.raises(RowsError):
        sus_scores(rows)


def test_recommendation_by_hand():
    """Six promoters, two passives, two detractors of ten."""
    found = net_promoter([10] * 4 + [9] * 2 + [8, 7] + [6, 0])
    assert (found.estimate.value, found.promoters, found.passives, found.detractors) == (
        pytest.approx(40), 0.6, 0.2, 0.2,
    )  # fmt: skip


def test_wald_is_the_variance_of_a_trinomial_difference():
    found = net_promoter([10] * 60 + [7] * 20 + [3] * 20, interval="wald").estimate
    reach = 1.959963985 * np.sqrt((0.8 - 0.16) / 100) * 100
    assert (found.low, found.high) == pytest.approx((40 - reach, 40 + reach))


@pytest.mark.parametrize(("promoters", "detractors"), [(0.5, 0.2), (0.8, 0.05), (0.1, 0.6)])
def test_the_score_interval_covers_in_small_samples(promoters, detractors):
    rng = np.random.default_rng(2)
    covered = {"score": 0, "wald": 0}
    for _ in range(600):
        scores = rng.choice([10, 7, 0], 12, p=[promoters, 1 - promoters - detractors, detractors])
        for interval in covered:
            found = net_promoter(scores, interval=interval).estimate
            covered[interval] += found.low <= 100 * (promoters - detractors) + 1e-9 <= found.high
    assert covered["score"] / 600 > 0.925
    assert covered["score"] >= covered["wald"]


def test_promoters_alone_stay_on_the_scale():
    found = net_promoter([10] * 8).estimate
    assert (found.value, found.high) == (100, 100)
    assert found.low < 60


def test_turning_the_answers_around_turns_the_score_around():
    found, other = (
        net_promoter([9] * 7 + [8] * 3 + [0] * 2),
        net_promoter([0] * 7 + [8] * 3 + [9] * 2),
    )
    assert (found.estimate.value, found.estimate.low) == pytest.approx(
        (-other.estimate.value, -other.estimate.high)
    )


@pytest.mark.parametrize("scores", [[11], [-1], [7.5], ["ten"]])
def test_recommendations_off_the_scale_are_refused(scores):
    with pytest.raises(RowsError):
        net_promoter(scores)


def test_top_boxes():
    found = top_box([5, 5, 4, 3, 1], interval="clopper_pearson")
    assert found.value == 0.6
    assert top_box([7, 6, 5], points=7, boxes=1).value == pytest.approx(1 / 3)
    assert "top 2 of 5" in found.method


def test_no_answers_have_a_reason():
    assert top_box([]).reason == reasons.NO_CASES
    assert net_promoter([]).estimate.reason == reasons.NO_CASES


def test_impossible_options_are_refused():
    with pytest.raises(StatisticsError):
        top_box([1], boxes=5)
    with pytest.raises(StatisticsError):
        net_promoter([1], interval="t")
