"""Two scores of the same cases: tests, correlations, bootstrap; and many tests at once."""

from collections.abc import Callable
from typing import Any

import numpy as np

from analytics.reference.cases import Case, CaseError, Params, described, only
from analytics.reference.shares import confidence_of
from analytics.stats.checks import Alternative, checked_alternative, finite_column
from analytics.stats.comparisons.closeness import (
    bland_altman,
    lin_ccc,
    mean_absolute_error,
)
from analytics.stats.comparisons.correlations import (
    STATISTICS,
    correlation_resampling,
    fisher_interval,
    pearson,
)
from analytics.stats.comparisons.dependent_correlations import steiger_z, williams_t
from analytics.stats.comparisons.multiplicity import ADJUSTMENTS, Adjustment, adjusted_p, rejections
from analytics.stats.comparisons.paired import cohen_d_paired, mean_of_sums, paired_t
from analytics.stats.comparisons.paired_ranks import paired_permutation, wilcoxon_signed_rank
from analytics.stats.intervals.bootstrap import bootstrap_standard_error, sums_resampling
from analytics.stats.intervals.resampling import Resampling, bootstrap_interval
from analytics.stats.types import FloatArray

REPLICATES = 20_000
SEED = 9


def two_columns(case: Case) -> tuple[FloatArray, FloatArray]:
    """Two scores a case: the columns of a paired layout, or two raters where both rated.

    Raises:
        CaseError: The case holds other than two scores a unit.
    """
    table = np.column_stack(case.pairs()) if case.layout == "paired" else case.numbers()
    if table.shape[1] != 2:
        raise CaseError(
            f"{table.shape[1]} raters rate, and this statistic compares two scores of a case."
        )
    both = table[~np.isnan(table).any(axis=1)]
    return both[:, 0], both[:, 1]


def side_of(params: Params) -> Alternative:
    """Side of a test."""
    return checked_alternative(params.get("alternative", "two-sided"))


def of_pairs(
    statistic: Callable[[FloatArray, FloatArray], float],
) -> Callable[[Case, Params], float]:
    """The evaluator of a number of two columns."""

    def evaluator(case: Case, params: Params) -> float:
        only(params)
        return statistic(*two_columns(case))

    return evaluator


def t_test(case: Case, params: Params) -> dict[str, Any] | None:
    only(params, "alternative")
    found = paired_t(*two_columns(case), alternative=side_of(params))
    return None if found.p is None else {"t": found.statistic, "p": found.p, "df": found.n - 1}


def t_interval(case: Case, params: Params) -> list[float | None] | None:
    only(params, "confidence", "alpha")
    found = paired_t(*two_columns(case), confidence=confidence_of(params))
    return None if found.low is None else [found.low, found.high]


def permutation(case: Case, params: Params) -> float | None:
    only(params, "alternative", "exact", "permutations", "seed")
    found = paired_permutation(
        *two_columns(case),
        side_of(params),
        exchanges=REPLICATES if params.get("exact") else params.get("permutations", REPLICATES),
        seed=params.get("seed", SEED),
    )
    if params.get("exact") and " drawn " in found.method:
        raise CaseError("There are too many pairs to count out all exchanges. Leave out 'exact'.")
    return found.p


def signed_ranks(case: Case, params: Params) -> dict[str, Any] | float | None:
    """V and p of both kinds; one-sided in the direction seen, unless an alternative is named."""
    only(params, "alternative", "method", "zero_method")
    described(params, "method", "exact")
    described(params, "zero_method", "wilcox")
    x, y = two_columns(case)
    by_side = {
        side: wilcoxon_signed_rank(x, y, side).p for side in ("two-sided", "greater", "less")
    }
    two_sided, greater, less = by_side["two-sided"], by_side["greater"], by_side["less"]
    if two_sided is None or greater is None or less is None:
        return None
    found = {
        "V": wilcoxon_signed_rank(x, y).statistic,
        "p_two_sided": two_sided,
        "p_one_sided": min(greater, less),
    }
    if "alternative" not in params:
        return found
    asked = by_side[side_of(params)]
    return {**found, "p": asked} | (
        {"p_one_sided": asked} if side_of(params) != "two-sided" else {}
    )


def pearson_interval(case: Case, params: Params) -> list[float] | None:
    only(params, "confidence", "alpha")
    x, y = two_columns(case)
    low, high = fisher_interval(pearson(x, y), len(x), confidence_of(params))
    return None if low != low else [low, high]


def concordance(case: Case, params: Params) -> float:
    only(params, "ddof")
    return lin_ccc(*two_columns(case), ddof=int(params.get("ddof", 0)))


