"""What raters do: their means and their severity."""

from collections.abc import Callable
from typing import Any

import numpy as np

from analytics.reference.cases import Case, Params, described, only
from analytics.stats.raters.severity import rater_means, rater_severities
from analytics.stats.types import FloatArray, IntArray


def rows_of(case: Case) -> tuple[IntArray, IntArray, FloatArray]:
    """Unit, rater and score of each rating."""
    table = case.numbers()
    unit, rater = np.nonzero(np.isfinite(table))
    return unit, rater, table[unit, rater]


def means(case: Case, params: Params) -> dict[str, float]:
    only(params)
    _, rater, number = rows_of(case)
    return dict(zip(case.raters, rater_means(rater, number), strict=True))


def means_around_grand_mean(case: Case, params: Params) -> dict[str, float]:
    """Severity of fixed raters where every rater rated all units."""
    only(params)
    _, rater, number = rows_of(case)
    return dict(zip(case.raters, rater_means(rater, number) - number.mean(), strict=True))


def severity(case: Case, params: Params) -> dict[str, float]:
    only(params, "model")
    described(params, "model", "(1|rater)")
    return dict(zip(case.raters, rater_severities(*rows_of(case)).severity, strict=True))


EVALUATORS: dict[str, Callable[[Case, Params], Any]] = {
    "rater_mean": means,
    "rater_mean_minus_grand_mean": means_around_grand_mean,
    "rater_severity_blup": severity,
}
