"""Whether a rater moves over time, measured against the others on the same units."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.stats.ratings import Ratings
from analytics.stats.types import Estimate, FloatArray, IntArray

FEWEST_COMPARED = 20
SLOPE_WORDS = "least squares of the distance from the others on the week"

ONE_WEEK = "All ratings were given in one week, so nothing can be said about time."
FEW_COMPARED = (
    "Fewer than 20 ratings can be compared with the others', too few to tell a drift. "
    "Wait for more."
)
FEW_GROUPS = (
    "The ratings that can be compared come from fewer than three groups (conversations, say), too "
    "few to tell a drift. Rate items of more groups."
)
DRIFT_REASONS = (ONE_WEEK, FEW_COMPARED, FEW_GROUPS)


@dataclass(frozen=True, slots=True)
class Week:
    """A week of one rater.

    Attributes:
        week: Its number, as the caller counts.
        n: Ratings that can be compared.
        mean: Mean distance from the others.
        low: Lower limit; None below two ratings, or groups of them.
        high: Upper limit.
    """

    week: int
    n: int
    mean: float
    low: float | None
    high: float | None


def distances_from_others(ratings: Ratings) -> FloatArray:
    """How far each rating is from the mean of the others on its unit: shape (n_rows,).

    Positive is above the others. On nominal scales the share of the others who chose the same, less
    nothing: 1 is full agreement. NaN where nobody else rated the unit.

    Args:
        ratings: Of one criterion.

    Example:
        >>> ratings = Ratings.from_rows(
        ...     [0, 0, 0, 1], [0, 1, 2, 0], [4, 1, 1, 2], [0, 1], "interval", range(5)
        ... )
        >>> distances_from_others(ratings)
        array([ 3. , -1.5, -1.5,  nan])
    """
    unit, others = ratings.unit, ratings.per_unit[ratings.unit] - 1
    out = np.full(len(unit), np.nan)
    if ratings.level == "nominal":
        cells = unit * ratings.n_values + ratings.value
        _, place, times = np.unique(cells, return_inverse=True, return_counts=True)
        return np.asarray(np.divide(times[place] - 1, others, out=out, where=others > 0))
    x = ratings.numbers[ratings.value]
    total = np.bincount(unit, x, len(ratings.group))[unit]
    np.divide(total - x, others, out=out, where=others > 0)
    return np.asarray(x - out)


def weekly(
    week: npt.ArrayLike,
    distance: npt.ArrayLike,
    confidence: float = 0.95,
    group: npt.ArrayLike | None = None,
) -> list[Week]:
    """Means by week with t intervals; ratings without a distance are left out.

    Args:
        week: Shape (n_rows,); of one rater.
        distance: Shape (n_rows,); as `distances_from_others` gives them.
        confidence: Between 0 and 1.
        group: Shape (n_rows,); ratings of one group count as dependent, as in `drift`.

    Returns:
        Weeks in their order, means in points of the scale.

    Source:
        Cochran (1977), Sampling Techniques, 3rd ed., section 9A.2 (means of whole clusters).

    Example:
        >>> [(one.week, one.n, one.mean) for one in weekly([1, 1, 2], [0.0, 1.0, 2.0])]
        [(1, 2, 0.5), (2, 1, 2.0)]
    """
    from scipy.special import stdtrit

    weeks, x = np.asarray(week, dtype=np.int64), np.asarray(distance, dtype=np.float64)
    known = np.isfinite(x)
    groups = np.arange(len(x)) if group is None else np.asarray(group)
    weeks, x, groups = weeks[known], x[known], groups[known]
    found = []
    for number in np.unique(weeks):
        part = x[weeks == number]
        mean = float(part.mean())
        names, place = np.unique(groups[weeks == number], return_inverse=True)
        n_groups = len(names)
        if n_groups < 2:
            found.append(Week(int(number), len(part), mean, None, None))
            continue
        sums = np.bincount(place, part - mean)
        error = (float(np.square(sums).sum()) * n_groups / (n_groups - 1)) ** 0.5 / len(part)
        reach = float(stdtrit(n_groups - 1, (1 + confidence) / 2)) * error
        found.append(Week(int(number), len(part), mean, mean - reach, mean + reach))
    return found


def drift(
    week: npt.ArrayLike,
    distance: npt.ArrayLike,
    confidence: float = 0.95,
    group: npt.ArrayLike | None = None,
) -> Estimate:
    """By how much a rater's distance from the others changes in a week, with a test of no change.

    Args:
        week: Shape (n_rows,); of one rater.
        distance: Shape (n_rows,); as `distances_from_others` gives them.
        confidence: Between 0 and 1.
        group: Shape (n_rows,); the conversation of each turn, say. What a rater thinks of a
            conversation colours all its turns, so ratings of one group count as dependent; each is
            its own group when left out.

    Returns:
        Points a week, any real number; below 0 where the rater grows severe. `statistic` is t.

    Source:
        Liang and Zeger (1986), Biometrika 73(1), doi:10.1093/biomet/73.1.13 (errors over groups);
        Bell and McCaffrey (2002), Survey Methodology 28(2) (their correction for few groups).

    Example:
        >>> week = np.repeat(np.arange(4), 10)
        >>> moved = drift(week, week * 0.5 + np.tile([0.1, -0.1], 20))
        >>> round(moved.value, 3), moved.p < 0.001
        (0.5, True)
        >>> drift([1] * 30, [0.0] * 30).reason
        'All ratings were given in one week, so nothing can be said about time.'
    """
    from scipy.special import stdtr, stdtrit

    weeks, x = np.asarray(week, dtype=np.float64), np.asarray(distance, dtype=np.float64)
    known = np.isfinite(x)
    groups = np.arange(len(x)) if group is None else np.asarray(group)
    weeks, x, groups = weeks[known], x[known], groups[known]
    n = len(x)
    if n < FEWEST_COMPARED or np.ptp(weeks) == 0:
        reason = FEW_COMPARED if n < FEWEST_COMPARED else ONE_WEEK
        return Estimate(None, None, None, confidence, n, SLOPE_WORDS, reason)
    centred = weeks - weeks.mean()
    spread = float(np.square(centred).sum())
    slope = float(centred @ x) / spread
    rest = x - x.mean() - slope * centred
    names, place = np.unique(groups, return_inverse=True)
    if len(names) < 3:
        return Estimate(None, None, None, confidence, n, SLOPE_WORDS, FEW_GROUPS)
    if len(names) == n:
        error, df = (float(np.square(rest).sum()) / (n - 2) / spread) ** 0.5, n - 2
    else:
        error, df = _error_over_groups(centred, rest, place) / spread, len(names) - 2
    if error <= 0:
        return Estimate(slope, None, None, confidence, n, SLOPE_WORDS)
    reach = float(stdtrit(df, (1 + confidence) / 2)) * error
    t = slope / error
    p = float(2 * stdtr(df, -abs(t)))
    return Estimate(slope, slope - reach, slope + reach, confidence, n, SLOPE_WORDS, None, t, p)


def _error_over_groups(centred: FloatArray, rest: FloatArray, place: IntArray) -> float:
    """Standard error of a sum of centred weeks times rests, where rests of a group go together.

    A group pulls the line towards itself, so its rests are smaller than its errors: each is made
    larger by the share of the line that the group decides (jackknife).
    """
    pull = np.bincount(place, np.square(centred)) / np.square(centred).sum()
    pull += np.bincount(place) / len(rest)
    sums = np.bincount(place, centred * rest) / np.maximum(1 - pull, 1e-9)
    return float(np.linalg.norm(sums - sums.mean()))
