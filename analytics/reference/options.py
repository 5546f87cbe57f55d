"""Options that many statistics share: the scale, its level, weights of partial agreement."""

from typing import Any

import numpy as np

from analytics.reference.cases import Case, CaseError, Params, scale_numbers_of
from analytics.stats.coefficients.distances import agreement_weights
from analytics.stats.types import FloatArray


def scale_of(case: Case, params: Params) -> list[Any]:
    """The scale of an expectation: a list, or the number of categories, or as declared."""
    asked = params.get("categories")
    if asked is None:
        return case.categories
    if isinstance(asked, list):
        return asked
    for scale in (case.categories, case.used()):
        if len(scale) == asked:
            return scale
    raise CaseError(
        f"{asked} categories are asked for, and the case declares {len(case.categories)}. "
        "Give the categories as a list."
    )


def level_of(case: Case, params: Params) -> str:
    """The level of an expectation, or as declared."""
    level = params.get("level", case.level)
    if level is None:
        raise CaseError("No level is given. Name nominal, ordinal, interval or ratio.")
    return str(level)


def weights_of(case: Case, params: Params, scale: list[Any]) -> FloatArray:
    """Agreement weights: by name, as a matrix, or from the disagreement weights of the case."""
    asked = params.get("weights", "identity")
    if isinstance(asked, list):
        return np.asarray(asked, dtype=np.float64)
    if asked in ("unweighted", None):
        asked = "identity"
    if asked in ("identity", "linear", "quadratic", "ordinal"):
        return agreement_weights(asked, scale_numbers_of(scale))
    given = case.data.get("disagreement_weights")
    if given is not None and "disagreement" in asked:
        apart = np.asarray(given, dtype=np.float64)
        return np.asarray(1 - apart / apart.max())
    raise CaseError(
        f"Weights '{asked}' are unknown. Use identity, linear, quadratic, ordinal or a matrix."
    )
