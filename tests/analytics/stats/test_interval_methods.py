"""Intervals by name: what they are made of, what they cover, and where there is none."""

import numpy as np
import pytest
from scipy import stats

from analytics.stats import reasons
from analytics.stats.coefficients.agreement import OrdinalAlpha, PercentAgreement, alpha_coefficient
from analytics.stats.coefficients.chance import ChanceCorrected
from analytics.stats.coefficients.coefficient import evaluate
from analytics.stats.coefficients.distances import agreement_weights
from analytics.stats.errors import StatisticsError
from analytics.stats.intervals.jackknife import jackknife_interval
from analytics.stats.intervals.kalpha import kalpha_interval
from analytics.stats.intervals.methods import INTERVALS, Draw, Evidence, interval_method, t_interval
from analytics.stats.intervals.other_raters import CountsOfRaters
from analytics.stats.intervals.resampling import (
    bootstrap_interval,
    draw_weights,
    jackknife_standard_error,
    resampling_of,
)
from analytics.stats.intervals.studentized import studentized, studentized_interval
from analytics.stats.intervals.two_way import two_way_interval
from analytics.stats.patterns import counts_of_patterns
from analytics.stats.profiles import Blocks, GroupProfiles, Profiles
from analytics.stats.types import FloatArray, IntArray

VALUES = np.arange(1.0, 6.0)


def severe(n_units: int, n_raters: int, seed: int, spread: float = 0.6) -> IntArray:
    """Patterns of raters who differ in severity."""
    rng = np.random.default_rng(seed)
    quality, severity = rng.normal(3.4, 0.9, (n_units, 1)), rng.normal(0, spread, (1, n_raters))
    noise = rng.normal(0, 0.8, (n_units, n_raters))
    return np.clip(np.rint(quality + severity + noise), 1, 5).astype(np.int64)


def of_units(patterns: IntArray) -> Blocks:
    return Blocks.of_units(Profiles.from_counts(patterns))


def test_a_jackknife_is_leaving_out_one_unit_at_a_time() -> None:
    counts = counts_of_patterns(severe(12, 4, 1), 5)
    found = jackknife_interval(resampling_of(of_units(counts), OrdinalAlpha()))
    whole = evaluate(OrdinalAlpha(), Profiles.from_counts(counts))
    without = [
        evaluate(OrdinalAlpha(), Profiles.from_counts(np.delete(counts, unit, axis=0)))
        for unit in range(12)
    ]
    error = np.sqrt(11 / 12 * np.square(without - np.mean(without)).sum())
    reach = stats.t.ppf(0.975, 11) * error
    assert (found.low, found.high) == pytest.approx((whole - reach, whole + reach))


def test_a_jackknife_leaves_out_whole_groups() -> None:
    counts = counts_of_patterns(severe(60, 3, 2), 5)
    copied = GroupProfiles.from_counts(np.repeat(np.arange(60), 5), np.repeat(counts, 5, axis=0))
    alone = jackknife_interval(resampling_of(of_units(counts), PercentAgreement()))
    groups = jackknife_interval(resampling_of(Blocks.of_groups(copied), PercentAgreement()))
    assert (groups.low, groups.high) == pytest.approx((alone.low, alone.high))


@pytest.mark.parametrize(
    ("counts", "reason"),
    [
        ([[1, 1]], reasons.FEW_GROUPS),
        ([[2, 0], [2, 0], [0, 2]], reasons.UNDEFINED_WITHOUT_ONE),
        ([[2, 0], [2, 0], [0, 2], [0, 2]], reasons.CONSTANT_RESAMPLES),
    ],
)
def test_what_leaves_out_groups_and_cannot_tell_says_why(
    counts: list[list[int]], reason: str
) -> None:
    resampling = resampling_of(of_units(np.array(counts)), alpha_coefficient("nominal", "ab"))
    assert jackknife_interval(resampling).reason == reason
    assert studentized_interval(resampling, replicates=40).reason == reason


