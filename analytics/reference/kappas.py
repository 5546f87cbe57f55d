"""Agreement beyond chance: coefficients of counts, of pairs and of raters, and their errors."""

from collections.abc import Callable
from itertools import combinations
from typing import Any

import numpy as np

from analytics.reference.cases import (
    Case,
    CaseError,
    Params,
    described,
    only,
    scale_numbers_of,
)
from analytics.reference.options import scale_of, weights_of
from analytics.stats.coefficients.chance import (
    Chance,
    ChanceCorrected,
    brennan_prediger,
    fleiss_by_category,
    fleiss_kappa,
    fleiss_z,
    gwet_ac,
    scott_pi,
)
from analytics.stats.coefficients.conger import Conger, conger_kappa
from analytics.stats.coefficients.distances import agreement_weights
from analytics.stats.coefficients.kappa import cohen_kappa, cohen_kappa_error, light_kappa
from analytics.stats.coefficients.rater_pairs import RaterPairs, rater_pairs
from analytics.stats.coefficients.weighted_alpha import weighted_alpha
from analytics.stats.intervals.linearised import conger_error, linearised_error
from analytics.stats.profiles import Profiles
from analytics.stats.types import FloatArray, IntArray

LINEARISED = ("lineari",)


def of_counts(
    coefficient: Callable[[IntArray, FloatArray], float],
) -> Callable[[Case, Params], float]:
    """The evaluator of a weighted coefficient of counts."""

    def evaluator(case: Case, params: Params) -> float:
        only(params, "weights", "categories")
        scale = scale_of(case, params)
        return coefficient(case.counts(scale), weights_of(case, params, scale))

    return evaluator


def error_of_counts(chance: Chance) -> Callable[[Case, Params], float]:
    """The evaluator of its standard error."""

    def evaluator(case: Case, params: Params) -> float:
        only(params, "weights", "categories", "method")
        described(params, "method", *LINEARISED)
        scale = scale_of(case, params)
        coefficient = ChanceCorrected(weights_of(case, params, scale), chance)
        return linearised_error(coefficient, Profiles.from_counts(case.counts(scale)))

    return evaluator


def conger(case: Case, params: Params) -> float:
    only(params, "weights", "categories")
    scale = scale_of(case, params)
    return conger_kappa(case.positions(scale) + 1, len(scale), weights_of(case, params, scale))


def error_of_conger(case: Case, params: Params) -> float:
    only(params, "weights", "categories", "method")
    described(params, "method", *LINEARISED)
    scale = scale_of(case, params)
    positions = case.positions(scale)
    unit, rater = np.nonzero(positions >= 0)
    coefficient = Conger(weights_of(case, params, scale))
    return conger_error(coefficient, case.counts(scale), unit, rater, positions[unit, rater])


def two_raters(case: Case, params: Params) -> tuple[IntArray, list[Any]]:
    """The table of two raters on the units that both rated, and its scale."""
    scale = scale_of(case, params)
    described(params, "missing", "pairwise", "listwise")
    positions, names = case.positions(scale), case.raters
    asked = params.get("raters")
    if asked is None:
        if len(names) != 2:
            raise CaseError(
                f"Cohen's kappa compares two raters and the case has {len(names)}. "
                "Name two of them in 'raters'."
            )
        first, second = 0, 1
    else:
        pair = asked.replace("-", ",").split(",") if isinstance(asked, str) else asked
        first, second = (_place(str(name).strip(), names) for name in pair)
    a, b = positions[:, first], positions[:, second]
    met = (a >= 0) & (b >= 0)
    cells = np.bincount(a[met] * len(scale) + b[met], minlength=len(scale) ** 2)
    return cells.reshape(len(scale), -1), scale


def _place(name: str, names: list[str]) -> int:
    if name not in names:
        raise CaseError(f"Rater '{name}' is none of {', '.join(names)}.")
    return names.index(name)


def cohen(case: Case, params: Params) -> float:
    only(params, "weights", "categories", "raters", "missing")
    table, scale = two_raters(case, params)
    return cohen_kappa(table, weights_of(case, params, scale))


def cohen_error(case: Case, params: Params) -> float:
    only(params, "weights", "categories", "raters", "missing", "method")
    described(params, "method", "Everitt", "non-null", "large-sample")
    table, scale = two_raters(case, params)
    return cohen_kappa_error(table, weights_of(case, params, scale))


def all_pairs(case: Case, scale: list[Any]) -> RaterPairs:
    positions = case.positions(scale)
    unit, rater = np.nonzero(positions >= 0)
    return rater_pairs(unit, rater, positions[unit, rater], n_values=len(scale))


def pairwise(case: Case, params: Params) -> dict[str, float]:
    """Every pair by its raters' names; pairs that never met have no kappa."""
    only(params, "weights", "categories", "missing")
    described(params, "missing", "pairwise")
    found = {}
    for pair in combinations(case.raters, 2):
        table, scale = two_raters(case, {**params, "raters": list(pair)})
        found["-".join(pair)] = cohen_kappa(table, weights_of(case, params, scale))
    return found


def light(case: Case, params: Params) -> float:
    only(params, "weights", "categories", "missing")
    described(params, "missing", "pairwise")
    scale = scale_of(case, params)
    return light_kappa(all_pairs(case, scale), weights_of(case, params, scale))


def by_category(case: Case, params: Params) -> dict[str, float]:
    only(params, "categories")
    scale = scale_of(case, params)
    return dict(zip(map(str, scale), fleiss_by_category(case.counts(scale)), strict=True))


def z_of_fleiss(case: Case, params: Params) -> float:
    only(params, "categories")
    return fleiss_z(case.counts(scale_of(case, params)))


def irrcac_alpha(case: Case, params: Params) -> float:
    """Alpha with "ordinal weights", by its own name: it is not Krippendorff's ordinal alpha."""
    only(params, "categories")
    scale = scale_of(case, params)
    weights = agreement_weights("ordinal", scale_numbers_of(scale))
    return weighted_alpha(case.counts(scale), weights)


EVALUATORS: dict[str, Callable[[Case, Params], Any]] = {
    "brennan_prediger": of_counts(brennan_prediger),
    "brennan_prediger_se": error_of_counts("uniform"),
    "cohen_kappa": cohen,
    "cohen_kappa_se": cohen_error,
    "conger_kappa": conger,
    "conger_kappa_se": error_of_conger,
    "fleiss_kappa": of_counts(fleiss_kappa),
    "fleiss_kappa_by_category": by_category,
    "fleiss_kappa_se": error_of_counts("fleiss"),
    "fleiss_kappa_z": z_of_fleiss,
    "gwet_ac": of_counts(gwet_ac),
    "gwet_ac_se": error_of_counts("gwet"),
    "krippendorff_alpha_irrcac_ordinal_weights": irrcac_alpha,
    "light_kappa": light,
    "pairwise_cohen_kappa": pairwise,
    "scott_pi": of_counts(scott_pi),
}
