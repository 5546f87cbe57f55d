"""Coefficients with weights on raters: themselves with equal weights, and copies without pairs."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from analytics.stats.coefficients.concordance import kendall_w
from analytics.stats.coefficients.conger import Conger, conger_kappa
from analytics.stats.coefficients.distances import agreement_weights
from analytics.stats.coefficients.intraclass import Intraclass, icc_interval, intraclass_correlation
from analytics.stats.criteria.criterion import estimate_criterion
from analytics.stats.errors import StatisticsError
from analytics.stats.intervals.generalized import icc_generalized_interval
from analytics.stats.intervals.other_raters import (
    ConcordanceOfRaters,
    CongerOfRaters,
    IntraclassOfRaters,
    RaterCoefficient,
)
from analytics.stats.types import IntArray

VALUES = np.arange(1.0, 6.0)


def severe(n_units: int, n_raters: int, seed: int) -> IntArray:
    """Patterns of raters who differ in severity."""
    rng = np.random.default_rng(seed)
    quality, severity = rng.normal(3.4, 0.9, (n_units, 1)), rng.normal(0, 0.6, (1, n_raters))
    noise = rng.normal(0, 0.8, (n_units, n_raters))
    return np.clip(np.rint(quality + severity + noise), 1, 5).astype(np.int64)


def once(
    one: RaterCoefficient, patterns: IntArray, units: npt.ArrayLike, raters: npt.ArrayLike
) -> float:
    return float(one.of_raters(patterns, np.array([units], float), np.array([raters], float))[0])


@pytest.mark.parametrize("seed", range(5))
def test_equal_weights_are_the_coefficient_itself(seed: int) -> None:
    patterns = severe(25, 6, seed)
    units, raters = np.ones(25), np.ones(6)
    weights = agreement_weights("quadratic", VALUES)
    gappy = np.where(np.random.default_rng(seed).random(patterns.shape) < 0.3, 0, patterns)
    assert once(CongerOfRaters(Conger(weights)), gappy, units, raters) == pytest.approx(
        conger_kappa(gappy, 5, weights), abs=1e-12
    )
    for form in ("2,1", "2,k"):
        found = once(IntraclassOfRaters(Intraclass.of_scale(VALUES, form)), patterns, units, raters)
        assert found == pytest.approx(intraclass_correlation(patterns, form), abs=1e-12)
    found = once(ConcordanceOfRaters(5), patterns, units, raters)
    assert found == pytest.approx(kendall_w(patterns), abs=1e-12)


def test_units_drawn_twice_are_units_twice() -> None:
    patterns = severe(12, 5, 3)
    times = np.random.default_rng(1).multinomial(12, np.full(12, 1 / 12))
    copied = np.repeat(patterns, times, axis=0)
    raters = np.ones(5)
    assert once(ConcordanceOfRaters(5), patterns, times, raters) == pytest.approx(kendall_w(copied))
    single = IntraclassOfRaters(Intraclass.of_scale(VALUES, "2,1"))
    assert once(single, patterns, times, raters) == pytest.approx(
        intraclass_correlation(copied, "2,1")
    )
    assert once(CongerOfRaters(Conger(np.eye(5))), patterns, times, raters) == pytest.approx(
        conger_kappa(copied, 5)
    )


def test_two_raters_drawn_often_are_still_two() -> None:
    """Copies of a rater add no pair, so only the two who differ are compared."""
    patterns, units = severe(30, 4, 8), np.ones(30)
    drawn, two = np.array([3.0, 1.0, 0.0, 0.0]), patterns[:, :2]
    conger = once(CongerOfRaters(Conger(np.eye(5))), patterns, units, drawn)
    assert conger == pytest.approx(conger_kappa(two, 5))


def test_one_rater_drawn_alone_is_undefined() -> None:
    patterns, units, alone = severe(10, 5, 2), np.ones(10), np.array([5.0, 0, 0, 0, 0])
    for one in (
        CongerOfRaters(Conger(np.eye(5))),
        IntraclassOfRaters(Intraclass.of_scale(VALUES, "2,1")),
        ConcordanceOfRaters(5),
    ):
        assert np.isnan(once(one, patterns, units, alone))


def test_criteria_have_two_way_limits_where_the_claim_is_about_other_raters() -> None:
    patterns = severe(40, 6, 4)
    unit, rater = np.divmod(np.arange(patterns.size), 6)
    rows: dict[str, Any] = {
        "unit": unit,
        "rater": rater,
        "value": patterns.ravel() - 1,
        "group": np.arange(40),
    }
    how: dict[str, Any] = {"level": "interval", "values": VALUES, "replicates": 200, "seed": 1}
    wide = estimate_criterion(**rows, **how, interval="two-way")
    narrow = estimate_criterion(**rows, **how, interval="percentile")
    for key in ("conger_kappa", "icc_2_1", "icc_2_k", "kendall_w"):
        assert wide[key].method.interval == "two-way"
        assert wide[key].high - wide[key].low > narrow[key].high - narrow[key].low  # type: ignore[operator]
    assert wide["icc_3_1"].low is None


def test_generalized_limits_are_wider_where_few_raters_differ() -> None:
    table = severe(300, 5, 6)
    found = icc_generalized_interval(table, "2,1", replicates=4_000, seed=2)
    low, high = icc_interval(table, "2,1")
    assert found.low < intraclass_correlation(table, "2,1") < found.high  # type: ignore[operator]
    assert found.high - found.low > 1.1 * (high - low)  # type: ignore[operator]
    k = 5
    mean = icc_generalized_interval(table, "2,k", replicates=4_000, seed=2)
    assert mean.high == pytest.approx(k * found.high / (1 + (k - 1) * found.high), abs=1e-3)  # type: ignore[operator]


def test_generalized_limits_of_another_form_are_refused() -> None:
    with pytest.raises(StatisticsError, match="exact F limits"):
        icc_generalized_interval(severe(20, 5, 1), "3,1")


def test_f_limits_are_those_of_mcgraw_and_wong_and_fall_short_with_few_raters() -> None:
    """On normal scores, so the shortfall is the approximation's; generalized limits hold."""
    rng = np.random.default_rng(11)
    truth = 0.81 / (0.81 + 0.36 + 0.64)
    by_f = generalized = 0
    for seed in range(150):
        scores = rng.normal(0, 0.9, (200, 1)) + rng.normal(0, 0.6, (1, 4))
        table = scores + rng.normal(0, 0.8, (200, 4))
        low, high = icc_interval(table, "2,1")
        by_f += low <= truth <= high
        found = icc_generalized_interval(table, "2,1", replicates=500, seed=seed)
        generalized += found.low <= truth <= found.high  # type: ignore[operator]
    assert by_f <= 0.91 * 150
    assert generalized >= 0.91 * 150
