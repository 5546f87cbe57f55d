"""Which coefficients are studied, and what they are of very many items."""

from functools import cache

import numpy as np

from analytics.stats.coefficients.agreement import (
    FixedDistanceAlpha,
    PercentAgreement,
    alpha_coefficient,
)
from analytics.stats.coefficients.chance import ChanceCorrected
from analytics.stats.coefficients.coefficient import CountCoefficient, evaluate
from analytics.stats.coefficients.distances import WeightKind, agreement_weights, masi_distance
from analytics.stats.profiles import Profiles
from analytics.stats.types import FloatArray, IntArray, Level
from studies.populations import Population


def level_of(population: Population) -> Level:
    return "ordinal" if population.scale == "5 points" else "nominal"


def weights_of(population: Population) -> WeightKind:
    return "quadratic" if population.scale == "5 points" else "identity"


def numbers_of(population: Population) -> FloatArray:
    """What the values are worth: their places."""
    return np.arange(float(population.n_values))


@cache
def counted(population: Population) -> dict[str, CountCoefficient]:
    """Coefficients of counts, by the name that the page gives them."""
    level, numbers = level_of(population), numbers_of(population)
    if population.scale == "sets":
        masks = np.arange(population.n_values)
        return {"sets": FixedDistanceAlpha(masi_distance(masks[:, None], masks[None, :]))}
    weights = agreement_weights(weights_of(population), numbers)
    return {
        "alpha": alpha_coefficient(level, numbers),
        "AC": ChanceCorrected(weights, "gwet"),
        "percent": PercentAgreement(),
        "Fleiss": ChanceCorrected(np.eye(population.n_values), "fleiss"),
        "Brennan": ChanceCorrected(np.eye(population.n_values), "uniform"),
    }


def alone(items: int) -> IntArray:
    """Each unit is its own dialogue."""
    return np.arange(items)


def truths(population: Population, counts: IntArray) -> dict[str, float]:
    """The coefficients of very many units: (units, n_values)."""
    profiles = Profiles.from_counts(counts)
    return {name: evaluate(one, profiles) for name, one in counted(population).items()}
