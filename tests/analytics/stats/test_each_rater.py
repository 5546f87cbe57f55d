"""Raters beside the rest, their habits, and which of it stands out."""

import numpy as np
import pytest

from analytics.stats import reasons
from analytics.stats.coefficients.agreement import krippendorff_alpha
from analytics.stats.coefficients.kappa import cohen_kappa
from analytics.stats.comparisons.multiplicity import adjusted_p
from analytics.stats.intervals.methods import Draw
from analytics.stats.intervals.resampling import Resampling
from analytics.stats.raters.drift import drift, weekly
from analytics.stats.raters.each_rater import _drawn, each_rater
from analytics.stats.raters.flags import flags_of
from analytics.stats.raters.groups import rater_groups
from analytics.stats.raters.habits import longest_run, pace
from analytics.stats.ratings import Ratings
from analytics.stats.types import Estimate, FloatArray, IntArray

DRAW = Draw(replicates=400, seed=2)


def rated(table: IntArray, level: str = "ordinal", n_values: int = 5) -> Ratings:
    unit, rater = np.divmod(np.arange(table.size), table.shape[1])
    return Ratings.from_rows(
        unit, rater, table.ravel(), np.arange(len(table)), level, range(n_values)
    )


def table(n_units: int, n_raters: int, seed: int) -> IntArray:
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 5, n_units)
    return np.asarray(np.clip(truth[:, None] + rng.integers(-1, 2, (n_units, n_raters)), 0, 4))


def limits(found: Estimate) -> tuple[float, float]:
    assert found.low is not None
    assert found.high is not None
    return found.low, found.high


# Beside the rest


@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval"])
def test_alpha_without_a_rater_is_alpha_of_the_others(level: str) -> None:
    scores = table(40, 4, 1)
    for rater, figures in enumerate(each_rater(rated(scores, level), DRAW)):
        others = np.delete(scores, rater, axis=1)
        counts = (others[:, :, None] == np.arange(5)).sum(axis=1)
        everybody = (scores[:, :, None] == np.arange(5)).sum(axis=1)
        alpha = krippendorff_alpha(counts, level, range(5))
        assert figures.alpha_without.value == pytest.approx(alpha)
        gain = alpha - krippendorff_alpha(everybody, level, range(5))
        assert figures.gain.value == pytest.approx(gain)
        low, high = limits(figures.gain)
        assert low <= gain <= high


def test_kappa_against_one_other_is_cohens() -> None:
    scores = table(60, 2, 2)
    cross = np.zeros((5, 5), np.int64)
    np.add.at(cross, (scores[:, 0], scores[:, 1]), 1)
    first, second = each_rater(rated(scores, "nominal"), DRAW)
    assert first.against_rest.value == pytest.approx(cohen_kappa(cross))
    assert second.against_rest.value == pytest.approx(cohen_kappa(cross))
    assert "Without this rater no item has two ratings" in str(first.alpha_without.reason)


def test_who_answers_by_chance_pulls_agreement_down_and_nobody_else_does() -> None:
    scores = table(200, 5, 3)
    scores[:, 4] = np.random.default_rng(4).integers(0, 5, 200)
    found = each_rater(rated(scores), DRAW)
    nothing = [None] * 5
    assert flags_of(found, nothing, nothing) == [[], [], [], [], ["apart"]]


def test_who_is_severe_is_flagged_with_an_interval_below_the_middle() -> None:
    scores = table(200, 5, 5)
    scores[:, 2] = np.clip(scores[:, 2] - 1, 0, 4)
    found = each_rater(rated(scores), DRAW)
    assert limits(found[2].severity)[1] < 0
    assert "severe" in flags_of(found, [None] * 5, [None] * 5)[2]


def test_severity_in_logits_tells_the_same_story() -> None:
    scores = table(200, 5, 5)
    scores[:, 2] = np.clip(scores[:, 2] - 1, 0, 4)
    found = each_rater(rated(scores), DRAW)
    assert limits(found[2].logits)[1] < 0 < limits(found[1].logits)[1]
    assert all(0.5 < float(one.infit or 0) < 1.5 for one in found)


