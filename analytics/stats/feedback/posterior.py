"""How likely it is that one variant is better, for readers who think in chances.

A second lens beside the sequence, and no cure for peeking: a chance of 95 % that is looked at daily
will be seen sooner or later between equal variants too.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from analytics.stats.feedback.differences import standard_errors
from analytics.stats.feedback.sums import ClusterSums

STEPS = 2_000
"""Quantiles by which the integrals are computed; the chance is right to four digits."""


@dataclass(frozen=True, slots=True)
class Posterior:
    """What the answers make likely, from a flat prior.

    Attributes:
        chance: That the mean of the first side is the higher one, 0 to 1.
        loss_of_first: How much is lost on average by choosing the first side where it is the worse
            one, in the unit of an answer.
        loss_of_second: The same of the second side.
    """

    chance: float
    loss_of_first: float
    loss_of_second: float


def chance_of_better(
    first: ClusterSums, second: ClusterSums, *, is_share: bool
) -> Posterior | None:
    """The chance that the first side is better, with people and not answers counted as news.

    Shares have a Beta posterior with as many answers as independent ones would tell as much;
    means have a normal one.

    Args:
        first: Sums of the first side.
        second: Sums of the second side.
        is_share: Each answer is 0 or 1.

    Returns:
        None below two respondents a side, or where means do not vary.

    Source:
        Beta-binomial model, Gelman et al. (2013), Bayesian Data Analysis, 3rd ed., section 2.4;
        design effect, Kish (1965), Survey Sampling, section 8.2.

    Example:
        >>> a = ClusterSums.of([1] * 200, [1] * 172 + [0] * 28)
        >>> b = ClusterSums.of([1] * 200, [1] * 160 + [0] * 40)
        >>> found = chance_of_better(a, b, is_share=True)
        >>> round(found.chance, 3), round(found.loss_of_first, 4), round(found.loss_of_second, 3)
        (0.944, 0.0009, 0.06)
    """
    if min(first.respondents, second.respondents) < 2:
        return None
    errors = standard_errors(first, second)
    if is_share:
        sides = [_beta(side, error) for side, error in zip((first, second), errors, strict=True)]
    elif min(errors) > 0:
        sides = [_normal(side, error) for side, error in zip((first, second), errors, strict=True)]
    else:
        return None
    at = (np.arange(STEPS) + 0.5) / STEPS
    one, other = (side.ppf(at) for side in sides)
    chance = float(sides[1].cdf(one).mean())
    gained = float(np.mean(one) - np.mean(other))
    lost = _expected_loss(sides[0], one, sides[1])
    return Posterior(chance, lost, max(0.0, lost + gained))


def _beta(side: ClusterSums, error: float) -> Any:
    from scipy.stats import beta

    share = side.ratio
    independent = share * (1 - share) / side.n
    effect = max(1.0, error**2 / independent) if independent > 0 else side.n / side.respondents
    return beta(1 + side.x / effect, 1 + (side.n - side.x) / effect)


def _normal(side: ClusterSums, error: float) -> Any:
    from scipy.stats import norm

    return norm(side.ratio, error)


def _expected_loss(chosen: Any, at: Any, other: Any) -> float:
    """Mean of what the other side is better by, where it is: over both, which are independent."""
    low, high = sorted((float(at[0]), float(other.ppf(1 - 0.5 / STEPS))))
    grid = np.linspace(low - 4 * (high - low), high + (high - low), 4 * STEPS)
    both = chosen.cdf(grid) * other.sf(grid)
    return float(np.trapezoid(both, grid))
