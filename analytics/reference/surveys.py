"""Scores of questionnaires."""

from collections.abc import Callable
from typing import Any, Literal

from analytics.reference.cases import Case, Params, described, only
from analytics.reference.shares import confidence_of
from analytics.stats.comparisons.surveys import net_promoter, sus_mean, sus_scores, top_box
from analytics.stats.types import Estimate


def limits(estimate: Estimate) -> list[float | None] | None:
    return None if estimate.low is None else [estimate.low, estimate.high]


def recommendation(case: Case, params: Params) -> float | None:
    only(params)
    return net_promoter(case.column("scores")).estimate.value


def recommendation_shares(case: Case, params: Params) -> dict[str, float | None] | None:
    only(params)
    found = net_promoter(case.column("scores"))
    if found.promoters is None:
        return None
    return {
        "promoters": found.promoters,
        "passives": found.passives,
        "detractors": found.detractors,
    }


def recommendation_limits(
    interval: Literal["score", "wald"],
) -> Callable[[Case, Params], list[float | None] | None]:
    """The evaluator of one interval of the Net Promoter Score."""

    def evaluator(case: Case, params: Params) -> list[float | None] | None:
        only(params, "confidence", "alpha", "variance")
        described(params, "variance", "(p+d-(p-d)^2)/n", "trinomial")
        scores = case.column("scores")
        return limits(net_promoter(scores, confidence_of(params), interval).estimate)

    return evaluator


def usability(case: Case, params: Params) -> list[float]:
    only(params)
    return [float(score) for score in sus_scores(case.data["rows"])]


def usability_mean(case: Case, params: Params) -> float | None:
    only(params)
    return sus_mean(case.data["rows"]).value


def usability_limits(case: Case, params: Params) -> list[float | None] | None:
    only(params, "confidence", "alpha")
    return limits(sus_mean(case.data["rows"], confidence_of(params)))


def satisfaction(case: Case, params: Params) -> float | None:
    only(params, "points", "boxes")
    points, boxes = params.get("points", 5), params.get("boxes", 2)
    return top_box(case.column("scores"), points, boxes).value


EVALUATORS: dict[str, Callable[[Case, Params], Any]] = {
    "nps": recommendation,
    "nps_shares": recommendation_shares,
    "nps_wald_ci": recommendation_limits("wald"),
    "nps_score_ci": recommendation_limits("score"),
    "sus_score": usability,
    "sus_mean": usability_mean,
    "sus_mean_t_ci": usability_limits,
    "csat_top_box": satisfaction,
}
