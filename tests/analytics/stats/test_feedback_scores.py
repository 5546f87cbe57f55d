"""Scores of surveys against published figures and real answers, and what others cannot say."""

import csv
import os
from pathlib import Path

import numpy as np
import pytest

from analytics.stats import reasons
from analytics.stats.comparisons.surveys import sus_scores
from analytics.stats.errors import RowsError, StatisticsError
from analytics.stats.feedback.careless import straight_lines, too_fast
from analytics.stats.feedback.consistency import cronbach_alpha
from analytics.stats.feedback.experts import user_expert_matrix
from analytics.stats.feedback.habits import order_effect, response_style
from analytics.stats.feedback.quality import quality_level
from analytics.stats.feedback.questionnaires import score_mean, two_items
from analytics.stats.feedback.scores import adjusted_wald_net, ces, csat_top2, net_of, nps
from analytics.stats.feedback.selection import share_shown, worst_case_bounds
from analytics.stats.feedback.weighting import kish_n, rake, weighted_mean, weighted_share

SHARED = Path(
    os.environ.get("TOUCHSTONE_SHARED_DATA", Path(__file__).parents[4] / "shared" / "data")
)
WORDS = ["Strongly disagree", "Somewhat disagree", "Neither agree nor disagree"]
WORDS += ["Somewhat agree", "Strongly agree"]


@pytest.mark.parametrize(("n", "reach"), [(100, 14.8), (400, 7.5), (1000, 4.7)])
def test_how_far_a_recommendation_reaches(n, reach):
    low, high = adjusted_wald_net(45 * n // 100, 20 * n // 100, n)
    assert round(50 * (high - low), 1) == reach


def test_recommendations_of_a_real_survey():
    """CNCF maintainers 2020 H2, question 15, printed counts of 1 to 10: 55.67."""
    found = nps([0, 1, 0, 0, 0, 3, 6, 8, 15, 14, 50])
    assert round(found.estimate.value, 2) == 55.67
    assert net_of(64, 10, 97) == found


def test_recommendations_without_answers_have_a_reason():
    assert nps([0] * 11).estimate.reason == reasons.NO_CASES
    with pytest.raises(RowsError):
        nps([1] * 10)
    with pytest.raises(RowsError):
        net_of(5, 6, 10)


def test_boxes_of_satisfaction_and_ease():
    satisfied, easy = csat_top2([1, 2, 3, 10, 4]), ces([1, 0, 0, 3, 2, 2, 2])
    assert (satisfied.top.value, easy.top.value) == (0.7, 0.6)
    assert satisfied.mean.value == pytest.approx(3.7)
    assert satisfied.mean.p is None


def real_sus():
    path = SHARED / "sus_vr_queue" / "sus.csv"
    if not path.exists():
        pytest.skip(f"{path} is absent: the shared data are not on this machine")
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.reader(file))[1:]
    return np.array([[WORDS.index(cell.strip()) + 1 for cell in line[1:11]] for line in lines])


def test_usability_of_real_answers():
    """The source's README: 30 people, mean 71.6667, SD 15.1904, alpha of turned items 0.7599."""
    rows = real_sus()
    scores = sus_scores(rows)
    turned = np.where(np.arange(10) % 2, 6 - rows, rows)
    found = score_mean(scores, "Mean SUS score")
    assert (found.n, round(found.value, 4), round(scores.std(ddof=1), 4)) == (30, 71.6667, 15.1904)
    assert round(cronbach_alpha(turned).value, 4) == 0.7599
    assert round(found.low, 1) == 66.0
    assert round(found.high, 1) == 77.3


def test_two_items_by_hand():
    assert two_items([[5, 5], [3, 1], [1, 2]]).tolist() == [100, 25, 12.5]
    with pytest.raises(RowsError):
        two_items([[1, 6]])


def test_alpha_needs_people_and_items_that_vary():
    assert cronbach_alpha([]).reason == reasons.NO_CASES
    assert cronbach_alpha([[1, 2]]).reason == reasons.FEW_ROWS
    assert cronbach_alpha([[1, 2], [1, 2]]).reason == reasons.CONSTANT_SCORES
    with pytest.raises(RowsError):
        cronbach_alpha([[1], [2]])


def test_feldts_limits_cover():
    rng, runs, hits = np.random.default_rng(5), 800, 0
    truth = 6 / 5 * (1 - 6 * 2 / (36 + 6))
    for _run in range(runs):
        rows = rng.normal(size=(40, 1)) + rng.normal(size=(40, 6))
        found = cronbach_alpha(rows)
        hits += found.low <= truth <= found.high
    assert abs(hits / runs - 0.95) < 0.025


def test_unequal_weights_cost_half():
    assert kish_n([1] * 900 + [6] * 100) == 500


def test_raking_meets_two_margins():
    rng = np.random.default_rng(3)
    rows = [
        (str(rng.choice(["ja", "en"], p=[0.2, 0.8])), str(rng.choice(["a", "b"])))
        for _ in range(500)
    ]
    found = rake(rows, [{"ja": 50, "en": 50}, {"a": 0.3, "b": 0.7}])
    reached = [
        found.weights[[row[at] == value for row in rows]].sum() / 500
        for at, value in ((0, "ja"), (1, "a"))
    ]
    assert found.converged
    assert reached == pytest.approx([0.5, 0.3], abs=1e-5)
    assert found.kish_n < 500
    assert found.weights.mean() == pytest.approx(1)


def test_a_cap_that_bites_is_said():
    found = rake([["ja"]] * 5 + [["en"]] * 95, [{"ja": 50, "en": 50}], cap=3)
    assert not found.converged
    assert found.capped == 5
    assert found.gap > 0.1


