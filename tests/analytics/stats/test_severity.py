"""Severity of raters: the fit by dense matrices, properties, and what cannot be told."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.stats.errors import RowsError
from analytics.stats.raters.severity import Severities, rater_means, rater_severities
from analytics.stats.types import FloatArray, IntArray
from tests.analytics.stats.peers import tables

Rows = tuple[IntArray, IntArray, FloatArray]
PARTS = ("item_variance", "rater_variance", "residual_variance")


def rows(seed: int, n_units: int = 12, n_raters: int = 4) -> Rows:
    """An incomplete design with severe and mild raters."""
    rng = np.random.default_rng(seed)
    unit, rater = np.nonzero(rng.random((n_units, n_raters)) < 0.8)
    item, habit = rng.normal(3, 1, n_units), rng.normal(0, 0.8, n_raters)
    return unit, rater, item[unit] + habit[rater] + rng.normal(0, 0.5, len(unit))


def dense(found: Severities, data: Rows) -> tuple[FloatArray, FloatArray]:
    """Covariance of all scores at the estimated components, and raters' columns."""
    unit, rater, _ = data
    items, raters = (column[:, None] == np.unique(column) for column in (unit, rater))
    covariance = (
        found.item_variance * (items @ items.T.astype(float))
        + found.rater_variance * (raters @ raters.T.astype(float))
        + found.residual_variance * np.eye(len(unit))
    )
    return covariance, raters.astype(float)


def deviance(covariance: FloatArray, y: FloatArray) -> float:
    """Minus twice the restricted log-likelihood, by its definition."""
    inverse = np.linalg.inv(covariance)
    one = np.ones(len(y))
    mean = (one @ inverse @ y) / (one @ inverse @ one)
    rest = y - mean
    return float(
        np.linalg.slogdet(covariance)[1] + np.log(one @ inverse @ one) + rest @ inverse @ rest
    )


def test_predictions_are_those_of_dense_matrices_and_no_nearby_components_more_likely() -> None:
    """Predictions at the components found, and the components by their likelihood.

    A component that is told as 0 was a millionth of the rest in the fit, and moves predictions by
    as much.
    """
    for seed in tables(60):
        data = rows(seed, n_units=8, n_raters=3)
        found = rater_severities(*data)
        near = 1e-9 if min(found.item_variance, found.rater_variance) > 0 else 1e-5
        covariance, raters = dense(found, data)
        inverse, one = np.linalg.inv(covariance), np.ones(len(data[2]))
        mean = (one @ inverse @ data[2]) / (one @ inverse @ one)
        assert found.mean == pytest.approx(mean, abs=near), seed
        blup = found.rater_variance * raters.T @ inverse @ (data[2] - mean)
        assert found.severity == pytest.approx(blup, abs=near), seed
        best = deviance(covariance, data[2])
        for name in PARTS:
            for factor in (0.98, 1.02):
                parts = {
                    part: getattr(found, part) * (factor if part == name else 1) for part in PARTS
                }
                other = Severities(found.severity, found.error, found.mean, **parts)
                assert deviance(dense(other, data)[0], data[2]) >= best - near, (seed, name)


def test_complete_designs_have_the_components_of_the_analysis_of_variance() -> None:
    """Where all mean squares stand above that of the rest, the two are the same by algebra.

    The search ends where the likelihood moves in its last digits only, and components then move in
    their seventh: so near they come, and no nearer.
    """
    compared = 0
    for seed in tables(60):
        n, k = 8, 4
        rng = np.random.default_rng(seed)
        table = rng.normal(3, 1, (n, 1)) + rng.normal(0, 0.8, (1, k)) + rng.normal(0, 0.5, (n, k))
        items, raters = table.mean(axis=1), table.mean(axis=0)
        rest = table - items[:, None] - raters + table.mean()
        residual = np.square(rest).sum() / ((n - 1) * (k - 1))
        of_items, of_raters = (
            (k * items.var(ddof=1) - residual) / k,
            (n * raters.var(ddof=1) - residual) / n,
        )
        if min(of_items, of_raters) < 0.01:
            continue
        unit, rater = np.divmod(np.arange(n * k), k)
        found = rater_severities(unit, rater, table.ravel())
        parts = found.item_variance, found.rater_variance, found.residual_variance
        assert parts == pytest.approx((of_items, of_raters, residual), rel=2e-6), seed
        shrunk = of_raters / (of_raters + residual / n) * (raters - table.mean())
        assert found.severity == pytest.approx(shrunk, abs=1e-6), seed
        compared += 1
    assert compared > len(tables(60)) // 2


@settings(max_examples=12)
@given(seed=st.integers(0, 20), order=st.permutations(range(4)))
def test_order_of_rows_and_raters_does_not_matter(seed: int, order: list[int]) -> None:
    unit, rater, number = rows(seed)
    mixed = np.random.default_rng(seed).permutation(len(unit))
    first = rater_severities(unit, rater, number)
    again = rater_severities(unit[mixed], np.array(order)[rater[mixed]], number[mixed])
    assert again.severity[order] == pytest.approx(first.severity, abs=1e-5)


def test_a_rater_of_easy_items_is_not_generous_for_that() -> None:
    unit = np.repeat(np.arange(20), 2)
    rater = np.where(np.arange(40) % 2 == 0, 0, 1 + (unit >= 10))
    number = np.where(unit >= 10, 5.0, 1.0) + np.tile([0.1, -0.1, -0.1, 0.1], 10)
    raw, fitted = rater_means(rater, number), rater_severities(unit, rater, number).severity
    assert raw[2] - raw[1] > 3.5
    assert abs(fitted[2] - fitted[1]) < 0.1


def test_raters_without_habits_stand_in_the_middle() -> None:
    unit, rater = np.divmod(np.arange(40), 4)
    number = unit % 5 + np.tile([0.1, -0.1, 0.1, -0.1, -0.1, 0.1, -0.1, 0.1], 5)
    found = rater_severities(unit, rater, number)
    assert found.rater_variance == pytest.approx(0, abs=1e-5)
    assert found.severity == pytest.approx(np.zeros(4), abs=1e-3)


@pytest.mark.parametrize(
    ("unit", "rater", "number"),
    [([], [], []), ([0, 1, 2], [0, 0, 0], [1, 2, 3]), ([0, 0, 1], [0, 1, 0], [2, 2, 2])],
)
def test_nothing_to_tell_raters_apart_by(
    unit: list[int], rater: list[int], number: list[float]
) -> None:
    found = rater_severities(unit, rater, number)
    assert np.isnan(found.severity).all()
    assert math.isnan(found.rater_variance)


@pytest.mark.parametrize("number", [[1.0], [1.0, math.nan]])
def test_rows_that_do_not_fit_are_refused(number: list[float]) -> None:
    with pytest.raises(RowsError):
        rater_severities([0, 0], [0, 1], number)
