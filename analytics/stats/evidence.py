"""What intervals of coefficients of counts are made of, from the ratings of a criterion."""

from functools import partial

import numpy as np

from analytics.stats.agreement import alpha_coefficient
from analytics.stats.chance import ChanceCorrected
from analytics.stats.coefficients import CountCoefficient
from analytics.stats.interval_methods import AlphaCounts, Evidence, t_interval
from analytics.stats.intervals import Interval, resampling_of
from analytics.stats.linearised import linearised_error
from analytics.stats.many_valued import SparseCounts, alpha_resampling
from analytics.stats.profiles import Blocks, Profiles
from analytics.stats.ratings import Ratings
from analytics.stats.types import IntArray

MAX_TERMS = 1 << 23
"""Numbers of all terms held at once (64 MB)."""
MAX_CELLS = 1 << 24
"""Cells of units x raters held at once (128 MB)."""


def pairable_units(ratings: Ratings) -> IntArray:
    """Units of two ratings or more."""
    return np.flatnonzero(ratings.per_unit >= 2)


def sparse_counts(ratings: Ratings) -> SparseCounts:
    """Rows of (unit, value, count), for long scales."""
    return SparseCounts.from_rows(ratings.unit, ratings.numbers[ratings.value], group=ratings.group)


def evidence_of_alpha(ratings: Ratings) -> Evidence:
    """Alpha of the level; from sparse rows where its terms would not fit."""
    of_units = ratings.are_groups(pairable_units(ratings))
    if ratings.is_short:
        coefficient = alpha_coefficient(ratings.level, ratings.numbers)
        profiles = Profiles.from_counts(ratings.counts)
        width = ratings.n_values**2 if ratings.level == "ordinal" else ratings.n_values
        rows = len(profiles.counts) if of_units else len(ratings.group)
        if rows * width <= MAX_TERMS:
            return evidence_of_counts(
                ratings, coefficient, alpha=(profiles, ratings.level, ratings.numbers)
            )
    resampling = alpha_resampling(sparse_counts(ratings), ratings.level)
    return Evidence(resampling, of_units=of_units)


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
    units = np.flatnonzero(coefficient.usable(ratings.counts))
    resampling = resampling_of(ratings.blocks(ratings.counts[units], units), coefficient)
    of_units = ratings.are_groups(units)
    corrected = coefficient if isinstance(coefficient, ChanceCorrected) and of_units else None

    def patterns() -> Blocks | None:
        if len(units) * ratings.n_raters > MAX_CELLS:
            return None
        return ratings.blocks(ratings.patterns(units), units)

    def linearised(known: ChanceCorrected, confidence: float) -> Interval:
        error = linearised_error(known, Profiles.from_counts(ratings.counts[units]))
        return t_interval(resampling.estimate(), error, len(units), confidence)

    return Evidence(
        resampling,
        counts=coefficient,
        patterns=patterns,
        n_values=ratings.n_values,
        alpha=alpha,
        analytic=None if corrected is None else partial(linearised, corrected),
        of_units=of_units,
    )