def test_values_that_no_margin_names_keep_their_share():
    found = rake([["ja"]] * 20 + [["en"]] * 60 + [[""]] * 20, [{"ja": 1, "en": 1}])
    assert found.weights[-1] == pytest.approx(1)
    assert found.weights[0] == pytest.approx(2)


@pytest.mark.parametrize("margin", [{}, {"ja": 0}, {"fr": 1, "ja": 1}])
def test_margins_that_cannot_be_met_are_refused(margin):
    with pytest.raises(StatisticsError):
        rake([["ja"], ["en"]], [margin])


def test_equal_weights_change_nothing():
    from analytics.stats.comparisons.proportions import share

    same, plain = weighted_share([1] * 9 + [0], [2] * 10), share(9, 10)
    assert (same.value, same.low, same.high) == pytest.approx((plain.value, plain.low, plain.high))
    assert weighted_mean([1, 2, 3], [1, 1, 1]).value == 2


def test_what_those_who_answer_cannot_say():
    low, high = worst_case_bounds(1400, 2000, 100_000)
    assert (round(100 * low, 1), round(100 * high, 1)) == (1.4, 99.4)
    assert round(100 * share_shown(0.9, 0.01, 0.04)) == 69


def test_one_answer_for_opposite_statements_is_flagged():
    turned = [False, True] * 5
    rows = [[4] * 10, [4] * 4 + [np.nan] * 6, [5, 1] * 5, [4] * 9 + [3]]
    assert straight_lines(rows, turned).tolist() == [True, False, False, False]
    assert not straight_lines(rows, [False] * 10).any()


def test_far_too_little_spread_is_flagged_among_many():
    rows = [[5, 1] * 5] * 120 + [[4] * 9 + [3]]
    assert straight_lines(rows, [False, True] * 5).tolist() == [False] * 120 + [True]


def test_speed_is_held_against_the_median_only_among_many():
    few = too_fast([30.0] * 20 + [8], [5] * 21)
    many = too_fast([30.0] * 120 + [8, 4, np.nan], [5] * 123)
    assert not few.any()
    assert many[-3:].tolist() == [True, True, False]


def test_styles_are_counted_by_person():
    found = response_style([1] * 4 + [2] * 4, [5, 5, 5, 5, 2, 3, 4, 3], [1] * 8, [5] * 8)
    assert (found.extremes.value, found.middle.value, found.same.value) == (0.5, 0.25, 0.5)
    assert "groups" in found.extremes.method


def test_even_scales_have_no_middle():
    assert response_style([1, 2], [1, 2], [1, 1], [4, 4]).middle.reason == reasons.NO_CASES


def test_the_first_place_draws_choices():
    assert order_effect([50, 50, 50]).p == 1
    assert order_effect([80, 40, 40]).p < 0.001
    assert order_effect([3, 1]).reason == reasons.FEW_ROWS


def test_level_of_quality_needs_verdicts_of_the_common_kind():
    assert quality_level([0], [1], [1], [5, 5]).level.reason == reasons.FEW_VERDICTS
    found = quality_level([0] * 20, [1] * 20, [1] * 20, [20, 980])
    assert found.level.reason == reasons.SIGNAL_WITHOUT_VERDICT
    assert found.unlabelled == 0.98


def test_thumbs_that_say_nothing_narrow_nothing():
    """Both intervals are about the same answers, of which six in ten are rated."""
    signal = [0, 1, 2, 2, 2] * 14
    good = ([1] * 25 + [0] * 10) * 2
    found = quality_level(signal, good, [0.6] * 70, [24, 24, 72])
    widths = [one.high - one.low for one in (found.level, found.labels_only)]
    assert widths[0] == pytest.approx(widths[1], rel=0.1)


def test_a_verdict_on_every_answer_leaves_next_to_nothing_to_guess():
    found = quality_level([0] * 100, [1] * 70 + [0] * 30, [1] * 100, [100]).labels_only
    assert 0 < found.high - found.low < 0.01


def test_verdicts_alone_cover_the_share_of_what_they_were_drawn_from():
    dice = np.random.default_rng(7)
    kind = dice.choice(3, 500, p=[0.1, 0.2, 0.7])
    good = dice.random(500) < np.array([0.3, 0.9, 0.8])[kind]
    drawn, sizes = np.array([0.9, 0.2, 0.1])[kind], np.bincount(kind)
    covered = 0
    for _round in range(600):
        rated = dice.random(500) < drawn
        found = quality_level(kind[rated], good[rated], drawn[rated], sizes).labels_only
        covered += found.low <= good.mean() <= found.high
    assert abs(covered / 600 - 0.95) <= 0.025


def test_kinds_without_a_verdict_widen_the_level():
    given = {"signal": [0] * 50, "good": [1] * 40 + [0] * 10, "probability": [0.1] * 50}
    whole, part = (
        quality_level(**given, everybody=[500]),
        quality_level(**given, everybody=[490, 10]),
    )
    assert part.level.high - part.level.low > whole.level.high - whole.level.low
    assert part.unlabelled == 0.02


def test_recall_is_weighted_back_where_thumbs_down_are_rated_more():
    plain = user_expert_matrix((90, 10), (20, 80))
    routed = user_expert_matrix(
        (90, 10), (20, 80), thumbs=(900, 100), by_reason={"incorrect": (1, 9)}
    )
    assert round(plain.bad_found.value, 3) == 0.889
    assert round(routed.bad_found.value, 3) == 0.471
    assert routed.down_right == plain.down_right
    assert routed.by_reason["incorrect"].value == 0.9
    assert routed.bad_found.low < routed.bad_found.value < routed.bad_found.high
    with pytest.raises(RowsError):
        user_expert_matrix((90, 10), (20, 80), thumbs=(50, 100))
