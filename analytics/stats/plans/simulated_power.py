"""Chance that a paired comparison of two variants finds a difference, by playing it many times.

Formulas know no short scales and no rating that cannot go above the top point; a simulation does.
"""

from dataclasses import dataclass
from math import sqrt

import numpy as np

from analytics.stats.checks import checked_share
from analytics.stats.comparisons.paired_ranks import wilcoxon_signed_rank
from analytics.stats.comparisons.proportions import share
from analytics.stats.errors import StatisticsError
from analytics.stats.plans.components import VarianceComponents
from analytics.stats.types import Estimate, FloatArray

DEFAULT_SIMULATIONS = 1_000


@dataclass(frozen=True, slots=True)
class Scale:
    """Whole points from `lowest` to `highest`, on which scores around `mean` are given."""

    lowest: int
    highest: int
    mean: float


def simulated_power(
    components: VarianceComponents,
    difference: float,
    n_items: int,
    raters_per_item: int = 1,
    *,
    same_raters: bool = True,
    scale: Scale | None = None,
    test: str = "t",
    alpha: float = 0.05,
    simulations: int = DEFAULT_SIMULATIONS,
    seed: int = 0,
) -> Estimate:
    """Power of a test of item means of two variants on the same items.

    Each simulated score is the item, the variant, their interaction, a rater drawn for the item and
    a residual, all normal with the pilot's variances; on a scale it is rounded and kept within.

    Args:
        components: Of a pilot (`variance_components`, `paired_components`).
        difference: True difference of the variants before rounding, in points of the scale.
        n_items: Items, each answered by both variants; 2 or more.
        raters_per_item: Ratings of each item and variant.
        same_raters: The raters of an item rate both variants; otherwise each has its own.
        scale: Where scores are whole points; free numbers when left out.
        test: "t" (paired t) or "wilcoxon" (signed ranks) of the item means, two-sided.
        alpha: Level of the test.
        simulations: How often the comparison is played.
        seed: The same seed gives the same answer.

    Returns:
        Share of comparisons with p at or below alpha. The interval tells the error of simulating,
        not of the pilot; n is the number of simulations.

    Raises:
        StatisticsError: An argument out of range, or a pilot without variances.

    Source:
        Card et al. (2020), With little power comes great responsibility, EMNLP,
        https://aclanthology.org/2020.emnlp-main.745/

    Example:
        >>> pilot = VarianceComponents(items=0.6, raters=0.1, residual=0.5, interaction=0.1)
        >>> found = simulated_power(pilot, 0.4, 50, 2, scale=Scale(1, 5, 3.5), seed=1)
        >>> 0.8 < found.value < 0.95
        True
    """
    checked_share(alpha, "Alpha", "0.05 for 5 %")
    parts = (components.items, components.raters, components.residual, components.interaction)
    if not all(part >= 0 for part in parts):
        raise StatisticsError(
            "The pilot does not tell its variances apart, so nothing can be played with them. Let "
            "two raters or more rate the same items."
        )
    if n_items < 2 or raters_per_item < 1 or simulations < 1 or test not in ("t", "wilcoxon"):
        raise StatisticsError(
            f"{n_items} items (2 or more), {raters_per_item} raters an item and {simulations} "
            f"simulations (1 or more) and test '{test}' (t or wilcoxon) make no simulation."
        )
    rng = np.random.default_rng(seed)
    found = 0
    for _ in range(simulations):
        scores = _play(rng, components, difference, n_items, raters_per_item, same_raters)
        if scale is not None:
            scores = np.clip(np.rint(scale.mean + scores), scale.lowest, scale.highest)
        means = scores.mean(axis=2)
        found += _p(means[1], means[0], test) <= alpha
    result = share(int(found), simulations)
    words = {"t": "paired t", "wilcoxon": "Wilcoxon signed rank"}[test]
    method = (
        f"Power of the {words} test, {n_items} items, {raters_per_item} ratings each, "
        f"{simulations} simulations, seed {seed}"
    )
    return Estimate(result.value, result.low, result.high, result.confidence, simulations, method)


def _play(
    rng: np.random.Generator,
    components: VarianceComponents,
    difference: float,
    n_items: int,
    raters_per_item: int,
    same_raters: bool,
) -> FloatArray:
    """Scores of one comparison: shape (2 variants, n_items, raters_per_item)."""
    shape = (2, n_items, raters_per_item)
    items = rng.normal(0, sqrt(components.items), n_items)
    favour = rng.normal(0, sqrt(components.interaction), (2, n_items))
    favour[1] += difference
    raters = rng.normal(0, sqrt(components.raters), (1 if same_raters else 2, *shape[1:]))
    residual = rng.normal(0, sqrt(components.residual), shape)
    return np.asarray(items[None, :, None] + favour[:, :, None] + raters + residual)


def _p(x: FloatArray, y: FloatArray, test: str) -> float:
    """Two-sided p of a paired test; 1 where nothing differs."""
    from scipy.special import stdtr

    if test == "wilcoxon":
        return wilcoxon_signed_rank(x, y).p or 1.0
    gaps = x - y
    sd = float(gaps.std(ddof=1))
    if sd <= 1e-12:
        return 1.0
    t = float(gaps.mean()) / sd * sqrt(len(gaps))
    return 2 * float(stdtr(len(gaps) - 1, -abs(t)))
