"""Whether a rater moves over time, measured against the others on the same units."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.stats.ratings import Ratings
from analytics.stats.types import Estimate, FloatArray

FEWEST_COMPARED = 20
SLOPE_WORDS = "least squares of the distance from the others on the week"

ONE_WEEK = "All ratings were given in one week, so nothing can be said about time."
FEW_COMPARED = (
    "Fewer than 20 ratings can be compared with the others', too few to tell a drift. "
    "Wait for more."
)
DRIFT_REASONS = (ONE_WEEK, FEW_COMPARED)


@dataclass(frozen=True, slots=True)
class Week:
    """A week of one rater.

    Attributes:
        week: Its number, as the caller counts.
        n: Ratings that can be compared.
        mean: Mean distance from the others.
        low: Lower limit; None below two ratings.
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


def weekly(week: npt.ArrayLike, distance: npt.ArrayLike, confidence: float = 0.95) -> list[Week]:
    """Means by week with t intervals; ratings without a distance are left out.

    Args:
        week: Shape (n_rows,); of one rater.
        distance: Shape (n_rows,); as `distances_from_others` gives them.
        confidence: Between 0 and 1.

    Example:
        >>> [(one.week, one.n, one.mean) for one in weekly([1, 1, 2], [0.0, 1.0, 2.0])]
        [(1, 2, 0.5), (2, 1, 2.0)]
    """
    from scipy.special import stdtrit

    weeks, x = np.asarray(week, dtype=np.int64), np.asarray(distance, dtype=np.float64)
    weeks, x = weeks[np.isfinite(x)], x[np.isfinite(x)]
    found = []
    for number in np.unique(weeks):
        part = x[weeks == number]
        mean = float(part.mean())
        if len(part) < 2:
            found.append(Week(int(number), len(part), mean, None, None))
            continue
        error = float(part.std(ddof=1)) / len(part) ** 0.5
        reach = float(stdtrit(len(part) - 1, (1 + confidence) / 2)) * error
        found.append(Week(int(number), len(part), mean, mean - reach, mean + reach))
    return found


def drift(week: npt.ArrayLike, distance: npt.ArrayLike, confidence: float = 0.95) -> Estimate:
    """By how much a rater's distance from the others changes in a week, with a test of no change.

    Args:
        week: Shape (n_rows,); of one rater.
        distance: Shape (n_rows,); as `distances_from_others` gives them.
        confidence: Between 0 and 1.

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
    weeks, x = weeks[np.isfinite(x)], x[np.isfinite(x)]
    n = len(x)
    if n < FEWEST_COMPARED or np.ptp(weeks) == 0:
        reason = FEW_COMPARED if n < FEWEST_COMPARED else ONE_WEEK
        return Estimate(None, None, None, confidence, n, SLOPE_WORDS, reason)
    centred = weeks - weeks.mean()
    spread = float(np.square(centred).sum())
    slope = float(centred @ x) / spread
    rest = x - x.mean() - slope * centred
    error = (float(np.square(rest).sum()) / (n - 2) / spread) ** 0.5
    if error <= 0:
        return Estimate(slope, None, None, confidence, n, SLOPE_WORDS)
    reach = float(stdtrit(n - 2, (1 + confidence) / 2)) * error
    t = slope / error
    p = float(2 * stdtr(n - 2, -abs(t)))
    return Estimate(slope, slope - reach, slope + reach, confidence, n, SLOPE_WORDS, None, t, p)
