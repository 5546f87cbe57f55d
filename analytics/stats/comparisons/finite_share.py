"""A share of a finite population, from a random sample of it drawn without replacement."""

from collections.abc import Sequence

from analytics.stats.checks import checked_confidence
from analytics.stats.comparisons.clustered_share import effective_cases, wilson_of_worth
from analytics.stats.comparisons.proportions import Limits, checked_counts, normal_quantile
from analytics.stats.errors import StatisticsError
from analytics.stats.types import Estimate

EXACT_WORDS = "exact hypergeometric interval, sampled without replacement"
CLUSTERED_WORDS = (
    "Wilson interval of the cases that the sampled items are worth, corrected for the finite "
    "population"
)


def hypergeometric_interval(
    successes: int, n: int, population: int, confidence: float = 0.95
) -> Limits:
    """Limits of a share that hold whatever it is: tests of each possible count, turned round.

    A count of the population lies within when neither as many successes nor as few would have less
    than half of what the confidence leaves. It is the finite form of Clopper and Pearson's.

    Args:
        successes: Cases of the sample that count, 0 to n.
        n: Cases of the sample, at least 1.
        population: Cases that it was drawn from.
        confidence: Between 0 and 1.

    Raises:
        StatisticsError: The counts do not fit one another.

    Source:
        Buonaccorsi (1987), The American Statistician 41(3).

    Example:
        >>> [round(one, 3) for one in hypergeometric_interval(0, 50, 100)]
        [0.0, 0.05]
        >>> hypergeometric_interval(3, 10, 10)
        (0.3, 0.3)
    """
    from scipy.stats import hypergeom

    checked_counts(successes, n)
    if not 1 <= n <= population:
        raise StatisticsError(
            f"A sample of {n} cannot come from {population} cases. Check the counts."
        )
    tail = (1 - checked_confidence(confidence)) / 2
    fewest, most = successes, population - (n - successes)

    def is_possible(count: int, *, from_below: bool) -> bool:
        if from_below:
            return bool(hypergeom.sf(successes - 1, population, count, n) > tail)
        return bool(hypergeom.cdf(successes, population, count, n) > tail)

    low, high = fewest, most
    while low < high:  # the smallest count under which so many successes are possible
        middle = (low + high) // 2
        low, high = (low, middle) if is_possible(middle, from_below=True) else (middle + 1, high)
    smallest, low, high = low, low, most
    while low < high:  # the largest one under which so few are
        middle = (low + high + 1) // 2
        low, high = (middle, high) if is_possible(middle, from_below=False) else (low, middle - 1)
    return smallest / population, high / population


def sampled_share(
    success: Sequence[bool], item: Sequence[int], population: int, confidence: float = 0.95
) -> Estimate:
    """The share of cases that count, where items were drawn at random and bring their cases along.

    With one case an item the interval is exact. With more, cases of an item may be alike: then it
    is Wilson's for as many cases as the items are worth, over the part of the population that was
    not looked at.

    Args:
        success: Whether each case counts.
        item: The drawn item of each case.
        population: Items that were drawn from.
        confidence: Between 0 and 1.

    Example:
        >>> found = sampled_share([True, False, False, False], [1, 1, 2, 2], 40)
        >>> found.value, found.low < 0.25 < found.high
        (0.25, True)
    """
    n, items = len(success), len(set(item))
    counted = sum(success)
    if not n:
        reason = "No label has been rated again yet."
        return Estimate(None, None, None, None, 0, "", reason)
    value = counted / n
    if items == n:
        low, high = hypergeometric_interval(counted, n, population, confidence)
        return Estimate(value, low, high, confidence, n, EXACT_WORDS)
    if items < 2:
        reason = "One item alone does not tell how much items differ."
        return Estimate(value, None, None, None, n, CLUSTERED_WORDS, reason)
    left = 1 - items / population
    if left <= 0:
        return Estimate(value, value, value, confidence, n, CLUSTERED_WORDS)
    worth = effective_cases(success, item, confidence) / left
    low, high = wilson_of_worth(value, worth, normal_quantile(confidence))
    return Estimate(value, low, high, confidence, n, CLUSTERED_WORDS)
