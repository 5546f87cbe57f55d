"""Severity in logits: by definition with a general optimiser, peers, simulation, reasons."""

import choix
import numpy as np
import pytest
from scipy.optimize import minimize

from analytics.stats.errors import DuplicateRatingError, RowsError
from analytics.stats.raters import facet_rows
from analytics.stats.raters import many_facet as reasons
from analytics.stats.raters.many_facet import many_facet
from analytics.stats.types import FloatArray, IntArray

Rows = tuple[IntArray, IntArray, IntArray]
STEPS = (-1.2, 0.1, 1.1)


def simulated(
    seed: int,
    leniency: FloatArray,
    steps: tuple[float, ...] = STEPS,
    *,
    n_units: int = 60,
    overlap: int = 3,
) -> Rows:
    """Ratings that follow the model, each unit by some of the raters."""
    rng = np.random.default_rng(seed)
    unit = np.repeat(np.arange(n_units), overlap)
    rater = rng.random((n_units, len(leniency))).argsort(axis=1)[:, :overlap].ravel()
    worth = rng.normal(0.3, 1.2, n_units)[unit] + leniency[rater]
    return unit, rater, drawn(rng, worth, steps)


def drawn(rng: np.random.Generator, worth: FloatArray, steps: tuple[float, ...]) -> IntArray:
    points = np.arange(len(steps) + 1)
    chance = np.exp(worth[:, None] * points - np.concatenate([[0], np.cumsum(steps)]))
    chance = chance.cumsum(axis=1) / chance.sum(axis=1, keepdims=True)
    return np.asarray((chance < rng.random(len(worth))[:, None]).sum(axis=1))


