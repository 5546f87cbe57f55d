"""Every rater of a criterion beside the rest: severity, what agreement is without them, kappa.

Severity is told twice where data allow: in points of the scale, and in logits, which do not take
all points for equally far apart.

Numbers about people are for care, not for ranking: each has its interval, and what could be chance
is held against how many raters there are (`flags`).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from analytics.stats import reasons
from analytics.stats.coefficients.agreement import alpha_coefficient
from analytics.stats.coefficients.coefficient import Coefficient
from analytics.stats.coefficients.distances import agreement_weights
from analytics.stats.comparisons.proportions import normal_quantile
from analytics.stats.intervals.methods import Draw
from analytics.stats.intervals.resampling import Resampling, bootstrap_interval, resampling_of
from analytics.stats.raters.facet_rows import SEPARATE
from analytics.stats.raters.groups import rater_groups
from analytics.stats.raters.many_facet import many_facet
from analytics.stats.raters.rest import AgainstRest, EachBesideOthers, WithoutRater
from analytics.stats.raters.severity import rater_severities
from analytics.stats.ratings import Ratings
from analytics.stats.types import Estimate, IntArray

MAX_DRAWN = 200
"""Raters for whom groups are resampled one by one; beyond it a crowd has to be read as a whole."""

NO_ORDER = (
    "Severity needs values in an order, and the values of a nominal scale have none. "
    "Read how often each value was chosen."
)
NOBODY_ELSE = (
    "Nobody else rated what this rater rated, so there is nothing to compare with. "
    "Give them some of the same items."
)
MANY_RATERS = (
    "There are more than 200 raters, too many to compare each with the rest. "
    "Read the agreement of all of them."
)
FEW_OTHERS = (
    "Without this rater no item has two ratings, so there is no agreement of the others to compare "
    "with. Let a third rater rate the same items."
)
NO_SPREAD = "Raters do not vary, so there is no severity to tell apart."
RATER_REASONS = (NO_ORDER, SEPARATE, NOBODY_ELSE, FEW_OTHERS, MANY_RATERS, NO_SPREAD)


@dataclass(frozen=True, slots=True)
class RaterFigures:
    """One rater beside the rest.

    Attributes:
        severity: Points above the middle of all raters on the same items; below 0 is severe. Pulled
            towards 0 where ratings are few. Its p is that of no difference from the middle.
        alpha_without: Alpha of all others.
        gain: By how much alpha without the rater is more than with them, paired over the same
            units; above 0 the rater pulls agreement down. Its p is that of no difference.
        against_rest: Kappa with the others; quadratic weights where values have an order.
        group: Raters of one group are joined by common units; 0 is the largest.
        logits: The same severity by the many-facet model, above 0 is generous.
        infit: How far the rater is from what that model expects; 1 is as expected, and None goes
            with no `logits`.
    """

    severity: Estimate
    alpha_without: Estimate
    gain: Estimate
    against_rest: Estimate
    group: int
    logits: Estimate
    infit: float | None


def each_rater(ratings: Ratings, draw: Draw) -> list[RaterFigures]:
    """Figures of each rater, in the order of their numbers.

    Args:
        ratings: Of one criterion.
        draw: Confidence, replicates and seed of the intervals.

    Returns:
        Figures with intervals, each with a reason where it is missing; none without ratings.

    Source:
        Severity as `rater_severities` and `many_facet`; the others by bootstrap of groups, as
        `bootstrap_interval`.

    Example:
        >>> unit, rater = np.divmod(np.arange(90), 3)
        >>> rng = np.random.default_rng(3)
        >>> value = rng.integers(0, 4, 30)[unit] + (rater == 2) * (rng.random(90) < 0.7)
        >>> ratings = Ratings.from_rows(
        ...     unit, rater, value, np.arange(30), "ordinal", range(5)
        ... )
        >>> [round(one.severity.value, 2) for one in each_rater(ratings, Draw(replicates=200))]
        [-0.26, -0.26, 0.53]
    """
    if not len(ratings.unit):
        return []
    groups = rater_groups(ratings.unit, ratings.rater)
    severities = _severities(ratings, groups, draw.confidence)
    logits = _logits(ratings, draw.confidence)
    each = EachBesideOthers(ratings)
    return [
        RaterFigures(
            severities[rater], *_beside(each, rater, draw), int(groups[rater]), *logits[rater]
        )
        for rater in range(ratings.n_raters)
    ]


def _severities(ratings: Ratings, groups: IntArray, confidence: float) -> list[Estimate]:
    words = "additive model of items and raters, raters as a random effect"
    n = np.bincount(ratings.rater)

    def absent(reason: str) -> Callable[[int], Estimate]:
        return lambda rater: Estimate(None, None, None, confidence, int(n[rater]), words, reason)

    everybody = range(ratings.n_raters)
    if ratings.level == "nominal":
        return list(map(absent(NO_ORDER), everybody))
    if ratings.n_raters == 1:
        return [absent(reasons.ONE_RATER)(0)]
    joined = (groups == 0) & (np.bincount(groups)[groups] > 1)
    rows = np.flatnonzero(joined[ratings.rater])
    rows = rows[np.lexsort((ratings.rater[rows], ratings.unit[rows]))]  # the fit ends as rows begin
    found = list(map(absent(SEPARATE), everybody))
    if not len(rows):
        return found
    raters, rater = np.unique(ratings.rater[rows], return_inverse=True)
    _, unit = np.unique(ratings.unit[rows], return_inverse=True)
    fitted = rater_severities(unit, rater, ratings.numbers[ratings.value[rows]])
    for place, number in enumerate(raters):
        value, error = float(fitted.severity[place]), float(fitted.error[place])
        found[number] = (
            _normal(value, error, confidence, int(n[number]), words)
            if np.isfinite(value) and error > 0
            else absent(NO_SPREAD)(int(number))
        )
    return found


def _normal(value: float, error: float, confidence: float, n: int, words: str) -> Estimate:
    reach = normal_quantile(confidence) * error
    z = value / error
    return Estimate(
        value, value - reach, value + reach, confidence, n, words, None, z, _two_sided(z)
    )


def _logits(ratings: Ratings, confidence: float) -> list[tuple[Estimate, float | None]]:
    """Severity in logits with its infit, of each rater."""
    words = "many-facet Rasch model, pairs of ratings given their total"
    n = np.bincount(ratings.rater).tolist()

    def absent(rater: int, reason: str) -> tuple[Estimate, None]:
        return Estimate(None, None, None, confidence, n[rater], words, reason), None

    everybody = range(ratings.n_raters)
    if ratings.level == "nominal":
        return [absent(rater, NO_ORDER) for rater in everybody]
    if ratings.n_raters == 1:
        return [absent(0, reasons.ONE_RATER)]
    found = many_facet(ratings.unit, ratings.rater, ratings.value, group=ratings.group)
    words = f"{words}; sandwich errors over {found.n_groups} groups"
    return [
        absent(rater, reason)
        if reason
        else (
            _normal(
                float(found.leniency[rater]),
                float(found.error[rater]),
                confidence,
                int(found.n[rater]),
                words,
            ),
            float(found.infit[rater]),
        )
        for rater, reason in enumerate(found.reasons)
    ]


def _two_sided(z: float) -> float:
    from scipy.special import ndtr

    return float(2 * ndtr(-abs(z)))


def _beside(each: EachBesideOthers, rater: int, draw: Draw) -> tuple[Estimate, Estimate, Estimate]:
    """Alpha without the rater, its gain, and kappa against the rest."""
    ratings = each.ratings
    nominal = ratings.level == "nominal"
    kappa_words = f"Cohen's kappa with the others, {'equality' if nominal else 'quadratic weights'}"
    names = ("alpha without the rater", "alpha without the rater less alpha with them", kappa_words)
    missing = _not_comparable(ratings, rater)
    if missing:
        n = int((ratings.rater == rater).sum())
        absent = [Estimate(None, None, None, draw.confidence, n, name, missing) for name in names]
        return absent[0], absent[1], absent[2]
    rows, times = each.rows(rater)
    others = rows[:, ratings.n_values :].sum(axis=1)
    few = None if (others >= 2).any() else FEW_OTHERS
    alpha = alpha_coefficient(ratings.level, ratings.numbers)
    weights = agreement_weights("identity" if nominal else "quadratic", ratings.numbers)

    def drawn(coefficient: Coefficient, words: str, missing: str | None) -> Estimate:
        usable = coefficient.usable(rows)
        blocks, n = each.blocks(rows, times, usable), int(times[usable].sum())
        return _drawn(resampling_of(blocks, coefficient), n, words, draw, missing)

    return (
        drawn(WithoutRater(alpha), names[0], few),
        drawn(WithoutRater(alpha, less_all=True), names[1], few),
        drawn(AgainstRest(weights), names[2], None),
    )


def _not_comparable(ratings: Ratings, rater: int) -> str | None:
    if not ratings.is_short:
        return reasons.LONG_SCALE
    if ratings.n_raters > MAX_DRAWN:
        return MANY_RATERS
    mine = ratings.unit[ratings.rater == rater]
    return None if (ratings.per_unit[mine] > 1).any() else NOBODY_ELSE


def _drawn(resampling: Resampling, n: int, words: str, draw: Draw, missing: str | None) -> Estimate:
    value = resampling.estimate()
    if not np.isfinite(value):
        return Estimate(
            None, None, None, draw.confidence, n, words, missing or reasons.NO_VARIATION
        )
    limits = bootstrap_interval(
        resampling, confidence=draw.confidence, replicates=draw.replicates, seed=draw.seed
    )
    method = f"{words}; bootstrap over {resampling.n_groups} groups, seed {draw.seed}"
    if limits.low is None or limits.high is None:
        return Estimate(value, None, None, draw.confidence, n, method, limits.reason)
    error = (limits.high - limits.low) / (2 * normal_quantile(draw.confidence))
    if error <= 0:  # both limits fall on one value, as they may where it is the highest of few
        absent = reasons.CONSTANT_RESAMPLES
        return Estimate(value, None, None, draw.confidence, n, method, absent)
    z = value / error
    return Estimate(
        value, limits.low, limits.high, draw.confidence, n, method, None, z, _two_sided(z)
    )
