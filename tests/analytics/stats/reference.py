"""The published reference cases: how to read one, and which function answers which statistic.

A statistic that `ANSWERS` does not name is not implemented yet; to implement it, add its line.
"""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from analytics.stats.agreement import (
    OrdinalAlpha,
    alpha_coefficient,
    krippendorff_alpha,
    percent_agreement,
)
from analytics.stats.distances import agreement_weights
from analytics.stats.intervals import (
    Resampling,
    bootstrap_interval,
    jackknife_standard_error,
    replicate_values,
    resampling_of,
)
from analytics.stats.profiles import Blocks, Profiles, pairable
from analytics.stats.proportions import wilson_interval
from analytics.stats.tables import coincidence_matrix, unit_disagreement, value_shares
from analytics.stats.types import FloatArray, IntArray

ROOT = Path(__file__).resolve().parents[3]
FOLDER = Path(os.environ.get("TOUCHSTONE_SHARED_REFERENCE") or ROOT.parent / "shared" / "reference")

Data = dict[str, Any]
Params = dict[str, Any]


def cases() -> list[tuple[str, Data, dict[str, Any]]]:
    """(name, data, expectation) of every expectation; empty when the folder is absent."""
    found = []
    for path in sorted((FOLDER / "agreement").glob("*.json")):
        case = json.loads(path.read_text())
        for number, expected in enumerate(case["expected"]):
            found.append((f"{case['id']}-{expected['statistic']}-{number}", case["data"], expected))
    return found


def counts(data: Data) -> IntArray:
    """Units x declared values, from any layout that has them."""
    if data["layout"] == "value_counts":
        return np.array(data["counts"])
    if data["layout"] == "contingency_2raters":
        table = np.array(data["table"])
        units = [
            np.eye(len(table), dtype=np.int64)[[a, b]].sum(axis=0)
            for a, b in np.ndindex(table.shape)
        ]
        return np.repeat(units, table.ravel(), axis=0)
    return of_ratings(data["ratings"], values(data))


def values(data: Data) -> list[Any]:
    """The declared scale; positions stand for words, whose order is all that counts."""
    declared = data.get("categories") or sorted(
        {value for ratings in data["ratings"] for value in ratings if value is not None}
    )
    return list(declared)


def numbers(data: Data) -> list[float]:
    declared = values(data)
    return list(range(1, len(declared) + 1)) if isinstance(declared[0], str) else declared


def of_ratings(ratings: list[list[Any]], scale: list[Any]) -> IntArray:
    return np.array([[unit.count(value) for value in scale] for unit in ratings], dtype=np.int64)


def alpha(data: Data, params: Params) -> float:
    ratings, scale, level = data.get("ratings"), numbers(data), params["level"]
    match params.get("transform"):
        case None:
            return krippendorff_alpha(counts(data), level, scale)
        case "swap rater columns":
            table = of_ratings([unit[::-1] for unit in ratings], values(data))
        case "shuffle ratings inside every unit":
            rng = np.random.default_rng(4)
            table = of_ratings(
                [[unit[i] for i in rng.permutation(len(unit))] for unit in ratings], values(data)
            )
        case "monotone recode 0,1,2,3 -> 0,10,11,90":
            table, scale = counts(data), [0, 10, 11, 90]
        case "add a unit rated once":
            table = np.vstack([counts(data), np.eye(len(scale), dtype=np.int64)[0]])
        case "x -> 7x-3":
            table, scale = counts(data), [7 * value - 3 for value in scale]
        case other:
            raise AssertionError(f"transform {other!r} is new: say here what it does")
    return krippendorff_alpha(table, level, scale)


def alpha_without_rater(data: Data, params: Params) -> dict[str, float]:
    raters = range(len(data["ratings"][0]))
    tables = [
        of_ratings([unit[:r] + unit[r + 1 :] for unit in data["ratings"]], values(data))
        for r in raters
    ]
    return {
        str(r + 1): krippendorff_alpha(table, params["level"], numbers(data))
        for r, table in zip(raters, tables, strict=True)
    }


