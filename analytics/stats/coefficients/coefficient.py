"""What a coefficient is: a function of sums over units.

Each coefficient is a class with two halves: what one unit contributes (`terms`), and the
coefficient as a function of added-up contributions (`value`). Shards, groups and bootstrap
replicates only add terms, so they need nothing else.
"""

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from analytics.stats.errors import ScaleError
from analytics.stats.profiles import Profiles
from analytics.stats.types import BoolArray, FloatArray, IntArray


class Coefficient(Protocol):
    """A statistic of ratings that is a function of sums over units.

    A unit is a row of integers: how many of its ratings chose each value (`profiles`), or, for
    coefficients that tell raters apart, what each rater chose (`patterns`).
    """

    def usable(self, rows: IntArray) -> BoolArray:
        """Which units say something: (n_units,). Only these are summed and drawn."""

    def terms(self, rows: IntArray) -> FloatArray:
        """What each usable unit contributes: (n_units, n_terms)."""

    def value(self, sums: FloatArray) -> FloatArray:
        """The coefficient of added-up terms: (..., n_terms) to (...), NaN where undefined."""


class CountCoefficient(Coefficient, Protocol):
    """A coefficient of counts that also takes weighted raters.

    Where a rater counts twice, the two copies would agree by construction; `same` takes these pairs
    of a rating with itself off again.
    """

    def terms(self, rows: IntArray | FloatArray, same: FloatArray | None = None) -> FloatArray:
        """What each unit contributes.

        Args:
            rows: Shape (n_units, n_values); ratings, or the sum of their raters' weights.
            same: The sum of the weights' squares; the ratings themselves when left out.
        """


def self_pairs(rows: IntArray | FloatArray, same: FloatArray | None) -> FloatArray:
    """Pairs of a rating with itself among all ordered pairs: (n_units, n_values)."""
    return rows.astype(np.float64) if same is None else same


def agreeing_pairs(
    rows: IntArray | FloatArray, weights: FloatArray | None, same: FloatArray | None = None
) -> tuple[FloatArray, FloatArray]:
    """Ordered pairs of two ratings of each unit, the agreeing ones and all: shapes (n_units,).

    Args:
        rows: Shape (n_units, n_values); as `CountCoefficient.terms`.
        weights: Shape (n_values, n_values); partial credit, None for equality.
        same: As `CountCoefficient.terms`.
    """
    c, own = rows.astype(np.float64), self_pairs(rows, same)
    ratings = c.sum(axis=1)
    pairs = ratings * ratings - own.sum(axis=1)
    if weights is None:
        return (c * c - own).sum(axis=1), pairs
    return (c @ weights * c).sum(axis=1) - own @ np.diagonal(weights), pairs


def evaluate(coefficient: Coefficient, profiles: Profiles) -> float:
    """The coefficient of all units together; NaN where none is usable or nothing varies.

    Args:
        coefficient: Any function of sums over units.
        profiles: Distinct rows of units, as the coefficient takes them, with how often each occurs.

    Returns:
        The coefficient, in its own range.

    Example:
        >>> from analytics.stats.coefficients.agreement import PercentAgreement
        >>> evaluate(PercentAgreement(), Profiles.from_counts(np.array([[2, 0], [1, 1]])))
        0.5
    """
    usable = coefficient.usable(profiles.counts)
    if not usable.any():
        return float("nan")
    terms = coefficient.terms(profiles.counts[usable])
    return float(coefficient.value(profiles.multiplicity[usable] @ terms))


def checked_counts(counts: npt.ArrayLike, values: Sequence[Any] | npt.NDArray[Any]) -> IntArray:
    """The counts as an array, one column a declared value, or `ScaleError`."""
    rows = np.asarray(counts, dtype=np.int64)
    if rows.ndim != 2 or rows.shape[1] != len(values):
        raise ScaleError(
            f"Counts of shape {rows.shape} do not fit {len(values)} declared values: one row a "
            "unit and one column a value are needed. Pass every declared value, used or not."
        )
    return rows


def checked_weights(weights: npt.ArrayLike | None, size: int) -> FloatArray:
    """Weights of partial agreement as an array; equality where none are given.

    Raises:
        ScaleError: They are not one row and one column a value, or equal values do not agree fully.
    """
    if weights is None:
        return np.eye(size)
    matrix = np.asarray(weights, dtype=np.float64)
    if matrix.shape != (size, size):
        raise ScaleError(
            f"Weights of shape {matrix.shape} do not fit {size} declared values: one row and one "
            "column a value are needed."
        )
    if not (np.diagonal(matrix) == 1).all():
        raise ScaleError(
            "Equal values must have weight 1: these are weights of agreement. Take the "
            "disagreement off 1 first."
        )
    return matrix
