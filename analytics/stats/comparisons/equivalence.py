"""Are two as good as the same? Two one-sided tests against margins that were set beforehand.

A difference that is not significant is no proof of none. Here the burden is turned around: two
count as equivalent only where the data speak against a difference below the lower margin and
against one above the upper. That is so exactly where an interval of confidence 1 - 2 level lies
between the margins, so that interval is what stands beside the test. One margin at infinity makes
it a test of non-inferiority.
"""

from collections.abc import Callable
from math import inf, isfinite, isnan, sqrt

import numpy as np
import numpy.typing as npt

from analytics.stats import reasons
from analytics.stats.checks import finite_column, finite_pairs
from analytics.stats.comparisons.paired import mean_t, spread, t_tail
from analytics.stats.comparisons.paired_shares import tango_interval, tango_z
from analytics.stats.comparisons.score_shares import (
    farrington_manning_interval,
    farrington_manning_z,
)
from analytics.stats.comparisons.two_proportions import normal_p
from analytics.stats.errors import StatisticsError
from analytics.stats.types import Estimate, FloatArray

LEVEL = 0.05


def tost_paired(
    x: npt.ArrayLike, y: npt.ArrayLike, low: float, high: float, level: float = LEVEL
) -> Estimate:
    """Whether the mean difference of two scores of the same cases lies between margins.

    Args:
        x: Shape (n,); first score of each case.
        y: Shape (n,); second score of each case.
        low: Lower margin in units of the score, -inf for none.
        high: Upper margin, inf for none.
        level: Of each of the two tests; the interval has confidence 1 - 2 level.

    Returns:
        The mean of x - y; `p` is the larger of both tests', `statistic` the t that goes with it.

    Raises:
        RowsError: Columns differ in length or hold no numbers.
        StatisticsError: Margins or level are impossible.

    Source:
        Schuirmann (1987), Journal of Pharmacokinetics and Biopharmaceutics 15(6),
        doi:10.1007/BF01068419.

    Example:
        >>> old, new = [3, 4, 4, 5, 2, 4, 3, 5, 4, 4], [3, 4, 4, 4, 2, 4, 4, 5, 4, 4]
        >>> found = tost_paired(old, new, -0.5, 0.5)
        >>> found.value, round(found.low, 3), round(found.high, 3), round(found.p, 4)
        (0.0, -0.273, 0.273, 0.0042)
    """
    first, second = finite_pairs(x, y)
    _checked(low, high, level)
    found = mean_t(first - second, 1 - 2 * level, f"Paired t interval; {_words(low, high)}")
    n = len(first)
    if found.low is None or found.value is None:
        return found
    error = spread(first - second) / sqrt(n)
    return _tested(found, _t(found.value, error, n - 1), low, high)


def tost_means(
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    low: float,
    high: float,
    level: float = LEVEL,
    *,
    equal_variances: bool = False,
) -> Estimate:
    """Whether the difference of the means of two independent groups lies between margins.

    Args:
        x: Shape (n1,); scores of the first group.
        y: Shape (n2,); scores of the second.
        low: Lower margin in units of the score, -inf for none.
        high: Upper margin, inf for none.
        level: Of each of the two tests; the interval has confidence 1 - 2 level.
        equal_variances: Student's test with one variance in place of Welch's with two.

    Returns:
        Mean of x less mean of y; n counts both groups; the rest as `tost_paired`.

    Raises:
        RowsError: A column holds no numbers.
        StatisticsError: Margins or level are impossible.

    Source:
        Schuirmann (1987), as `tost_paired`; Welch (1947), Biometrika 34(1-2),
        doi:10.1093/biomet/34.1-2.28.

    Example:
        >>> found = tost_means([3, 4, 4, 5, 2, 4], [3, 4, 5, 4, 3, 3, 4], -1.5, 1.5)
        >>> round(found.value, 3), round(found.low, 2), round(found.high, 2), round(found.p, 4)
        (-0.048, -0.98, 0.89, 0.0095)
    """
    from scipy.special import stdtrit

    first, second = finite_column(x), finite_column(y)
    _checked(low, high, level)
    name = "Student's" if equal_variances else "Welch's"
    method, n = f"{name} t interval; {_words(low, high)}", len(first) + len(second)
    confidence = 1 - 2 * level
    if not (len(first) and len(second)):
        return Estimate(None, None, None, confidence, n, method, reasons.NO_CASES)
    difference = float(first.mean() - second.mean())
    if min(len(first), len(second)) < 2:
        return Estimate(difference, None, None, confidence, n, method, reasons.FEW_ROWS)
    error, df = _error(first, second, equal_variances)
    if error == 0:
        return Estimate(difference, None, None, confidence, n, method, reasons.CONSTANT_DIFFERENCES)
    reach = float(stdtrit(df, 1 - level)) * error
    found = Estimate(difference, difference - reach, difference + reach, confidence, n, method)
    return _tested(found, _t(difference, error, df), low, high)


