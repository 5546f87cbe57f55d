"""Accuracy on control items: watched at every answer, and honest about it."""

import subprocess
import sys
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.stats.comparisons.proportions import wilson_interval
from analytics.stats.errors import StatisticsError
from analytics.stats.raters.control_items import (
    accuracy_limits,
    paused_by,
    watched_accuracy,
)

ANSWERS = 300


def ever(p, stops):
    """Chance that `stops(right, asked)` holds after any of the answers, counted exactly."""
    alive, stopped = {0: 1.0}, 0.0
    for asked in range(1, ANSWERS + 1):
        moved = {}
        for right, chance in alive.items():
            moved[right + 1] = moved.get(right + 1, 0.0) + chance * p
            moved[right] = moved.get(right, 0.0) + chance * (1 - p)
        stopped += sum(chance for right, chance in moved.items() if stops(right, asked))
        alive = {right: chance for right, chance in moved.items() if not stops(right, asked)}
    assert stopped + sum(alive.values()) == pytest.approx(1)
    return stopped


limits = cache(accuracy_limits)


@pytest.mark.parametrize("p", [0.5, 0.7, 0.8, 0.9, 0.95])
def test_limits_that_are_looked_at_after_every_answer_err_in_5_percent_at_most(p):
    def excluded(right, asked):
        low, high = limits(right, asked)
        return not low <= p <= high

    assert ever(p, excluded) <= 0.05


@pytest.mark.parametrize("bar", [0.7, 0.8, 0.9])
def test_a_rater_at_the_bar_is_hardly_ever_paused_and_an_ordinary_interval_would(bar):
    assert ever(bar, lambda right, asked: limits(right, asked)[1] < bar) <= 0.05
    assert ever(bar, lambda right, asked: wilson_interval(right, asked)[1] < bar) > 0.25


@pytest.mark.parametrize(("accuracy", "bar"), [(0.3, 0.7), (0.5, 0.8), (0.6, 0.8), (0.7, 0.9)])
def test_a_poor_rater_is_paused(accuracy, bar):
    assert ever(accuracy, lambda right, asked: limits(right, asked)[1] < bar) > 0.95


def test_the_limits_are_where_the_stake_reaches_its_bound():
    """The mixture with scipy's numbers: 20 times at both limits."""
    from scipy.stats import binom

    for right, asked in [(1, 5), (6, 12), (17, 20), (250, 300), (9_000, 10_000)]:
        for limit in accuracy_limits(right, asked):
            assert 1 / ((asked + 1) * binom.pmf(right, asked, limit)) == pytest.approx(20, rel=1e-6)


counts = st.integers(0, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(counts)
def test_limits_hold_the_share_and_mirror(count):
    right, asked = count
    low, high = accuracy_limits(right, asked)
    assert 0 <= low <= (right / asked if asked else 0.5) <= high <= 1
    assert accuracy_limits(asked - right, asked) == pytest.approx((1 - high, 1 - low), abs=1e-9)


@given(counts)
def test_a_right_answer_never_lowers_the_limits(count):
    right, asked = count
    better, worse = accuracy_limits(right + 1, asked + 1), accuracy_limits(right, asked + 1)
    assert better[0] >= worse[0]
    assert better[1] >= worse[1]


@given(counts, st.floats(0.01, 0.99))
def test_paused_is_what_the_upper_limit_says(count, bar):
    assert paused_by(*count, bar) == (accuracy_limits(*count)[1] < bar)


def test_without_answers_nobody_is_paused():
    assert accuracy_limits(0, 0) == (0, 1)
    assert not paused_by(0, 0, bar=0.99)


def test_nobody_is_paused_over_two_answers():
    assert not paused_by(0, 2, bar=0.8)


def test_an_item_is_right_when_all_its_criteria_are():
    items = [{"tone": True, "facts": False}, {"tone": True}, {}, {"facts": True, "tone": True}]
    found = watched_accuracy(items)
    assert (found.right, found.asked) == (2, 3)
    assert found.by_criterion == {"tone": (3, 3), "facts": (1, 2)}
    assert (found.low, found.high) == accuracy_limits(2, 3)
    assert not found.is_below(0.9)


@pytest.mark.parametrize(("right", "asked"), [(-1, 3), (4, 3)])
def test_counts_that_are_none_are_refused(right, asked):
    with pytest.raises(StatisticsError, match="Check the counts"):
        accuracy_limits(right, asked)


@pytest.mark.parametrize("confidence", [0, 1, 95])
def test_confidence_is_a_share(confidence):
    with pytest.raises(StatisticsError, match=r"Write 0\.95"):
        paused_by(1, 3, bar=0.8, confidence=confidence)


@pytest.mark.parametrize("module", ["control_items", "qualifying"])
def test_the_web_process_loads_no_numbers_for_it(module):
    code = f"import sys, analytics.stats.raters.{module}; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
