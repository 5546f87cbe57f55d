"""Parts of variance: intraclass correlations, mean squares, concordance of ranks."""

from collections.abc import Callable
from typing import Any

from analytics.reference.cases import Case, CaseError, Params, only
from analytics.stats.coefficients.concordance import kendall_w
from analytics.stats.coefficients.intraclass import (
    icc_interval,
    intraclass_correlation,
    mean_squares,
)

MODELS = {"oneway": "1", "twoway agreement": "2", "twoway consistency": "3"}
UNITS = {"single": "1", "average": "k"}


def form_of(params: Params) -> str:
    """The form as Shrout and Fleiss name it, or from a model and what is averaged.

    Raises:
        CaseError: Neither is given, they are unknown, or they contradict each other.
    """
    model, unit = params.get("model"), params.get("unit")
    for name, value, known in (("Model", model, MODELS), ("Unit", unit, UNITS)):
        if value is not None and value not in known:
            raise CaseError(f"{name} '{value}' is unknown; use {', '.join(known)}.")
    told = None if model is None else f"{MODELS[model]},{UNITS[unit or 'single']}"
    named = params.get("shrout_fleiss")
    if named is None and told is None:
        raise CaseError("No form of the intraclass correlation is given. Name it: ICC(2,1).")
    form = told if named is None else named.replace(" ", "").removeprefix("ICC(").rstrip(")")
    if told is not None and form != told:
        raise CaseError(f"ICC({form}) is not the model '{model}' with unit '{unit}'.")
    return str(form)


def icc(case: Case, params: Params) -> float:
    only(params, "shrout_fleiss", "model", "unit")
    return intraclass_correlation(case.numbers(), form_of(params))


def icc_limits(case: Case, params: Params) -> tuple[float, float]:
    only(params, "shrout_fleiss", "model", "unit", "confidence")
    return icc_interval(case.numbers(), form_of(params), params.get("confidence", 0.95))


def squares(case: Case, params: Params) -> dict[str, float]:
    only(params)
    found = mean_squares(case.numbers())
    return {
        "BMS": float(found.between_units),
        "WMS": float(found.within_units),
        "JMS": float(found.between_raters),
        "EMS": float(found.residual),
    }


def concordance(case: Case, params: Params) -> float:
    only(params, "ties")
    ties = params.get("ties", "corrected")
    if ties not in ("corrected", "uncorrected"):
        raise CaseError(f"Ties '{ties}' are unknown; use corrected or uncorrected.")
    return kendall_w(case.numbers(), correct_ties=ties == "corrected")


EVALUATORS: dict[str, Callable[[Case, Params], Any]] = {
    "anova_mean_squares": squares,
    "icc": icc,
    "icc_ci": icc_limits,
    "kendall_w": concordance,
}
