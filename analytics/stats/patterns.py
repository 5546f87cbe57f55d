"""Units by raters: rows of integers for coefficients that tell raters apart.

A pattern holds one number a rater: 0 where the rater did not rate the unit, else the position of
the chosen value plus 1. Units of the same pattern are exchangeable, so `Profiles`, `Blocks` and
everything built on them take patterns as they take counts. With few raters on a short scale
patterns repeat; with many raters each unit is its own, and the number of units is the cost.
"""

import numpy as np
import numpy.typing as npt

from analytics.stats.errors import DuplicateRatingError, RowsError
from analytics.stats.types import FloatArray, IntArray


def pattern_matrix(
    unit: npt.ArrayLike,
    rater: npt.ArrayLike,
    value: npt.ArrayLike,
    *,
    n_units: int,
    n_raters: int,
    n_values: int,
) -> IntArray:
    """Patterns of long rows.

    Args:
        unit: Shape (n_rows,); 0 to n_units - 1.
        rater: Shape (n_rows,); 0 to n_raters - 1.
        value: Shape (n_rows,); position of the chosen value, 0 to n_values - 1.
        n_units: Units, those without ratings included.
        n_raters: Raters.
        n_values: Declared values.

    Returns:
        Shape (n_units, n_raters); 0 for missing, 1 to n_values else.

    Raises:
        RowsError: Lengths differ, or a number is outside its range.
        DuplicateRatingError: A rater appears twice on a unit.

    Example:
        >>> pattern_matrix([0, 0, 1], [0, 1, 1], [2, 0, 1], n_units=2, n_raters=2, n_values=3)
        array([[3, 1],
               [0, 2]])
    """
    columns = [np.asarray(column, dtype=np.int64) for column in (unit, rater, value)]
    if len({len(column) for column in columns}) != 1:
        raise RowsError(
            f"There are {len(columns[0])} units, {len(columns[1])} raters and {len(columns[2])} "
            "values, and each row needs one of each. Pass arrays of one length."
        )
    for name, column, size in zip(
        ("Unit", "Rater", "Value position"), columns, (n_units, n_raters, n_values), strict=True
    ):
        if len(column) and (column.min() < 0 or column.max() >= size):
            wrong = int(column.min() if column.min() < 0 else column.max())
            raise RowsError(f"{name} {wrong} is outside 0 to {size - 1}. Number the rows from 0.")
    units, raters, values = columns
    cells = units * n_raters + raters
    order = np.argsort(cells, kind="stable")
    twice = np.flatnonzero(np.diff(cells[order]) == 0)
    if len(twice):
        named = ", ".join(f"(unit {units[row]}, rater {raters[row]})" for row in order[twice[:5]])
        raise DuplicateRatingError(
            f"{len(twice)} ratings repeat a rater on a unit: {named}. Keep one rating each."
        )
    out = np.zeros(n_units * n_raters, np.int64)
    out[cells] = values + 1
    return out.reshape(n_units, n_raters)


def counts_of_patterns(patterns: IntArray, n_values: int) -> IntArray:
    """How often each value was chosen on each unit: shape (n_units, n_values).

    Args:
        patterns: Shape (n_units, n_raters); 0 for missing.
        n_values: Declared values.

    Example:
        >>> counts_of_patterns(np.array([[3, 1], [0, 2]]), 3)
        array([[1, 0, 1],
               [0, 1, 0]])
    """
    n_units = len(patterns)
    units, raters = np.nonzero(patterns)
    cells = units * n_values + patterns[units, raters] - 1
    return np.bincount(cells, minlength=n_units * n_values).reshape(n_units, n_values)


def rater_indicators(patterns: IntArray, n_values: int) -> FloatArray:
    """Which rater chose which value: shape (n_units, n_raters, n_values), zeros and ones."""
    return np.asarray(patterns[:, :, None] == np.arange(1, n_values + 1), dtype=np.float64)
