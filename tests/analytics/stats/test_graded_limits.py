"""Limits of ICC for other raters from normal scores behind the grades."""

import numpy as np
import pytest
from scipy import stats

from analytics.stats import reasons
from analytics.stats.coefficients.intraclass import intraclass_correlation
from analytics.stats.criteria.criterion import estimate_criterion
from analytics.stats.errors import StatisticsError
from analytics.stats.intervals.generalized import icc_generalized_interval
from analytics.stats.intervals.graded import icc_graded_interval, own_ways
from analytics.stats.intervals.latent import Steps, correlations, margins, severities
from analytics.stats.types import FloatArray

FIVE = np.arange(1.0, 6.0)
OF_UNITS, OF_RATERS, OF_REST = 0.81, 0.36, 0.64


def graded(
    rng: np.random.Generator,
    n: int,
    k: int,
    *,
    centre: float = 3.0,
    noise: float = 0.0,
    is_met_once: bool = False,
) -> FloatArray:
    """Points of raters drawn at random: severity, and by `noise` how steady each is."""
    raters = (n if is_met_once else 1, k)
    spread = OF_REST**0.5 * np.exp(noise * rng.normal(size=raters))
    scores = rng.normal(centre, OF_UNITS**0.5, (n, 1)) + rng.normal(0, OF_RATERS**0.5, raters)
    points = np.clip(np.rint(scores + spread * rng.normal(size=(n, k))), 1, 5)
    return np.asarray(points, dtype=np.float64)


def truth(centre: float, noise: float) -> float:
    """Of very many items, each by raters of its own."""
    rng = np.random.default_rng(5)
    table = graded(rng, 200_000, 3, centre=centre, noise=noise, is_met_once=True)
    return intraclass_correlation(table, "1,1")


def test_steps_correlate_as_the_bivariate_normal_distribution_has_it() -> None:
    borders, values = np.array([-0.9, 0.2, 1.1]), np.array([0.0, 1.0, 3.0, 4.0])
    for rho, error in ((-0.3, 1e-5), (0.2, 1e-5), (0.6, 1e-5), (0.9, 2e-3)):
        two = stats.multivariate_normal([0, 0], [[1, rho], [rho, 1]])
        edges = np.concatenate([[-9.0], borders, [9.0]])
        below = np.array([[two.cdf([a, b]) for b in edges] for a in edges])
        shares = np.diff(np.diff(below, axis=0), axis=1)
        middle = shares.sum(axis=1) @ values
        variance = shares.sum(axis=1) @ values**2 - middle**2
        expected = (values @ shares @ values - middle**2) / variance
        steps = Steps.at(borders, values)
        assert float(steps.variance) == pytest.approx(variance, abs=1e-9)
        assert float(steps.correlation(np.array(rho))) == pytest.approx(expected, abs=error)


def test_scores_behind_the_grades_are_found_again() -> None:
    rng = np.random.default_rng(3)
    severity = np.array([-0.7, 0.1, 0.2, 0.8])
    scores = rng.normal(0, 0.9, (60_000, 1)) + severity + rng.normal(0, 0.8, (60_000, 4))
    places = np.searchsorted([-1.0, 0.0, 0.5, 1.5], scores)
    below, found = margins(places, 5)
    one = (OF_UNITS + OF_REST) ** 0.5
    borders, leniency = severities(below, found)
    assert leniency == pytest.approx((severity - severity.mean()) / one, abs=0.02)
    at = (np.array([-1.0, 0.0, 0.5, 1.5]) - severity.mean()) / one
    assert borders == pytest.approx(at, abs=0.02)
    alike = correlations(Steps.at(found, FIVE), places.astype(np.float64))
    assert alike == pytest.approx(np.full(5, OF_UNITS / one**2), abs=0.01)


def test_each_rater_is_left_out_once() -> None:
    places = graded(np.random.default_rng(8), 80, 4).astype(np.int64) - 1
    _below, scores = margins(places, 5)
    alike = correlations(Steps.at(scores, FIVE), places.astype(np.float64))
    for rater in range(4):
        rest = np.delete(np.arange(4), rater)
        again = correlations(Steps.at(scores[rest], FIVE), places[:, rest].astype(np.float64))
        assert alike[rater + 1] == pytest.approx(again[0], abs=1e-6)


