"""What those who answered cannot say of those who did not."""

from analytics.stats.comparisons.proportions import Limits, checked_counts
from analytics.stats.errors import StatisticsError


def worst_case_bounds(successes: int, answered: int, everybody: int) -> Limits:
    """Bounds of a share over everybody, whatever those who gave no answer would say.

    No confidence interval: the answers are taken as they are, and nothing is assumed of the rest.

    Args:
        successes: Answers that count.
        answered: All answers.
        everybody: All who could have answered.

    Returns:
        Lower and upper bound, 0 to 1; 0 and 1 where there is nobody.

    Raises:
        StatisticsError: Successes, answers and everybody do not contain one another.

    Source:
        Manski (1989), Anatomy of the Selection Problem, Journal of Human Resources 24(3),
        doi:10.2307/145818.

    Example:
        >>> low, high = worst_case_bounds(140, 200, 10000)
        >>> round(low, 3), round(high, 3)
        (0.014, 0.994)
    """
    checked_counts(successes, answered)
    if answered > everybody:
        raise StatisticsError(
            f"{answered} answers are more than the {everybody} who could answer. Check the counts."
        )
    if everybody == 0:
        return 0.0, 1.0
    return successes / everybody, (everybody - answered + successes) / everybody


def share_shown(share: float, rate_good: float, rate_bad: float) -> float:
    """The share of thumbs up that a dashboard shows, when bad answers are rated more often.

    Args:
        share: True share of good answers.
        rate_good: How often a good answer gets a thumb.
        rate_bad: How often a bad one does.

    Returns:
        0 to 1; NaN where nobody answers.

    Raises:
        StatisticsError: One of them is not between 0 and 1.

    Source:
        Bayes' rule.

    Example:
        >>> round(share_shown(0.9, 0.01, 0.04), 2)
        0.69
    """
    for given in (share, rate_good, rate_bad):
        if not 0 <= given <= 1:
            raise StatisticsError(f"Share {given:g} is not between 0 and 1. Write 0.9 for 90 %.")
    good, bad = share * rate_good, (1 - share) * rate_bad
    return good / (good + bad) if good + bad else float("nan")
