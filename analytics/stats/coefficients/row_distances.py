"""Disagreement within units straight from rows: for scales too long for a table of counts."""

import numpy as np
import numpy.typing as npt

from analytics.stats.coefficients.distances import checked_level, distance_of, mid_ranks
from analytics.stats.types import FloatArray


def row_disagreement(
    unit: npt.ArrayLike, value: npt.ArrayLike, numbers: npt.ArrayLike, level: str, *, n_units: int
) -> FloatArray:
    """Mean distance between two ratings of each unit, as `tables.unit_disagreement` has it.

    Rows are sorted by unit and each is compared with those after it, so memory is that of the rows.

    Args:
        unit: Shape (n_rows,); 0 to n_units - 1.
        value: Shape (n_rows,); position in `numbers`.
        numbers: Shape (n_values,); what the declared values are worth, in order.
        level: Level of measurement.
        n_units: Units, rated or not.

    Returns:
        Shape (n_units,); 0 is full agreement, NaN for units with fewer than two ratings.

    Raises:
        UnknownLevelError: The level is none of the four.

    Source:
        Krippendorff (2018), Content Analysis, 4th ed., chapter 12, doi:10.4135/9781071878781.

    Example:
        >>> row_disagreement([0, 0, 1, 1, 2], [0, 1, 1, 1, 0], [1.0, 3.0], "interval", n_units=3)
        array([ 4.,  0., nan])
    """
    known = checked_level(level)
    units, values = np.asarray(unit, dtype=np.int64), np.asarray(value, dtype=np.int64)
    order = np.argsort(units, kind="stable")
    units, values = units[order], values[order]
    ratings = np.bincount(units, minlength=n_units)
    worth = np.asarray(numbers, dtype=np.float64)
    if known == "ordinal":
        comparable = ratings[units] >= 2
        worth = mid_ranks(np.bincount(values[comparable], minlength=len(worth)).astype(np.float64))
        known = "interval"
    elif known == "nominal":
        worth = np.arange(len(worth), dtype=np.float64)
    distance, x = distance_of(known), worth[values]
    total = np.zeros(n_units)
    for lag in range(1, int(ratings.max(initial=1))):
        met = np.flatnonzero(units[lag:] == units[:-lag])
        total += np.bincount(units[met], distance(x[met], x[met + lag]), n_units)
    pairs = ratings * (ratings - 1) / 2
    return np.asarray(np.divide(total, pairs, out=np.full(n_units, np.nan), where=pairs > 0))
