"""Coefficients that tell raters apart, of the ratings of a criterion: results with reasons."""

from dataclasses import asdict
from functools import partial

import numpy as np

from analytics.stats import reasons
from analytics.stats.coefficients.chance import ChanceCorrected
from analytics.stats.coefficients.coefficient import Coefficient, agreeing_pairs
from analytics.stats.coefficients.conger import Conger
from analytics.stats.coefficients.distances import WeightKind, agreement_weights
from analytics.stats.coefficients.intraclass import FORMS, Intraclass, icc_interval
from analytics.stats.coefficients.kappa import CohenKappa, cohen_kappa_error
from analytics.stats.criteria.basis import Basis
from analytics.stats.criteria.evidence import MAX_CELLS, MAX_TERMS
from analytics.stats.intervals.generalized import icc_generalized_interval
from analytics.stats.intervals.graded import icc_graded_interval
from analytics.stats.intervals.linearised import conger_error
from analytics.stats.intervals.methods import Draw, Evidence, t_interval
from analytics.stats.intervals.other_raters import (
    ConcordanceOfRaters,
    CongerOfRaters,
    IntraclassOfRaters,
    units_of,
)
from analytics.stats.intervals.resampling import Interval, Resampling, resampling_of
from analytics.stats.numbering import n_distinct
from analytics.stats.patterns import counts_of_patterns
from analytics.stats.profiles import Blocks
from analytics.stats.ratings import Ratings
from analytics.stats.types import AgreementResult, FloatArray, IntArray, Level

CONGER_WORDS = "Conger's kappa, equality"
CONCORDANCE_WORDS = "Kendall's W, corrected for ties"
MAX_RANKED = 1 << 23
"""Ranks taken for one interval of Kendall's W; about two seconds."""


def evidence_of_patterns(
    ratings: Ratings, patterns: IntArray, units: IntArray, coefficient: Coefficient
) -> Evidence:
    """What intervals of a coefficient of patterns are made of; rows are all usable."""
    resampling = resampling_of(ratings.blocks(patterns, units), coefficient)
    return Evidence(resampling, of_units=ratings.are_groups(units))


def cohen_kinds(level: Level) -> dict[str, tuple[str, WeightKind]]:
    """Which coefficients of two raters suit a level: key to name and weights."""
    kinds: dict[str, tuple[str, WeightKind]] = {
        "cohen_kappa": ("Cohen's kappa, equality", "identity"),
        "scott_pi": ("Scott's pi, equality", "identity"),
    }
    if level != "nominal":
        kinds["cohen_kappa_linear"] = ("Cohen's kappa, linear weights", "linear")
        kinds["cohen_kappa_quadratic"] = ("Cohen's kappa, quadratic weights", "quadratic")
    return kinds


def cohens(ratings: Ratings, basis: Basis) -> dict[str, AgreementResult]:
    """Cohen's kappas and Scott's pi of two raters, on the units that both rated."""
    kinds = cohen_kinds(ratings.level)
    absent = _two_raters_missing(ratings, basis)
    if absent:
        return {key: basis.absent(words, absent) for key, (words, _) in kinds.items()}
    units = ratings.complete
    patterns = ratings.patterns(units)
    table = ratings.pairs.tables[0]
    of_units = ratings.are_groups(units)

    def analytic(weights: FloatArray, value: float, confidence: float) -> Interval:
        return t_interval(value, cohen_kappa_error(table, weights), len(units), confidence)

    found = {}
    for key, (words, kind) in kinds.items():
        weights = agreement_weights(kind, ratings.numbers)
        if key == "scott_pi":
            counts = counts_of_patterns(patterns, ratings.n_values)
            pi = ChanceCorrected(weights, "fleiss")
            found[key] = basis.result(words, evidence_of_patterns(ratings, counts, units, pi))
            continue
        made = evidence_of_patterns(ratings, patterns, units, CohenKappa(weights))
        formula = partial(analytic, weights, made.resampling.estimate()) if of_units else None
        found[key] = basis.result(
            words, Evidence(made.resampling, analytic=formula, of_units=of_units)
        )
    return found


def _two_raters_missing(ratings: Ratings, basis: Basis) -> str | None:
    if ratings.n_raters < 2:
        return basis.missing()
    if ratings.n_raters > 2:
        return reasons.TWO_RATERS_ONLY
    return None if len(ratings.complete) else reasons.RATERS_NEVER_MEET