@pytest.mark.parametrize(("centre", "noise"), [(4.4, 0.0), (3.0, 0.3)])
def test_graded_limits_hold_where_generalized_ones_fall_short(centre: float, noise: float) -> None:
    """Near the end of the scale, and where raters differ in how steady they are."""
    rng, known = np.random.default_rng(17), truth(centre, noise)
    held = {"graded": 0, "generalized": 0}
    for seed in range(200):
        table = graded(rng, 300, 5, centre=centre, noise=noise)
        for name, limits in (
            ("graded", icc_graded_interval(table, "2,1", replicates=400, seed=seed)),
            ("generalized", icc_generalized_interval(table, "2,1", replicates=400, seed=seed)),
        ):
            held[name] += limits.low <= known <= limits.high  # type: ignore[operator]
    assert held["graded"] >= 0.915 * 200
    assert held["generalized"] <= held["graded"] - 0.03 * 200


def test_few_items_put_scores_that_agree_no_closer() -> None:
    rng, found = np.random.default_rng(23), []
    for _table in range(150):
        scores = 3 + 1.2 * rng.normal(size=(30, 1)) + 0.4 * rng.normal(size=(30, 5))
        places = np.clip(np.rint(scores), 1, 5).astype(np.int64) - 1
        if len(np.unique(places)) == 5:
            steps = Steps.at(margins(places, 5)[1], FIVE)
            found.append(correlations(steps, places.astype(np.float64))[0])
    assert len(found) > 100
    assert np.mean(found) == pytest.approx(0.9, abs=0.015)


def test_raters_who_differ_in_severity_alone_are_given_few_ways_of_their_own() -> None:
    """What a jackknife over raters gives by chance is taken off, so few items do not widen."""
    rng, given = np.random.default_rng(19), []
    for _table in range(200):
        table = graded(rng, 30, 5)
        values, places = np.unique(table, return_inverse=True)
        places = places.reshape(table.shape).astype(np.int64)
        scores = margins(places, len(values))[1]
        given.append(own_ways(correlations(Steps.at(scores, values), table), 30))
    assert 0.2 < np.mean(np.array(given) == 0) < 0.8
    assert np.median(given) < 0.03


def test_limits_of_a_mean_follow_from_those_of_one() -> None:
    table = graded(np.random.default_rng(2), 60, 5)
    one, mean = (icc_graded_interval(table, form, seed=4) for form in ("2,1", "2,k"))
    for single, of_mean in ((one.low, mean.low), (one.high, mean.high)):
        assert of_mean == pytest.approx(5 * single / (1 + 4 * single), abs=1e-3)  # type: ignore[operator]
    assert (one.name, one.replicates) == ("graded", 2_000)
    again = icc_graded_interval(table, "2,1", seed=4)
    assert (again.low, again.high) == (one.low, one.high)


def test_the_unit_of_the_scale_makes_no_difference() -> None:
    table = graded(np.random.default_rng(6), 40, 4)
    one, other = (
        icc_graded_interval(scaled, "2,1", replicates=300) for scaled in (table, 25 * table - 100)
    )
    assert (other.low, other.high) == pytest.approx((one.low, one.high), abs=1e-9)


def test_graded_limits_need_grades_three_raters_and_a_residual() -> None:
    rng = np.random.default_rng(1)
    fine = rng.normal(size=(50, 4))
    assert icc_graded_interval(fine, "2,1").reason == reasons.NOT_THIS_INTERVAL
    pair = graded(rng, 50, 2)
    assert icc_graded_interval(pair, "2,1").reason == reasons.NOT_THIS_INTERVAL
    same = np.tile(FIVE[:, None], (1, 3))
    assert icc_graded_interval(same, "2,1").reason == reasons.NO_RESIDUAL
    with pytest.raises(StatisticsError, match="graded ones are for forms 2,1 and 2,k"):
        icc_graded_interval(graded(rng, 20, 3), "3,1")


def test_a_unit_with_a_gap_is_left_out() -> None:
    table = graded(np.random.default_rng(4), 40, 4)
    with_gap = np.vstack([table, [[np.nan, 1, 2, 3]]])
    one, other = (icc_graded_interval(one, "2,1", replicates=200) for one in (table, with_gap))
    assert (other.low, other.high) == (one.low, one.high)


def test_reports_keep_graded_limits_of_form_two_alone() -> None:
    table = graded(np.random.default_rng(12), 60, 5).astype(np.int64)
    unit, rater = np.divmod(np.arange(table.size), 5)
    found = estimate_criterion(
        unit=unit,
        rater=rater,
        value=table.ravel() - 1,
        group=np.arange(60),
        level="interval",
        values=[1, 2, 3, 4, 5],
        replicates=200,
        seed=1,
        with_others=True,
    )
    alone = icc_graded_interval(table, "2,1", replicates=200, seed=1)
    kept = found["icc_2_1"].others["graded"]
    assert (kept.low, kept.high, kept.interval) == (alone.low, alone.high, "graded")
    assert {key for key, one in found.items() if "graded" in one.others} == {"icc_2_1", "icc_2_k"}
