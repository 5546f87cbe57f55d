"""Elo ratings: what a chess federation would say after so many games, one after the other."""

import numpy as np
import numpy.typing as npt

from analytics.stats.preferences.battles import FIRST, TIE
from analytics.stats.types import FloatArray

START, STEP, SCALE = 1000.0, 4.0, 400.0


def elo(
    first: npt.ArrayLike,
    second: npt.ArrayLike,
    outcome: npt.ArrayLike,
    *,
    n_systems: int,
    start: float = START,
    step: float = STEP,
    scale: float = SCALE,
) -> FloatArray:
    """Ratings after all votes, in the order of the votes.

    After each vote the winner takes ``step * (1 - e)`` from the loser, where ``e`` was its expected
    score, ``1 / (1 + 10 ** (difference / scale))``; a tie counts half. Another order of the same
    votes gives other numbers, so read strengths (`bradley_terry`) wherever the order means nothing.

    Args:
        first: Shape (n_votes,); system on the first side, 0 to n_systems - 1.
        second: Shape (n_votes,); system on the second side.
        outcome: Shape (n_votes,); `FIRST`, `SECOND` or `TIE`.
        n_systems: Number of systems.
        start: Rating of a system before its first vote.
        step: Most that one vote moves.
        scale: Difference at which the stronger is expected to win ten times as often.

    Returns:
        Shape (n_systems,); their mean stays at `start`.

    Source:
        Elo (1978), The Rating of Chessplayers, Past and Present, Arco.

    Example:
        >>> elo([0, 0], [1, 1], [0, 2], n_systems=2).round(3)
        array([1001.977,  998.023])
    """
    ratings = np.full(n_systems, start).tolist()
    columns = (np.asarray(column, dtype=np.int64).tolist() for column in (first, second, outcome))
    for one, other, said in zip(*columns, strict=True):
        expected = 1 / (1 + 10 ** ((ratings[other] - ratings[one]) / scale))
        score = 0.5 if said == TIE else float(said == FIRST)
        ratings[one] += step * (score - expected)
        ratings[other] -= step * (score - expected)
    return np.array(ratings)
