"""Coefficients: published and hand-computed tables, properties, and a second implementation."""

import math
from itertools import combinations
from statistics import mean

import krippendorff
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from analytics.stats.coefficients.agreement import krippendorff_alpha, percent_agreement
from analytics.stats.coefficients.many_valued import alpha_of_rows
from analytics.stats.errors import ScaleError, UnknownLevelError
from analytics.stats.profiles import Profiles
from analytics.stats.types import FloatArray, IntArray
from tests.analytics.stats import published

LEVELS = ["nominal", "ordinal", "interval", "ratio"]
TABLES = arrays(np.int64, (6, 4), elements=st.integers(0, 3))


def rows_of(counts: IntArray) -> tuple[IntArray, IntArray]:
    """One row a rating: unit and position of the value."""
    units, points = np.nonzero(counts)
    times = counts[units, points]
    return np.repeat(units, times), np.repeat(points, times)


@pytest.mark.parametrize("level", LEVELS)
def test_alpha_is_the_published_one(level: str) -> None:
    alpha = krippendorff_alpha(published.COUNTS, level, published.VALUES)
    assert alpha == pytest.approx(published.ALPHA[level], abs=5e-4)


def test_nominal_alpha_by_hand() -> None:
    # Coincidences [[2, 1], [1, 2]] of n = 6: observed 2, expected 2 * 3 * 3 = 18, 1 - 5 * 2 / 18.
    assert krippendorff_alpha([[2, 0], [1, 1], [0, 2]], "nominal", ["a", "b"]) == pytest.approx(
        4 / 9
    )


def test_ordinal_alpha_by_hand() -> None:
    # Totals 2, 1, 1 have mid-ranks 1, 2.5, 3.5; one unit is equal, one a rank of 1 apart:
    # observed 2 * 1, expected 2 * (2 * 1.5 ** 2 + 2 * 2.5 ** 2 + 1), n - 1 = 3.
    alpha = krippendorff_alpha([[2, 0, 0], [0, 1, 1]], "ordinal", ["low", "mid", "high"])
    assert alpha == pytest.approx(1 - 3 * 2 / 36)


def test_percent_agreement_pools_pairs_unless_units_are_asked_for() -> None:
    counts = [[4, 0], [1, 1]]
    assert percent_agreement(counts) == pytest.approx(12 / 14)
    assert percent_agreement(counts, average="units") == pytest.approx(1 / 2)


@pytest.mark.parametrize("level", LEVELS)
def test_alpha_without_variation_is_not_defined(level: str) -> None:
    assert math.isnan(krippendorff_alpha([[0, 3], [0, 2]], level, [1, 2]))


@pytest.mark.parametrize("level", LEVELS)
def test_alpha_without_pairs_is_not_defined(level: str) -> None:
    assert math.isnan(krippendorff_alpha([[1, 0], [0, 1], [0, 0]], level, [1, 2]))


@pytest.mark.parametrize("level", LEVELS)
def test_perfect_agreement_is_exactly_one(level: str) -> None:
    assert krippendorff_alpha([[3, 0, 0], [0, 0, 7], [0, 2, 0]], level, [0.1, 0.7, 1e9]) == 1.0


def test_alpha_of_no_units_is_not_defined() -> None:
    assert math.isnan(krippendorff_alpha(np.zeros((0, 2), int), "ordinal", [1, 2]))


def test_an_unknown_level_is_named() -> None:
    with pytest.raises(UnknownLevelError, match="'metric' is unknown"):
        krippendorff_alpha([[1, 1]], "metric", [1, 2])


@pytest.mark.parametrize(
    ("level", "values", "words"),
    [
        ("interval", ["low", "high"], "'low' is no finite number"),
        ("ratio", [-1, 1], "starts at zero"),
        ("nominal", [1, 2, 3], "do not fit 3 declared values"),
    ],
)
def test_a_scale_that_does_not_suit_is_refused(
    level: str, values: list[object], words: str
) -> None:
    with pytest.raises(ScaleError, match=words):
        krippendorff_alpha([[1, 1], [2, 0]], level, values)


@given(counts=TABLES, seed=st.integers(0, 99), level=st.sampled_from(LEVELS))
def test_order_of_units_changes_no_bit(counts: IntArray, seed: int, level: str) -> None:
    shuffled = np.random.default_rng(seed).permutation(counts)
    first = krippendorff_alpha(counts, level, [1, 2, 3, 4])
    again = krippendorff_alpha(shuffled, level, [1, 2, 3, 4])
    assert first == again or (math.isnan(first) and math.isnan(again))