def units_resampled(data: Data, params: Params) -> Resampling:
    profiles = Profiles.from_counts(counts(data)).pairable()
    return resampling_of(
        Blocks.of_units(profiles), alpha_coefficient(params["level"], numbers(data))
    )


def percentiles(resampling: Resampling, params: Params) -> FloatArray:
    tail = (1 - params["confidence"]) / 2
    return np.quantile(replicate_values(resampling, 20_000, seed=9), [tail, 1 - tail])


def percent(data: Data, params: Params) -> float:
    weights = agreement_weights(params.get("weights", "identity"), numbers(data))
    return percent_agreement(counts(data), weights, average="units")


def exact_agreement(data: Data, params: Params) -> float:
    pairs = [list(pair) for pair in zip(data["human"], data["metric"], strict=True)]
    return percent_agreement(of_ratings(pairs, [1, 2, 3, 4, 5]))


def correlation_resampled(data: Data) -> Resampling:
    """Pearson's correlation is a function of six sums, so it resamples like any coefficient."""
    x, y = np.array(data["x"], float), np.array(data["y"], float)
    x, y = x - x.mean(), y - y.mean()
    sums = np.column_stack([np.ones(len(x)), x, y, x * x, y * y, x * y])

    def value_of(weights: FloatArray) -> FloatArray:
        n, sx, sy, xx, yy, xy = (weights @ sums).T
        return (n * xy - sx * sy) / np.sqrt((n * xx - sx**2) * (n * yy - sy**2))

    return Resampling(np.ones(len(x), np.int64), value_of, 6)


def bca(data: Data, params: Params) -> list[float | None]:
    interval = bootstrap_interval(
        correlation_resampled(data), confidence=params["confidence"], replicates=20_000, seed=9
    )
    assert interval.name == "bca"
    return [interval.low, interval.high]


def wilson(params: Params, **options: bool) -> tuple[float, float]:
    return wilson_interval(
        params["successes"], params["n"], params.get("confidence", 0.95), **options
    )


def shard_merge(data: Data, params: Params) -> bool:
    """Any split of the units, added, gives the alpha of the whole to the bit."""
    whole, scale = counts(data), numbers(data)
    for size in (1, 4, 16):
        merged = Profiles.merge(
            [Profiles.from_counts(part) for part in np.array_split(whole, size)]
        ).pairable()
        value = OrdinalAlpha().value(merged.multiplicity @ OrdinalAlpha().terms(merged.counts))
        if float(value) != krippendorff_alpha(whole, "ordinal", scale):
            return False
    return True


ANSWERS: dict[str, Callable[[Data, Params], Any]] = {
    "bootstrap_bca_ci": bca,
    "bootstrap_percentile_ci": lambda data, params: percentiles(
        correlation_resampled(data), params
    ),
    "category_shares": lambda data, params: dict(
        zip(data["categories"], value_shares(counts(data)), strict=True)
    ),
    "coincidence_matrix": lambda data, params: coincidence_matrix(counts(data)),
    "exact_agreement": exact_agreement,
    "krippendorff_alpha": alpha,
    "krippendorff_alpha_ci_unit_bootstrap": lambda data, params: percentiles(
        units_resampled(data, params), params
    ),
    "krippendorff_alpha_jackknife_se": lambda data, params: jackknife_standard_error(
        units_resampled(data, params)
    ),
    "krippendorff_alpha_without_rater": alpha_without_rater,
    "pairable_units": lambda data, params: int(pairable(counts(data)).sum()),
    "pairable_values": lambda data, params: int(counts(data)[pairable(counts(data))].sum()),
    "percent_agreement": percent,
    "shard_merge": shard_merge,
    "unit_pair_disagreement": lambda data, params: unit_disagreement(
        counts(data), "nominal", numbers(data)
    ),
    "unit_variance": lambda data, params: (
        unit_disagreement(counts(data), "interval", numbers(data)) / 2
    ),
    "wilson_ci": lambda data, params: wilson(params),
    "wilson_cc_ci": lambda data, params: wilson(params, continuity_correction=True),
    "wilson_ci_for_contrast": lambda data, params: wilson(params),
}