def by_definition(rows: Rows, criterion: IntArray | None = None) -> tuple[FloatArray, FloatArray]:
    """The same likelihood pair by pair in plain loops, climbed by a general optimiser."""
    unit, rater, value = (column.tolist() for column in rows)
    kind = [0] * len(unit) if criterion is None else criterion.tolist()
    n_raters, n_kinds, top = max(rater) + 1, max(kind) + 1, max(value)
    ratings = [unit.count(one) for one in unit]
    pairs = [
        (one, other, 1 / (ratings[one] - 1))
        for one in range(len(unit))
        for other in range(one)
        if unit[one] == unit[other] and rater[one] != rater[other]
    ]

    def parts(x: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        of_raters, of_kinds = x[: n_raters - 1], x[n_raters - 1 : n_raters + n_kinds - 2]
        inner = x[n_raters + n_kinds - 2 :]
        return (
            np.append(of_raters, -of_raters.sum()),
            np.append(of_kinds, -of_kinds.sum()),
            np.concatenate([[0], inner, [0]]),
        )

    def loss(x: FloatArray) -> float:
        of_raters, of_kinds, point = parts(x)
        lost = 0.0
        for one, other, weight in pairs:
            total = value[one] + value[other]
            first = of_raters[rater[one]] + of_kinds[kind[one]]
            second = of_raters[rater[other]] + of_kinds[kind[other]]
            logits = {
                a: a * first + (total - a) * second - point[a] - point[total - a]
                for a in range(max(0, total - top), min(top, total) + 1)
            }
            lost -= weight * (logits[value[one]] - np.log(sum(map(np.exp, logits.values()))))
        return lost

    size = n_raters + n_kinds - 2 + top - 1
    best = minimize(loss, np.zeros(size), method="BFGS", options={"gtol": 1e-7})
    of_raters, of_kinds, _ = parts(best.x)
    return of_raters, of_kinds


@pytest.mark.filterwarnings("ignore:.*precision loss")
@pytest.mark.parametrize("seed", range(3))
def test_a_general_optimiser_ends_at_the_same_leniencies(seed: int) -> None:
    rows = simulated(seed, np.array([0.8, 0.0, -0.2, -0.6]), n_units=40)
    assert many_facet(*rows).leniency == pytest.approx(by_definition(rows)[0], abs=1e-6)


@pytest.mark.filterwarnings("ignore:.*precision loss")
def test_a_general_optimiser_ends_at_the_same_criteria() -> None:
    rows, criterion = with_criteria(1, n_units=40)
    found = many_facet(*rows, criterion)
    of_raters, of_criteria = by_definition(rows, criterion)
    assert found.leniency == pytest.approx(of_raters, abs=1e-6)
    assert found.criterion == pytest.approx(of_criteria, abs=1e-6)


def with_criteria(seed: int, n_units: int) -> tuple[Rows, IntArray]:
    rng = np.random.default_rng(seed)
    unit, rater, criterion = (
        column.ravel() for column in np.indices((n_units, 3, 2), dtype=np.int64)
    )
    worth = rng.normal(0, 1, n_units)[unit] + np.array([0.7, 0, -0.7])[rater]
    return (unit, rater, drawn(rng, worth + np.array([0.4, -0.4])[criterion], STEPS)), criterion


@pytest.mark.parametrize("seed", range(10))
def test_yes_and_no_of_two_raters_is_bradley_terry(seed: int) -> None:
    """Who says yes where the other says no wins: choix knows nothing of scales."""
    unit, rater, value = simulated(seed, np.linspace(-1, 1, 4), (0.0,), n_units=400, overlap=2)
    by_unit = np.argsort(unit, kind="stable").reshape(-1, 2)
    differing = by_unit[value[by_unit[:, 0]] != value[by_unit[:, 1]]]
    order = np.argsort(value[differing], axis=1)
    lost, won = np.take_along_axis(rater[differing], order, axis=1).T
    theirs = choix.ilsr_pairwise(4, list(zip(won.tolist(), lost.tolist(), strict=True)), tol=1e-10)
    assert many_facet(unit, rater, value).leniency == pytest.approx(theirs, abs=1e-6)


def test_intervals_hold_the_true_leniency_as_often_as_they_say() -> None:
    leniency = np.linspace(-1, 1, 5)
    held = [
        np.abs(found.leniency - leniency) < 1.96 * found.error
        for found in (many_facet(*simulated(seed, leniency, n_units=90)) for seed in range(150))
    ]
    assert 0.92 < np.mean(held) < 0.98


def test_what_was_put_in_comes_out_without_bias() -> None:
    """Three ratings a unit, where joint estimation would be half too large."""
    leniency = np.linspace(-1, 1, 6)
    found = many_facet(*simulated(5, leniency, n_units=20_000))
    assert found.leniency == pytest.approx(leniency, abs=4 * found.error.max())
    assert found.error.max() < 0.03
    assert found.thresholds == pytest.approx(STEPS, abs=0.06)
    assert found.infit == pytest.approx(np.ones(6), abs=0.03)
    assert found.outfit == pytest.approx(np.ones(6), abs=0.03)


def test_who_answers_by_chance_does_not_fit() -> None:
    unit, rater, value = simulated(6, np.zeros(5), n_units=800)
    value = np.where(rater == 2, np.random.default_rng(7).integers(0, 4, len(value)), value)
    found = many_facet(unit, rater, value)
    assert found.infit.argmax() == found.outfit.argmax() == 2
    assert found.infit[2] > 1.15


def test_order_of_rows_raters_and_units_does_not_matter() -> None:
    unit, rater, value = simulated(8, np.linspace(-1, 1, 4))
    rng = np.random.default_rng(9)
    order, raters, units = rng.permutation(len(unit)), rng.permutation(4), rng.permutation(60)
    plain = many_facet(unit, rater, value)
    again = many_facet(unit[order], rater[order], value[order])
    assert np.array_equal(again.leniency, plain.leniency)
    other = many_facet(units[unit], raters[rater], value)
    assert other.leniency[raters] == pytest.approx(plain.leniency, abs=1e-9)
    assert other.error[raters] == pytest.approx(plain.error, abs=1e-9)


def test_copies_of_units_in_one_group_are_no_new_evidence() -> None:
    unit, rater, value = simulated(10, np.linspace(-1, 1, 4))
    plain = many_facet(unit, rater, value)
    twice = (np.concatenate([unit, unit + 60]), np.tile(rater, 2), np.tile(value, 2))
    grouped = many_facet(*twice, group=np.tile(np.arange(60), 2))
    assert grouped.leniency == pytest.approx(plain.leniency)
    assert grouped.error == pytest.approx(plain.error)
    assert many_facet(*twice).error == pytest.approx(plain.error / np.sqrt(2), rel=0.01)


def test_points_that_nobody_chose_are_passed_over() -> None:
    unit, rater, value = simulated(11, np.linspace(-1, 1, 4))
    plain, wider = many_facet(unit, rater, value), many_facet(unit, rater, 2 * value + 1)
    assert wider.points.tolist() == [1, 3, 5, 7]
    assert np.array_equal(wider.leniency, plain.leniency)


# What cannot be told


def test_a_rater_who_shares_no_unit_changes_nothing() -> None:
    unit, rater, value = simulated(12, np.linspace(-1, 1, 4))
    more = (np.append(unit, [60, 61]), np.append(rater, [4, 4]), np.append(value, [0, 3]))
    found = many_facet(*more)
    assert np.array_equal(found.leniency[:4], many_facet(unit, rater, value).leniency)
    assert found.reasons == (None, None, None, None, facet_rows.SEPARATE)


def test_a_rater_at_one_end_is_left_out() -> None:
    unit, rater, value = simulated(13, np.linspace(-1, 1, 4), n_units=200)
    found = many_facet(unit, rater, np.where(rater == 3, 3, value))
    assert found.reasons == (None, None, None, facet_rows.EXTREME)
    assert np.isnan(found.leniency[3])
    assert np.isfinite(found.leniency[:3]).all()


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (simulated(14, np.zeros(3), n_units=20), reasons.FEW_UNITS),
        (simulated(15, np.zeros(3), n_units=5), facet_rows.FEW_OF_RATER),
        (([0, 1, 2], [0, 0, 0], [1, 2, 3]), facet_rows.SEPARATE),
        (([0, 0, 1, 1], [0, 1, 0, 1], [2, 2, 2, 2]), facet_rows.FEW_OF_RATER),
        (simulated(16, np.zeros(3), (0.0,) * 20, n_units=90), reasons.MANY_POINTS),
        (simulated(17, np.zeros(201), n_units=4_000), reasons.MANY_FACETS),
    ],
)
def test_too_little_or_too_much_has_a_reason(rows: Rows, reason: str) -> None:
    found = many_facet(*rows)
    assert set(found.reasons) == {reason}
    assert np.isnan(found.leniency).all()


