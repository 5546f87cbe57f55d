"""The truth behind labels: the paper's patients, crowd-kit, made-up raters, properties."""

import math

import numpy as np
import pandas as pd
import pytest
from crowdkit.aggregation import DawidSkene as CrowdKit

from analytics.stats import reasons
from analytics.stats.errors import RowsError, StatisticsError
from analytics.stats.truth.dawid_skene import FLOOR, dawid_skene
from analytics.stats.types import IntArray
from tests.analytics.stats.peers import tables

Row = tuple[int, int, int]
Labels = tuple[IntArray, IntArray, IntArray]


def made_up(seed: int, *, n_units: int = 300, n_raters: int = 12, n_values: int = 3) -> Labels:
    """Five labels a unit; rater 0 labels at random, the others are mostly right."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, n_values, n_units)
    unit = np.repeat(np.arange(n_units), 5)
    rater = np.concatenate([rng.permutation(n_raters)[:5] for _ in range(n_units)])
    right = rng.random(len(unit)) < np.where(rater == 0, 0, 0.75)
    return unit, rater, np.where(right, truth[unit], rng.integers(0, n_values, len(unit)))


def fit(labels: Labels, **options):
    unit, rater, value = labels
    sizes = {"n_units": 300, "n_raters": 12, "n_values": 3}
    return dawid_skene(unit, rater, value, **(sizes | options))


@pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning")
def test_crowd_kit_ends_at_the_same_answer() -> None:
    """Each step of its EM takes 20 ms whatever the size, so the gate asks for few tables."""
    for seed in tables(25):
        sizes = {"n_units": 40, "n_raters": 6}
        unit, rater, value = labels = made_up(seed, **sizes)
        rows = pd.DataFrame({"task": unit, "worker": rater, "label": value})
        theirs = CrowdKit(n_iter=4, tol=-1e9).fit(rows)
        ours = fit(labels, **sizes, tolerance=-1, max_iterations=4)
        prior = theirs.priors_.sort_index().to_numpy()
        posterior = theirs.probas_.sort_index().sort_index(axis=1).to_numpy()
        errors = theirs.errors_.sort_index().sort_index(axis=1).to_numpy().reshape(6, 3, 3)
        assert ours.prior == pytest.approx(prior, abs=1e-9), seed
        assert ours.posterior == pytest.approx(posterior, abs=1e-9), seed
        assert ours.confusion == pytest.approx(errors.swapaxes(1, 2), abs=1e-9), seed


def slow_posterior(rows: list[Row], sizes: tuple[int, int, int], steps: int) -> list[list[float]]:
    """Expectation and maximisation by their definitions, from the shares of votes."""
    n_units, n_raters, n_values = sizes
    labels = range(n_values)
    votes = [[sum(r[0] == u and r[2] == v for r in rows) for v in labels] for u in range(n_units)]
    chance = [[one / sum(unit) for one in unit] for unit in votes]
    for _ in range(steps):
        prior = [max(sum(unit[t] for unit in chance) / n_units, FLOOR) for t in labels]
        said = [[[FLOOR] * n_values for _ in labels] for _ in range(n_raters)]
        for rater in range(n_raters):
            for truth in labels:
                cells = [
                    max(sum(chance[u][truth] for u, r, v in rows if (r, v) == (rater, s)), FLOOR)
                    for s in labels
                ]
                said[rater][truth] = [cell / sum(cells) for cell in cells]
        for unit in range(n_units):
            joint = [
                prior[t] * math.prod(said[r][t][v] for u, r, v in rows if u == unit) for t in labels
            ]
            chance[unit] = [one / sum(joint) for one in joint]
    return chance


def test_a_second_implementation_ends_at_the_same_answer() -> None:
    rng = np.random.default_rng(1)
    for _ in range(1_000):
        sizes = tuple(rng.integers([3, 2, 2], [6, 5, 4]).tolist())
        unit, rater = np.nonzero(rng.random(sizes[:2]) < 0.8)
        unit, rater = np.append(unit, range(sizes[0])), np.append(rater, [0] * sizes[0])
        value = rng.integers(0, sizes[2], len(unit))
        rows = list(zip(unit.tolist(), rater.tolist(), value.tolist(), strict=True))
        ours = dawid_skene(
            unit, rater, value, n_units=sizes[0], n_raters=sizes[1], n_values=sizes[2],
            tolerance=-1, max_iterations=3,
        )  # fmt: skip
        assert ours.posterior == pytest.approx(np.array(slow_posterior(rows, sizes, 3)), abs=1e-9)


def test_a_careless_rater_is_found_and_outvoted() -> None:
    truth = np.random.default_rng(1).integers(0, 3, 300)
    found = fit(made_up(1))
    assert (found.label == truth).mean() > 0.9
    assert found.rater_accuracy[0] < 0.5 < found.rater_accuracy[1:].min()
    assert found.converged
    assert found.warning is None


def test_every_step_gains() -> None:
    labels = made_up(2)
    reached = [fit(labels, tolerance=-1, max_iterations=n).log_likelihood for n in range(1, 12)]
    assert (np.diff(reached) > -1e-9).all()


def test_order_of_ratings_raters_and_units_does_not_matter() -> None:
    unit, rater, value = labels = made_up(3)
    rng = np.random.default_rng(0)
    order, raters, units = rng.permutation(len(unit)), rng.permutation(12), rng.permutation(300)
    plain = fit(labels)
    other = fit((units[unit][order], raters[rater][order], value[order]))
    assert other.posterior[units] == pytest.approx(plain.posterior, abs=1e-9)
    assert other.confusion[raters] == pytest.approx(plain.confusion, abs=1e-9)


def test_renaming_labels_renames_the_truth() -> None:
    unit, rater, value = labels = made_up(4)
    names = np.array([2, 0, 1])
    assert fit((unit, rater, names[value])).posterior[:, names] == pytest.approx(
        fit(labels).posterior, abs=1e-9
    )


def test_a_unit_without_ratings_has_no_label() -> None:
    found = fit(made_up(5), n_units=302)
    assert found.label[300:].tolist() == [-1, -1]
    assert np.isnan(found.posterior[300:]).all()
    assert found.posterior[:300] == pytest.approx(fit(made_up(5)).posterior)


def test_a_rater_who_never_met_a_label_has_no_row_for_it() -> None:
    found = dawid_skene(
        [0, 0, 0, 1, 1], [0, 1, 2, 0, 1], [0, 0, 0, 1, 1], n_units=2, n_raters=3, n_values=2
    )
    assert np.isfinite(found.confusion[0]).all()
    assert found.rater_accuracy[2] == pytest.approx(1)


def test_smoothing_keeps_few_labels_from_certainty() -> None:
    labels = ([0, 0, 1, 1], [0, 1, 0, 1], [0, 0, 0, 1])
    plain, smooth = (
        dawid_skene(*labels, n_units=2, n_raters=2, n_values=2, smoothing=smoothing)
        for smoothing in (0, 0.5)
    )
    assert np.nanmin(smooth.confusion) > 0.05 > np.nanmin(plain.confusion)


def test_several_starts_never_end_below_the_first() -> None:
    found = fit(made_up(6, n_raters=12), starts=4, seed=1)
    assert len(found.start_log_likelihoods) == 4
    assert found.log_likelihood == max(found.start_log_likelihoods)


def test_labels_that_changed_places_are_told() -> None:
    # Half of the units get only 1, the others 1 from six of ten: no class is mostly called 0.
    unit, rater = np.repeat(np.arange(100), 10), np.tile(np.arange(10), 100)
    value = np.where((unit % 2 == 1) & ((unit // 2 + rater) % 10 < 4), 0, 1)
    found = dawid_skene(unit, rater, value, n_units=100, n_raters=10, n_values=2)
    assert found.warning == reasons.SWITCHED_LABELS


def test_steps_that_run_out_are_told() -> None:
    found = fit(made_up(7), max_iterations=2)
    assert (found.converged, found.warning) == (False, reasons.NOT_CONVERGED)


def test_no_ratings_have_no_truth() -> None:
    found = dawid_skene([], [], [], n_units=3, n_raters=0, n_values=2)
    assert found.label.tolist() == [-1, -1, -1]
    assert np.isnan(found.prior).all()


def test_one_label_in_use_is_certain() -> None:
    found = dawid_skene([0, 0, 1], [0, 1, 0], [1, 1, 1], n_units=2, n_raters=2, n_values=2)
    assert found.label.tolist() == [1, 1]
    assert found.log_likelihood == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"smoothing": -1}, "Smoothing -1"),
        ({"starts": 0}, "0 starts"),
        ({"max_iterations": 0}, "0 steps"),
    ],
)
def test_options_outside_their_range_are_refused(options: dict, message: str) -> None:
    with pytest.raises(StatisticsError, match=message):
        fit(made_up(8), **options)


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (([3], [0], [0]), "Unit 3 is outside 0 to 1"),
        (([0], [0], [-1]), "Value position -1 is outside"),
        (([0, 1], [0], [0]), "2 units, 1 raters and 1 values"),
    ],
)
def test_rows_that_do_not_fit_are_refused(labels: tuple, message: str) -> None:
    with pytest.raises(RowsError, match=message):
        dawid_skene(*labels, n_units=2, n_raters=1, n_values=2)
