"""Alpha, percent agreement and what lies behind them."""

from collections.abc import Callable
from typing import Any

import numpy as np

from analytics.reference.cases import (
    Case,
    CaseError,
    Params,
    only,
    scale_numbers_of,
)
from analytics.reference.options import level_of, scale_of, weights_of
from analytics.stats.coefficients.agreement import (
    OrdinalAlpha,
    alpha_coefficient,
    krippendorff_alpha,
    percent_agreement,
)
from analytics.stats.criteria.tables import (
    coincidence_matrix,
    unit_disagreement,
    value_shares,
    value_totals,
)
from analytics.stats.profiles import Profiles, pairable
from analytics.stats.raters.without_rater import rater_moves, without_each_rater
from analytics.stats.types import FloatArray, IntArray


def transformed(case: Case, params: Params) -> tuple[IntArray, list[Any]]:
    """Counts and numbers of the scale after what `transform` asks for.

    The properties that ratings must not feel: swapped raters, shuffled ratings of a unit, another
    monotone or linear coding, a unit rated once.
    """
    counts, scale = case.counts(), scale_numbers_of(case.categories)
    asked = params.get("transform")
    if asked is None:
        return counts, list(scale)
    if asked == "swap rater columns":
        return _counts_of(case.positions()[:, ::-1], len(scale)), list(scale)
    if asked == "shuffle ratings inside every unit":
        mixed = np.random.default_rng(4).permuted(case.positions(), axis=1)
        return _counts_of(mixed, len(scale)), list(scale)
    if asked == "add a unit rated once":
        return np.vstack([counts, np.eye(len(scale), dtype=np.int64)[:1]]), list(scale)
    if asked.startswith("monotone recode "):
        coded = asked.rpartition("->")[2].split(",")
        return counts, [float(value) for value in coded]
    if asked.startswith("x -> "):
        return counts, [_linear(asked.removeprefix("x -> "), value) for value in scale]
    if asked in ("shuffle units", "permute units"):
        return np.random.default_rng(4).permutation(counts), list(scale)
    raise CaseError(f"Transform '{asked}' is unknown. Say in its evaluator what it does.")


def _counts_of(positions: IntArray, size: int) -> IntArray:
    return np.asarray((positions[:, :, None] == np.arange(size)).sum(axis=1))


def _linear(formula: str, x: float) -> float:
    factor, _, shift = formula.replace(" ", "").partition("x")
    return (float(factor) if factor else 1.0) * x + (float(shift) if shift else 0.0)


def alpha(case: Case, params: Params) -> float:
    only(params, "level", "transform")
    counts, scale = transformed(case, params)
    return krippendorff_alpha(counts, level_of(case, params), scale)


def alpha_without_rater(case: Case, params: Params) -> dict[str, float]:
    only(params, "level")
    rated, scale = case.positions(), scale_numbers_of(case.categories)
    unit, rater = np.nonzero(rated >= 0)
    moves = rater_moves(unit, rater, rated[unit, rater], case.counts())
    found = without_each_rater(alpha_coefficient(level_of(case, params), scale), moves)
    return dict(zip(case.raters, found, strict=True))


def percent(case: Case, params: Params) -> float:
    only(params, "weights", "categories")
    scale = scale_of(case, params)
    return percent_agreement(case.counts(scale), weights_of(case, params, scale), average="units")


def exact_agreement(case: Case, params: Params) -> float:
    only(params)
    return percent_agreement(case.counts())


def shares(case: Case, params: Params) -> dict[str, float]:
    only(params)
    return dict(zip(map(str, case.categories), value_shares(case.counts()), strict=True))


def totals(case: Case, params: Params) -> dict[str, int]:
    only(params)
    return dict(zip(map(str, case.categories), value_totals(case.counts()), strict=True))


def coincidences(case: Case, params: Params) -> FloatArray:
    only(params)
    return coincidence_matrix(case.counts())


def pairable_units(case: Case, params: Params) -> int:
    only(params)
    return int(pairable(case.counts()).sum())


def pairable_values(case: Case, params: Params) -> int:
    only(params)
    counts = case.counts()
    return int(counts[pairable(counts)].sum())


def unit_pair_disagreement(case: Case, params: Params) -> FloatArray:
    only(params)
    return unit_disagreement(case.counts(), "nominal", case.categories)


def unit_variance(case: Case, params: Params) -> FloatArray:
    only(params, "ddof")
    counts = case.counts()
    variance = unit_disagreement(counts, "interval", scale_numbers_of(case.categories)) / 2
    ratings = counts.sum(axis=1)
    match params.get("ddof", 1):
        case 1:
            return variance
        case 0:
            return np.asarray(variance * (ratings - 1) / np.maximum(ratings, 1))
        case other:
            raise CaseError(f"ddof {other} is unknown; a variance divides by n (0) or n - 1 (1).")


def shard_merge(case: Case, params: Params) -> bool:
    """Any split of the units, added, gives the alpha of the whole to the bit."""
    only(params)
    whole, scale = case.counts(), scale_numbers_of(case.categories)
    coefficient, expected = OrdinalAlpha(), krippendorff_alpha(case.counts(), "ordinal", scale)
    for size in (1, 4, 16):
        merged = Profiles.merge(
            [Profiles.from_counts(part) for part in np.array_split(whole, size)]
        ).pairable()
        sums = merged.multiplicity @ coefficient.terms(merged.counts)
        if float(coefficient.value(sums)) != expected:
            return False
    return True


EVALUATORS: dict[str, Callable[[Case, Params], Any]] = {
    "category_shares": shares,
    "category_totals": totals,
    "coincidence_matrix": coincidences,
    "exact_agreement": exact_agreement,
    "krippendorff_alpha": alpha,
    "krippendorff_alpha_without_rater": alpha_without_rater,
    "pairable_units": pairable_units,
    "pairable_values": pairable_values,
    "percent_agreement": percent,
    "shard_merge": shard_merge,
    "unit_pair_disagreement": unit_pair_disagreement,
    "unit_variance": unit_variance,
}
