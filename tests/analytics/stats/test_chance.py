"""Fleiss, Gwet, Brennan-Prediger, Scott and Conger: a second implementation, peers, properties."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from analytics.stats.coefficients.chance import (
    ChanceCorrected,
    brennan_prediger,
    fleiss_by_category,
    fleiss_kappa,
    fleiss_z,
    gwet_ac,
    scott_pi,
)
from analytics.stats.coefficients.conger import Conger, conger_kappa
from analytics.stats.coefficients.distances import agreement_weights
from analytics.stats.errors import RowsError, ScaleError
from analytics.stats.intervals.linearised import conger_error, linearised_error
from analytics.stats.patterns import counts_of_patterns
from analytics.stats.profiles import Profiles
from analytics.stats.types import FloatArray, IntArray
from tests.analytics.stats import slowly
from tests.analytics.stats.peers import tables

PATTERNS = arrays(np.int64, (7, 4), elements=st.integers(0, 3))
OF_COUNTS = [fleiss_kappa, gwet_ac, brennan_prediger]
KINDS = ["identity", "linear", "quadratic", "ordinal"]


def random_patterns(seed: int) -> tuple[IntArray, int]:
    """Units x raters (0 for missing) that follow the unit, and the length of the scale."""
    rng = np.random.default_rng(seed)
    size, n_units, n_raters = rng.integers(2, 6), rng.integers(3, 25), rng.integers(2, 6)
    centre = rng.integers(0, size, (n_units, 1))
    own = rng.integers(0, size, (n_units, n_raters))
    table = np.where(rng.random(own.shape) < 0.6, centre, own) + 1
    table[rng.random(table.shape) < rng.choice([0.0, 0.2, 0.5])] = 0
    return table, int(size)


def as_units(patterns: IntArray) -> list[list[int | None]]:
    return [[int(value) - 1 if value else None for value in unit] for unit in patterns]


def same(computed: float, expected: float | None) -> bool:
    if expected is None or math.isnan(computed):
        return expected is None and math.isnan(computed)
    return computed == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("coefficient", "slow"),
    [
        (fleiss_kappa, slowly.fleiss),
        (gwet_ac, slowly.gwet),
        (brennan_prediger, slowly.brennan_prediger),
    ],
)
def test_a_second_implementation_agrees_on_random_counts(
    kind: Any, coefficient: Callable[..., float], slow: Callable[..., float | None]
) -> None:
    for seed in range(250):
        patterns, size = random_patterns(seed)
        weights = agreement_weights(kind, range(size))
        computed = coefficient(counts_of_patterns(patterns, size), weights)
        assert same(computed, slow(as_units(patterns), weights.tolist())), seed


@pytest.mark.parametrize("kind", KINDS)
def test_a_second_implementation_of_conger_agrees(kind: Any) -> None:
    for seed in range(250):
        patterns, size = random_patterns(seed)
        weights = agreement_weights(kind, range(size))
        computed = conger_kappa(patterns, size, weights)
        assert same(computed, slowly.conger(as_units(patterns), weights.tolist())), seed


def test_scotts_pi_is_that_of_two_raters_by_definition() -> None:
    for seed in range(1_000):
        patterns, size = random_patterns(seed)
        two = patterns[:, :2][(patterns[:, :2] > 0).all(axis=1)]
        slow = slowly.fleiss(as_units(two), np.eye(size).tolist())
        assert same(scott_pi(counts_of_patterns(two, size)), slow), seed


def irrcac(patterns: IntArray, size: int, kind: str, method: str) -> tuple[float, float]:
    """Coefficient and standard error as irrCAC computes them."""
    peer = pytest.importorskip("irrCAC.raw")
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(np.where(patterns > 0, patterns, np.nan))
    made = peer.CAC(
        frame, weights=kind, categories=[float(v) for v in range(1, size + 1)], digits=12
    )
    found = getattr(made, method)()["est"]
    return float(found["coefficient_value"]), float(found["se"])


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("method", ["gwet", "fleiss", "bp", "conger"])
def test_irrcac_agrees_with_values_and_errors(method: str) -> None:
    """One of the slow peers, with whatever coefficient: the gate asks it for fewer tables."""
    chances: dict[str, Any] = {"gwet": "gwet", "fleiss": "fleiss", "bp": "uniform"}
    for seed in tables(250):
        patterns, size = random_patterns(seed)
        kind: Any = KINDS[seed % 4]
        patterns = patterns[(patterns > 0).any(axis=1)][:, (patterns > 0).any(axis=0)]
        counts = counts_of_patterns(patterns, size)
        weights = agreement_weights(kind, range(size))
        if method == "conger":
            unit, rater = np.nonzero(patterns)
            coefficient = Conger(weights)
            value = conger_kappa(patterns, size, weights)
            error = conger_error(coefficient, counts, unit, rater, patterns[unit, rater] - 1)
        else:
            corrected = ChanceCorrected(weights, chances[method])
            value = float(corrected.value(corrected.terms(counts).sum(axis=0)))
            error = linearised_error(corrected, Profiles.from_counts(counts))
        if math.isnan(value) or math.isnan(error) or abs(value - 1) < 1e-9:
            continue  # irrCAC divides by zero, or returns early without an error
        expected = irrcac(patterns, size, kind, method)
        assert (value, error) == pytest.approx(expected, abs=1e-9), (seed, kind)


def test_statsmodels_agrees_with_fleiss() -> None:
    peer = pytest.importorskip("statsmodels.stats.inter_rater")
    rng = np.random.default_rng(3)
    for _ in range(1_000):
        counts = rng.multinomial(rng.integers(2, 7), rng.dirichlet(np.ones(4)), rng.integers(3, 20))
        if (counts.sum(axis=0) > 0).sum() < 2:
            continue
        assert fleiss_kappa(counts) == pytest.approx(peer.fleiss_kappa(counts), abs=1e-9)


@given(patterns=PATTERNS, order=st.permutations(range(4)))
def test_order_of_raters_does_not_matter(patterns: IntArray, order: list[int]) -> None:
    assert conger_kappa(patterns, 3) == pytest.approx(
        conger_kappa(patterns[:, order], 3), abs=1e-12, nan_ok=True
    )


@given(patterns=PATTERNS, seed=st.integers(0, 99))
def test_order_of_units_changes_no_bit(patterns: IntArray, seed: int) -> None:
    mixed = np.random.default_rng(seed).permutation(patterns)
    for coefficient in OF_COUNTS:
        first, again = (coefficient(counts_of_patterns(rows, 3)) for rows in (patterns, mixed))
        assert np.array_equal(first, again, equal_nan=True)
    first, again = conger_kappa(patterns, 3), conger_kappa(mixed, 3)
    assert np.array_equal(first, again, equal_nan=True)


@given(patterns=PATTERNS, names=st.permutations(range(3)))
def test_names_of_nominal_categories_do_not_matter(patterns: IntArray, names: list[int]) -> None:
    renamed = np.array([0, *(np.array(names) + 1)])[patterns]
    for coefficient in OF_COUNTS:
        first, again = (coefficient(counts_of_patterns(rows, 3)) for rows in (patterns, renamed))
        assert first == pytest.approx(again, abs=1e-12, nan_ok=True)
    assert conger_kappa(patterns, 3) == pytest.approx(
        conger_kappa(renamed, 3), abs=1e-12, nan_ok=True
    )


@given(patterns=PATTERNS)
def test_a_rater_without_ratings_changes_nothing(patterns: IntArray) -> None:
    more = np.column_stack([patterns, np.zeros(7, np.int64)])
    assert conger_kappa(patterns, 3) == pytest.approx(conger_kappa(more, 3), abs=1e-12, nan_ok=True)


@given(patterns=PATTERNS)
def test_a_rater_alone_on_new_units_changes_no_observed_agreement(patterns: IntArray) -> None:
    """Brennan-Prediger's chance is fixed, so the coefficient itself must not move."""
    counts = counts_of_patterns(patterns, 3)
    more = np.vstack([counts, [[1, 0, 0], [0, 0, 1]]])
    assert brennan_prediger(counts) == pytest.approx(brennan_prediger(more), abs=1e-12, nan_ok=True)


