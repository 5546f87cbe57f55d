"""Means of bounded scores, valid at any time."""

import numpy as np
import pytest

from analytics.stats import reasons
from analytics.stats.comparisons.betting import (
    confidence_sequence,
    difference_sequence,
    paired_sequence,
)
from analytics.stats.errors import RowsError, StatisticsError


@pytest.mark.parametrize(
    "draw",
    [
        lambda rng: rng.beta(2, 1, 250),
        lambda rng: (rng.random(250) < 2 / 3).astype(float),
        lambda rng: rng.choice([0.0, 0.5, 1.0], 250, p=[0.1, 7 / 15, 13 / 30]),
    ],
)
def test_limits_hold_at_all_times_so_far(draw):
    """They are the intersection of all times, so holding at the end is holding all along."""
    rng, left = np.random.default_rng(1), 0
    for _ in range(300):
        found = confidence_sequence(draw(rng))
        left += found.low is None or not found.low <= 2 / 3 <= found.high
    assert left / 300 <= 0.06


def test_limits_never_widen_while_scores_arrive():
    scores = np.random.default_rng(2).beta(2, 1, 200)
    found = [confidence_sequence(scores[:n]) for n in (5, 20, 80, 200)]
    lows, highs = [each.low for each in found], [each.high for each in found]
    assert lows == sorted(lows)
    assert highs == sorted(highs, reverse=True)


def test_a_mean_with_little_spread_is_found_soon():
    steady = confidence_sequence(np.tile([0.68, 0.7, 0.72], 100))
    spread = confidence_sequence(np.tile([0.4, 0.7, 1.0], 100))
    assert steady.high - steady.low < 0.6 * (spread.high - spread.low)


def test_the_scale_is_only_a_unit():
    points = np.random.default_rng(3).integers(1, 6, 80)
    found, share = confidence_sequence(points, 1, 5), confidence_sequence((points - 1) / 4)
    assert (found.low, found.high) == pytest.approx((1 + 4 * share.low, 1 + 4 * share.high))


def test_reversed_scores_have_mirrored_limits():
    scores = np.random.default_rng(4).beta(2, 1, 80)
    found, other = confidence_sequence(scores), confidence_sequence(1 - scores)
    assert (found.low, found.high) == pytest.approx((1 - other.high, 1 - other.low))


@pytest.mark.parametrize("score", [0.0, 1.0])
def test_scores_at_an_end_of_the_scale(score):
    found = confidence_sequence(np.full(60, score))
    assert found.low <= score <= found.high
    assert found.high - found.low < 0.3


def test_two_arms_hold_their_difference():
    rng, left = np.random.default_rng(5), 0
    for _ in range(200):
        first, second = rng.random(150) < 0.7, rng.random(90) < 0.5
        found = difference_sequence(first.astype(float), second.astype(float))
        left += found.low is None or not found.low <= 0.2 <= found.high
    assert left / 200 <= 0.06


def test_pairs_are_narrower_than_arms_when_scores_go_together():
    rng = np.random.default_rng(6)
    item = rng.integers(2, 5, 150)
    x, y = item + rng.integers(0, 2, 150), item
    pairs, arms = paired_sequence(x, y, 1, 5), difference_sequence(x, y, 1, 5)
    assert pairs.value == pytest.approx(arms.value)
    assert pairs.high - pairs.low < 0.8 * (arms.high - arms.low)


def test_a_mean_that_moves_has_no_limits():
    moved = confidence_sequence(np.repeat([0.0, 1.0], 300))
    assert (moved.low, moved.reason) == (None, reasons.MOVED_MEAN)
    assert difference_sequence(np.repeat([0.0, 1.0], 300), [0.5]).reason == reasons.MOVED_MEAN


def test_no_scores_have_a_reason():
    assert confidence_sequence([]).reason == reasons.NO_CASES
    assert difference_sequence([], [1.0]).reason == reasons.NO_CASES


def test_what_does_not_fit_the_scale_is_refused():
    with pytest.raises(RowsError, match="outside the scale"):
        confidence_sequence([1, 2, 6], 1, 5)
    with pytest.raises(RowsError):
        paired_sequence([1, 2], [1], 1, 5)
    with pytest.raises(StatisticsError):
        confidence_sequence([1.0], 1, 1)
