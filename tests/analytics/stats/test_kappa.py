"""Cohen's kappa of one pair and of all pairs: peers, a second implementation, properties."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from analytics.stats.coefficients.distances import agreement_weights
from analytics.stats.coefficients.kappa import (
    CohenKappa,
    cohen_kappa,
    cohen_kappa_error,
    light_kappa,
    pairwise_kappas,
)
from analytics.stats.coefficients.rater_pairs import DENSE_CELLS, RaterPairs, rater_pairs
from analytics.stats.errors import RowsError, ScaleError
from analytics.stats.types import IntArray
from tests.analytics.stats import slowly

TABLES = arrays(np.int64, (3, 3), elements=st.integers(0, 6))
KINDS = ["identity", "linear", "quadratic"]


def random_rows(seed: int, n_raters: int = 5) -> tuple[IntArray, IntArray, IntArray]:
    rng = np.random.default_rng(seed)
    rated = rng.random((30, n_raters)) < 0.6
    unit, rater = np.nonzero(rated)
    return unit, rater, rng.integers(0, 4, len(unit))


def table_of(first: IntArray, second: IntArray, size: int) -> IntArray:
    return np.bincount(first * size + second, minlength=size**2).reshape(size, size)


@pytest.mark.parametrize("kind", KINDS)
def test_scikit_learn_agrees_on_random_tables(kind: Any) -> None:
    peer = pytest.importorskip("sklearn.metrics")
    rng = np.random.default_rng(1)
    for _ in range(340):
        size = int(rng.integers(2, 6))
        first = rng.integers(0, size, 20)
        second = np.where(rng.random(20) < 0.5, first, rng.integers(0, size, 20))
        named = None if kind == "identity" else kind
        expected = peer.cohen_kappa_score(first, second, weights=named, labels=range(size))
        weights = agreement_weights(kind, range(size))
        assert cohen_kappa(table_of(first, second, size), weights) == pytest.approx(
            expected, abs=1e-9
        )


@pytest.mark.parametrize("kind", KINDS)
def test_statsmodels_agrees_with_the_standard_error(kind: Any) -> None:
    peer = pytest.importorskip("statsmodels.stats.inter_rater")
    rng = np.random.default_rng(2)
    for _ in range(340):
        table = rng.integers(0, 9, (4, 4)) + 3 * np.eye(4, dtype=int)
        weights = agreement_weights(kind, range(4))
        named = {} if kind == "identity" else {"weights": np.arange(4), "wt": kind}
        found = peer.cohens_kappa(table, **named)
        assert cohen_kappa(table, weights) == pytest.approx(found.kappa, abs=1e-9)
        assert cohen_kappa_error(table, weights) == pytest.approx(found.std_kappa, abs=1e-9)


@pytest.mark.parametrize("kind", KINDS)
def test_all_pairs_at_once_are_the_pairs_one_by_one(kind: Any) -> None:
    weights = agreement_weights(kind, range(4))
    for seed in range(100):
        unit, rater, value = random_rows(seed)
        table: list[list[int | None]] = [[None] * 5 for _ in range(30)]
        for u, r, v in zip(unit, rater, value, strict=True):
            table[u][r] = int(v)
        pairs = rater_pairs(unit, rater, value, n_values=4)
        for a, b, kappa in zip(
            pairs.first, pairs.second, pairwise_kappas(pairs, weights), strict=True
        ):
            slow = slowly.cohen([[unit[a], unit[b]] for unit in table], weights.tolist())
            assert kappa == pytest.approx(math.nan if slow is None else slow, nan_ok=True)


def test_light_is_the_mean_of_the_pairs_that_have_a_kappa() -> None:
    unit, rater = np.divmod(np.arange(12), 3)
    value = np.array([0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0])
    pairs = rater_pairs(unit, rater, value, n_values=2)
    assert np.isnan(pairwise_kappas(pairs)[2])
    assert light_kappa(pairs) == np.mean(pairwise_kappas(pairs)[:2])


def test_light_of_raters_who_never_meet_is_not_defined() -> None:
    assert math.isnan(light_kappa(rater_pairs([0, 1], [0, 1], [0, 0], n_values=2)))


@given(table=TABLES)
def test_swapped_raters_have_the_same_kappa_and_error(table: IntArray) -> None:
    assert cohen_kappa(table) == pytest.approx(cohen_kappa(table.T), abs=1e-12, nan_ok=True)
    assert cohen_kappa_error(table) == pytest.approx(
        cohen_kappa_error(table.T), abs=1e-12, nan_ok=True
    )


@given(table=TABLES, names=st.permutations(range(3)))
def test_renamed_categories_have_the_same_kappa(table: IntArray, names: list[int]) -> None:
    assert cohen_kappa(table) == pytest.approx(
        cohen_kappa(table[np.ix_(names, names)]), abs=1e-12, nan_ok=True
    )


@given(table=TABLES, k=st.integers(2, 5))
def test_copies_of_all_units_do_not_move_kappa(table: IntArray, k: int) -> None:
    assert cohen_kappa(table) == pytest.approx(cohen_kappa(k * table), abs=1e-12, nan_ok=True)


def test_quadratic_kappa_is_lins_concordance() -> None:
    rng = np.random.default_rng(5)
    x, y = rng.integers(0, 5, 60), rng.integers(0, 5, 60)
    lin = 2 * np.cov(x, y, ddof=0)[0, 1] / (x.var() + y.var() + (x.mean() - y.mean()) ** 2)
    weights = agreement_weights("quadratic", range(5))
    assert cohen_kappa(table_of(x, y, 5), weights) == pytest.approx(lin)


@pytest.mark.parametrize("table", [[[0, 0], [0, 0]], [[5, 0], [0, 0]]])
def test_kappa_without_units_or_variation_is_not_defined(table: list[list[int]]) -> None:
    assert math.isnan(cohen_kappa(table))
    assert math.isnan(cohen_kappa_error(table))


def test_perfect_agreement_has_no_error() -> None:
    assert cohen_kappa([[3, 0], [0, 4]]) == 1.0
    assert cohen_kappa_error([[3, 0], [0, 4]]) == 0.0


def test_a_table_that_is_not_square_is_refused() -> None:
    with pytest.raises(ScaleError, match="not square"):
        cohen_kappa([[1, 2, 3], [4, 5, 6]])


def test_patterns_of_two_raters_add_up_to_their_table() -> None:
    rows = np.array([[1, 2], [2, 2], [3, 1], [1, 2]])
    coefficient = CohenKappa(np.eye(3))
    assert float(coefficient.value(coefficient.terms(rows).sum(axis=0))) == cohen_kappa(
        table_of(rows[:, 0] - 1, rows[:, 1] - 1, 3)
    )


@pytest.mark.parametrize("n_shards", [1, 4, 16])
def test_pairs_of_shards_add_up(n_shards: int) -> None:
    unit, rater, value = random_rows(3, n_raters=6)
    parts = []
    for shard in range(n_shards):
        own = unit % n_shards == shard
        parts.append(rater_pairs(unit[own], rater[own], value[own], n_values=4))
    merged, whole = RaterPairs.merge(parts), rater_pairs(unit, rater, value, n_values=4)
    assert np.array_equal(merged.first, whole.first)
    assert np.array_equal(merged.second, whole.second)
    assert np.array_equal(merged.tables, whole.tables)


def test_many_raters_are_counted_like_few() -> None:
    unit, rater, value = random_rows(4)
    far = rater * 1_000
    assert (far.max() + 1) ** 2 * 16 > DENSE_CELLS
    few, many = (rater_pairs(unit, who, value, n_values=4) for who in (rater, far))
    assert np.array_equal(few.tables, many.tables)
    assert np.array_equal(few.first * 1_000, many.first)


@pytest.mark.parametrize("columns", [([-1, 0], [0, 1]), ([0, 0], [-1, 1]), ([2**60, 0], [0, 1])])
def test_numbers_that_cannot_be_packed_are_refused(columns: tuple[list[int], list[int]]) -> None:
    with pytest.raises(RowsError):
        rater_pairs(*columns, [0, 0], n_values=64)
