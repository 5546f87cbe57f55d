"""Shares of independent cases and of pairs: intervals, differences, tests."""

from collections.abc import Callable
from functools import partial
from typing import Any

from analytics.reference.cases import Case, CaseError, Params, only
from analytics.stats.checks import checked_alternative
from analytics.stats.comparisons.paired_shares import (
    McNemarTest,
    mcnemar,
    paired_wald_interval,
    tango_interval,
)
from analytics.stats.comparisons.proportions import SHARE_INTERVALS, Limits, ShareInterval
from analytics.stats.comparisons.two_proportions import (
    fisher_exact_p,
    newcombe_interval,
    two_proportion_z,
)

SINGLE = ("successes", "n")
DOUBLE = ("x1", "n1", "x2", "n2")


def defined(limits: Limits) -> list[float] | None:
    """Both limits, or None where they are not defined."""
    return None if limits[0] != limits[0] else list(limits)


def confidence_of(params: Params) -> float:
    """Confidence as given, or one minus alpha, or 0.95."""
    if "confidence" in params and "alpha" in params:
        raise CaseError("Both 'confidence' and 'alpha' are given. Keep one of them.")
    return float(params.get("confidence", 1 - params.get("alpha", 0.05)))


def per_row(case: Case, params: Params, names: tuple[str, ...], answer: Callable[..., Any]) -> Any:
    """The answer for the counts in the parameters, else for those of the case: a list for rows."""
    for given in (params, case.data):
        if all(name in given for name in names):
            return answer(*(int(given[name]) for name in names))
    found = [answer(*(int(row[name]) for name in names)) for row in case.rows()]
    return found[0] if len(found) == 1 else found


def share_interval(
    kind: ShareInterval, corrected: bool = False
) -> Callable[[Case, Params], list[float] | None]:
    """The evaluator of an interval of one share."""
    limits = SHARE_INTERVALS[kind][1]

    def evaluator(case: Case, params: Params) -> Any:
        only(params, *SINGLE, "confidence", "alpha", "continuity_correction")
        if params.get("continuity_correction", corrected) is not corrected:
            raise CaseError(
                f"The {SHARE_INTERVALS[kind][0]} goes with continuity_correction "
                f"{str(corrected).lower()}. Ask for the statistic of the other."
            )
        confidence = confidence_of(params)
        return per_row(case, params, SINGLE, lambda x, n: defined(limits(x, n, confidence)))

    return evaluator


def newcombe(case: Case, params: Params) -> Any:
    only(params, *DOUBLE, "confidence", "alpha")
    confidence = confidence_of(params)

    def answer(x1: int, n1: int, x2: int, n2: int) -> list[float] | None:
        return defined(newcombe_interval(x1, n1, x2, n2, confidence))

    return per_row(case, params, DOUBLE, answer)


def z_test(case: Case, params: Params) -> Any:
    only(params, *DOUBLE, "alternative")
    side = checked_alternative(params.get("alternative", "two-sided"))

    def answer(x1: int, n1: int, x2: int, n2: int) -> dict[str, float] | None:
        z, p = two_proportion_z(x1, n1, x2, n2, side)
        return None if p != p else {"z": z, "p": p}

    return per_row(case, params, DOUBLE, answer)


def fisher(case: Case, params: Params) -> Any:
    only(params, *DOUBLE, "alternative")
    side = checked_alternative(params.get("alternative", "two-sided"))
    return per_row(case, params, DOUBLE, partial(fisher_exact_p, alternative=side))


def discordant(case: Case) -> tuple[int, int, int]:
    """Pairs that count on the first side alone, on the second alone, and all pairs.

    Raises:
        CaseError: The case is no table of two outcomes, nor pairs of 0 and 1.
    """
    if case.layout in ("paired_2x2", "contingency_2raters"):
        table = case.data["table"]
        if len(table) != 2 or any(len(row) != 2 for row in table):
            raise CaseError("The table is not 2 by 2: McNemar's test compares two outcomes.")
        return table[0][1], table[1][0], sum(sum(row) for row in table)
    first, second = case.pairs()
    if not {*first.tolist(), *second.tolist()} <= {0.0, 1.0}:
        raise CaseError("Pairs of two outcomes are needed, written as 0 and 1.")
    return int((first > second).sum()), int((second > first).sum()), len(first)


def mcnemar_part(test: McNemarTest, part: int) -> Callable[[Case, Params], float]:
    """The evaluator of McNemar's statistic (part 0) or p (part 1)."""

    def evaluator(case: Case, params: Params) -> float:
        only(params)
        first_only, second_only, _ = discordant(case)
        return mcnemar(first_only, second_only, test)[part]

    return evaluator


def paired_interval(
    limits: Callable[[int, int, int, float], Limits],
) -> Callable[[Case, Params], list[float] | None]:
    """The evaluator of an interval of a difference of paired shares."""

    def evaluator(case: Case, params: Params) -> list[float] | None:
        only(params, "confidence", "alpha")
        return defined(limits(*discordant(case), confidence_of(params)))

    return evaluator


EVALUATORS: dict[str, Callable[[Case, Params], Any]] = {
    "wilson_ci": share_interval("wilson"),
    "wilson_ci_for_contrast": share_interval("wilson"),
    "wilson_cc_ci": share_interval("wilson_cc", corrected=True),
    "clopper_pearson_ci": share_interval("clopper_pearson"),
    "agresti_coull_ci": share_interval("agresti_coull"),
    "wald_ci": share_interval("wald"),
    "newcombe_difference_ci": newcombe,
    "two_proportion_z": z_test,
    "fisher_exact_p": fisher,
    "mcnemar_chisq": mcnemar_part("chi2", 0),
    "mcnemar_chisq_cc": mcnemar_part("chi2_cc", 0),
    "mcnemar_exact_p": mcnemar_part("exact", 1),
    "mcnemar_mid_p": mcnemar_part("mid_p", 1),
    "paired_difference_wald_ci": paired_interval(paired_wald_interval),
    "paired_difference_score_ci": paired_interval(tango_interval),
}