def test_studentized_resamples_are_each_a_study_with_a_jackknife_of_its_own() -> None:
    counts = counts_of_patterns(severe(9, 4, 1), 5)
    resampling = resampling_of(of_units(counts), OrdinalAlpha())
    (weights,) = draw_weights(resampling.multiplicity, 30, 5, 30)
    profiles = of_units(counts).profiles
    pivots = studentized(resampling, weights)
    for found, drawn in zip(pivots, weights.astype(int), strict=True):
        alone = resampling_of(of_units(np.repeat(profiles, drawn, axis=0)), OrdinalAlpha())
        distance = alone.estimate() - resampling.estimate()
        assert found == pytest.approx(distance / jackknife_standard_error(alone), nan_ok=True)


def test_studentized_limits_turn_the_resamples_around() -> None:
    """What lies far above the estimate in resamples is how far the truth may lie below it."""
    resampling = resampling_of(of_units(counts_of_patterns(severe(30, 3, 2), 5)), OrdinalAlpha())
    found = studentized_interval(resampling, replicates=200, seed=3)
    (weights,) = draw_weights(resampling.multiplicity, 200, 3, 200)
    low, high = np.nanquantile(studentized(resampling, weights), [0.025, 0.975])
    error, value = jackknife_standard_error(resampling), resampling.estimate()
    assert (found.low, found.high) == pytest.approx((value - high * error, value - low * error))


def test_two_way_weights_are_copies_without_self_pairs() -> None:
    """A rater drawn twice meets the others twice and never himself."""
    patterns, drawn = np.array([[1, 2, 2], [3, 3, 1]]), np.array([2, 1, 0])
    counts, same = np.zeros((2, 3)), np.zeros((2, 3))
    for unit, row in enumerate(patterns):
        for value, weight in zip(row, drawn, strict=True):
            counts[unit, value - 1] += weight
            same[unit, value - 1] += weight**2
    agreeing, pairs = PercentAgreement().terms(counts, same).T
    assert pairs.tolist() == [4.0, 4.0]
    assert agreeing.tolist() == [0.0, 4.0]


def test_equal_weights_are_the_coefficient_itself() -> None:
    counts = counts_of_patterns(severe(20, 5, 4), 5)
    for coefficient in (
        OrdinalAlpha(),
        alpha_coefficient("interval", VALUES),
        PercentAgreement(),
        PercentAgreement(agreement_weights("linear", VALUES), "units"),
        ChanceCorrected(agreement_weights("quadratic", VALUES), "gwet"),
    ):
        one = coefficient.value(coefficient.terms(counts).sum(axis=0))
        plain = coefficient.value(coefficient.terms(counts, counts.astype(float)).sum(axis=0))
        assert float(one) == float(plain)


def test_the_two_way_bootstrap_covers_other_raters_and_that_over_items_does_not() -> None:
    """Guard against gross error; `make coverage-study` has the table."""
    truth = evaluate(
        OrdinalAlpha(),
        Profiles.from_counts(
            counts_of_patterns(np.concatenate([severe(200, 40, seed) for seed in range(60)]), 5)
        ),
    )
    both, items = 0, 0
    for seed in range(60):
        patterns = severe(50, 8, seed + 500)
        wide = two_way_interval(
            CountsOfRaters(OrdinalAlpha(), 5), of_units(patterns), replicates=200, seed=seed
        )
        counts = of_units(counts_of_patterns(patterns, 5))
        narrow = bootstrap_interval(
            resampling_of(counts, OrdinalAlpha()), replicates=200, seed=seed
        )
        both += wide.low <= truth <= wide.high  # type: ignore[operator]
        items += narrow.low <= truth <= narrow.high  # type: ignore[operator]
    assert both >= 51
    assert items <= 51
    assert items < both


def test_two_way_draws_whole_groups_and_the_seed_tells_all() -> None:
    patterns = severe(40, 6, 9)
    copied = GroupProfiles.from_counts(np.repeat(np.arange(40), 3), np.repeat(patterns, 3, axis=0))
    alone, again, groups = (
        two_way_interval(CountsOfRaters(PercentAgreement(), 5), blocks, replicates=300, seed=3)
        for blocks in (of_units(patterns), of_units(patterns[::-1]), Blocks.of_groups(copied))
    )
    assert alone == again
    assert groups.high - groups.low == pytest.approx(alone.high - alone.low, rel=0.2)  # type: ignore[operator]


