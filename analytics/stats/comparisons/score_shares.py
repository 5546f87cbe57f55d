"""A score test of any difference of two independent shares, and the limits that go with it."""

from math import acos, copysign, cos, pi, sqrt

from analytics.stats.comparisons.proportions import NOWHERE, Limits, checked_counts, normal_quantile
from analytics.stats.errors import StatisticsError

EDGE = 1e-9
"""How near to a difference of 1 limits are searched."""


def farrington_manning_z(x1: int, n1: int, x2: int, n2: int, difference: float = 0.0) -> float:
    """Distance of two shares from a difference, in errors that hold if the difference is true.

    Args:
        x1: Cases that count on the first side, 0 to n1.
        n1: All cases of the first side.
        x2: Cases that count on the second side.
        n2: All cases of the second side.
        difference: First less second share that is tested, strictly between -1 and 1.

    Returns:
        z, above 0 where the data lie above the difference; of 0 it is that of `two_proportion_z`.
        NaN when a side has no cases, or nothing varies.

    Raises:
        StatisticsError: Counts that are no share, or a difference out of range.

    Source:
        Farrington and Manning (1990), Statistics in Medicine 9(12), doi:10.1002/sim.4780091208.

    Example:
        >>> round(farrington_manning_z(56, 70, 48, 80), 4)
        2.6502
        >>> round(farrington_manning_z(56, 70, 48, 80, 0.1), 4)
        1.3477
    """
    checked_counts(x1, n1)
    checked_counts(x2, n2)
    if not -1 < difference < 1:
        raise StatisticsError(
            f"A difference of {difference:g} is not between -1 and 1. Write 0.05 for five points."
        )
    if not (n1 and n2):
        return float("nan")
    p1, p2 = x1 / n1, x2 / n2
    first = _restricted(p1, p2, n2 / n1, difference)
    second = first - difference
    variance = max(first * (1 - first), 0.0) / n1 + max(second * (1 - second), 0.0) / n2
    return (p1 - p2 - difference) / sqrt(variance) if variance > 0 else float("nan")


def _restricted(p1: float, p2: float, ratio: float, difference: float) -> float:
    """Likeliest first share were the difference true: the middle root of a cubic."""
    a = 1 + ratio
    b = -(1 + ratio + p1 + ratio * p2 + difference * (ratio + 2))
    c = difference**2 + difference * (2 * p1 + ratio + 1) + p1 + ratio * p2
    d = -p1 * difference * (1 + difference)
    v = (b / (3 * a)) ** 3 - b * c / (6 * a * a) + d / (2 * a)
    u = copysign(sqrt(max((b / (3 * a)) ** 2 - c / (3 * a), 0.0)), v)
    turn = (pi + acos(min(1.0, max(-1.0, v / u**3)))) / 3 if u**3 else pi / 2
    found = 2 * u * cos(turn) - b / (3 * a)
    return min(max(found, max(0.0, difference)), min(1.0, 1 + difference))


def farrington_manning_interval(
    x1: int, n1: int, x2: int, n2: int, confidence: float = 0.95
) -> Limits:
    """Differences of two shares that the score test does not refuse.

    Args:
        x1: Cases that count on the first side, 0 to n1.
        n1: All cases of the first side.
        x2: Cases that count on the second side.
        n2: All cases of the second side.
        confidence: Between 0 and 1.

    Returns:
        Lower and upper limit, -1 to 1. NaN, NaN when a side has no cases.

    Raises:
        StatisticsError: Counts that are no share.

    Source:
        Mee (1984), Biometrics 40(4), pages 1175-1176.

    Example:
        >>> low, high = farrington_manning_interval(56, 70, 48, 80)
        >>> round(low, 4), round(high, 4)
        (0.0533, 0.3377)
    """
    from scipy.optimize import brentq

    checked_counts(x1, n1)
    checked_counts(x2, n2)
    reach = normal_quantile(confidence)
    if not (n1 and n2):
        return NOWHERE
    between = x1 / n1 - x2 / n2

    def above(difference: float) -> float:
        return farrington_manning_z(x1, n1, x2, n2, difference) - reach

    def below(difference: float) -> float:
        return farrington_manning_z(x1, n1, x2, n2, difference) + reach

    low, high = -1 + EDGE, 1 - EDGE
    beside = (max(low, between - EDGE), min(high, between + EDGE))
    return (
        brentq(above, low, beside[0], xtol=1e-12) if above(low) > 0 > above(beside[0]) else -1.0,
        brentq(below, beside[1], high, xtol=1e-12) if below(beside[1]) > 0 > below(high) else 1.0,
    )
