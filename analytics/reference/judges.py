"""A judge against raters, and human means with a judge's help."""

from collections.abc import Callable
from typing import Any

from analytics.reference.cases import Case, CaseError, Params, described, only
from analytics.reference.shares import confidence_of
from analytics.stats.comparisons.annotator_test import (
    AnnotatorTest,
    Nearness,
    alternative_annotator_test,
)
from analytics.stats.comparisons.prediction_powered import (
    PoweredMean,
    classical_mean,
    judge_only_mean,
    prediction_powered_mean,
)
from analytics.stats.types import Estimate

TUNED = "power-tuned"


def annotator_test(case: Case, params: Params) -> AnnotatorTest:
    """The test of the judge that the parameters name; options left out are those of the paper."""
    only(
        params,
        "judge",
        "score",
        "epsilon",
        "q",
        "min_raters_per_unit",
        "min_units_per_rater",
        "test",
    )
    described(params, "test", "one-sample t")
    judges = case.data.get("judges") or {}
    name = params.get("judge", next(iter(judges)) if len(judges) == 1 else None)
    if name not in judges:
        known = ", ".join(f"'{judge}'" for judge in judges) or "none"
        raise CaseError(f"Judge '{name}' is not in the case, which has {known}.")
    rows, judged = case.rows(), judges[name]
    nearness: Nearness = params.get("score") or case.data.get("score") or "accuracy"
    return alternative_annotator_test(
        [row["unit"] for row in rows],
        [row["rater"] for row in rows],
        [row["value"] for row in rows],
        [unit for unit, _ in judged],
        [value for _, value in judged],
        nearness=nearness,
        epsilon=params.get("epsilon", 0.2),
        q=params.get("q", 0.05),
        min_raters_per_unit=params.get("min_raters_per_unit", 2),
        min_units_per_rater=params.get("min_units_per_rater", 30),
    )


def winning_rate(case: Case, params: Params) -> float | None:
    return annotator_test(case, params).winning_rate


def advantage_probability(case: Case, params: Params) -> float | None:
    return annotator_test(case, params).advantage_probability


def p_of_raters(case: Case, params: Params) -> dict[str, float] | None:
    found = annotator_test(case, params).raters
    return {str(rater.rater): rater.p for rater in found} or None


def powered(case: Case, params: Params, *, tuned: bool) -> PoweredMean:
    """The prediction-powered mean with the weight of the parameters."""
    only(params, "lambda", "confidence", "alpha")
    asked = params.get("lambda", TUNED if tuned else 1)
    if not tuned and asked == TUNED:
        raise CaseError("A tuned lambda is asked of PPI. Ask for the statistic of PPI++.")
    return prediction_powered_mean(
        case.column("human"),
        case.column("judge_on_labelled"),
        case.column("judge_on_unlabelled"),
        weight=None if asked == TUNED else float(asked),
        confidence=confidence_of(params),
    )


def limits(estimate: Estimate) -> list[float | None] | None:
    return None if estimate.low is None else [estimate.low, estimate.high]


def classical(case: Case, params: Params) -> Estimate:
    only(params, "confidence", "alpha")
    return classical_mean(case.column("human"), confidence_of(params))


def judge_only(case: Case, params: Params) -> float:
    only(params)
    labelled, unlabelled = case.column("judge_on_labelled"), case.column("judge_on_unlabelled")
    return judge_only_mean([*labelled, *unlabelled])


EVALUATORS: dict[str, Callable[[Case, Params], Any]] = {
    "alt_test_winning_rate": winning_rate,
    "alt_test_advantage_probability": advantage_probability,
    "alt_test_p_values": p_of_raters,
    "ppi_mean": lambda case, params: powered(case, params, tuned=False).estimate.value,
    "ppi_mean_ci": lambda case, params: limits(powered(case, params, tuned=False).estimate),
    "ppi_plus_plus_mean": lambda case, params: powered(case, params, tuned=True).estimate.value,
    "ppi_plus_plus_mean_ci": lambda case, params: limits(
        powered(case, params, tuned=True).estimate
    ),
    "classical_mean": lambda case, params: classical(case, params).value,
    "classical_mean_ci": lambda case, params: limits(classical(case, params)),
    "judge_only_mean": judge_only,
}
