"""Intervals: whole groups, seeds, shards, few groups, and what cannot have one."""

import numpy as np
import pytest

from analytics.stats import reasons
from analytics.stats.coefficients.agreement import OrdinalAlpha
from analytics.stats.errors import StatisticsError
from analytics.stats.intervals.resampling import (
    Interval,
    Resampling,
    bootstrap_interval,
    draw_weights,
    replicate_values,
    resampling_of,
    widened_confidence,
)
from analytics.stats.profiles import Blocks, GroupProfiles, Profiles
from analytics.stats.types import FloatArray, IntArray


def study(n_units: int, seed: int = 1) -> IntArray:
    """Counts of three to five ratings on five points that follow the unit's quality."""
    rng = np.random.default_rng(seed)
    quality = rng.normal(3, 1.2, n_units)
    counts = np.zeros((n_units, 5), np.int64)
    for unit in range(n_units):
        ratings = np.clip(np.rint(rng.normal(quality[unit], 0.8, rng.integers(3, 6))), 1, 5)
        counts[unit] = np.bincount(ratings.astype(int) - 1, minlength=5)
    return counts


def interval_of(groups: IntArray, counts: IntArray, seed: int = 7) -> Interval:
    blocks = Blocks.of_groups(GroupProfiles.from_counts(groups, counts))
    return bootstrap_interval(resampling_of(blocks, OrdinalAlpha()), replicates=300, seed=seed)


@pytest.mark.parametrize("shards", [1, 4, 16])
def test_shards_give_the_same_bits(shards: int) -> None:
    counts, groups = study(240), np.arange(240) // 4
    pieces = [np.arange(shard, 240, shards) for shard in range(shards)]
    parts = [GroupProfiles.from_counts(groups[piece], counts[piece]) for piece in pieces]
    blocks = Blocks.of_groups(GroupProfiles.merge(parts))
    merged = bootstrap_interval(resampling_of(blocks, OrdinalAlpha()), replicates=300, seed=7)
    assert merged == interval_of(groups, counts)


def test_neither_order_of_units_nor_numbers_of_groups_change_a_bit() -> None:
    counts, groups = study(120), np.arange(120) // 3
    rng = np.random.default_rng(3)
    order, renamed = rng.permutation(120), rng.permutation(40)
    assert interval_of(renamed[groups][order], counts[order]) == interval_of(groups, counts)


def test_groups_of_one_unit_are_the_units() -> None:
    counts = study(80)
    units = resampling_of(Blocks.of_units(Profiles.from_counts(counts)), OrdinalAlpha())
    groups = resampling_of(
        Blocks.of_groups(GroupProfiles.from_counts(np.arange(80), counts)), OrdinalAlpha()
    )
    assert units.n_groups == groups.n_groups == 80
    assert units.estimate() == pytest.approx(groups.estimate(), abs=1e-12)


def test_another_seed_is_another_draw() -> None:
    counts, groups = study(120), np.arange(120) // 3
    assert interval_of(groups, counts, seed=1) != interval_of(groups, counts, seed=2)


def test_copies_of_units_in_their_group_do_not_narrow_the_interval() -> None:
    counts = study(60)
    alone = interval_of(np.arange(60), counts)
    copied = interval_of(np.repeat(np.arange(60), 5), np.repeat(counts, 5, axis=0))
    assert copied.high - copied.low == pytest.approx(alone.high - alone.low, rel=0.15)


@pytest.mark.parametrize(("n_groups", "name"), [(49, "bca"), (50, "percentile")])
def test_bca_stands_below_fifty_groups(n_groups: int, name: str) -> None:
    assert interval_of(np.arange(n_groups), study(n_groups)).name == name


@pytest.mark.parametrize("multiplicity", [[3, 4, 2], [400, 30, 9]])
def test_draws_do_not_depend_on_chunks(multiplicity: list[int]) -> None:
    once = np.concatenate(list(draw_weights(np.array(multiplicity), 50, 3, 50)))
    pieces = np.concatenate(list(draw_weights(np.array(multiplicity), 50, 3, 7)))
    assert np.array_equal(once, pieces)
    assert set(once.sum(axis=1)) == {sum(multiplicity)}


