"""Intervals that stay valid while data arrive."""

from collections.abc import Callable
from typing import Any

from analytics.reference.cases import Case, Params, described, only
from analytics.reference.shares import SINGLE, confidence_of, per_row
from analytics.stats.comparisons.sequences import (
    bernoulli_confidence_sequence,
    normal_mixture_bound,
)


def bernoulli(case: Case, params: Params) -> Any:
    only(params, *SINGLE, "t_opt", "alpha", "confidence", "alpha_opt", "method")
    described(params, "method", "beta-binomial")
    confidence, alpha_opt = confidence_of(params), params.get("alpha_opt", 0.05)

    def answer(successes: int, n: int, t_opt: float) -> list[float]:
        return list(bernoulli_confidence_sequence(successes, n, t_opt, confidence, alpha_opt))

    if "t_opt" in params:
        t_opt = float(params["t_opt"])
        return per_row(case, params, SINGLE, lambda x, n: answer(x, n, t_opt))
    names = (*SINGLE, "t_opt")
    return per_row(case, params, names, answer)


def normal_mixture(case: Case, params: Params) -> float:
    only(params, "v", "alpha", "v_opt", "alpha_opt", "one_sided")
    return normal_mixture_bound(
        params["v"],
        params["v_opt"],
        params.get("alpha", 0.05),
        params.get("alpha_opt", 0.05),
        one_sided=params.get("one_sided", True),
    )


EVALUATORS: dict[str, Callable[[Case, Params], Any]] = {
    "bernoulli_confidence_sequence": bernoulli,
    "normal_mixture_bound": normal_mixture,
}