def test_limits_that_meet_are_no_interval() -> None:
    """Of eight items the observed ones may give the highest value that any resample gives."""
    seen = np.array([2, 3, 3])

    def highest_as_observed(drawn: FloatArray) -> FloatArray:
        return np.asarray(0.5 - np.abs(np.asarray(drawn) - seen).max(axis=-1) / 10)

    resampling = Resampling(multiplicity=seen, value_of=highest_as_observed, width=1)
    found = _drawn(resampling, 8, "alpha", Draw(replicates=2_000, seed=1), None)
    assert (found.value, found.low, found.high, found.p) == (0.5, None, None, None)
    assert found.reason == reasons.CONSTANT_RESAMPLES


def test_nominal_points_have_no_severity() -> None:
    one = each_rater(rated(table(60, 3, 6), "nominal"), DRAW)[0]
    assert "nominal scale have none" in str(one.severity.reason)
    assert (one.logits.reason, one.infit) == (one.severity.reason, None)


def test_a_rater_without_common_items_has_reasons_and_changes_no_severity() -> None:
    scores = table(30, 3, 6)
    unit, rater = np.divmod(np.arange(90), 3)
    alone = Ratings.from_rows(
        [*unit, 30, 31], [*rater, 3, 3], [*scores.ravel(), 0, 4], np.arange(32), "ordinal", range(5)
    )
    found = each_rater(alone, DRAW)
    before = each_rater(rated(scores), DRAW)
    assert [one.severity for one in found[:3]] == [one.severity for one in before]
    assert [one.logits for one in found[:3]] == [one.logits for one in before]
    assert "No common item" in str(found[3].logits.reason)
    assert "No common item" in str(found[3].severity.reason)
    assert "Nobody else rated" in str(found[3].gain.reason)
    assert found[3].group == 1


def test_groups_of_raters_are_joined_over_others() -> None:
    assert rater_groups([0, 0, 1, 1, 2], [0, 1, 1, 2, 3]).tolist() == [0, 0, 0, 1]


# Habits


@pytest.mark.parametrize("length", [6, 8])
def test_the_chance_of_a_run_bounds_that_of_shuffled_answers(length: int) -> None:
    rng = np.random.default_rng(7)
    given = [0] * length + [1, 2, 0] * 8 + [1] * 4 + [0, 1, 0, 1]
    run = longest_run(given)
    assert run.length == length
    longest = np.array([longest_run(rng.permutation(given)).length for _n in range(4_000)])
    assert (longest >= length).mean() <= run.p + 0.01 <= 2 * (longest >= length).mean() + 0.02


def test_only_answers_run_that_are_rare_are_unlikely() -> None:
    assert longest_run([0] * 20 + [1] + [0] * 20).p == 1
    assert longest_run([0, 1, 2, 3] * 20 + [0] * 12).p < 0.001
    assert longest_run([]).length == 0


def test_nobody_is_fast_among_raters_of_one_pace() -> None:
    seconds = np.repeat([30.0, 31.0, 29.0, 28.0], 12)
    found = pace(np.repeat(np.arange(4), 12), seconds, n_raters=5)
    assert not found.is_fast.any()
    assert np.isnan(found.median[4])


def test_a_drift_needs_weeks_and_comparable_ratings() -> None:
    assert "Fewer than 20" in str(drift([1, 2], [0.0, 1.0]).reason)
    week = np.repeat(np.arange(6), 20)
    noise = np.random.default_rng(8).normal(size=120)
    moved, steady = drift(week, noise + 0.4 * week), drift(week, noise)
    assert limits(moved)[0] > 0
    assert limits(steady)[0] < 0 < limits(steady)[1]
    assert [one.n for one in weekly(week, noise)] == [20] * 6


def test_flags_are_held_against_the_number_of_raters() -> None:
    p = [0.03, *np.linspace(0.1, 1, 19)]
    assert adjusted_p(p, "BH")[0] > 0.05
    scores = table(60, 12, 9)
    found = each_rater(rated(scores), DRAW)
    assert sum(map(len, flags_of(found, [None] * 12, [None] * 12))) <= 2
