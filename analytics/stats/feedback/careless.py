"""Signs that a form was filled without reading: flags to look at, never to delete by."""

import numpy as np
import numpy.typing as npt

from analytics.stats.errors import RowsError
from analytics.stats.types import BoolArray, FloatArray

STRAIGHT_ROWS = 5
"""Rows of a grid from which on one and the same answer is a sign."""
FAR_UNDER = 0.1
"""Spread under this share of the usual one is far under it."""
MANY = 100
"""Respondents from which on the usual time is known well enough to be too fast for."""
SKIMMED = 1 / 3
"""Time under this share of the median is too fast."""
SECONDS_AN_ANSWER = 1.0
"""Nobody reads and answers faster."""


def straight_lines(
    rows: npt.ArrayLike, reversed_rows: npt.ArrayLike, at_least: int = STRAIGHT_ROWS
) -> BoolArray:
    """Who gave (nearly) one answer to a whole grid although some of its rows point the other way.

    Flagged is the same answer in every row, and, from `MANY` complete respondents on, a spread
    within the grid under `FAR_UNDER` of the median. Agreeing with a statement and with its opposite
    contradicts itself; in a grid without reversed rows one answer may be what somebody means, so
    nobody is flagged there.

    Args:
        rows: Shape (n, k); answers as they were given, NaN where none was.
        reversed_rows: Shape (k,); whether each row points the other way.
        at_least: Answered rows that are needed, one of each direction among them.

    Returns:
        Shape (n,); True is flagged.

    Raises:
        RowsError: Rows and directions do not fit.

    Source:
        Johnson (2005), Journal of Research in Personality 39(1), doi:10.1016/j.jrp.2004.09.009;
        Curran (2016), Journal of Experimental Social Psychology 66, doi:10.1016/j.jesp.2015.07.006.

    Example:
        >>> sus = [[3] * 10, [4, 2] * 5, [5, 5, 5, 5] + [np.nan] * 6]
        >>> straight_lines(sus, [False, True] * 5).tolist()
        [True, False, False]
    """
    table, turned = _grid(rows, reversed_rows)
    answered = np.isfinite(table)
    both = (answered & turned).any(axis=1) & (answered & ~turned).any(axis=1)
    usable = (answered.sum(axis=1) >= at_least) & both
    spread = np.full(len(table), np.inf)
    if usable.any():
        spread[usable] = np.nanvar(table[usable], axis=1)
    same: BoolArray = spread == 0
    if usable.sum() < MANY:
        return same
    return np.asarray(same | (spread < FAR_UNDER * float(np.median(spread[usable]))))


def _grid(rows: npt.ArrayLike, reversed_rows: npt.ArrayLike) -> tuple[FloatArray, BoolArray]:
    table, turned = np.asarray(rows, np.float64), np.asarray(reversed_rows, bool)
    if table.size == 0:
        return np.zeros((0, len(turned))), turned
    if table.ndim != 2 or turned.shape != (table.shape[1],):
        raise RowsError(
            f"A grid of shape {table.shape} has {turned.size} directions: each row of the grid has "
            "one."
        )
    return table, turned


def too_fast(
    seconds: npt.ArrayLike, answers: npt.ArrayLike, floor: float = SECONDS_AN_ANSWER
) -> BoolArray:
    """Who was faster than anybody can read, or than a third of the usual time.

    The second only from `MANY` respondents with a time on: before, the median is not known well.

    Args:
        seconds: Shape (n,); NaN where it is not known.
        answers: Shape (n,); answers that each gave.
        floor: Seconds an answer takes at least.

    Returns:
        Shape (n,); True is flagged.

    Raises:
        RowsError: Times and answers differ in number.

    Source:
        Wood, Harms, Lowman and DeSimone (2017), Social Psychological and Personality Science 8(4),
        doi:10.1177/1948550617703168 (one second an item).

    Example:
        >>> too_fast([4, 60, np.nan], [10, 10, 10]).tolist()
        [True, False, False]
    """
    taken, given = np.asarray(seconds, np.float64), np.asarray(answers, np.float64)
    if taken.ndim != 1 or taken.shape != given.shape:
        raise RowsError(
            f"{taken.size} times stand against {given.size} numbers of answers: each "
            "respondent has one of both."
        )
    known = np.isfinite(taken)
    flagged = known & (taken < floor * given)
    if known.sum() >= MANY:
        flagged |= known & (taken < SKIMMED * float(np.median(taken[known])))
    return np.asarray(flagged)
