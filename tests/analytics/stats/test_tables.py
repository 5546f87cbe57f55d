"""Distributions, confusions, hardest units, pairs of raters, shares, distances of label sets."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from analytics.stats.coefficients.distances import (
    agreement_weights,
    distance_matrix,
    jaccard_distance,
    masi_distance,
)
from analytics.stats.coefficients.rater_pairs import rater_pairs
from analytics.stats.comparisons.proportions import wilson_interval
from analytics.stats.criteria.tables import (
    coincidence_matrix,
    hardest_units,
    unit_disagreement,
    value_shares,
    value_totals,
)
from analytics.stats.errors import DuplicateRatingError, RowsError, StatisticsError
from analytics.stats.patterns import counts_of_patterns, pattern_matrix
from analytics.stats.types import IntArray
from tests.analytics.stats import published

MASKS = arrays(np.int64, 8, elements=st.integers(0, 2**31 - 1))


def test_coincidences_have_the_published_totals() -> None:
    assert coincidence_matrix(published.COUNTS).sum(axis=0) == pytest.approx([9, 13, 10, 5, 3])


def test_shares_count_every_rating_and_every_declared_point() -> None:
    counts = [[1, 0, 0], [2, 0, 1]]
    assert list(value_totals(counts)) == [3, 0, 1]
    assert list(value_shares(counts)) == [0.75, 0.0, 0.25]


def test_shares_without_ratings_are_not_defined() -> None:
    assert np.isnan(value_shares([[0, 0]])).all()


def test_the_hardest_units_come_first_and_agreed_ones_not_at_all() -> None:
    disagreement = unit_disagreement([[1, 0, 1], [2, 0, 0], [1, 1, 0], [0, 0, 1]], "ordinal", "abc")
    assert list(hardest_units(disagreement, 5)) == [0, 2]


@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval", "ratio"])
def test_disagreement_of_units_explains_observed_distance(level: str) -> None:
    counts = np.array([[2, 1, 0], [0, 1, 1], [3, 0, 0]])
    disagreement = unit_disagreement(counts, level, [1, 2, 4])
    assert disagreement[2] == 0
    assert (disagreement[:2] > 0).all()


def test_pairs_of_raters_by_hand() -> None:
    pairs = rater_pairs([0, 0, 1, 1, 2, 2], [5, 2, 2, 5, 5, 9], [0, 1, 1, 1, 0, 0], n_values=2)
    assert list(zip(pairs.first, pairs.second, strict=True)) == [(2, 5), (5, 9)]
    assert list(pairs.n_units) == [2, 1]
    assert list(pairs.percent_agreement) == [0.5, 1.0]
    assert pairs.tables[0].tolist() == [[0, 0], [1, 1]]


def test_raters_who_never_meet_are_no_pair() -> None:
    assert len(rater_pairs([0, 1], [0, 1], [0, 0], n_values=2).first) == 0


def test_no_ratings_have_no_pairs() -> None:
    assert rater_pairs([], [], [], n_values=3).tables.shape == (0, 3, 3)


@given(seed=st.integers(0, 50))
def test_order_of_rows_does_not_matter_to_pairs(seed: int) -> None:
    unit, rater = np.divmod(np.arange(24), 4)
    value = np.random.default_rng(1).integers(0, 3, 24)
    order = np.random.default_rng(seed).permutation(24)
    first = rater_pairs(unit, rater, value, n_values=3)
    again = rater_pairs(unit[order], rater[order], value[order], n_values=3)
    assert np.array_equal(first.tables, again.tables)


def test_a_rater_twice_on_a_unit_is_refused_by_name() -> None:
    with pytest.raises(DuplicateRatingError, match=r"\(unit 3, rater 1\)"):
        rater_pairs([3, 3, 3], [1, 0, 1], [0, 1, 1], n_values=2)


def test_a_value_outside_the_scale_is_refused() -> None:
    with pytest.raises(RowsError, match="2 points are declared"):
        rater_pairs([0], [0], [2], n_values=2)


@given(a=MASKS, b=MASKS)
def test_distance_of_label_sets_is_symmetric_bounded_and_zero_only_for_equals(
    a: IntArray, b: IntArray
) -> None:
    distance = masi_distance(a, b)
    assert np.array_equal(distance, masi_distance(b, a))
    assert ((distance >= 0) & (distance <= 1)).all()
    assert np.array_equal(distance == 0, a == b)


def test_no_label_equals_no_label_and_nothing_else() -> None:
    assert list(masi_distance(np.array([0, 0]), np.array([0, 5]))) == [0.0, 1.0]


def test_ratio_distance_of_two_zeros_is_zero() -> None:
    assert distance_matrix("ratio", [0, 1, 3]).round(3).tolist() == [
        [0, 1, 1],
        [1, 0, 0.25],
        [1, 0.25, 0],
    ]


def test_quadratic_weights_square_the_distance() -> None:
    assert agreement_weights("quadratic", [1, 2, 3])[0].tolist() == [1, 0.75, 0]


@pytest.mark.parametrize("correction", [False, True])
def test_wilson_is_the_mirror_of_the_other_share(correction: bool) -> None:
    low, high = wilson_interval(3, 11, continuity_correction=correction)
    other = wilson_interval(8, 11, continuity_correction=correction)
    assert other == pytest.approx((1 - high, 1 - low))


def test_wilson_of_none_and_all() -> None:
    # Newcombe (1998), Statistics in Medicine 17(8), table I: 0 of 20 gives 0 to 0.1611.
    assert wilson_interval(0, 20) == pytest.approx((0, 0.1611), abs=5e-5)
    assert wilson_interval(20, 20)[1] == 1.0


def test_wilson_without_cases_is_not_defined() -> None:
    assert all(math.isnan(limit) for limit in wilson_interval(0, 0))


def test_more_successes_than_cases_are_refused() -> None:
    with pytest.raises(StatisticsError, match="5 successes do not fit 4 cases"):
        wilson_interval(5, 4)


@given(a=MASKS, b=MASKS)
def test_masi_is_never_nearer_than_jaccard(a: IntArray, b: IntArray) -> None:
    jaccard = jaccard_distance(a, b)
    assert np.array_equal(jaccard, jaccard_distance(b, a))
    assert (masi_distance(a, b) >= jaccard - 1e-15).all()
    assert np.array_equal(jaccard == 0, a == b)


def test_ordinal_weights_count_the_pairs_of_points_between() -> None:
    assert agreement_weights("ordinal", "abcd")[0] == pytest.approx([1, 1 - 1 / 6, 0.5, 0])


def test_patterns_are_counts_that_know_their_raters() -> None:
    patterns = pattern_matrix([0, 0, 2], [1, 0, 1], [2, 0, 1], n_units=3, n_raters=2, n_values=3)
    assert patterns.tolist() == [[1, 3], [0, 0], [0, 2]]
    assert counts_of_patterns(patterns, 3).tolist() == [[1, 0, 1], [0, 0, 0], [0, 1, 0]]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (([0, 0], [1, 1], [0, 1]), r"repeat a rater on a unit: \(unit 0, rater 1\)"),
        (([0, 3], [0, 1], [0, 1]), "Unit 3 is outside 0 to 2"),
        (([0], [0, 1], [0]), "1 units, 2 raters and 1 values"),
    ],
)
def test_rows_that_make_no_pattern_are_refused(rows: tuple[list[int], ...], words: str) -> None:
    with pytest.raises(RowsError, match=words):
        pattern_matrix(*rows, n_units=3, n_raters=2, n_values=2)
