"""Distinct whole numbers: by a table where they are dense, which takes a tenth of sorting them."""

import numpy as np
import numpy.typing as npt

from analytics.stats.types import IntArray

MIN_TABLE = 1 << 10
PLACES = 8
"""A table may have so many places a number, and `MIN_TABLE` however few there are."""


def distinct_numbers(numbers: npt.ArrayLike) -> tuple[IntArray, IntArray]:
    """As `numpy.unique` with `return_inverse`, for numbers from 0 on.

    Args:
        numbers: Shape (n,); 0 or more.

    Returns:
        The distinct numbers, ascending, and the place of each number among them, shape (n,).

    Example:
        >>> distinct_numbers([7, 2, 7])
        (array([2, 7]), array([1, 0, 1]))
    """
    given = np.asarray(numbers, dtype=np.int64)
    if not _are_dense(given):
        distinct, index = np.unique(given, return_inverse=True)
        return distinct, index.astype(np.int64)
    seen = _seen(given)
    distinct = np.flatnonzero(seen)
    place = np.zeros(len(seen), np.int64)
    place[distinct] = np.arange(len(distinct))
    return distinct, place[given]


def n_distinct(numbers: npt.ArrayLike) -> int:
    """How many distinct numbers there are.

    Example:
        >>> n_distinct([7, 2, 7])
        2
    """
    given = np.asarray(numbers, dtype=np.int64)
    return int(np.count_nonzero(_seen(given))) if _are_dense(given) else len(np.unique(given))


def _are_dense(numbers: IntArray) -> bool:
    size = int(numbers.max(initial=-1)) + 1
    return bool(numbers.min(initial=0) >= 0) and size <= max(PLACES * len(numbers), MIN_TABLE)


def _seen(numbers: IntArray) -> npt.NDArray[np.bool_]:
    """Which numbers from 0 on are there."""
    seen = np.zeros(int(numbers.max(initial=-1)) + 1, bool)
    seen[numbers] = True
    return seen