def congers(ratings: Ratings, basis: Basis) -> AgreementResult:
    """Conger's kappa; by formula where patterns are too many to draw again."""
    missing = basis.missing()
    if missing:
        return basis.absent(CONGER_WORDS, missing)
    coefficient = Conger(np.eye(ratings.n_values))
    units = np.flatnonzero(ratings.per_unit > 0)
    of_units = ratings.are_groups(units)

    def analytic(confidence: float) -> Interval:
        error = conger_error(
            coefficient, ratings.counts, ratings.unit, ratings.rater, ratings.value
        )
        return t_interval(evidence.resampling.estimate(), error, len(units), confidence)

    width = 2 + ratings.n_raters * ratings.n_values
    if len(units) * width <= MAX_TERMS:
        patterns = ratings.patterns(units)
        resampling = resampling_of(ratings.blocks(patterns, units), coefficient)
        not_drawn = None
    else:
        value = float(coefficient.value(_sums_for_conger(ratings)))
        resampling = _undrawn(value, n_distinct(ratings.group[units]))
        not_drawn = reasons.MANY_RATERS_AND_UNITS
    evidence = Evidence(
        resampling,
        of_raters=CongerOfRaters(coefficient),
        patterns=lambda: _blocks(ratings, units),
        analytic=analytic if of_units else None,
        of_units=of_units,
        not_drawn=not_drawn,
    )
    return basis.result(
        CONGER_WORDS, evidence, default="analytic" if not_drawn and of_units else "bootstrap"
    )


def _blocks(ratings: Ratings, units: IntArray) -> Blocks | None:
    """Groups of these units with their raters told apart, None where they are too many."""
    if len(units) * ratings.n_raters > MAX_CELLS:
        return None
    return ratings.blocks(ratings.patterns(units), units)


def _undrawn(value: float, n_groups: int) -> Resampling:
    """A value that is not computed again for any weights."""
    times = np.array([n_groups], np.int64)
    return Resampling(times, lambda weights: np.full(len(weights), value), 1)


def _sums_for_conger(ratings: Ratings) -> FloatArray:
    """The summed terms of Conger's kappa without a matrix of units x raters."""
    rows, index = ratings.distinct
    agreeing, pairs = (each[index] for each in agreeing_pairs(rows, None))
    met = pairs > 0
    cells = ratings.rater * ratings.n_values + ratings.value
    chosen = np.bincount(cells, minlength=ratings.n_raters * ratings.n_values)
    return np.concatenate([[(agreeing[met] / pairs[met]).sum(), met.sum()], chosen])


def intraclasses(ratings: Ratings, basis: Basis) -> dict[str, AgreementResult]:
    """The six intraclass correlations, on the units that every rater rated."""
    words = {form: f"Intraclass correlation ({form}), complete items only" for form in FORMS}
    keys = {form: f"icc_{form.replace(',', '_')}" for form in FORMS}
    units = ratings.complete
    if len(units) < 2:
        absent = basis.missing() or reasons.NO_COMPLETE_UNIT
        return {keys[form]: basis.absent(words[form], absent) for form in FORMS}
    patterns = ratings.patterns(units)
    table = ratings.numbers[patterns - 1]

    def analytic(form: str, confidence: float) -> Interval:
        low, high = icc_interval(table, form, confidence)
        return (
            Interval(low, high, "f") if np.isfinite(low) else Interval(reason=reasons.NO_RESIDUAL)
        )

    def generalized(form: str, draw: Draw) -> Interval:
        return icc_generalized_interval(table, form, **asdict(draw))

    def graded(form: str, draw: Draw) -> Interval:
        return icc_graded_interval(table, form, **asdict(draw))

    found = {}
    for form in FORMS:
        coefficient = Intraclass.of_scale(ratings.numbers, form)
        made = evidence_of_patterns(ratings, patterns, units, coefficient)
        counts_raters = form[0] == "2"
        is_drawn = counts_raters and made.of_units
        evidence = Evidence(
            made.resampling,
            of_raters=IntraclassOfRaters(coefficient) if counts_raters else None,
            patterns=lambda: _blocks(ratings, units),
            analytic=partial(analytic, form) if made.of_units else None,
            generalized=partial(generalized, form) if is_drawn else None,
            graded=partial(graded, form) if is_drawn else None,
            of_units=made.of_units,
        )
        default = "analytic" if made.of_units else "bootstrap"
        found[keys[form]] = basis.result(words[form], evidence, default=default)
    return found


def kendalls(ratings: Ratings, basis: Basis) -> AgreementResult:
    """Kendall's W, on the units that every rater rated; its interval leaves out groups."""
    units = ratings.complete
    if len(units) < 2:
        return basis.absent(CONCORDANCE_WORDS, basis.missing() or reasons.NO_COMPLETE_UNIT)
    patterns = ratings.patterns(units)
    values, places = np.unique(patterns, return_inverse=True)
    patterns = places.reshape(patterns.shape) + 1
    blocks = ratings.blocks(patterns, units)
    n_groups = int(blocks.multiplicity.sum())
    concordance = ConcordanceOfRaters(len(values))

    def value_of(weights: FloatArray) -> FloatArray:
        return concordance.of_units(blocks.profiles, units_of(blocks, weights))

    is_small = n_groups * patterns.size <= MAX_RANKED
    evidence = Evidence(
        Resampling(blocks.multiplicity, value_of, len(blocks.profiles)),
        of_raters=concordance if is_small else None,
        patterns=lambda: blocks,
        of_units=n_groups == len(units),
        not_drawn=None if is_small else reasons.MANY_RATERS_AND_UNITS,
    )
    return basis.result(CONCORDANCE_WORDS, evidence, default="jackknife")
