"""Agreement between kinds of raters, and of all raters but one."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from analytics.stats import reasons
from analytics.stats.coefficients.agreement import (
    OrdinalAlpha,
    PercentAgreement,
    alpha_coefficient,
    krippendorff_alpha,
)
from analytics.stats.coefficients.coefficient import evaluate
from analytics.stats.coefficients.distances import distance_matrix, masi_distance, mid_ranks
from analytics.stats.coefficients.kinds import cross_alpha, cross_percent_agreement
from analytics.stats.criteria.estimate import estimate_label_agreement
from analytics.stats.criteria.estimate_kinds import estimate_kinds, estimate_label_kinds
from analytics.stats.errors import RowsError
from analytics.stats.patterns import counts_of_patterns
from analytics.stats.profiles import Profiles
from analytics.stats.raters.without_rater import rater_moves, without_each_rater
from analytics.stats.types import IntArray
from tests.analytics.stats import slowly

LEVELS = ["nominal", "ordinal", "interval", "ratio"]
COUNTS = arrays(np.int64, (5, 3), elements=st.integers(0, 2))
PATTERNS = arrays(np.int64, (8, 4), elements=st.integers(0, 3))


def answers(counts: IntArray) -> list[list[int]]:
    return [[value for value, times in enumerate(unit) for _ in range(times)] for unit in counts]


@pytest.mark.parametrize("level", LEVELS)
def test_a_second_implementation_of_cross_alpha_agrees(level: str) -> None:
    rng = np.random.default_rng(1)
    for _ in range(1_000):
        first, second = rng.integers(0, 3, (2, 5, 3)) * (rng.random((2, 5, 1)) < 0.8)
        expected = slow_cross_alpha(first, second, level)
        assert cross_alpha(first, second, level, [1, 2, 4]) == pytest.approx(
            math.nan if expected is None else expected, abs=1e-9, nan_ok=True
        )


def slow_cross_alpha(first: IntArray, second: IntArray, level: str) -> float | None:
    met = (first.sum(axis=1) > 0) & (second.sum(axis=1) > 0)
    if level == "ordinal":
        ranks = mid_ranks((first + second)[met].sum(axis=0).astype(float))
        distance = np.square(ranks[:, None] - ranks)
    else:
        distance = distance_matrix(level, [1, 2, 4])  # type: ignore[arg-type]
    units = list(zip(answers(first), answers(second), strict=True))
    return slowly.cross_alpha(units, distance.tolist())


def test_a_second_implementation_of_kinds_with_sets_of_labels_agrees() -> None:
    rng = np.random.default_rng(2)
    masks = np.arange(8)
    distance = masi_distance(masks[:, None], masks[None, :]).tolist()
    for _ in range(200):
        rows = [(u, r, m) for u in range(6) for r in range(4) if rng.random() < 0.8
                for m in [int(rng.integers(0, 8))]]  # fmt: skip
        unit, rater, mask = np.array(rows).T
        found = estimate_label_kinds(
            unit=unit, rater=rater, kind=rater >= 2, mask=mask, group=range(6), replicates=20
        )
        units = [
            tuple([m for u, r, m in rows if u == number and (r >= 2) == side] for side in (0, 1))
            for number in range(6)
        ]
        between = found.between[0, 1]
        assert between["cross_alpha"].value == pytest.approx(
            slowly.cross_alpha(units, distance),
            abs=1e-9,  # type: ignore[arg-type]
        )
        equal = [a == b for first, second in units for a in first for b in second]
        assert between["cross_percent_agreement"].value == pytest.approx(np.mean(equal))
        mine = rater < 2
        alone = estimate_label_agreement(
            unit=unit[mine], mask=mask[mine], group=range(6), replicates=20
        )
        assert found.within[0]["krippendorff_alpha"].value == alone["krippendorff_alpha"].value


def test_more_sets_than_can_be_tabled_have_a_reason() -> None:
    n = np.arange(65)
    found = estimate_label_kinds(
        unit=[*n, *n], rater=[*(n * 0), *(n * 0 + 1)], kind=[*(n * 0), *(n * 0 + 1)],
        mask=[*n, *n], group=n, replicates=20,
    )  # fmt: skip
    for result in found.between[0, 1].values():
        assert (result.value, result.reason) == (None, reasons.MANY_SETS)


@given(first=COUNTS, second=COUNTS, level=st.sampled_from(LEVELS))
def test_kinds_may_change_places(first: IntArray, second: IntArray, level: str) -> None:
    there, back = (
        cross_alpha(a, b, level, [1, 2, 4]) for a, b in ((first, second), (second, first))
    )
    assert there == pytest.approx(back, abs=1e-9, nan_ok=True)
    assert cross_percent_agreement(first, second) == pytest.approx(
        cross_percent_agreement(second, first), nan_ok=True
    )


def test_agreement_within_a_kind_does_not_enter() -> None:
    """People who disagree among themselves agree half with a judge, whoever of them is right."""
    people, judge = [[1, 1], [1, 1]], [[1, 0], [0, 1]]
    assert cross_percent_agreement(people, judge) == 0.5
    assert cross_alpha(people, judge, "nominal", "ab") == 0.0


def test_counts_of_other_units_are_refused() -> None:
    with pytest.raises(RowsError, match="do not fit"):
        cross_alpha([[1, 0]], [[1, 0], [0, 1]], "nominal", "ab")


def test_kinds_are_estimated_apart_and_together() -> None:
    rng = np.random.default_rng(2)
    unit, rater = np.divmod(np.arange(240), 4)
    value = np.where(rng.random(240) < 0.7, unit % 3, rng.integers(0, 3, 240))
    kind = (rater == 3).astype(int)
    found = estimate_kinds(
        unit=unit, rater=rater, kind=kind, value=value, group=np.arange(60) // 2,
        level="ordinal", values=[1, 2, 3], replicates=200,
    )  # fmt: skip
    people = unit[kind == 0], value[kind == 0]
    counts = np.zeros((60, 3), int)
    np.add.at(counts, people, 1)
    alpha = found.within[0]["krippendorff_alpha"]
    assert alpha.value == krippendorff_alpha(counts, "ordinal", [1, 2, 3])
    assert found.within[1]["krippendorff_alpha"].reason == reasons.ONE_RATER
    between = found.between[0, 1]["cross_alpha"]
    assert between.low is not None
    assert between.low < between.value < between.high  # type: ignore[operator]
    assert between.n_groups == 30
    assert found.between[0, 1]["cross_percent_agreement"].n_ratings == 240


def test_kinds_that_never_meet_have_a_reason() -> None:
    found = estimate_kinds(
        unit=[0, 0, 1], rater=[0, 1, 2], kind=[0, 0, 1], value=[0, 1, 0], group=[0, 1],
        level="nominal", values="ab",
    )  # fmt: skip
    assert {result.reason for result in found.between[0, 1].values()} == {reasons.KINDS_NEVER_MEET}


def test_a_kind_for_each_row_is_needed() -> None:
    with pytest.raises(RowsError, match="1 kinds for 2 rows"):
        estimate_kinds(
            unit=[0, 0], rater=[0, 1], kind=[0], value=[0, 1], group=[0], level="nominal",
            values="ab",
        )  # fmt: skip


@given(patterns=PATTERNS, level=st.sampled_from(LEVELS))
def test_leaving_a_rater_out_is_deleting_the_column(patterns: IntArray, level: str) -> None:
    unit, rater = np.nonzero(patterns)
    counts = counts_of_patterns(patterns, 3)
    moves = rater_moves(unit, rater, patterns[unit, rater] - 1, counts)
    coefficient = alpha_coefficient(level, [1, 2, 4])
    found = without_each_rater(coefficient, moves)
    for who in range(len(found)):
        left = counts_of_patterns(np.delete(patterns, who, axis=1), 3)
        expected = evaluate(coefficient, Profiles.from_counts(left))
        assert found[who] == pytest.approx(expected, abs=1e-9, nan_ok=True)


def test_percent_agreement_without_each_rater() -> None:
    patterns = np.array([[1, 1, 2], [2, 2, 2], [1, 1, 0]])
    unit, rater = np.nonzero(patterns)
    counts = counts_of_patterns(patterns, 2)
    moves = rater_moves(unit, rater, patterns[unit, rater] - 1, counts)
    assert without_each_rater(PercentAgreement(), moves).tolist() == [0.5, 0.5, 1.0]


def test_rows_that_the_counts_do_not_hold_are_refused() -> None:
    with pytest.raises(RowsError, match="do not hold"):
        rater_moves([0], [0], [1], np.array([[2, 0]]))


def test_no_raters_leave_nobody_out() -> None:
    assert (
        len(without_each_rater(OrdinalAlpha(), rater_moves([], [], [], np.zeros((0, 2), int)))) == 0
    )
