"""Raters drawn at random rate all items: what would other raters say?"""

from functools import cache

import numpy as np

from analytics.stats.coefficients.intraclass import icc_interval, intraclass_correlation
from analytics.stats.intervals.resampling import Interval, bootstrap_limits
from analytics.stats.intervals.two_way import two_way_interval
from analytics.stats.patterns import counts_of_patterns
from analytics.stats.profiles import Blocks, Profiles
from studies.coefficients import alone, counted, truths
from studies.plan import Cell, Plan
from studies.populations import OTHER_SEVERITY, Population
from studies.resampled import Weights, resampling_of_sums
from studies.tally import Tallies, count


@cache
def truth_of_raters(population: Population, crowd: int, seed: int) -> dict[str, float]:
    """Coefficients of raters of whom each pair is met but once."""
    rng = np.random.default_rng([seed, 0])
    severity = rng.normal(0.0, OTHER_SEVERITY, (crowd, 3))
    patterns = population.rated(rng, population.qualities(rng, alone(crowd)), severity)
    found = truths(population, counts_of_patterns(patterns, population.n_values))
    return found | {"ICC(2,1)": intraclass_correlation(patterns, "1,1")}


def other_raters(cell: Cell, plan: Plan) -> Tallies:
    """Count intervals that draw items, and such that draw raters too."""
    population, rng = cell.population, plan.rng(cell, "raters")
    truth = truth_of_raters(population, plan.crowd, plan.seed)
    weights, tallies = Weights(rng, plan.replicates), Tallies()
    alpha = counted(population)["alpha"]
    for simulation in range(plan.simulations):
        weights.renew(simulation)
        quality = population.qualities(rng, alone(cell.items))
        severity = rng.normal(0.0, OTHER_SEVERITY, (1, cell.raters))
        patterns = population.rated(rng, quality, severity, cell.missing)
        counts = counts_of_patterns(patterns, population.n_values)
        usable = alpha.usable(counts)
        resampling = resampling_of_sums(alpha, alpha.terms(counts[usable]))
        over_items = bootstrap_limits(resampling, resampling.value_of(weights.of(usable.sum())))
        both = two_way_interval(
            alpha,
            Blocks.of_units(Profiles.from_counts(patterns[usable])),
            population.n_values,
            replicates=plan.replicates // 2,
            seed=simulation,
        )
        count(tallies, "alpha", truth["alpha"], {"default": over_items, "two-way": both})
        if not cell.missing:
            limits = Interval(*icc_interval(patterns, "2,1"), name="f")
            count(tallies, "ICC(2,1)", truth["ICC(2,1)"], {"default": limits, "formula": limits})
    return tallies
