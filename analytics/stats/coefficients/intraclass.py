"""Intraclass correlations: how much of the spread of scores lies between units.

The six forms differ in what the raters are: a new draw for each unit (1), the same draw for all
units (2), or these raters and no others (3); and in what is used, one score or the mean of k.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from analytics.stats.coefficients.distances import scale_numbers
from analytics.stats.errors import StatisticsError
from analytics.stats.types import BoolArray, FloatArray, IntArray

IccForm: TypeAlias = Literal["1,1", "2,1", "3,1", "1,k", "2,k", "3,k"]
FORMS: tuple[IccForm, ...] = ("1,1", "2,1", "3,1", "1,k", "2,k", "3,k")
SMALL = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class MeanSquares:
    """Mean squares of a table without gaps; each of one shape, or numbers.

    Attributes:
        between_units: BMS.
        within_units: WMS, raters and residual together.
        between_raters: JMS.
        residual: EMS.
        n_units: Units.
        n_raters: Raters.
    """

    between_units: FloatArray
    within_units: FloatArray
    between_raters: FloatArray
    residual: FloatArray
    n_units: FloatArray
    n_raters: int


def complete_rows(ratings: npt.ArrayLike) -> FloatArray:
    """The units that every rater rated: (n_units, n_raters) without NaN."""
    table = np.asarray(ratings, dtype=np.float64)
    return table[np.isfinite(table).all(axis=1)]


def mean_squares(ratings: npt.ArrayLike) -> MeanSquares:
    """Mean squares of the analysis of variance of units by raters.

    Args:
        ratings: Shape (n_units, n_raters); NaN for missing. Units with a gap are left out.

    Returns:
        NaN in all of them with fewer than two complete units or two raters.

    Source:
        Shrout and Fleiss (1979), Psychological Bulletin 86(2), doi:10.1037/0033-2909.86.2.420.

    Example:
        >>> found = mean_squares([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6]])
        >>> round(float(found.between_units), 3), round(float(found.residual), 3)
        (10.917, 1.361)
    """
    table = complete_rows(ratings)
    table = table - (table.mean() if table.size else 0.0)
    return _mean_squares(_sums(table).sum(axis=0), table.shape[1])


def _sums(table: FloatArray) -> FloatArray:
    """One, the scores, their squares, the square of their sum: (n_units, n_raters + 3)."""
    total = table.sum(axis=1)
    return np.column_stack(
        [np.ones(len(table)), table, np.square(table).sum(axis=1), np.square(total)]
    )


def _mean_squares(sums: FloatArray, n_raters: int) -> MeanSquares:
    k, n = n_raters, sums[..., 0]
    by_rater, squares, unit_squares = sums[..., 1 : k + 1], sums[..., k + 1], sums[..., k + 2]
    known = (n >= 2) & (k >= 2)
    n_safe, k_safe = np.where(known, n, 2.0), max(k, 2)
    middle = np.square(by_rater.sum(axis=-1)) / (n_safe * k_safe)
    units, raters, within = (
        np.where(part > SMALL * squares, part, 0.0)  # what is left of equal scores is rounding
        for part in (
            unit_squares / k_safe - middle,
            np.square(by_rater).sum(axis=-1) / n_safe - middle,
            squares - unit_squares / k_safe,
        )
    )
    residual = np.where(within - raters > SMALL * squares, within - raters, 0.0)
    gap = np.where(known, 1.0, np.nan)
    return MeanSquares(
        between_units=gap * units / (n_safe - 1),
        within_units=gap * within / (n_safe * (k_safe - 1)),
        between_raters=gap * raters / (k_safe - 1),
        residual=gap * residual / ((n_safe - 1) * (k_safe - 1)),
        n_units=n,
        n_raters=k,
    )


def icc_of_mean_squares(found: MeanSquares, form: IccForm) -> FloatArray:
    """The coefficient of mean squares of any shape; NaN where nothing varies between or within."""
    b, w, j, e = (
        found.between_units,
        found.within_units,
        found.between_raters,
        found.residual,
    )
    k, n = found.n_raters, np.where(found.n_units > 0, found.n_units, 1.0)
    top = b - (w if form[0] == "1" else e)
    if form == "1,1":
        bottom = b + (k - 1) * w
    elif form == "2,1":
        bottom = b + (k - 1) * e + k * (j - e) / n
    elif form == "3,1":
        bottom = b + (k - 1) * e
    else:
        bottom = b + (j - e) / n if form == "2,k" else b
    out = np.full(np.shape(top), np.nan)
    return np.asarray(np.divide(top, bottom, out=out, where=bottom > 0))


def checked_form(form: str) -> IccForm:
    """The form, or an error: "1,1", "2,1", "3,1", "1,k", "2,k" or "3,k"."""
    for known in FORMS:
        if form == known:
            return known
    raise StatisticsError(
        f"Form '{form}' of the intraclass correlation is unknown; the forms of Shrout and Fleiss "
        f"are {', '.join(FORMS)}."
    )


def intraclass_correlation(ratings: npt.ArrayLike, form: str) -> float:
    """Intraclass correlation in one of the six forms of Shrout and Fleiss.

    Args:
        ratings: Shape (n_units, n_raters); NaN for missing. Units with a gap are left out.
        form: "1,1", "2,1", "3,1" for one score; "1,k", "2,k", "3,k" for the mean of the raters.

    Returns:
        At most 1; below 0 where units differ less than chance would have them. NaN with fewer than
        two complete units or two raters, or when no score differs from another.

    Raises:
        StatisticsError: The form is none of the six.

    Source:
        Shrout and Fleiss (1979), Psychological Bulletin 86(2), doi:10.1037/0033-2909.86.2.420.

    Example:
        >>> table = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9]]
        >>> round(intraclass_correlation(table, "2,1"), 3)
        0.326
    """
    return float(icc_of_mean_squares(mean_squares(ratings), checked_form(form)))


def icc_interval(
    ratings: npt.ArrayLike, form: str, confidence: float = 0.95
) -> tuple[float, float]:
    """Limits of an intraclass correlation from F distributions, scores taken for normal.

    Those of (2,k) are the Spearman-Brown of those of (2,1), as Shrout and Fleiss have them; the
    variant of McGraw and Wong differs.

    Args:
        ratings: As `intraclass_correlation`.
        form: As `intraclass_correlation`.
        confidence: Between 0 and 1.

    Returns:
        Lower and upper limit; NaN, NaN where the coefficient is not defined or no residual is left.

    Raises:
        StatisticsError: The form is none of the six.

    Source:
        Shrout and Fleiss (1979), Psychological Bulletin 86(2), doi:10.1037/0033-2909.86.2.420.

    Example:
        >>> table = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9]]
        >>> low, high = icc_interval(table, "3,1")
        >>> round(low, 3), round(high, 3)
        (0.346, 0.965)
    """
    known = checked_form(form)
    found = mean_squares(ratings)
    if np.isnan(found.between_units):
        return float("nan"), float("nan")
    low, high = _single_limits(found, known[0], confidence)
    if known[2] == "1" or np.isnan(low):
        return low, high
    k = found.n_raters
    return k * low / (1 + (k - 1) * low), k * high / (1 + (k - 1) * high)


def _single_limits(found: MeanSquares, case: str, confidence: float) -> tuple[float, float]:
    from scipy.special import fdtri

    b, w, j, e = (
        float(square)
        for square in (
            found.between_units,
            found.within_units,
            found.between_raters,
            found.residual,
        )
    )
    n, k, upper = float(found.n_units), found.n_raters, (1 + confidence) / 2
    error = w if case == "1" else e
    if error <= 0:
        return float("nan"), float("nan")
    if case in "13":
        free = n * (k - 1) if case == "1" else (n - 1) * (k - 1)
        low = b / error / fdtri(n - 1, free, upper)
        high = b / error * fdtri(free, n - 1, upper)
        return float((low - 1) / (low + k - 1)), float((high - 1) / (high + k - 1))
    value = float(icc_of_mean_squares(found, "2,1"))
    ratio = j / e
    raters = k * value * ratio
    units = n * (1 + (k - 1) * value) - k * value
    free = (k - 1) * (n - 1) * (raters + units) ** 2 / ((n - 1) * raters**2 + units**2)
    wide, narrow = (
        fdtri(n - 1, free, upper),
        fdtri(free, n - 1, upper),
    )
    rest = k * j + (k * n - k - n) * e
    low = n * (b - wide * e) / (wide * rest + n * b)
    high = n * (narrow * b - e) / (rest + n * narrow * b)
    return float(low), float(high)


@dataclass(frozen=True, eq=False)
class Intraclass:
    """An intraclass correlation of patterns, so that it resamples like any coefficient.

    Attributes:
        numbers: Shape (n_values,); the declared values, around their middle.
        form: One of the six.
    """

    numbers: FloatArray
    form: IccForm

    @classmethod
    def of_scale(cls, values: Sequence[Any] | npt.NDArray[Any], form: str) -> "Intraclass":
        """For declared values; `ScaleError` where one is no number."""
        numbers = scale_numbers(values, "interval")
        return cls(numbers - (numbers.min() + numbers.max()) / 2, checked_form(form))

    def usable(self, rows: IntArray) -> BoolArray:
        """Units that every rater rated."""
        return np.asarray((rows > 0).all(axis=1))

    def terms(self, rows: IntArray) -> FloatArray:
        """One, the scores, their squares, the square of their sum: (n_units, n_raters + 3)."""
        return _sums(self.numbers[rows - 1])

    def value(self, sums: FloatArray) -> FloatArray:
        """The coefficient of summed terms."""
        return icc_of_mean_squares(_mean_squares(sums, sums.shape[-1] - 3), self.form)