@given(counts=TABLES, order=st.permutations(range(4)))
def test_names_of_nominal_categories_do_not_matter(counts: IntArray, order: list[int]) -> None:
    first = krippendorff_alpha(counts, "nominal", "abcd")
    again = krippendorff_alpha(counts[:, order], "nominal", "abcd")
    assert first == pytest.approx(again, abs=1e-12, nan_ok=True)


@given(counts=TABLES)
def test_a_point_that_nobody_chose_does_not_matter(counts: IntArray) -> None:
    wider = np.insert(counts, 2, 0, axis=1)
    first = krippendorff_alpha(counts, "ordinal", [1, 2, 3, 4])
    assert first == pytest.approx(
        krippendorff_alpha(wider, "ordinal", range(5)), abs=1e-12, nan_ok=True
    )


@given(counts=TABLES)
def test_a_unit_rated_once_does_not_matter(counts: IntArray) -> None:
    more = np.vstack([counts, [0, 0, 1, 0]])
    first, again = (krippendorff_alpha(rows, "interval", [1, 2, 3, 4]) for rows in (counts, more))
    assert first == pytest.approx(again, abs=1e-12, nan_ok=True)


@given(counts=TABLES)
def test_a_monotone_recoding_does_not_move_ordinal_alpha(counts: IntArray) -> None:
    first, again = (
        krippendorff_alpha(counts, "ordinal", scale) for scale in ([1, 2, 3, 4], [0, 10, 11, 90])
    )
    assert first == pytest.approx(again, nan_ok=True)


def random_table(seed: int) -> tuple[FloatArray, FloatArray]:
    """Raters x units with missing ratings (NaN), and the values of its scale."""
    rng = np.random.default_rng(seed)
    scale = np.sort(rng.choice(np.arange(20) / 2, rng.integers(2, 7), replace=False))
    table = rng.choice(scale, (rng.integers(2, 6), rng.integers(3, 30)))
    table[rng.random(table.shape) < rng.choice([0.0, 0.1, 0.4])] = np.nan
    return table, scale


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.filterwarnings("ignore::RuntimeWarning:krippendorff")
def test_a_second_implementation_agrees_on_random_tables(level: str) -> None:
    for seed in range(1_000):
        table, scale = random_table(seed)
        counts = (table.T[:, :, None] == scale).sum(axis=1)
        ours = krippendorff_alpha(counts, level, scale)
        if math.isnan(ours):
            continue
        theirs = krippendorff.alpha(table, level_of_measurement=level)
        assert ours == pytest.approx(theirs, abs=1e-9), (seed, level)


def test_a_second_implementation_of_percent_agreement_agrees() -> None:
    for seed in range(1_000):
        table, scale = random_table(seed)
        counts = (table.T[:, :, None] == scale).sum(axis=1)
        given = [[x for x in unit if not math.isnan(x)] for unit in table.T.tolist()]
        equal = [[a == b for a, b in combinations(unit, 2)] for unit in given if len(unit) > 1]
        pooled = [same for unit in equal for same in unit]
        assert percent_agreement(counts) == pytest.approx(
            mean(pooled) if pooled else math.nan, abs=1e-9, nan_ok=True
        )
        assert percent_agreement(counts, average="units") == pytest.approx(
            mean(map(mean, equal)) if equal else math.nan, abs=1e-9, nan_ok=True
        )


@given(counts=TABLES, level=st.sampled_from(LEVELS))
def test_sparse_rows_and_profiles_give_the_same_alpha(counts: IntArray, level: str) -> None:
    values = np.array([0.0, 1.5, 4.0, 9.0])
    unit, point = rows_of(counts)
    dense = krippendorff_alpha(counts, level, values)
    assert alpha_of_rows(unit, values[point], level) == pytest.approx(dense, abs=1e-9, nan_ok=True)


@given(counts=TABLES, cuts=st.lists(st.integers(0, 6), max_size=5))
def test_shards_merge_to_the_same_profiles(counts: IntArray, cuts: list[int]) -> None:
    whole = Profiles.from_counts(counts)
    merged = Profiles.merge([Profiles.from_counts(part) for part in np.split(counts, sorted(cuts))])
    assert np.array_equal(whole.counts, merged.counts)
    assert np.array_equal(whole.multiplicity, merged.multiplicity)
