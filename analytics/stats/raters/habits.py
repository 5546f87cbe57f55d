"""How a rater works, whatever the answers: the same answer many times running, and pace."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.stats.types import BoolArray, FloatArray, IntArray

MAD_TO_SD = 1.4826
FAST_DEVIATIONS = 3.0
LEAST_FACTOR = 2.0
"""Only who takes less than half the time of the typical rater is ever called fast."""
FEWEST_TIMED = 10
FEWEST_RATERS = 3
FEWEST_ANSWERS = 10


@dataclass(frozen=True, slots=True)
class Run:
    """The longest run of one answer in a rater's ratings, in the order in which they were given.

    Attributes:
        value: Position of the answer; -1 without ratings.
        length: Ratings in the run.
        n: All ratings.
        p: At most the chance of a run so long were the same ratings given in any order.
    """

    value: int
    length: int
    n: int
    p: float


def longest_run(values: npt.ArrayLike) -> Run:
    """The longest run of equal answers, against the chance of one as long.

    Who chooses one answer nine times in ten has long runs by chance; therefore the comparison is
    with the rater's own answers in another order. The chance of a run of L is at most the expected
    number of places where one begins, and for long runs hardly less.

    Args:
        values: Shape (n,); positions of the answers, in the order given.

    Returns:
        The run, with a bound of its chance, 0 to 1.

    Source:
        Mood (1940), Annals of Mathematical Statistics 11(4), doi:10.1214/aoms/1177731825 (expected
        number of runs).

    Example:
        >>> longest_run([2, 0, 1, 1, 1, 1, 1, 1, 2, 0, 2, 0])
        Run(value=1, length=6, n=12, p=0.0075...)
        >>> longest_run([1, 1, 1]).p
        1.0
    """
    given = np.asarray(values, dtype=np.int64)
    if not len(given):
        return Run(-1, 0, 0, 1.0)
    starts = np.flatnonzero(np.diff(given, prepend=given[0] - 1))
    lengths = np.diff(starts, append=len(given))
    place = int(np.argmax(lengths))
    length = int(lengths[place])
    counts = np.bincount(given)
    expected = sum(_expected_runs(int(count), len(given), length) for count in counts)
    return Run(int(given[starts[place]]), length, len(given), min(1.0, expected))


def _expected_runs(count: int, n: int, length: int) -> float:
    """Expected places at which `count` equal answers among n begin a run of `length` or more."""
    if count < length:
        return 0.0
    steps = np.arange(length)
    begins = float(np.prod((count - steps) / (n - steps)))
    if n == length:
        return begins
    after_other = begins * (n - count) / (n - length)
    return begins + (n - length) * after_other


def always_the_same(
    rater: npt.ArrayLike, unit: npt.ArrayLike, value: npt.ArrayLike, *, n_raters: int
) -> list[float | None]:
    """Chance of raters who gave one answer to everything, had they answered as the others did.

    Against a rater's own answers in another order, as `longest_run` has it, who never varies does
    not stand out. Here the comparison is with the others on the same units: the share p of that
    answer among theirs, and p to the power of n for n answers. Units differ, and the product of
    shares that differ is less than that power of their mean, so the chance is rather too high.

    Args:
        rater: Shape (n_rows,); 0 to n_raters - 1.
        unit: Shape (n_rows,); from 0.
        value: Shape (n_rows,); positions of the answers, from 0.
        n_raters: Raters, with rows or without.

    Returns:
        Of each rater: 1 for who varies; None with fewer than ten answers, or than ten of others on
        the same units.

    Source:
        Curran (2016), Journal of Experimental Social Psychology 66, 4-19,
        doi:10.1016/j.jesp.2015.07.006 (answers that never vary); the inequality of arithmetic and
        geometric means.

    Example:
        >>> rater, unit = np.repeat([0, 1], 12), np.tile(np.arange(12), 2)
        >>> value = np.concatenate([np.full(12, 2), np.arange(12) % 3])
        >>> always_the_same(rater, unit, value, n_raters=2)
        [4.3...e-06, 1.0]
    """
    raters, units = np.asarray(rater, dtype=np.int64), np.asarray(unit, dtype=np.int64)
    values = np.asarray(value, dtype=np.int64)
    order = np.argsort(raters, kind="stable")
    n = np.bincount(raters, minlength=n_raters)
    answers = np.bincount(units)
    of_value: dict[int, IntArray] = {}

    def chance(mine: IntArray) -> float | None:
        others = int(answers[units[mine]].sum()) - len(mine) if len(mine) else 0
        if min(len(mine), others) < FEWEST_ANSWERS:
            return None
        given = int(values[mine[0]])
        if (values[mine] != given).any():
            return 1.0
        if given not in of_value:
            of_value[given] = np.bincount(units[values == given], minlength=len(answers))
        alike = int(of_value[given][units[mine]].sum()) - len(mine)
        return float(((alike + 1) / (others + 2)) ** len(mine))

    return [chance(mine) for mine in np.split(order, np.cumsum(n)[:-1])] if n_raters else []


@dataclass(frozen=True, slots=True, eq=False)
class Pace:
    """Typical times of raters.

    Attributes:
        median: Shape (n_raters,); seconds, set right for length where it is known; NaN without a
            time.
        n: Shape (n_raters,); ratings with a time.
        threshold: Seconds below which a median is too fast to be like the others'; NaN where fewer
            than three raters have ten times each.
        is_fast: Shape (n_raters,).
    """

    median: FloatArray
    n: npt.NDArray[np.int64]
    threshold: float
    is_fast: BoolArray


def pace(
    rater: npt.ArrayLike,
    seconds: npt.ArrayLike,
    *,
    n_raters: int,
    length: npt.ArrayLike | None = None,
) -> Pace:
    """Median seconds of each rater, and who is far below all others.

    The threshold is robust: on the logarithm, three median absolute deviations below the median of
    the raters' medians, and never above half of it.

    Where some raters are given longer items than others, say in a language that only they read,
    pass the lengths: each time is divided by how much longer than usual the typical rater takes
    for items of about that length (within a factor of two). Lengths at which fewer than three
    raters have a time are taken as usual, for there is nobody to compare with.

    Args:
        rater: Shape (n_rows,); 0 to n_raters - 1.
        seconds: Shape (n_rows,); NaN or 0 where no time is known.
        n_raters: Raters, timed or not.
        length: Shape (n_rows,); of what was read, in any unit; NaN or 0 where it is not known.

    Returns:
        Medians in seconds, the threshold, and who is below it.

    Source:
        Leys et al. (2013), Journal of Experimental Social Psychology 49(4),
        doi:10.1016/j.jesp.2013.03.013.

    Example:
        >>> found = pace(np.repeat(np.arange(4), 10), np.repeat([30, 40, 36, 5], 10), n_raters=4)
        >>> found.median, found.is_fast
        (array([30., 40., 36.,  5.]), array([False, False, False,  True]))
    """
    raters, times = np.asarray(rater, dtype=np.int64), np.asarray(seconds, dtype=np.float64)
    timed = times > 0
    raters, times = raters[timed], times[timed]
    if length is not None:
        times = times / _usual_for(np.asarray(length, dtype=np.float64)[timed], raters, times)
    n = np.bincount(raters, minlength=n_raters)
    order = np.argsort(raters, kind="stable")
    parts = np.split(times[order], np.cumsum(n)[:-1]) if n_raters else []
    median = np.array([np.median(part) if len(part) else np.nan for part in parts])
    known = n >= FEWEST_TIMED
    if known.sum() < FEWEST_RATERS:
        return Pace(median, n, float("nan"), np.zeros(n_raters, bool))
    logs = np.log(median[known])
    middle = float(np.median(logs))
    reach = FAST_DEVIATIONS * MAD_TO_SD * float(np.median(np.abs(logs - middle)))
    threshold = float(np.exp(middle - max(reach, np.log(LEAST_FACTOR))))
    return Pace(median, n, threshold, known & (median < threshold))


def _usual_for(length: FloatArray, raters: IntArray, times: FloatArray) -> FloatArray:
    """By what factor items of each one's length take longer than usual: shape (n_rows,).

    Raters count once each, so whoever did most at a length does not decide what is usual there.
    """
    usual = np.ones(len(times))
    doubling = np.full(len(length), -1, np.int64)
    known = length > 0
    if not known.any():
        return usual
    doubling[known] = np.floor(np.log2(length[known])).astype(np.int64)
    everywhere = _typical(raters, times)
    for one in np.unique(doubling[known]):
        here = doubling == one
        if len(np.unique(raters[here])) >= FEWEST_RATERS:
            usual[here] = _typical(raters[here], times[here]) / everywhere
    return usual


def _typical(raters: IntArray, times: FloatArray) -> float:
    """Median of the raters' medians."""
    order = np.argsort(raters, kind="stable")
    starts = np.flatnonzero(np.diff(raters[order], prepend=-1))[1:]
    return float(np.median([np.median(part) for part in np.split(times[order], starts)]))