@pytest.mark.parametrize(
    ("patterns", "reason"),
    [
        (severe(20, 4, 1), reasons.FEW_RATERS),
        (severe(1, 6, 1), reasons.FEW_GROUPS),
        (np.ones((20, 6), np.int64), reasons.MOSTLY_UNDEFINED),
    ],
)
def test_two_way_that_cannot_tell_says_why(patterns: IntArray, reason: str) -> None:
    found = two_way_interval(CountsOfRaters(OrdinalAlpha(), 5), of_units(patterns), replicates=50)
    assert (found.low, found.reason) == (None, reason)


@pytest.mark.parametrize("level", ["ordinal", "interval"])
def test_kalpha_is_narrower_than_resampled_units(level: str) -> None:
    counts = counts_of_patterns(severe(40, 4, 5), 5)
    kalpha = kalpha_interval(Profiles.from_counts(counts), level, VALUES)  # type: ignore[arg-type]
    units = bootstrap_interval(resampling_of(of_units(counts), alpha_coefficient(level, VALUES)))
    assert kalpha.high - kalpha.low < units.high - units.low  # type: ignore[operator]


def test_kalpha_without_variation_says_why() -> None:
    found = kalpha_interval(Profiles.from_counts([[3, 0]] * 5), "nominal", VALUES[:2])
    assert found.reason == reasons.MOSTLY_UNDEFINED


def test_every_kind_has_a_name_and_unknown_ones_are_refused() -> None:
    assert list(INTERVALS) == [
        "bootstrap", "percentile", "bca", "bca-widened", "studentized", "jackknife",
        "two-way", "analytic", "generalized", "graded", "kalpha",
    ]  # fmt: skip
    with pytest.raises(StatisticsError, match="Interval 'magic' is unknown"):
        interval_method("magic")


@pytest.mark.parametrize("name", ["two-way", "analytic", "generalized", "graded", "kalpha"])
def test_a_kind_that_does_not_fit_says_so(name: str) -> None:
    counts = of_units(counts_of_patterns(severe(20, 3, 1), 5))
    evidence = Evidence(resampling_of(counts, OrdinalAlpha()))
    assert interval_method(name)(evidence, Draw()).reason == reasons.NOT_THIS_INTERVAL


@pytest.mark.parametrize(
    ("name", "made"),
    [("percentile", "percentile"), ("bca", "bca"), ("bca-widened", "bca-widened")],
)
@pytest.mark.parametrize("n_units", [30, 80])
def test_the_kind_of_bootstrap_may_be_asked_for(name: str, made: str, n_units: int) -> None:
    counts = of_units(counts_of_patterns(severe(n_units, 3, 1), 5))
    evidence = Evidence(resampling_of(counts, OrdinalAlpha()))
    assert interval_method(name)(evidence, Draw(replicates=200)).name == made


def test_an_error_of_nothing_is_no_interval() -> None:
    assert t_interval(0.5, float("nan"), 1, 0.95).reason == reasons.FEW_GROUPS
    assert t_interval(1.0, 0.0, 20, 0.95).reason == reasons.CONSTANT_RESAMPLES


@pytest.mark.parametrize("name", ["jackknife", "studentized"])
def test_limits_in_standard_errors_stay_on_the_scale(name: str) -> None:
    counts = of_units(np.array([[3, 0], [0, 3], [3, 0], [0, 3], [3, 0], [0, 3], [2, 1], [3, 0]]))
    evidence = Evidence(resampling_of(counts, alpha_coefficient("nominal", "ab")))
    assert interval_method(name)(evidence, Draw(replicates=100)).high == 1.0


def test_limits_by_formula_stay_below_one() -> None:
    found = t_interval(0.95, 0.1, 20, 0.95)
    assert found.high == 1.0
    assert found.low == pytest.approx(0.95 - stats.t.ppf(0.975, 19) * 0.1)


def test_weights_of_a_pattern_are_floats_of_any_size() -> None:
    weights: FloatArray = np.array([[0.5, 1.5]])
    assert PercentAgreement().terms(weights, np.array([[0.25, 1.25]])).shape == (1, 2)