@given(patterns=PATTERNS)
def test_shards_of_units_add_up_to_the_bit(patterns: IntArray) -> None:
    coefficient = ChanceCorrected(np.eye(3), "gwet")
    counts = counts_of_patterns(patterns, 3)
    whole = Profiles.from_counts(counts)
    for n_shards in (1, 4, 16):
        parts = [Profiles.from_counts(part) for part in np.array_split(counts, n_shards)]
        merged = Profiles.merge(parts)
        sums = [p.multiplicity @ coefficient.terms(p.counts) for p in (whole, merged)]
        assert np.array_equal(sums[0], sums[1])


def test_gwet_needs_the_declared_scale_and_alpha_does_not() -> None:
    assert gwet_ac([[2, 0], [1, 1], [0, 2]]) != gwet_ac([[2, 0, 0], [1, 1, 0], [0, 2, 0]])
    assert fleiss_kappa([[2, 0], [1, 1], [0, 2]]) == fleiss_kappa([[2, 0, 0], [1, 1, 0], [0, 2, 0]])


def test_all_equal_ratings() -> None:
    counts = [[3, 0], [2, 0]]
    assert math.isnan(fleiss_kappa(counts))
    assert gwet_ac(counts) == brennan_prediger(counts) == 1.0


@pytest.mark.parametrize("coefficient", [*OF_COUNTS, scott_pi])
def test_what_cannot_be_compared_is_not_defined(coefficient: Callable[..., float]) -> None:
    assert math.isnan(coefficient([[1, 0], [0, 1]]))
    assert math.isnan(coefficient(np.zeros((0, 2), int)))


@pytest.mark.parametrize("coefficient", OF_COUNTS)
def test_one_declared_value_is_not_defined(coefficient: Callable[..., float]) -> None:
    assert math.isnan(coefficient([[3], [2]]))


def test_scott_refuses_three_raters() -> None:
    with pytest.raises(RowsError, match="A unit has 3 ratings"):
        scott_pi([[2, 1]])


@pytest.mark.parametrize(
    ("weights", "words"), [(np.eye(3), "do not fit 2"), (np.zeros((2, 2)), "weights of agreement")]
)
def test_weights_that_do_not_fit_are_refused(weights: FloatArray, words: str) -> None:
    with pytest.raises(ScaleError, match=words):
        fleiss_kappa([[2, 0], [1, 1]], weights)


def test_by_category_is_each_value_against_the_others() -> None:
    counts = np.array([[2, 1, 0], [0, 3, 0], [1, 0, 2]])
    against = np.stack([counts[:, 0], counts[:, 1:].sum(axis=1)], axis=1)
    assert fleiss_by_category(counts)[0] == fleiss_kappa(against)


def test_z_needs_equally_many_ratings() -> None:
    assert math.isnan(fleiss_z([[2, 0], [1, 2]]))
    assert math.isnan(fleiss_z([[2, 0], [2, 0]]))
