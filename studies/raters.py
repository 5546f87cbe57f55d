"""Raters drawn at random rate all items: what would other raters say?"""

from functools import cache
from typing import TypedDict

import numpy as np

from analytics.stats.coefficients.conger import Conger
from analytics.stats.coefficients.intraclass import (
    Intraclass,
    icc_interval,
    intraclass_correlation,
)
from analytics.stats.intervals.generalized import icc_generalized_interval
from analytics.stats.intervals.graded import icc_graded_interval
from analytics.stats.intervals.jackknife import jackknife_interval
from analytics.stats.intervals.other_raters import (
    ConcordanceOfRaters,
    CongerOfRaters,
    CountsOfRaters,
    IntraclassOfRaters,
    RaterCoefficient,
)
from analytics.stats.intervals.resampling import Interval, Resampling, bootstrap_limits
from analytics.stats.intervals.two_way import two_way_interval
from analytics.stats.patterns import counts_of_patterns
from analytics.stats.profiles import Blocks, Profiles
from analytics.stats.types import FloatArray, IntArray
from studies.coefficients import alone, counted, truths
from studies.plan import Cell, Plan
from studies.populations import OTHER_SEVERITY, Population
from studies.resampled import Weights, resampled_limits, resampling_of_sums
from studies.tally import Tallies, count


class Draws(TypedDict):
    """How often, and of which seed."""

    replicates: int
    seed: int


MANY_RATERS = 400
"""Who rank the items of whom the truth of Kendall's W is told."""


@cache
def truth_of_raters(population: Population, crowd: int, seed: int) -> dict[str, float]:
    """Coefficients of raters of whom each pair is met but once; of W the mean correlation of two.

    Conger's chance is that of two raters who do not know of each other, so it is Fleiss' over all.
    """
    rng = np.random.default_rng([seed, 0])
    severity = rng.normal(0.0, OTHER_SEVERITY, (crowd, 3))
    patterns = population.rated(rng, population.qualities(rng, alone(crowd)), severity)
    found = truths(population, counts_of_patterns(patterns, population.n_values))
    return found | {
        "Conger": found["Fleiss"],
        "ICC(2,1)": intraclass_correlation(patterns, "1,1"),
        "ICC(1,1)": intraclass_correlation(patterns, "1,1"),
        "ranks": _mean_correlation(population, rng, crowd // MANY_RATERS),
    }


def _mean_correlation(population: Population, rng: np.random.Generator, items: int) -> float:
    """Of the ranks that two raters give, over many raters."""
    severity = rng.normal(0.0, OTHER_SEVERITY, (1, MANY_RATERS))
    patterns = population.rated(rng, population.qualities(rng, alone(items)), severity)
    w = ConcordanceOfRaters(population.n_values).of_units(patterns, np.ones((1, items)))[0]
    return float((MANY_RATERS * w - 1) / (MANY_RATERS - 1))


def other_raters(cell: Cell, plan: Plan) -> Tallies:
    """Count intervals that draw items, and such that draw raters too."""
    population, rng = cell.population, plan.rng(cell, "raters")
    truth = truth_of_raters(population, plan.crowd, plan.seed)
    truth = truth | {"W": (1 + (cell.raters - 1) * truth["ranks"]) / cell.raters}
    weights, tallies = Weights(rng, plan.replicates), Tallies()
    for simulation in range(plan.simulations):
        weights.renew(simulation)
        quality = population.qualities(rng, alone(cell.items))
        severity = rng.normal(0.0, OTHER_SEVERITY, (1, cell.raters))
        patterns = population.rated(rng, quality, severity, cell.missing)
        how = Draws(replicates=plan.replicates // 2, seed=simulation)
        made = {"alpha": _of_alpha(patterns, population, weights, how)}
        if not cell.missing:
            made |= _without_gaps(patterns, population, weights, how)
            each = rng.normal(0.0, OTHER_SEVERITY, patterns.shape)
            own = population.rated(rng, quality, each)
            made["ICC(1,1)"] = _of_own_raters(own, population, weights)
        for name, intervals in made.items():
            count(tallies, name, truth[name], intervals)
    return tallies


def _two_way(coefficient: RaterCoefficient, patterns: IntArray, how: Draws) -> Interval:
    return two_way_interval(coefficient, Blocks.of_units(Profiles.from_counts(patterns)), **how)


def _of_alpha(
    patterns: IntArray, population: Population, weights: Weights, how: Draws
) -> dict[str, Interval]:
    alpha = counted(population)["alpha"]
    counts = counts_of_patterns(patterns, population.n_values)
    usable = alpha.usable(counts)
    resampling = resampling_of_sums(alpha, alpha.terms(counts[usable]))
    drawn = resampling.value_of(weights.of(resampling.n_groups))
    both = CountsOfRaters(alpha, population.n_values)
    return {
        "default": bootstrap_limits(resampling, drawn),
        "two-way": _two_way(both, patterns[usable], how),
    }


def _without_gaps(
    patterns: IntArray, population: Population, weights: Weights, how: Draws
) -> dict[str, dict[str, Interval]]:
    """Conger's kappa, the intraclass correlation and Kendall's W of raters drawn at random."""
    kappa = Conger(np.eye(population.n_values))
    single = Intraclass.of_scale(np.arange(population.n_values), "2,1")
    concordance = ConcordanceOfRaters(population.n_values)

    def ranked(times: FloatArray) -> FloatArray:
        return concordance.of_units(patterns, times)

    items = np.ones(len(patterns), np.int64)
    of_kappa = resampling_of_sums(kappa, kappa.terms(patterns))
    by_f = Interval(*icc_interval(patterns, "2,1"), name="f")
    drawn = of_kappa.value_of(weights.of(len(patterns)))
    return {
        "Conger": {
            "default": bootstrap_limits(of_kappa, drawn),
            "two-way": _two_way(CongerOfRaters(kappa), patterns, how),
        },
        "ICC(2,1)": {
            "default": by_f,
            "formula": by_f,
            "generalized": icc_generalized_interval(patterns, "2,1", **how),
            "graded": icc_graded_interval(patterns, "2,1", **how),
            "two-way": _two_way(IntraclassOfRaters(single), patterns, how),
        },
        "W": {
            "default": jackknife_interval(Resampling(items, ranked, patterns.size)),
            "two-way": _two_way(concordance, patterns, how),
        },
    }


def _of_own_raters(
    patterns: IntArray, population: Population, weights: Weights
) -> dict[str, Interval]:
    """Each item rated by raters of its own: the question of form (1,1)."""
    single = Intraclass.of_scale(np.arange(population.n_values), "1,1")
    made = resampled_limits(resampling_of_sums(single, single.terms(patterns)), weights)
    by_f = Interval(*icc_interval(patterns, "1,1"), name="f")
    return {**made, "default": by_f, "formula": by_f}
