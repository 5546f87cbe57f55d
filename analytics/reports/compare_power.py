"""Before the launch: how many answers it takes to see a difference, and so how many showings."""

from dataclasses import dataclass
from math import sqrt

from analytics.reports.compare_formulas import Formula
from analytics.stats.errors import StatisticsError

POWER = 0.8
ALPHA = 0.05


@dataclass(frozen=True, slots=True)
class PowerPlan:
    """Of each variant, rounded up to two digits: what goes into a plan is guessed.

    Attributes:
        answers: For one look at this number, fixed beforehand.
        answers_any_time: For the sequence, which may be looked at daily.
        showings: Times the answer must be shown for the first, at the coverage.
        showings_any_time: And for the second.
        design_effect: How many times more answers it takes because people answer often.
    """

    answers: int
    answers_any_time: int
    showings: int
    showings_any_time: int
    design_effect: float


def plan_of(
    formula: Formula,
    *,
    baseline: float,
    difference: float,
    coverage: float,
    per_person: float = 1.0,
    alike: float = 0.0,
    spread: float = 1.0,
) -> PowerPlan:
    """How many answers of each variant find a difference in four of five cases.

    Args:
        formula: What is compared.
        baseline: Share of the variant that is there; unused for means.
        difference: The smallest one worth finding, in the unit of an answer.
        coverage: Answered of shown, above 0.
        per_person: Answers of one person, 1 or more.
        alike: How alike answers of one person are (intraclass correlation), 0 to 1.
        spread: Standard deviation of an answer, for means and NPS; at most half the scale.
    """
    from analytics.stats.feedback.differences import two_digits
    from analytics.stats.plans.power import n_per_group_means, n_per_group_two_proportions

    effect = 1 + (per_person - 1) * alike
    if formula.is_share:
        independent = n_per_group_two_proportions(baseline, baseline + difference, POWER, ALPHA)
        other = baseline + difference
        variance = baseline * (1 - baseline) + other * (1 - other)
    else:
        independent = n_per_group_means(difference, spread, POWER, ALPHA)
        variance = 2 * spread**2
    answers = two_digits(independent * effect)
    any_time = two_digits(_any_time(variance, abs(difference)) * effect)
    return PowerPlan(
        answers, any_time, two_digits(answers / coverage), two_digits(any_time / coverage), effect
    )


def _any_time(variance: float, difference: float) -> float:
    """Independent answers a side at which the sequence, tuned there, excludes 0 with the power."""
    from scipy.optimize import brentq

    from analytics.stats.comparisons.proportions import normal_quantile
    from analytics.stats.comparisons.sequences import normal_mixture_bound

    lucky = normal_quantile(2 * POWER - 1)

    def lacking(n: float) -> float:
        error = sqrt(variance / n)
        information = 1 / error**2
        reach = normal_mixture_bound(information, information, ALPHA, ALPHA, one_sided=False)
        return reach / information + lucky * error - difference

    if lacking(1.0) <= 0:  # so large a difference that one answer of each side shows it
        return 1.0
    high = 16.0
    while lacking(high) > 0:
        high *= 4
        if high > 1e12:
            raise StatisticsError(f"A difference of {difference:g} is too small to be found.")
    return float(brentq(lacking, 1.0, high))
