"""A rater's accuracy on control items, watched at every answer, without being fooled by looking.

Whoever looks after each answer and acts once an ordinary 95 % interval is below the bar, wrongs
more than one in four of the raters who are just at the bar within 300 answers. The limits here
hold at all times at once: a rater at the bar or above is ever paused with a chance of 5 % at most.

A trial is one item: right when all its keyed criteria are. Answers on one item go together, for
who misreads a conversation misreads it throughout, so as trials of their own they would make the
limits too narrow. What is right by criterion is told beside it, without limits.

This module is loaded by the web process, which asks after each control item; hence no numpy.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import inf, lgamma, log

from analytics.stats.errors import StatisticsError

CONFIDENCE = 0.95
STEPS = 60
"""Halvings of the interval between 0 and 1, which leave less than its numbers can tell apart."""


@dataclass(frozen=True, slots=True)
class WatchedAccuracy:
    """How many control items a rater got right so far.

    Attributes:
        right: Items whose keyed criteria are all right.
        asked: Items answered.
        low: Lower limit of the rater's accuracy, valid at any time.
        high: Upper limit.
        by_criterion: (right, asked) of each criterion.
    """

    right: int
    asked: int
    low: float
    high: float
    by_criterion: Mapping[str, tuple[int, int]]

    def is_below(self, bar: float) -> bool:
        """Even the upper limit is below the bar."""
        return self.high < bar


def watched_accuracy(
    items: Iterable[Mapping[str, bool]], confidence: float = CONFIDENCE
) -> WatchedAccuracy:
    """Accuracy of one rater on control items, with limits valid at any time.

    Args:
        items: For each item answered, whether each keyed criterion is right; items without one
            say nothing and are left out.
        confidence: Chance that the limits hold the accuracy at all times.

    Example:
        >>> items = [{"tone": True, "facts": True}, {"tone": True, "facts": False}]
        >>> found = watched_accuracy(items)
        >>> found.right, found.asked, found.by_criterion
        (1, 2, {'tone': (2, 2), 'facts': (1, 2)})
    """
    right = asked = 0
    by_criterion: dict[str, tuple[int, int]] = {}
    for item in items:
        if not item:
            continue
        asked += 1
        right += all(item.values())
        for criterion, is_right in item.items():
            n_right, n_asked = by_criterion.get(criterion, (0, 0))
            by_criterion[criterion] = (n_right + is_right, n_asked + 1)
    low, high = accuracy_limits(right, asked, confidence)
    return WatchedAccuracy(right, asked, low, high, by_criterion)


def accuracy_limits(right: int, asked: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Limits of a rater's accuracy that hold after every answer at once.

    Imagine somebody who bets against an accuracy p, spread evenly over all others: after n answers
    of which r are right the stake has grown to ``1 / ((n + 1) C(n, r) p^r (1 - p)^(n - r))``. Were
    p true, it would hardly ever grow to 20 times (Ville's inequality), so what it has once grown to
    that against, is excluded. It needs no guess of how many answers will come.

    Args:
        right: Right answers, 0 to asked.
        asked: Answers.
        confidence: Chance that the limits hold the accuracy at all times, between 0 and 1.

    Returns:
        Lower and upper limit, 0 to 1; 0 and 1 without answers.

    Raises:
        StatisticsError: Right is not between 0 and asked, or confidence not between 0 and 1.

    Source:
        Robbins (1970), Annals of Mathematical Statistics 41(5), doi:10.1214/aoms/1177696786;
        mixtures like it in Howard, Ramdas, McAuliffe and Sekhon (2021), Annals of Statistics
        49(2), doi:10.1214/20-AOS1991.

    Example:
        >>> low, high = accuracy_limits(6, 12)
        >>> round(low, 3), round(high, 3)
        (0.149, 0.851)
    """
    _check(right, asked, confidence)
    if asked == 0:
        return 0.0, 1.0
    share = right / asked
    low = 0.0 if right == 0 else _edge(right, asked, 0.0, share, confidence)
    high = 1.0 if right == asked else _edge(right, asked, 1.0, share, confidence)
    return low, high


def paused_by(right: int, asked: int, bar: float, confidence: float = CONFIDENCE) -> bool:
    """Whether control items show that a rater's accuracy is below the bar.

    Args:
        right: Items right, 0 to asked.
        asked: Items answered.
        bar: Accuracy that is asked for, 0 to 1.
        confidence: A rater at the bar or above is ever paused with at most the chance that is left.

    Returns:
        True when the upper limit of `accuracy_limits` is below the bar.

    Example:
        >>> paused_by(2, 6, bar=0.8), paused_by(1, 6, bar=0.8)
        (False, True)
    """
    return accuracy_limits(right, asked, confidence)[1] < bar


def _check(right: int, asked: int, confidence: float) -> None:
    if not 0 <= right <= asked:
        raise StatisticsError(
            f"{right} right answers do not fit {asked}: they lie between 0 and all answers. "
            "Check the counts."
        )
    if not 0 < confidence < 1:
        raise StatisticsError(
            f"Confidence {confidence:g} is not between 0 and 1. Write 0.95 for a 95 % interval."
        )


def _edge(right: int, asked: int, outside: float, inside: float, confidence: float) -> float:
    """Where the stake against an accuracy reaches its bound, between an end and the share seen."""
    wrong = asked - right
    known = lgamma(right + 1) + lgamma(wrong + 1) - lgamma(asked + 2) + log(1 - confidence)
    for _step in range(STEPS):
        middle = (outside + inside) / 2
        if known - _times(right, middle) - _times(wrong, 1 - middle) >= 0:
            outside = middle
        else:
            inside = middle
    return outside


def _times(count: int, chance: float) -> float:
    """`count` times the logarithm of a chance; what never happened says nothing of one of 0."""
    if not count:
        return 0.0
    return count * log(chance) if chance > 0 else -inf