def tost_paired_shares(
    first_only: int,
    second_only: int,
    n: int,
    low: float,
    high: float,
    level: float = LEVEL,
) -> Estimate:
    """Whether the difference of two shares of the same cases lies between margins.

    Args:
        first_only: Pairs that count on the first side alone.
        second_only: Pairs that count on the second side alone.
        n: All pairs.
        low: Lower margin, above -1; -inf for none.
        high: Upper margin, below 1; inf for none.
        level: Of each of the two tests; the interval has confidence 1 - 2 level.

    Returns:
        First less second share, -1 to 1; `statistic` is z; the rest as `tost_paired`.

    Raises:
        StatisticsError: Counts that do not fit n, or impossible margins or level.

    Source:
        Tango (1998), Statistics in Medicine 17(8),
        doi:10.1002/(SICI)1097-0258(19980430)17:8<891::AID-SIM780>3.0.CO;2-B.

    Example:
        >>> found = tost_paired_shares(4, 5, 200, -0.05, 0.05)
        >>> found.value, round(found.low, 4), round(found.high, 4), round(found.p, 4)
        (-0.005, -0.0332, 0.0223, 0.0087)
    """
    _checked(low, high, level, widest=1)
    confidence = 1 - 2 * level
    limits = tango_interval(first_only, second_only, n, confidence)
    method = f"Tango interval; {_words(low, high)}"
    if n == 0:
        return Estimate(None, None, None, confidence, 0, method, reasons.NO_CASES)
    found = Estimate((first_only - second_only) / n, *limits, confidence, n, method)
    return _tested(found, _z(lambda at: tango_z(first_only, second_only, n, at)), low, high)


def tost_shares(
    x1: int, n1: int, x2: int, n2: int, low: float, high: float, level: float = LEVEL
) -> Estimate:
    """Whether the difference of two independent shares lies between margins.

    Args:
        x1: Cases that count on the first side, 0 to n1.
        n1: All cases of the first side.
        x2: Cases that count on the second side.
        n2: All cases of the second side.
        low: Lower margin, above -1; -inf for none.
        high: Upper margin, below 1; inf for none.
        level: Of each of the two tests; the interval has confidence 1 - 2 level.

    Returns:
        First less second share, -1 to 1; n counts both sides; `statistic` is z; the rest as
        `tost_paired`.

    Raises:
        StatisticsError: Counts that are no share, or impossible margins or level.

    Source:
        Farrington and Manning (1990), Statistics in Medicine 9(12), doi:10.1002/sim.4780091208.

    Example:
        >>> found = tost_shares(180, 200, 178, 200, -0.1, 0.1)
        >>> round(found.value, 2), round(found.low, 4), round(found.high, 4), round(found.p, 4)
        (0.01, -0.0412, 0.0615, 0.0026)
    """
    _checked(low, high, level, widest=1)
    confidence, n = 1 - 2 * level, n1 + n2
    limits = farrington_manning_interval(x1, n1, x2, n2, confidence)
    method = f"Farrington-Manning interval; {_words(low, high)}"
    if not (n1 and n2):
        return Estimate(None, None, None, confidence, n, method, reasons.NO_CASES)
    found = Estimate(x1 / n1 - x2 / n2, *limits, confidence, n, method)
    return _tested(found, _z(lambda at: farrington_manning_z(x1, n1, x2, n2, at)), low, high)


Test = Callable[[float, bool], tuple[float, float]]
"""Statistic and p of a margin; whether the data should lie above it."""


def _tested(found: Estimate, test: Test, low: float, high: float) -> Estimate:
    """With the weaker of both tests."""
    tests = [test(margin, margin == low) for margin in (low, high) if isfinite(margin)]
    statistic, p = max(tests, key=lambda one: (one[1], -abs(one[0])))
    if isnan(p):
        return found
    return Estimate(
        found.value,
        found.low,
        found.high,
        found.confidence,
        found.n,
        found.method,
        None,
        statistic,
        p,
    )


def _t(value: float, error: float, df: float) -> Test:
    def test(margin: float, above: bool) -> tuple[float, float]:
        t = (value - margin) / error
        return t, t_tail(t, df, "greater" if above else "less")

    return test


def _z(score: Callable[[float], float]) -> Test:
    def test(margin: float, above: bool) -> tuple[float, float]:
        z = score(margin)
        return z, normal_p(z, "greater" if above else "less")

    return test


def _error(first: FloatArray, second: FloatArray, equal: bool) -> tuple[float, float]:
    """Standard error of a difference of means, with its degrees of freedom."""
    sizes = np.array([len(first), len(second)])
    variances = np.square([spread(first), spread(second)])
    if equal:
        df = float(sizes.sum() - 2)
        pooled = float((variances * (sizes - 1)).sum() / df)
        return sqrt(pooled * float((1 / sizes).sum())), df
    parts = variances / sizes
    total = float(parts.sum())
    if total == 0:
        return 0.0, 1.0
    return sqrt(total), total**2 / float((np.square(parts) / (sizes - 1)).sum())


def _checked(low: float, high: float, level: float, widest: float = inf) -> None:
    if not 0 < level < 0.5:
        raise StatisticsError(
            f"Level {level:g} is not between 0 and 0.5. Write 0.05 for two tests at 5 %."
        )
    if not low < high or not (isfinite(low) or isfinite(high)):
        raise StatisticsError(
            f"Margins {low:g} and {high:g} leave nothing to test: the lower is below the upper, "
            "and one of them is finite. Write -0.05 and 0.05, say."
        )
    wide = [margin for margin in (low, high) if isfinite(margin) and abs(margin) >= widest]
    if wide:
        raise StatisticsError(
            f"Margin {wide[0]:g} holds for any two shares, whose difference lies between -1 and 1. "
            "Write 0.05 for five points."
        )


def _words(low: float, high: float) -> str:
    if isfinite(low) and isfinite(high):
        return f"two one-sided tests between {low:g} and {high:g}"
    return f"one-sided test of {f'more than {low:g}' if isfinite(low) else f'less than {high:g}'}"
