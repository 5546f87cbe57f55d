"""Prediction-powered means: limits of the method, coverage, and the authors' library."""

import numpy as np
import pytest

from analytics.stats import reasons
from analytics.stats.comparisons.prediction_powered import (
    classical_mean,
    judge_only_mean,
    prediction_powered_mean,
)
from analytics.stats.errors import RowsError, StatisticsError


def labels(seed, n=100, n_judged=2_000, skill=1.0, bias=0.1):
    """Yes and no of people, and scores of a judge that is off by `bias`."""
    rng = np.random.default_rng(seed)
    truth = rng.random(n + n_judged) < 0.6
    judge = np.clip(
        0.5 + skill * 0.3 * (truth - 0.5) + bias + rng.normal(0, 0.15, n + n_judged), 0, 1
    )
    return truth[:n].astype(float), judge[:n], judge[n:]


def test_no_weight_is_the_classical_mean():
    human, seen, unseen = labels(1)
    found, plain = prediction_powered_mean(human, seen, unseen, weight=0), classical_mean(human)
    assert (found.estimate.value, found.estimate.low) == pytest.approx((plain.value, plain.low))
    assert found.effective_n == pytest.approx(100)


def test_a_judge_moved_by_a_constant_changes_nothing():
    human, seen, unseen = labels(2)
    found = prediction_powered_mean(human, seen, unseen)
    moved = prediction_powered_mean(human, seen + 5, unseen + 5)
    assert moved.estimate.value == pytest.approx(found.estimate.value)
    assert moved.estimate.high == pytest.approx(found.estimate.high)


def test_a_judge_who_knows_nothing_is_not_used():
    rng = np.random.default_rng(3)
    human, _, _ = labels(3)
    found = prediction_powered_mean(human, rng.random(100), rng.random(2_000))
    assert found.weight < 0.3
    assert found.effective_n > 95
    assert prediction_powered_mean(human, np.ones(100), np.ones(50)).weight == 0


def test_a_good_judge_is_worth_labels():
    human, seen, unseen = labels(4, skill=2)
    found = prediction_powered_mean(human, seen, unseen)
    plain = classical_mean(human)
    assert found.effective_n > 200
    assert found.estimate.high - found.estimate.low < 0.75 * (plain.high - plain.low)


@pytest.mark.parametrize("weight", [None, 1.0])
def test_intervals_cover_however_biased_the_judge(weight):
    hits, believed = 0, 0
    for seed in range(400):
        human, seen, unseen = labels(seed, n_judged=500, bias=0.2)
        found = prediction_powered_mean(human, seen, unseen, weight=weight).estimate
        hits += found.low <= 0.6 <= found.high
        believed += found.low <= judge_only_mean([*seen, *unseen]) <= found.high
    assert 0.92 < hits / 400 < 0.98
    assert believed < 0.5 * 400


@pytest.mark.parametrize(("human", "seen", "unseen"), [([], [], [0.5]), ([1], [0.5], [])])
def test_no_cases_have_a_reason(human, seen, unseen):
    found = prediction_powered_mean(human, seen, unseen)
    assert (found.estimate.value, found.estimate.reason) == (None, reasons.NO_CASES)


def test_equal_labels_have_a_mean_without_interval():
    assert classical_mean([1, 1, 1]).reason == reasons.FEW_ROWS
    assert classical_mean([]).reason == reasons.NO_CASES
    assert np.isnan(judge_only_mean([]))


def test_impossible_arguments_are_refused():
    with pytest.raises(RowsError):
        prediction_powered_mean([1, 0], [0.5], [0.5])
    with pytest.raises(RowsError):
        prediction_powered_mean([1, np.nan], [0.5, 0.5], [0.5])
    with pytest.raises(StatisticsError):
        prediction_powered_mean([1, 0], [0.5, 0.4], [0.5], weight=1.5)
