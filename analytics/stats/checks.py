"""What every function of this package asks of its arguments, said in one way."""

from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from analytics.stats.errors import RowsError, StatisticsError
from analytics.stats.types import FloatArray

Alternative: TypeAlias = Literal["two-sided", "greater", "less"]
ALTERNATIVES: tuple[Alternative, ...] = ("two-sided", "greater", "less")


def checked_share(value: float, name: str, example: str) -> float:
    """The number, if it lies strictly between 0 and 1.

    Raises:
        StatisticsError: It does not; `name` and `example` tell what it is and how to write it.
    """
    if not 0 < value < 1:
        raise StatisticsError(f"{name} {value:g} is not between 0 and 1. Write {example}.")
    return value


def checked_confidence(confidence: float) -> float:
    """The confidence of an interval, strictly between 0 and 1, or `StatisticsError`."""
    return checked_share(confidence, "Confidence", "0.95 for a 95 % interval")


def checked_alternative(alternative: str) -> Alternative:
    """The side of a test, or `StatisticsError`.

    Args:
        alternative: What was asked for.

    Raises:
        StatisticsError: It is none of `ALTERNATIVES`.

    Example:
        >>> checked_alternative("greater")
        'greater'
    """
    for known in ALTERNATIVES:
        if alternative == known:
            return known
    raise StatisticsError(
        f"Alternative '{alternative}' is unknown; a test is two-sided, greater or less."
    )


def finite_column(values: npt.ArrayLike, name: str = "Scores") -> FloatArray:
    """One column of finite numbers: shape (n,).

    Args:
        values: Anything that numpy takes for a column.
        name: What they are, for the message.

    Raises:
        RowsError: It is no column of numbers, or one of them is missing or infinite.

    Example:
        >>> finite_column([1, 2.5])
        array([1. , 2.5])
    """
    try:
        column = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise RowsError(f"{name} hold something that is no number. Correct the row.") from None
    if column.ndim != 1:
        raise RowsError(f"{name} of shape {column.shape} are no column of numbers.")
    if not np.isfinite(column).all():
        row = int(np.flatnonzero(~np.isfinite(column))[0])
        raise RowsError(f"{name} hold {column[row]} in row {row}. Leave out rows without a number.")
    return column


def finite_pairs(x: npt.ArrayLike, y: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Two columns of finite numbers of the same cases: shapes (n,).

    Raises:
        RowsError: They differ in length, or a number is missing or infinite.
    """
    first, second = finite_column(x), finite_column(y)
    if len(first) != len(second):
        raise RowsError(
            f"{len(first)} scores stand against {len(second)}: pairs need two scores a case. "
            "Keep the cases that have both."
        )
    return first, second
