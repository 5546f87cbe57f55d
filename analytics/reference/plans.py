"""How many cases and raters are needed."""

from collections.abc import Callable
from math import ceil, isfinite
from typing import Any

from analytics.reference.cases import Case, CaseError, Params, only
from analytics.stats.plans.planning import raters_needed, spearman_brown
from analytics.stats.plans.power import n_per_group_means, n_per_group_two_proportions


def sides_of(params: Params) -> Any:
    """1 or 2, from `alternative` as R and scipy write it."""
    known = {"two-sided": 2, "two.sided": 2, "one-sided": 1, "one.sided": 1}
    asked = params.get("alternative", "two-sided")
    if asked not in known:
        raise CaseError(f"Alternative '{asked}' is unknown; a plan is two-sided or one-sided.")
    return known[asked]


def cases_for_shares(case: Case, params: Params) -> float:
    only(params, "p1", "p2", "power", "alpha", "alternative")
    return n_per_group_two_proportions(
        params["p1"],
        params["p2"],
        params.get("power", 0.8),
        params.get("alpha", 0.05),
        sides=sides_of(params),
    )


def cases_for_means(case: Case, params: Params) -> float:
    only(params, "delta", "sd", "power", "alpha", "alternative", "type")
    kind = params.get("type", "two.sample")
    if kind not in ("two.sample", "two-sample", "paired"):
        raise CaseError(f"Type '{kind}' is unknown; the groups are two-sample or paired.")
    return n_per_group_means(
        params["delta"],
        params.get("sd", 1.0),
        params.get("power", 0.8),
        params.get("alpha", 0.05),
        sides=sides_of(params),
        paired=kind == "paired",
    )


def needed_raters(case: Case, params: Params) -> int | None:
    only(params, "single_rater_reliability", "target")
    found = raters_needed(params["single_rater_reliability"], params["target"])
    return max(1, ceil(found - 1e-9)) if isfinite(found) else None


def average_reliability(case: Case, params: Params) -> float:
    only(params, "single_rater_reliability", "raters")
    return spearman_brown(params["single_rater_reliability"], params["raters"])


EVALUATORS: dict[str, Callable[[Case, Params], Any]] = {
    "n_per_group_two_proportions": cases_for_shares,
    "n_per_group_t": cases_for_means,
    "spearman_brown_raters_needed": needed_raters,
    "spearman_brown": average_reliability,
}
