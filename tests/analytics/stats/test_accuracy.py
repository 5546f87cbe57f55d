"""Raters against what others settled: shares of cases in groups, and truth without the rater."""

import numpy as np
import pytest

from analytics.stats.comparisons.clustered_share import clustered_share, effective_cases
from analytics.stats.comparisons.proportions import wilson_interval
from analytics.stats.errors import RowsError
from analytics.stats.intervals.methods import Draw
from analytics.stats.raters.accuracy import (
    NO_DISTANCE,
    NO_RIGHT,
    NO_TRUTH,
    rater_accuracy,
    said_by_others,
)
from analytics.stats.types import IntArray

DRAW = Draw(replicates=200, seed=3)


def test_a_case_a_group_is_wilsons_interval() -> None:
    found = clustered_share([1] * 7 + [0] * 3, range(10))
    assert (found.low, found.high) == wilson_interval(7, 10)


def test_groups_of_copies_are_worth_as_much_as_there_are_groups() -> None:
    """By hand: p = 1/2, variance 20/19 * 20 * 1 / 40^2, 9.5 cases of p (1 - p); t in place of z."""
    from scipy.stats import t

    success = np.repeat([0, 1], 20)
    group = np.repeat(np.arange(20), 2)
    wider = t.ppf(0.975, 39) / t.ppf(0.975, 19)
    assert effective_cases(success, group) == pytest.approx(19 * wider**2)


def test_neither_order_nor_names_of_groups_matter() -> None:
    rng = np.random.default_rng(1)
    group, success = rng.integers(0, 12, 60), rng.integers(0, 2, 60)
    order = rng.permutation(60)
    names = np.array([f"g{n}" for n in group])
    assert clustered_share(success, group) == clustered_share(success[order], names[order])


def test_one_group_has_a_share_and_no_interval() -> None:
    found = clustered_share([1, 0, 1], [4, 4, 4])
    assert found.value == pytest.approx(2 / 3)
    assert found.low is None
    assert found.reason is not None


def test_all_right_in_few_groups_is_not_certain() -> None:
    found = clustered_share([1] * 100, np.repeat(range(5), 20))
    assert (found.low, found.high) == (wilson_interval(5, 5)[0], 1.0)


def test_groups_that_do_not_fit_are_refused() -> None:
    with pytest.raises(RowsError, match="2 groups stand against 3 cases"):
        clustered_share([1, 0, 1], [0, 1])


@pytest.mark.parametrize("alike", [0.0, 0.3, 0.8])
def test_intervals_cover_whether_cases_are_alike_or_not(alike: float) -> None:
    """60 groups of 8 cases, share 0.8: cases take their group's outcome with chance `alike`."""
    rng = np.random.default_rng(5)
    group = np.repeat(np.arange(60), 8)
    hits, times = 0, 400
    for _ in range(times):
        of_group = (rng.random(60) < 0.8)[group]
        success = np.where(rng.random(480) < alike, of_group, rng.random(480) < 0.8)
        found = clustered_share(success, group)
        assert found.low is not None
        assert found.high is not None
        hits += found.low <= 0.8 <= found.high
    assert hits / times >= 0.92


def slowly(unit: IntArray, value: IntArray) -> list[int]:
    """Rating by rating, by definition."""
    found = []
    for row, mine in enumerate(unit):
        others = [value[n] for n in range(len(unit)) if unit[n] == mine and n != row]
        most = [v for v in set(others) if 2 * others.count(v) > len(others)]
        found.append(int(most[0]) if most and len(others) >= 2 else -1)
    return found


def test_what_others_said_leaves_the_rater_out() -> None:
    rng = np.random.default_rng(8)
    for _ in range(200):
        unit, value = rng.integers(0, 6, 24), rng.integers(0, 3, 24)
        assert said_by_others(unit, value).tolist() == slowly(unit, value)


def test_the_mean_error_has_an_interval_over_groups() -> None:
    distance = np.array([0.0, 1, 0, 2, 0, 0, 1, 0])
    found = rater_accuracy(distance == 0, distance, np.arange(8) // 2, DRAW).error
    assert found.value == 0.5
    assert found.low is not None
    assert "over 4 groups" in found.method


def test_what_is_missing_has_its_reason() -> None:
    nothing = rater_accuracy(np.zeros(0, bool), np.zeros(0), np.zeros(0, np.int64), DRAW)
    assert (nothing.correct.reason, nothing.error.reason) == (NO_TRUTH, NO_TRUTH)
    some = rater_accuracy(None, None, np.arange(3), DRAW)
    assert (some.correct.reason, some.error.reason) == (NO_RIGHT, NO_DISTANCE)