def test_criteria_of_one_rater_each_are_confounded() -> None:
    unit, rater, value = simulated(18, np.zeros(3))
    found = many_facet(unit, rater, value, criterion=rater)
    assert set(found.reasons) == {reasons.CONFOUNDED}


def test_a_middle_point_that_never_competes_has_no_finite_place() -> None:
    rng = np.random.default_rng(19)
    said = np.array([[0, 1], [1, 0], [0, 2], [2, 0], [1, 2], [2, 1]])[rng.integers(0, 6, 90)]
    unit, rater = np.divmod(np.arange(180), 2)
    assert set(many_facet(unit, rater, said.ravel()).reasons) == {reasons.UNBOUNDED}


def test_no_ratings_have_no_raters() -> None:
    assert many_facet([], [], []).reasons == ()


@pytest.mark.parametrize(
    ("rows", "error"),
    [
        (([0, 0], [0], [1, 1]), RowsError),
        (([0, -1], [0, 0], [1, 1]), RowsError),
        (([0, 0], [0, 0], [1, 1]), DuplicateRatingError),
    ],
)
def test_rows_that_do_not_fit_are_refused(
    rows: tuple[list[int], list[int], list[int]], error: type[Exception]
) -> None:
    with pytest.raises(error):
        many_facet(*rows)


def test_a_unit_without_a_group_is_refused() -> None:
    with pytest.raises(RowsError, match="Unit 1 has no group among 1"):
        many_facet([0, 1], [0, 0], [1, 1], group=[0])
