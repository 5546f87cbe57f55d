"""How many ratings an item make scores reliable, and how many items make agreement precise.

More raters an item make the average score of an item more reliable; more items make a coefficient's
interval narrower. Each function says which of the two is asked. Answers are not rounded: round up.
"""

from collections.abc import Callable
from math import inf

from analytics.stats import reasons
from analytics.stats.checks import checked_share
from analytics.stats.comparisons.proportions import normal_quantile
from analytics.stats.errors import StatisticsError
from analytics.stats.types import Estimate


def spearman_brown(reliability: float, times: float) -> float:
    """Reliability of the average of `times` as many ratings an item.

    Args:
        reliability: Of one rating an item (ICC(2,1), or interval alpha); at most 1.
        times: How many times as many ratings, above 0.

    Returns:
        At most 1; NaN where a negative reliability has no meaning for so many ratings.

    Raises:
        StatisticsError: Reliability above 1, or times not above 0.

    Source:
        Spearman (1910), British Journal of Psychology 3, doi:10.1111/j.2044-8295.1910.tb00206.x;
        Brown (1910), the same volume, doi:10.1111/j.2044-8295.1910.tb00207.x.

    Example:
        >>> spearman_brown(0.5, 3)
        0.75
    """
    if reliability > 1 or times <= 0:
        raise StatisticsError(
            f"Reliability {reliability:g} (at most 1) and {times:g} times the ratings (above 0) "
            "make no plan."
        )
    below = 1 + (times - 1) * reliability
    return times * reliability / below if below > 0 else float("nan")


def raters_needed(reliability: float, target: float) -> float:
    """How many ratings an item make their average as reliable as wished: Spearman-Brown solved.

    Args:
        reliability: Of one rating an item; at most 1.
        target: Wished for the average; between 0 and 1.

    Returns:
        Ratings an item; infinity where one rating tells nothing of the item (reliability 0 or
        below).

    Raises:
        StatisticsError: Reliability above 1, or a target that is not between 0 and 1.

    Source:
        As `spearman_brown`.

    Example:
        >>> round(raters_needed(0.5, 0.8), 9)
        4.0
    """
    checked_share(target, "Target", "0.8 for a reliability of .80")
    if reliability > 1:
        raise StatisticsError(f"Reliability {reliability:g} is above 1.")
    if reliability <= 0:
        return inf
    return target * (1 - reliability) / (reliability * (1 - target))


def _carried(one: Estimate, function: Callable[[float], float], words: str) -> Estimate:
    """An estimate and its limits through a function that rises or falls."""
    method = f"{words}; from {one.method}"
    if one.value is None:
        return Estimate(None, None, None, one.confidence, one.n, method, one.reason)
    value = function(one.value)
    ends = [] if one.low is None or one.high is None else [function(one.low), function(one.high)]
    low, high = (min(ends), max(ends)) if ends else (None, None)
    finite = [end if end is not None and abs(end) < inf else None for end in (low, high)]
    if not abs(value) < inf:
        return Estimate(None, finite[0], None, one.confidence, one.n, method, reasons.OUT_OF_REACH)
    reason = one.reason if not ends else None if finite[1] is not None else reasons.OUT_OF_REACH
    return Estimate(value, finite[0], finite[1], one.confidence, one.n, method, reason)


def reliability_of_average(one: Estimate, times: float) -> Estimate:
    """Reliability of the average of several ratings an item, with the pilot's interval carried.

    Args:
        one: Reliability of one rating an item with its interval.
        times: Ratings an item.

    Raises:
        StatisticsError: Times is not above 0.

    Source:
        As `spearman_brown`, which rises with reliability, so that limits map to limits.

    Example:
        >>> pilot = Estimate(0.5, 0.4, 0.6, 0.95, 40, "ICC(2,1)")
        >>> found = reliability_of_average(pilot, 3)
        >>> round(found.low, 3), found.value, round(found.high, 3)
        (0.667, 0.75, 0.818)
    """
    return _carried(
        one, lambda r: spearman_brown(r, times), f"Spearman-Brown for {times:g} ratings"
    )


def raters_for_reliability(one: Estimate, target: float) -> Estimate:
    """Ratings an item for a wished reliability of their average, with the pilot's interval carried.

    Args:
        one: Reliability of one rating an item with its interval.
        target: Wished for the average; between 0 and 1.

    Returns:
        Ratings an item; plan for `high` to be sure. Without `high` where the pilot's lower limit is
        0 or below: it cannot exclude that raters tell nothing of the items.

    Raises:
        StatisticsError: The target is not between 0 and 1.

    Source:
        As `spearman_brown`.

    Example:
        >>> pilot = Estimate(0.5, 0.4, 0.6, 0.95, 40, "ICC(2,1)")
        >>> found = raters_for_reliability(pilot, 0.8)
        >>> round(found.low, 2), round(found.value, 2), round(found.high, 2)
        (2.67, 4.0, 6.0)
    """
    return _carried(
        one, lambda r: raters_needed(r, target), f"Ratings an item for reliability {target:g}"
    )


def items_for_agreement(
    reliability: float, raters_per_item: int, half_width: float, confidence: float = 0.95
) -> float:
    """Items for an interval of alpha (interval level) or ICC of a wished half width.

    Alpha of interval data is an intraclass correlation up to 1/N, so the large-sample variance of
    the latter plans both. For other levels take `items_by_scaling` from the pilot's own interval.

    Args:
        reliability: Expected alpha, 0 to below 1; the lower end of what is plausible is safe.
        raters_per_item: Ratings of each item, 2 or more.
        half_width: Wished distance from the coefficient to its limits.
        confidence: Between 0 and 1.

    Raises:
        StatisticsError: An argument out of range.

    Source:
        Bonett (2002), Statistics in Medicine 21(9), doi:10.1002/sim.1108.

    Example:
        >>> round(items_for_agreement(0.7, 3, 0.1), 1)
        67.4
    """
    k = raters_per_item
    if not 0 <= reliability < 1 or k < 2 or half_width <= 0:
        raise StatisticsError(
            f"Alpha {reliability:g} (0 to below 1), {k} raters an item (2 or more) and half width "
            f"{half_width:g} (above 0) make no plan."
        )
    z = normal_quantile(confidence)
    wide = (1 - reliability) * (1 + (k - 1) * reliability)
    return 2 * (z * wide / half_width) ** 2 / (k * (k - 1)) + 1


def items_by_scaling(pilot_items: int, pilot_half_width: float, half_width: float) -> float:
    """Items for a wished half width of any number: to halve the interval, four times the items.

    Args:
        pilot_items: Items of the pilot with the same raters an item.
        pilot_half_width: Half the width of the pilot's interval.
        half_width: Wished.

    Raises:
        StatisticsError: A number is not above 0.

    Source:
        Efron and Tibshirani (1993), An Introduction to the Bootstrap, chapter 5: standard errors
        shrink with the square root of the number drawn.

    Example:
        >>> items_by_scaling(40, 0.2, 0.1)
        160.0
    """
    if min(pilot_items, pilot_half_width, half_width) <= 0:
        raise StatisticsError(
            f"{pilot_items} items, half width {pilot_half_width:g} and {half_width:g} wished must "
            "all be above 0."
        )
    return float(pilot_items * (pilot_half_width / half_width) ** 2)
