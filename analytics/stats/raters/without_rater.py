"""Alpha without each rater in turn: who pulls agreement down?"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.stats.coefficients.coefficient import Coefficient
from analytics.stats.errors import RowsError
from analytics.stats.profiles import Profiles, distinct_rows
from analytics.stats.types import FloatArray, IntArray

CHUNK_NUMBERS = 1 << 22
"""Numbers held at once (32 MB)."""


@dataclass(frozen=True, slots=True, eq=False)
class RaterMoves:
    """How often each rater chose each value on units of each profile; adds up over shards.

    Taking a rater out moves a unit from one profile to another, and the coefficient only needs to
    know how often which move happens.

    Attributes:
        profiles: All units.
        profile: Shape (n_moves,); row of the profiles, the rating still in it.
        value: Shape (n_moves,); the value that is taken out.
        times: Shape (n_raters, n_moves); how often the rater makes the move.
    """

    profiles: Profiles
    profile: IntArray
    value: IntArray
    times: IntArray


def rater_moves(
    unit: npt.ArrayLike, rater: npt.ArrayLike, value: npt.ArrayLike, counts: IntArray
) -> RaterMoves:
    """Count the moves of long rows.

    Args:
        unit: Shape (n_rows,); row of `counts`.
        rater: Shape (n_rows,); 0 to n_raters - 1. Once a unit.
        value: Shape (n_rows,); position of the chosen value.
        counts: Shape (n_units, n_values); all ratings of each unit.

    Returns:
        Moves, which add up over shards.

    Raises:
        RowsError: A row tells of a value that its unit's counts do not hold.

    Example:
        >>> moves = rater_moves([0, 0, 1], [0, 1, 0], [1, 1, 0], np.array([[0, 2], [1, 0]]))
        >>> moves.value, moves.times
        (array([1, 0]), array([[1, 1],
               [1, 0]]))
    """
    units, raters, values = (np.asarray(column, dtype=np.int64) for column in (unit, rater, value))
    if (counts[units, values] < 1).any():
        raise RowsError(
            "A row tells of a rating that the counts of its unit do not hold. Count the same rows."
        )
    rows, profile = distinct_rows(counts)
    size = counts.shape[1]
    move, index = np.unique(profile[units] * size + values, return_inverse=True)
    n_raters = int(raters.max(initial=-1)) + 1
    times = np.bincount(raters * len(move) + index, minlength=n_raters * len(move))
    return RaterMoves(
        Profiles(rows, np.bincount(profile, minlength=len(rows))),
        move // size,
        move % size,
        times.reshape(n_raters, len(move)),
    )


def without_each_rater(coefficient: Coefficient, moves: RaterMoves) -> FloatArray:
    """A coefficient of counts without each rater.

    Args:
        coefficient: Alpha, percent agreement, or any other of counts.
        moves: As `rater_moves` gives them.

    Returns:
        Shape (n_raters,); NaN where the others do not say enough. A higher value than the
        coefficient of all means that the rater pulls agreement down.

    Example:
        >>> from analytics.stats.coefficients.agreement import OrdinalAlpha
        >>> rated = np.array([[0, 0, 2], [1, 1, 0], [2, 2, 1], [0, 1, 2]])
        >>> unit, rater = np.divmod(np.arange(12), 3)
        >>> counts = (rated[:, :, None] == np.arange(3)).sum(axis=1)
        >>> moves = rater_moves(unit, rater, rated.ravel(), counts)
        >>> without_each_rater(OrdinalAlpha(), moves).round(3)
        array([-0.272, -0.458,  0.79 ])
    """
    rows = moves.profiles.counts
    left = rows[moves.profile].copy()
    left[np.arange(len(left)), moves.value] -= 1
    kept, moved = _terms(coefficient, rows), _terms(coefficient, left)
    starts = np.flatnonzero(np.diff(moves.profile, prepend=-1))
    touched = moves.profile[starts]
    chunk = max(1, CHUNK_NUMBERS // max(len(rows) + len(left), 1))
    parts = []
    for start in range(0, len(moves.times), chunk):
        times = moves.times[start : start + chunk]
        units = np.repeat(moves.profiles.multiplicity[None, :], len(times), axis=0)
        units[:, touched] -= np.add.reduceat(times, starts, axis=1)  # what is gone is exactly 0
        parts.append(coefficient.value(units @ kept + times @ moved))
    return np.concatenate(parts or [np.zeros(0)])


def _terms(coefficient: Coefficient, rows: IntArray) -> FloatArray:
    """Terms of all rows, zero where a unit says nothing."""
    usable = coefficient.usable(rows)
    found = coefficient.terms(rows[usable])
    out = np.zeros((len(rows), found.shape[1]))
    out[usable] = found
    return out