def limits_of_agreement(case: Case, params: Params) -> dict[str, Any] | None:
    only(params, "deviations")
    times = float(params.get("deviations", 1.96))
    found = bland_altman(*two_columns(case), deviations=times)
    if found.sd is None:
        return None
    return {
        "bias": found.bias.value,
        "sd": found.sd,
        f"lower_{times:g}": found.lower.value,
        f"upper_{times:g}": found.upper.value,
    }


def pairs_resampled(case: Case, params: Params) -> Resampling:
    """The statistic of the parameters under resampling of pairs: Pearson's unless named."""
    only(params, "statistic", "confidence", "alpha", "replicates", "seed")
    x, y = two_columns(case)
    name = params.get("statistic", "pearson")
    if name in ("mean_difference", "paired_difference"):
        return sums_resampling(np.column_stack([np.ones_like(x), x - y]), mean_of_sums)
    return correlation_resampling(x, y, name)


def bootstrap_error(case: Case, params: Params) -> float:
    return bootstrap_standard_error(
        pairs_resampled(case, params),
        int(params.get("replicates", REPLICATES)),
        int(params.get("seed", SEED)),
    )


def bootstrap_limits(*, bca: bool) -> Callable[[Case, Params], list[float | None] | None]:
    """The evaluator of one kind of bootstrap interval."""

    def evaluator(case: Case, params: Params) -> list[float | None] | None:
        found = bootstrap_interval(
            pairs_resampled(case, params),
            confidence=confidence_of(params),
            replicates=params.get("replicates", REPLICATES),
            seed=params.get("seed", SEED),
            bca=bca,
        )
        return None if found.low is None else [found.low, found.high]

    return evaluator


def dependent(
    test: Callable[[float, float, float, int], tuple[float, float]], name: str
) -> Callable[[Case, Params], dict[str, Any] | None]:
    """The evaluator of a test of two correlations with the same human scores."""

    def evaluator(case: Case, params: Params) -> dict[str, Any] | None:
        only(params, "df")
        if case.layout != "summary":
            raise CaseError(f"Layout '{case.layout}' gives no three correlations and n.")
        keys = ("r_human_metric1", "r_human_metric2", "r_metric1_metric2")
        r1, r2, between = (float(case.data[key]) for key in keys)
        n = int(case.data["n"])
        if params.get("df", n - 3) != n - 3:
            raise CaseError(f"{n} cases leave {n - 3} degrees of freedom, not {params['df']}.")
        statistic, p = test(r1, r2, between, n)
        return None if p != p else {name: statistic, "p": p}

    return evaluator


def adjustment_of(name: str) -> Adjustment:
    """The adjustment by its name, in any case of letters, or as statsmodels writes it."""
    aliases = {"fdr_bh": "bh", "fdr": "bh", "fdr_by": "by"}
    asked = aliases.get(name.lower(), name.lower())
    for known in ADJUSTMENTS:
        if known.lower() == asked:
            return known
    raise CaseError(f"Adjustment '{name}' is unknown; choose one of {', '.join(ADJUSTMENTS)}.")


def p_values(case: Case) -> FloatArray:
    if case.layout != "p_values":
        raise CaseError(f"Layout '{case.layout}' holds no p values.")
    return finite_column(case.column("p"), "P values")


def adjusted(case: Case, params: Params) -> FloatArray:
    only(params, "method")
    if "method" not in params:
        raise CaseError(f"No method is given. Name one of {', '.join(ADJUSTMENTS)}.")
    return adjusted_p(p_values(case), adjustment_of(params["method"]))


def rejections_at(level: float) -> Callable[[Case, Params], dict[str, int]]:
    """The evaluator of how many tests stand under each adjustment."""

    def evaluator(case: Case, params: Params) -> dict[str, int]:
        only(params)
        p = p_values(case)
        return {name: int(rejections(p, name, level).sum()) for name in ADJUSTMENTS}

    return evaluator


EVALUATORS: dict[str, Callable[[Case, Params], Any]] = {
    "paired_t": t_test,
    "paired_difference_ci": t_interval,
    "paired_permutation_p": permutation,
    "cohen_d_paired": of_pairs(cohen_d_paired),
    "wilcoxon_signed_rank": signed_ranks,
    **{name: of_pairs(statistic) for name, statistic in STATISTICS.items()},
    "pearson_fisher_ci": pearson_interval,
    "lin_ccc": concordance,
    "mean_absolute_error": of_pairs(mean_absolute_error),
    "bland_altman": limits_of_agreement,
    "bootstrap_se": bootstrap_error,
    "bootstrap_percentile_ci": bootstrap_limits(bca=False),
    "bootstrap_bca_ci": bootstrap_limits(bca=True),
    "williams_t": dependent(williams_t, "t"),
    "steiger_z": dependent(steiger_z, "z"),
    "adjusted_p": adjusted,
    "rejections_at_05": rejections_at(0.05),
}
