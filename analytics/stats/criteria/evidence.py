"""What intervals of coefficients of counts are made of, from the ratings of a criterion."""

from collections.abc import Callable
from functools import partial

import numpy as np

from analytics.stats.coefficients.agreement import alpha_coefficient
from analytics.stats.coefficients.chance import ChanceCorrected
from analytics.stats.coefficients.coefficient import CountCoefficient
from analytics.stats.coefficients.many_valued import SparseCounts, alpha_resampling
from analytics.stats.intervals.linearised import linearised_error
from analytics.stats.intervals.methods import AlphaCounts, Evidence, t_interval
from analytics.stats.intervals.other_raters import CountsOfRaters
from analytics.stats.intervals.resampling import Interval, Resampling, resampling_of
from analytics.stats.profiles import Blocks
from analytics.stats.ratings import Ratings

MAX_TERMS = 1 << 23
"""Numbers of all terms held at once (64 MB)."""
MAX_CELLS = 1 << 24
"""Cells of units x raters held at once (128 MB)."""


def evidence_of_alpha(ratings: Ratings) -> Evidence:
    """Alpha of the level; from sparse rows where its terms would not fit."""
    of_units = ratings.are_groups(np.flatnonzero(ratings.per_unit >= 2))
    if ratings.is_short:
        coefficient = alpha_coefficient(ratings.level, ratings.numbers)
        profiles = ratings.profiles(np.ones(len(ratings.distinct[0]), bool))
        width = ratings.n_values**2 if ratings.level == "ordinal" else ratings.n_values
        rows = len(profiles.counts) if of_units else len(ratings.group)
        if rows * width <= MAX_TERMS:
            return evidence_of_counts(
                ratings, coefficient, alpha=(profiles, ratings.level, ratings.numbers)
            )
    return sparse_evidence(ratings, partial(alpha_resampling, metric=ratings.level))


def sparse_evidence(ratings: Ratings, made: Callable[[SparseCounts], Resampling]) -> Evidence:
    """A coefficient of sparse rows, for long scales."""
    rows = SparseCounts.from_rows(ratings.unit, ratings.numbers[ratings.value], group=ratings.group)
    of_units = ratings.are_groups(np.flatnonzero(ratings.per_unit >= 2))
    return Evidence(made(rows.bundled()), of_units=of_units, is_bundled=rows.is_bundled)


def evidence_of_counts(
    ratings: Ratings,
    coefficient: CountCoefficient,
    *,
    alpha: AlphaCounts | None = None,
) -> Evidence:
    """Any coefficient of counts on a short scale.

    Formulas for the error take units for independent, so they are there only where every unit is
    its own group.
    """
    rows, index = ratings.distinct
    usable = coefficient.usable(rows)
    units = np.flatnonzero(usable[index])
    of_units = ratings.are_groups(units)
    blocks = (
        Blocks.of_units(ratings.profiles(usable))
        if of_units
        else ratings.blocks(ratings.counts[units], units)
    )
    resampling = resampling_of(blocks, coefficient)
    corrected = coefficient if isinstance(coefficient, ChanceCorrected) and of_units else None

    def patterns() -> Blocks | None:
        if len(units) * ratings.n_raters > MAX_CELLS:
            return None
        return ratings.blocks(ratings.patterns(units), units)

    def linearised(known: ChanceCorrected, confidence: float) -> Interval:
        error = linearised_error(known, ratings.profiles(usable))
        return t_interval(resampling.estimate(), error, len(units), confidence)

    return Evidence(
        resampling,
        of_raters=CountsOfRaters(coefficient, ratings.n_values),
        patterns=patterns,
        alpha=alpha,
        analytic=None if corrected is None else partial(linearised, corrected),
        of_units=of_units,
    )