@pytest.mark.parametrize("multiplicity", [[3, 4, 2, 1], [400, 300, 200, 100]])
def test_both_ways_of_drawing_have_the_spread_of_a_multinomial(multiplicity: list[int]) -> None:
    sizes = np.array(multiplicity)
    weights = np.concatenate(list(draw_weights(sizes, 20_000, 5, 1_000)))
    share = sizes / sizes.sum()
    assert weights.mean(axis=0) == pytest.approx(sizes, rel=0.02)
    assert weights.var(axis=0) == pytest.approx(sizes.sum() * share * (1 - share), rel=0.05)


def test_one_group_has_no_interval() -> None:
    assert interval_of(np.zeros(30, int), study(30)) == Interval(reason=reasons.FEW_GROUPS)


def test_perfect_agreement_has_no_interval() -> None:
    counts = np.array([[3, 0, 0, 0, 0], [0, 3, 0, 0, 0]] * 30)
    interval = interval_of(np.arange(60), counts)
    assert (interval.low, interval.reason) == (None, reasons.CONSTANT_RESAMPLES)


def test_undefined_replicates_are_counted_and_left_out() -> None:
    counts = np.array([[2, 0, 0, 0, 0]] * 4 + [[1, 2, 0, 0, 0], [0, 1, 1, 0, 0]])
    interval = interval_of(np.arange(6), counts)
    assert 0 < interval.undefined < 150
    assert interval.low < interval.high


def test_mostly_undefined_replicates_give_no_interval() -> None:
    nowhere = Resampling(np.array([3]), lambda weights: np.full(len(weights), np.nan), 1)
    interval = bootstrap_interval(nowhere, replicates=40)
    assert interval == Interval(replicates=40, undefined=40, reason=reasons.MOSTLY_UNDEFINED)


@pytest.mark.parametrize("options", [{"confidence": 95}, {"replicates": 0}])
def test_impossible_options_are_refused(options: dict[str, float]) -> None:
    with pytest.raises(StatisticsError):
        bootstrap_interval(Resampling(np.array([2]), lambda weights: weights[:, 0], 1), **options)


def test_intervals_cover_at_small_numbers_of_groups() -> None:
    """A guard against gross error (KALPHA's bootstrap covers about 80 %), no coverage study."""
    truth = resampling_of(
        Blocks.of_units(Profiles.from_counts(study(60_000, seed=99))), OrdinalAlpha()
    ).estimate()
    hits = 0
    for seed in range(120):
        interval = interval_of(np.arange(30), study(30, seed=seed + 1000), seed=seed)
        hits += interval.low <= truth <= interval.high
    assert hits >= 105


def test_correlation_is_a_function_of_sums_as_well() -> None:
    rng = np.random.default_rng(2)
    x = rng.normal(size=60)
    y = x + rng.normal(size=60)
    sums = np.column_stack([np.ones(60), x, y, x * x, y * y, x * y])

    def correlation(weights: FloatArray) -> FloatArray:
        n, sx, sy, xx, yy, xy = (weights @ sums).T
        return (n * xy - sx * sy) / np.sqrt((n * xx - sx**2) * (n * yy - sy**2))

    values = replicate_values(Resampling(np.ones(60, np.int64), correlation, 6), 2_000, seed=1)
    assert values.std() == pytest.approx((1 - np.corrcoef(x, y)[0, 1] ** 2) / np.sqrt(58), rel=0.25)


@pytest.mark.parametrize(("groups", "asked"), [(2, 1.0), (5, 0.9981), (30, 0.9625), (10**6, 0.95)])
def test_few_groups_ask_for_more_confidence(groups: int, asked: float) -> None:
    """As much as makes a normal interval of the n-denominator variance one of Student's t."""
    assert widened_confidence(0.95, groups) == pytest.approx(asked, abs=5e-5)


@pytest.mark.parametrize("n_groups", [2, 12, 60])
@pytest.mark.parametrize("bca", [True, False])
def test_widened_limits_enclose_the_plain_ones(n_groups: int, bca: bool) -> None:
    blocks = Blocks.of_units(Profiles.from_counts(study(n_groups, seed=4)))
    resampling = resampling_of(blocks, OrdinalAlpha())
    plain, widened = (
        bootstrap_interval(resampling, replicates=400, bca=bca, widened=flag)
        for flag in (False, True)
    )
    assert plain.low is not None
    assert plain.high is not None
    assert widened.low is not None
    assert widened.high is not None
    assert widened.low <= plain.low < plain.high <= widened.high
    assert widened.name == f"{plain.name}-widened"
