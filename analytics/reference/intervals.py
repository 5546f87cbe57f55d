"""Intervals and standard errors of alpha from resampling units."""

from collections.abc import Callable
from typing import Any

import numpy as np

from analytics.reference.cases import Case, Params, described, only, scale_numbers_of
from analytics.reference.options import level_of
from analytics.stats.coefficients.agreement import alpha_coefficient
from analytics.stats.coefficients.distances import checked_level
from analytics.stats.intervals.kalpha import kalpha_interval
from analytics.stats.intervals.resampling import (
    Interval,
    Resampling,
    bootstrap_interval,
    jackknife_standard_error,
    resampling_of,
)
from analytics.stats.profiles import Blocks, Profiles

REPLICATES = 20_000
SEED = 9


def limits(interval: Interval) -> list[float] | None:
    """Both limits, or None where they are not defined."""
    if interval.low is None or interval.high is None:
        return None
    return [interval.low, interval.high]


def units_resampled(case: Case, params: Params) -> Resampling:
    profiles = Profiles.from_counts(case.counts()).pairable()
    coefficient = alpha_coefficient(level_of(case, params), scale_numbers_of(case.categories))
    return resampling_of(Blocks.of_units(profiles), coefficient)


def unit_bootstrap(case: Case, params: Params) -> list[float] | None:
    only(params, "level", "confidence", "method")
    described(params, "method", "percentile")
    found = bootstrap_interval(
        units_resampled(case, params),
        confidence=params.get("confidence", 0.95),
        replicates=REPLICATES,
        seed=SEED,
        bca=False,
    )
    return limits(found)


def jackknife_error(case: Case, params: Params) -> float:
    only(params, "level", "method")
    described(params, "method", "delete one unit", "jackknife")
    return jackknife_standard_error(units_resampled(case, params))


def kalpha(case: Case, params: Params) -> list[float] | None:
    only(params, "level", "confidence", "method")
    described(params, "method", "kalpha", "Krippendorff (2006)")
    found = kalpha_interval(
        Profiles.from_counts(case.counts()),
        checked_level(level_of(case, params)),
        np.asarray(scale_numbers_of(case.categories)),
        confidence=params.get("confidence", 0.95),
        replicates=REPLICATES,
        seed=SEED,
    )
    return limits(found)


EVALUATORS: dict[str, Callable[[Case, Params], Any]] = {
    "krippendorff_alpha_ci_kalpha": kalpha,
    "krippendorff_alpha_ci_unit_bootstrap": unit_bootstrap,
    "krippendorff_alpha_jackknife_se": jackknife_error,
}
