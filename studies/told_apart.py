"""How often limits of coefficients that tell raters apart cover: a panel, other items, no gaps."""

from functools import cache
from typing import TypeAlias

import numpy as np

from analytics.stats.coefficients.chance import ChanceCorrected
from analytics.stats.coefficients.coefficient import evaluate
from analytics.stats.coefficients.concordance import kendall_w
from analytics.stats.coefficients.conger import Conger
from analytics.stats.coefficients.distances import agreement_weights
from analytics.stats.coefficients.intraclass import Intraclass, icc_interval
from analytics.stats.coefficients.kappa import CohenKappa, cohen_kappa_error
from analytics.stats.intervals.coverage import NOMINAL
from analytics.stats.intervals.linearised import conger_error, linearised_error
from analytics.stats.intervals.methods import t_interval
from analytics.stats.intervals.other_raters import ConcordanceOfRaters
from analytics.stats.intervals.resampling import Interval, Resampling
from analytics.stats.patterns import counts_of_patterns
from analytics.stats.profiles import Profiles
from analytics.stats.types import IntArray
from studies.coefficients import alone, numbers_of, weights_of
from studies.plan import Cell, Plan
from studies.populations import Population, panel
from studies.resampled import Weights, resampled_limits, resampling_of_sums
from studies.tally import Tallies, count

ToldApart: TypeAlias = Conger | CohenKappa | Intraclass


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
    scott = evaluate(_scott(population), Profiles.from_counts(_pair_counts(patterns, population)))
    return found | {"Scott": scott, "W": kendall_w(patterns)}


def _scott(population: Population) -> ChanceCorrected:
    return ChanceCorrected(np.eye(population.n_values), "fleiss")


def _pair_counts(patterns: IntArray, population: Population) -> IntArray:
    return counts_of_patterns(pair(patterns), population.n_values)


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


def _of_scott(counts: IntArray, population: Population, weights: Weights) -> dict[str, Interval]:
    """Limits of Scott's pi of two raters, by method."""
    pi = _scott(population)
    resampling = resampling_of_sums(pi, pi.terms(counts))
    error = linearised_error(pi, Profiles.from_counts(counts))
    formula = t_interval(resampling.estimate(), error, len(counts), NOMINAL)
    return {**resampled_limits(resampling, weights), "formula": formula}


def _of_ranks(patterns: IntArray, population: Population, weights: Weights) -> dict[str, Interval]:
    """Limits of Kendall's W, by method; its default is the jackknife."""
    concordance = ConcordanceOfRaters(population.n_values)
    resampling = Resampling(
        np.ones(len(patterns), np.int64),
        lambda times: concordance.of_units(patterns, times),
        patterns.size,
    )
    made = resampled_limits(resampling, weights)
    return {**made, "default": made["jackknife"]}


def panel_of_persons(cell: Cell, plan: Plan) -> Tallies:
    """A panel rates all items; the question is what it would say of other items."""
    population, rng = cell.population, plan.rng(cell, "told apart")
    truth = truth_of_panel(population, cell.raters, plan.crowd, plan.seed)
    weights, tallies = Weights(rng, plan.replicates), Tallies()
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
        scott = _of_scott(_pair_counts(patterns, population), population, weights)
        count(tallies, "Scott", truth["Scott"], scott)
        if population.scale == "5 points":
            count(tallies, "W", truth["W"], _of_ranks(patterns, population, weights))
    return tallies
