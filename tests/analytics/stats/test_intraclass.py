"""Intraclass correlations and Kendall's W: a second implementation, a peer, properties."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats
from scipy.special import fdtri

from analytics.stats.coefficients.coefficient import evaluate
from analytics.stats.coefficients.concordance import kendall_w, kendall_w_test
from analytics.stats.coefficients.intraclass import (
    FORMS,
    Intraclass,
    icc_interval,
    intraclass_correlation,
    mean_squares,
)
from analytics.stats.errors import StatisticsError
from analytics.stats.profiles import Profiles
from analytics.stats.types import FloatArray
from tests.analytics.stats import slowly

SCORES = arrays(np.int64, (6, 3), elements=st.integers(0, 4))


def random_scores(seed: int) -> FloatArray:
    rng = np.random.default_rng(seed)
    n, k = rng.integers(3, 20), rng.integers(2, 6)
    scores = rng.normal(size=(n, 1)) + rng.normal(size=(1, k)) + rng.normal(size=(n, k))
    return np.rint(2 * scores) if seed % 2 else np.asarray(scores)


@pytest.mark.parametrize("form", FORMS)
def test_a_second_implementation_of_icc_agrees(form: str) -> None:
    for seed in range(1_000):
        scores = random_scores(seed)
        slow = slowly.icc(scores.tolist(), form)
        expected = math.nan if slow is None else slow
        assert intraclass_correlation(scores, form) == pytest.approx(
            expected, abs=1e-9, nan_ok=True
        )


def shrout_and_fleiss(scores: FloatArray, form: str, tail: float) -> tuple[float, float]:
    """Limits as the article prints them, from mean squares by definition."""
    n, k = scores.shape
    rows, columns = scores.mean(axis=1, keepdims=True), scores.mean(axis=0)
    between = k * np.square(rows - scores.mean()).sum() / (n - 1)
    raters = n * np.square(columns - scores.mean()).sum() / (k - 1)
    within = np.square(scores - rows).sum() / (n * (k - 1))
    rest = np.square(scores - rows - columns + scores.mean()).sum() / ((n - 1) * (k - 1))
    if form[0] == "2":
        icc = (between - rest) / (between + (k - 1) * rest + k * (raters - rest) / n)
        a, b = k * icc / (n * (1 - icc)), 1 + k * icc * (n - 1) / (n * (1 - icc))
        df = (a * raters + b * rest) ** 2 / (
            (a * raters) ** 2 / (k - 1) + (b * rest) ** 2 / ((n - 1) * (k - 1))
        )
        up, down = fdtri(n - 1, df, 1 - tail), fdtri(df, n - 1, 1 - tail)
        share = k * raters + (k * n - k - n) * rest
        single = (
            n * (between - up * rest) / (up * share + n * between),
            n * (down * between - rest) / (share + n * down * between),
        )
    else:
        error, df = (within, n * (k - 1)) if form[0] == "1" else (rest, (n - 1) * (k - 1))
        low = between / error / fdtri(n - 1, df, 1 - tail)
        high = between / error * fdtri(df, n - 1, 1 - tail)
        single = ((low - 1) / (low + k - 1), (high - 1) / (high + k - 1))
    if form[-1] == "1":
        return single
    return (k * single[0] / (1 + (k - 1) * single[0]), k * single[1] / (1 + (k - 1) * single[1]))


@pytest.mark.parametrize("form", FORMS)
def test_limits_are_those_of_the_article(form: str) -> None:
    for seed in range(1_000):
        scores = random_scores(seed)
        found = icc_interval(scores, form, 0.9)
        if np.isfinite(found).all():
            assert found == pytest.approx(shrout_and_fleiss(scores, form, 0.05), abs=1e-9), seed


def test_a_second_implementation_of_w_agrees() -> None:
    for seed in range(1_000):
        scores = random_scores(seed)
        slow = slowly.kendall(scores.tolist())
        expected = math.nan if slow is None else slow
        assert kendall_w(scores) == pytest.approx(expected, abs=1e-9, nan_ok=True)


def test_scipys_friedman_agrees_with_w() -> None:
    for seed in range(300):
        scores = random_scores(seed)
        expected = stats.friedmanchisquare(*scores)
        assert kendall_w_test(scores) == pytest.approx(tuple(expected), abs=1e-9)


@pytest.mark.parametrize("form", FORMS)
def test_an_icc_of_patterns_is_that_of_their_numbers(form: str) -> None:
    rng = np.random.default_rng(7)
    patterns, values = rng.integers(1, 6, (12, 4)), np.array([1.0, 2.0, 4.0, 7.0, 11.0])
    coefficient = Intraclass.of_scale(values, form)
    assert evaluate(coefficient, Profiles.from_counts(patterns)) == pytest.approx(
        intraclass_correlation(values[patterns - 1], form)
    )


@given(scores=SCORES, order=st.permutations(range(3)), seed=st.integers(0, 9))
def test_order_of_raters_and_units_does_not_matter(
    scores: FloatArray, order: list[int], seed: int
) -> None:
    mixed = np.random.default_rng(seed).permutation(scores[:, order])
    for form in FORMS:
        assert intraclass_correlation(scores, form) == pytest.approx(
            intraclass_correlation(mixed, form), abs=1e-9, nan_ok=True
        )
    assert kendall_w(scores) == pytest.approx(kendall_w(mixed), abs=1e-12, nan_ok=True)


@given(scores=SCORES, factor=st.sampled_from([0.001, 3.0, 1e6]), shift=st.integers(-50, 50))
def test_another_unit_of_measurement_does_not_matter(
    scores: FloatArray, factor: float, shift: int
) -> None:
    for form in FORMS:
        assert intraclass_correlation(scores, form) == pytest.approx(
            intraclass_correlation(factor * scores + shift, form), abs=1e-6, nan_ok=True
        )


def test_units_with_a_gap_are_left_out() -> None:
    scores = random_scores(3)
    more = np.vstack([scores, np.full((1, scores.shape[1]), np.nan)])
    more[-1, 0] = 5.0
    assert intraclass_correlation(more, "2,1") == intraclass_correlation(scores, "2,1")
    assert kendall_w(more) == kendall_w(scores)


@pytest.mark.parametrize("scores", [[[1, 2]], [[1], [2]], np.zeros((0, 3)), [[4, 4], [4, 4]]])
def test_too_little_to_compare_is_not_defined(scores: FloatArray) -> None:
    assert all(math.isnan(intraclass_correlation(scores, form)) for form in FORMS)
    assert all(math.isnan(limit) for limit in icc_interval(scores, "2,1"))
    assert math.isnan(kendall_w(scores))
    assert all(math.isnan(number) for number in kendall_w_test(scores))


def test_full_agreement_is_one_without_limits() -> None:
    scores = [[1, 1, 1], [2, 2, 2], [5, 5, 5]]
    assert intraclass_correlation(scores, "2,1") == 1.0
    assert all(math.isnan(limit) for limit in icc_interval(scores, "2,1"))
    assert kendall_w(scores) == 1.0


@pytest.mark.parametrize("form", FORMS)
def test_limits_hold_the_value_and_grow_with_confidence(form: str) -> None:
    scores = random_scores(11)
    value = intraclass_correlation(scores, form)
    narrow, wide = (icc_interval(scores, form, confidence) for confidence in (0.8, 0.99))
    assert wide[0] < narrow[0] < value < narrow[1] < wide[1]


def test_mean_squares_add_up_to_the_variance() -> None:
    scores = random_scores(5)
    n, k = scores.shape
    found = mean_squares(scores)
    total = found.between_units * (n - 1) + found.within_units * n * (k - 1)
    assert total == pytest.approx(np.square(scores - scores.mean()).sum())


def test_ties_uncorrected_keep_w_lower() -> None:
    scores = [[1, 1], [1, 1], [2, 2]]
    assert kendall_w(scores) == 1.0
    assert kendall_w(scores, correct_ties=False) == 0.75


def test_an_unknown_form_is_refused() -> None:
    with pytest.raises(StatisticsError, match="'4,1' of the intraclass"):
        intraclass_correlation([[1, 2], [3, 4]], "4,1")
