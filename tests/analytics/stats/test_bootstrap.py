"""Bootstrap of any statistic: the law schools, two ways into one machinery, reasons."""

import numpy as np
import pytest

from analytics.stats import reasons
from analytics.stats.comparisons.correlations import correlation_of_moments, moments, pearson
from analytics.stats.errors import RowsError, StatisticsError
from analytics.stats.intervals.bootstrap import (
    bootstrap_estimate,
    bootstrap_standard_error,
    rows_resampling,
    sums_resampling,
)
from analytics.stats.intervals.resampling import replicate_values

# Efron and Tibshirani (1993), An Introduction to the Bootstrap, table 3.1
TESTED = [576, 635, 558, 578, 666, 580, 555, 661, 651, 605, 653, 575, 545, 572, 594]
GPA = [3.39, 3.3, 2.81, 3.03, 3.44, 3.07, 3.0, 3.43, 3.36, 3.13, 3.12, 2.74, 2.76, 2.88, 2.96]
SCHOOLS = np.column_stack([TESTED, GPA])


def correlation(rows):
    return pearson(rows[:, 0], rows[:, 1])


def test_the_law_schools():
    """Table 6.1 of the book: standard error .132 at 3,200 replicates."""
    assert correlation(SCHOOLS) == pytest.approx(0.776, abs=5e-4)
    found = sums_resampling(moments(*SCHOOLS.T), correlation_of_moments)
    assert bootstrap_standard_error(found, 3_200, seed=1) == pytest.approx(0.132, abs=0.006)


def test_sums_and_rows_are_one_statistic():
    sums = sums_resampling(moments(*SCHOOLS.T), correlation_of_moments)
    rows = rows_resampling(SCHOOLS, correlation)
    weights = np.random.default_rng(3).multinomial(15, np.full(15, 1 / 15), size=40).astype(float)
    order = np.argsort(sums.value_of(np.eye(15) * 20 + 1))
    other = np.argsort(rows.value_of(np.eye(15) * 20 + 1))
    assert sums.value_of(weights[:, np.argsort(order)]) == pytest.approx(
        rows.value_of(weights[:, np.argsort(other)])
    )


def test_scipy_agrees_within_the_error_of_drawing():
    from scipy.stats import bootstrap

    found = rows_resampling(SCHOOLS, correlation)
    for interval, method in (("percentile", "percentile"), ("bca", "BCa")):
        ours = bootstrap_estimate(
            found, n=15, words="Correlation", replicates=3_000, seed=2, interval=interval
        )
        other = bootstrap(
            (TESTED, GPA), pearson, paired=True, vectorized=False, n_resamples=3_000, method=method,
            rng=np.random.default_rng(1),
        ).confidence_interval  # fmt: skip
        assert (ours.low, ours.high) == pytest.approx((other.low, other.high), abs=0.04)


def test_order_of_rows_and_names_of_groups_do_not_matter():
    rng = np.random.default_rng(7)
    rows, group = rng.normal(size=(40, 2)), rng.integers(0, 8, 40)
    order = rng.permutation(40)
    for first, second in [
        (rows_resampling(rows, correlation), rows_resampling(rows[order], correlation)),
        (
            rows_resampling(rows, correlation, group),
            rows_resampling(rows[order], correlation, group[order]),
        ),
    ]:
        assert replicate_values(first, 20, 1) == pytest.approx(replicate_values(second, 20, 1))


def test_groups_of_rows_are_drawn_whole():
    rows, group = np.repeat([1.0, 2, 3, 4, 5, 6], 3), np.repeat(np.arange(6), 3)
    alone = rows_resampling([1.0, 2, 3, 4, 5, 6], lambda drawn: float(np.median(drawn)))
    whole = rows_resampling(rows, lambda drawn: float(np.median(drawn)), group)
    assert np.array_equal(replicate_values(alone, 40, 1), replicate_values(whole, 40, 1))


def test_bootstrap_of_a_mean_has_its_standard_error():
    x = np.random.default_rng(8).normal(size=200)
    found = rows_resampling(x, lambda drawn: float(drawn.mean()))
    error = bootstrap_standard_error(found, 1_000, seed=1)
    assert error == pytest.approx(x.std() / np.sqrt(200), rel=0.08)


def test_an_undefined_statistic_has_the_reason_given():
    found = bootstrap_estimate(
        rows_resampling([1.0, 2.0], lambda rows: float("nan")), n=2, words="None"
    )
    assert (found.value, found.reason) == (None, reasons.FEW_ROWS)


def test_rows_that_are_no_table_are_refused():
    with pytest.raises(RowsError):
        rows_resampling([1.0, np.nan], np.mean)
    with pytest.raises(RowsError):
        sums_resampling([[1.0], [2.0]], np.sum, group=[1])
    with pytest.raises(StatisticsError):
        bootstrap_estimate(rows_resampling([1.0, 2], np.mean), n=2, words="", interval="t")
