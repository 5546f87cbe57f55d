"""A panel rates items that stand alone: what would it say of other items?"""

from functools import cache

import numpy as np

from analytics.stats.coefficients.chance import ChanceCorrected
from analytics.stats.intervals.coverage import NOMINAL
from analytics.stats.intervals.kalpha import kalpha_interval
from analytics.stats.intervals.linearised import linearised_error
from analytics.stats.intervals.methods import t_interval
from analytics.stats.patterns import counts_of_patterns
from analytics.stats.profiles import Profiles
from studies.coefficients import alone, counted, level_of, numbers_of, truths
from studies.plan import Cell, Plan
from studies.populations import Population, panel
from studies.resampled import Weights, resampled_limits, resampling_of_sums
from studies.tally import Tallies, count


@cache
def truth_of_panel(population: Population, raters: int, crowd: int, seed: int) -> dict[str, float]:
    """Coefficients of a panel over very many items; ratings that are missing do not move them."""
    rng = np.random.default_rng([seed, raters])
    patterns = population.rated(rng, population.qualities(rng, alone(crowd)), panel(raters))
    return truths(population, counts_of_patterns(patterns, population.n_values))


def other_items(cell: Cell, plan: Plan) -> Tallies:
    """Count intervals over simulations of a cell."""
    population, rng = cell.population, plan.rng(cell, "items")
    truth = truth_of_panel(population, cell.raters, plan.crowd, plan.seed)
    weights, tallies = Weights(rng, plan.replicates), Tallies()
    level, numbers = level_of(population), numbers_of(population)
    for simulation in range(plan.simulations):
        weights.renew(simulation)
        quality = population.qualities(rng, alone(cell.items))
        patterns = population.rated(rng, quality, panel(cell.raters), cell.missing)
        counts = counts_of_patterns(patterns, population.n_values)
        for name, coefficient in counted(population).items():
            rows = counts[coefficient.usable(counts)]
            resampling = resampling_of_sums(coefficient, coefficient.terms(rows))
            made = resampled_limits(resampling, weights)
            if isinstance(coefficient, ChanceCorrected):
                error = linearised_error(coefficient, Profiles.from_counts(rows))
                made["formula"] = t_interval(resampling.estimate(), error, len(rows), NOMINAL)
            count(tallies, name, truth[name], made)
        if population.scale == "sets":
            continue
        kalpha = kalpha_interval(
            Profiles.from_counts(counts),
            level,
            numbers,
            replicates=plan.replicates,
            seed=simulation,
        )
        count(tallies, "alpha", truth["alpha"], {"kalpha": kalpha})
    return tallies
