"""What a qualification lets through: who passes a test of some items how often.

Every bar errs both ways. Before one is set, the chances say how often a good rater is turned away
and how often a poor one gets in; more items make both smaller, another bar only trades them.

This module is loaded by the web process, which shows the chances while a bar is chosen; hence no
numpy.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb, fsum

from analytics.stats.errors import StatisticsError

ACCURACIES = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
MOST_ASKED = 1_000
"""More items than anybody rates to qualify; coefficients beyond it are larger than numbers."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A bar and whom it errs about.

    Attributes:
        needed: Right answers needed.
        asked: Items of the test.
        turned_away: Chance that a good rater fails.
        let_in: Chance that a poor rater passes.
    """

    needed: int
    asked: int
    turned_away: float
    let_in: float


def pass_probability(accuracy: float, needed: int, asked: int) -> float:
    """Chance that a rater of this accuracy gets at least `needed` of `asked` items right.

    Exact (binomial), for items that are answered independently.

    Args:
        accuracy: Chance of a right answer, 0 to 1.
        needed: Right answers needed, 0 to asked.
        asked: Items, 1 to 1,000.

    Returns:
        0 to 1; 1 when nothing is needed.

    Raises:
        StatisticsError: Accuracy, needed or asked are outside their range.

    Example:
        >>> round(pass_probability(0.6, needed=8, asked=10), 3)
        0.167
    """
    _check(needed, asked)
    if not 0 <= accuracy <= 1:
        raise StatisticsError(
            f"Accuracy {accuracy:g} is not between 0 and 1. Write 0.9 for nine right in ten."
        )
    if needed == 0:
        return 1.0
    wrong = 1 - accuracy
    return min(
        1.0,
        fsum(comb(asked, n) * accuracy**n * wrong ** (asked - n) for n in range(needed, asked + 1)),
    )


def pass_table(
    needed: int, asked: int, accuracies: Sequence[float] = ACCURACIES
) -> list[tuple[float, float]]:
    """(accuracy, chance to pass) of raters from guessing to nearly always right.

    Args:
        needed: Right answers needed, 0 to asked.
        asked: Items, 1 to 1,000.
        accuracies: Each 0 to 1.

    Raises:
        StatisticsError: As `pass_probability`.

    Example:
        >>> [(accuracy, round(chance, 2)) for accuracy, chance in pass_table(8, 10, [0.5, 0.9])]
        [(0.5, 0.05), (0.9, 0.93)]
    """
    return [(accuracy, pass_probability(accuracy, needed, asked)) for accuracy in accuracies]


def plan(asked: int, good: float = 0.9, poor: float = 0.6) -> Plan:
    """The bar whose worse error is smallest: a good rater turned away, or a poor one let in.

    Args:
        asked: Items, 1 to 1,000.
        good: Accuracy of a rater who should pass.
        poor: Accuracy of one who should not, below `good`.

    Returns:
        The proposal with both its chances; of equal bars the lowest.

    Raises:
        StatisticsError: Asked is outside its range, or not 0 <= poor < good <= 1.

    Example:
        >>> found = plan(10)
        >>> found.needed, round(found.turned_away, 2), round(found.let_in, 2)
        (8, 0.07, 0.17)
    """
    if not 0 <= poor < good <= 1:
        raise StatisticsError(
            f"An accuracy of {good:g} for good raters and {poor:g} for poor ones leaves no bar "
            "between them. Write two shares from 0 to 1, the poor one below."
        )
    _check(0, asked)
    plans = (
        Plan(
            needed,
            asked,
            turned_away=1 - pass_probability(good, needed, asked),
            let_in=pass_probability(poor, needed, asked),
        )
        for needed in range(1, asked + 1)
    )
    return min(plans, key=lambda one: max(one.turned_away, one.let_in))


def _check(needed: int, asked: int) -> None:
    if not 1 <= asked <= MOST_ASKED:
        raise StatisticsError(
            f"A test of {asked} items cannot be planned. Ask between 1 and {MOST_ASKED:,}."
        )
    if not 0 <= needed <= asked:
        raise StatisticsError(
            f"{needed} right answers cannot be needed of {asked}. Ask for 0 to {asked}."
        )
