"""How often limits of coefficients that tell raters apart cover: a panel, other items, no gaps."""

from functools import cache
from typing import TypeAlias

import numpy as np

from analytics.stats.coefficients.coefficient import evaluate
from analytics.stats.coefficients.concordance import kendall_w
from analytics.stats.coefficients.conger import Conger
from analytics.stats.coefficients.distances import agreement_weights
from analytics.stats.coefficients.intraclass import Intraclass, icc_interval
from analytics.stats.coefficients.kappa import CohenKappa, cohen_kappa_error
from analytics.stats.intervals.jackknife import jackknife_interval
from analytics.stats.intervals.linearised import conger_error
from analytics.stats.intervals.methods import t_interval
from analytics.stats.intervals.resampling import Interval, Resampling
from analytics.stats.patterns import counts_of_patterns
from analytics.stats.profiles import Profiles
from analytics.stats.types import FloatArray, IntArray
from studies.coefficients import alone, numbers_of, weights_of
from studies.plan import Cell, Plan
from studies.populations import Population, panel
from studies.resampled import Weights, resampled_limits, resampling_of_sums
from studies.tally import NOMINAL, Tallies, count

ToldApart: TypeAlias = Conger | CohenKappa | Intraclass
MOST_RANKED = 100
"""Items up to which Kendall's W is left out one by one; beyond it takes the study too long."""


def pair(patterns: IntArray) -> IntArray:
    """The most lenient and the strictest of the panel."""
    return patterns[:, [0, -1]]


@cache
def coefficients(population: Population) -> dict[str, ToldApart]:
    """By name; Cohen's is of two raters of the panel."""
    numbers = numbers_of(population)
    found: dict[str, ToldApart] = {
        "Conger": Conger(np.eye(population.n_values)),
        "Cohen": CohenKappa(agreement_weights(weights_of(population), numbers)),
    }
    if population.scale == "5 points":
        found["ICC(3,1)"] = Intraclass.of_scale(numbers, "3,1")
    return found


@cache
def truth_of_panel(population: Population, raters: int, crowd: int, seed: int) -> dict[str, float]:
    """The coefficients over very many items."""
    rng = np.random.default_rng([seed, raters])
    patterns = population.rated(rng, population.qualities(rng, alone(crowd)), panel(raters))
    found = {
        name: evaluate(one, Profiles.from_counts(pair(patterns) if name == "Cohen" else patterns))
        for name, one in coefficients(population).items()
    }
    return found | {"W": kendall_w(patterns)}


def by_formula(coefficient: ToldApart, rows: IntArray, value: float) -> Interval:
    """Limits from the literature: of Cohen's and Conger's kappa a standard error, of ICC by F."""
    units, raters = rows.shape
    if isinstance(coefficient, Intraclass):
        return Interval(*icc_interval(rows, coefficient.form), name="f")
    if isinstance(coefficient, CohenKappa):
        size = len(coefficient.weights)
        table = coefficient.terms(rows).sum(axis=0).reshape(size, size)
        return t_interval(value, cohen_kappa_error(table, coefficient.weights), units, NOMINAL)
    unit, rater = np.divmod(np.arange(rows.size), raters)
    counts = counts_of_patterns(rows, len(coefficient.weights))
    error = conger_error(coefficient, counts, unit, rater, rows.ravel() - 1)
    return t_interval(value, error, units, NOMINAL)


def _ranked(patterns: IntArray) -> Resampling:
    """Kendall's W as a function of how often each item counts."""

    def value_of(weights: FloatArray) -> FloatArray:
        times = weights.astype(np.int64)
        return np.array([kendall_w(np.repeat(patterns, row, axis=0)) for row in times])

    return Resampling(np.ones(len(patterns), np.int64), value_of, patterns.size)


def panel_of_persons(cell: Cell, plan: Plan) -> Tallies:
    """A panel rates all items; the question is what it would say of other items."""
    population, rng = cell.population, plan.rng(cell, "told apart")
    truth = truth_of_panel(population, cell.raters, plan.crowd, plan.seed)
    weights, tallies = Weights(rng, plan.replicates), Tallies()
    ranked = population.scale == "5 points" and cell.items <= MOST_RANKED
    for simulation in range(plan.simulations):
        weights.renew(simulation)
        quality = population.qualities(rng, alone(cell.items))
        patterns = population.rated(rng, quality, panel(cell.raters))
        for name, coefficient in coefficients(population).items():
            rows = pair(patterns) if name == "Cohen" else patterns
            resampling = resampling_of_sums(coefficient, coefficient.terms(rows))
            made = resampled_limits(resampling, weights)
            made["formula"] = by_formula(coefficient, rows, resampling.estimate())
            if isinstance(coefficient, Intraclass):
                made["default"] = made["formula"]
            count(tallies, name, truth[name], made)
        if ranked:
            jackknife = jackknife_interval(_ranked(patterns))
            count(tallies, "W", truth["W"], {"default": jackknife, "jackknife": jackknife})
    return tallies
