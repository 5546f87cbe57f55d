"""Designs: how many items, and how many ratings of each, reach a goal at the least cost."""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, inf, isfinite, sqrt
from statistics import NormalDist
from typing import Literal, TypeAlias

from analytics.stats.comparisons.proportions import normal_quantile
from analytics.stats.errors import StatisticsError
from analytics.stats.plans.components import VarianceComponents
from analytics.stats.plans.power import checked_plan

Panel: TypeAlias = Literal["changing", "same", "sample"]
MAX_RATERS = 50


@dataclass(frozen=True, slots=True)
class Design:
    """A plan that reaches its goal at the least cost.

    Attributes:
        n_items: Items.
        raters_per_item: Ratings of each item, and of each variant where two are compared.
        cost: In the unit of the costs given.
        standard_error: What the mean, or the difference, will have.
    """

    n_items: int
    raters_per_item: int
    cost: float
    standard_error: float


def _cheapest(
    per_item: float,
    per_rating: float,
    lasting: float,
    target: float,
    cost_of: Callable[[int, int], float],
    max_raters: int,
) -> Design | None:
    """The cheapest (n, m) with ``(per_item + per_rating / m) / n + lasting / m <= target``."""
    best: Design | None = None
    for m in range(1, max_raters + 1):
        room = target - lasting / m
        if room <= 0:
            continue
        n = max(2, ceil((per_item + per_rating / m) / room * (1 - 1e-12)))
        error = sqrt((per_item + per_rating / m) / n + lasting / m)
        design = Design(n, m, cost_of(n, m), error)
        if best is None or design.cost < best.cost:
            best = design
    return best


def _checked(
    components: VarianceComponents, item_cost: float, rating_cost: float, max_raters: int
) -> None:
    parts = (components.items, components.raters, components.residual, components.interaction)
    if not all(isfinite(part) and part >= 0 for part in parts):
        raise StatisticsError(
            "The pilot does not tell its variances apart, so it plans nothing. Let two raters or "
            "more rate the same items."
        )
    if item_cost < 0 or rating_cost <= 0 or max_raters < 1:
        raise StatisticsError(
            f"Costs of {item_cost:g} an item (0 or more) and {rating_cost:g} a rating (above 0), "
            f"and at most {max_raters} raters (1 or more) make no plan."
        )


def _parts(components: VarianceComponents, panel: Panel) -> tuple[float, float, float]:
    """Variance of a mean that falls with items, with ratings, and with raters alone."""
    if panel == "changing":
        return components.items, components.residual + components.raters, 0.0
    if panel in ("same", "sample"):
        lasting = components.raters if panel == "sample" else 0.0
        return components.items, components.residual, lasting
    raise StatisticsError(f"Panel '{panel}' is unknown; it is changing, same or sample.")


def _variance_for(half_width: float, confidence: float) -> float:
    if half_width <= 0:
        raise StatisticsError(f"Half width {half_width:g} is not above 0. Write 0.1 point, say.")
    return (half_width / normal_quantile(confidence)) ** 2


def items_for_mean(
    components: VarianceComponents,
    half_width: float,
    raters_per_item: int = 1,
    *,
    panel: Panel = "changing",
    confidence: float = 0.95,
) -> float:
    """Items for the mean score within a half width, with so many ratings of each.

    Args:
        components: Of a pilot (`variance_components`).
        half_width: Wished distance from the mean to its limits, in points of the scale.
        raters_per_item: Ratings of each item.
        panel: As in `design_for_mean`.
        confidence: Between 0 and 1.

    Returns:
        Items, not rounded; infinity where no number suffices ("sample" with few raters).

    Raises:
        StatisticsError: An argument out of range.

    Source:
        As `design_for_mean`.

    Example:
        >>> pilot = VarianceComponents(items=0.6, raters=0.1, residual=0.5)
        >>> round(items_for_mean(pilot, 0.1, 3), 1)
        307.3
    """
    _checked(components, 0.0, 1.0, raters_per_item)
    per_item, per_rating, lasting = _parts(components, panel)
    room = _variance_for(half_width, confidence) - lasting / raters_per_item
    return (per_item + per_rating / raters_per_item) / room if room > 0 else inf


def design_for_mean(
    components: VarianceComponents,
    half_width: float,
    *,
    item_cost: float,
    rating_cost: float,
    panel: Panel = "changing",
    max_raters: int = MAX_RATERS,
    confidence: float = 0.95,
) -> Design | None:
    """Items and raters an item for the mean score within a half width, at the least cost.

    Args:
        components: Of a pilot (`variance_components`).
        half_width: Wished distance from the mean to its limits, in points of the scale.
        item_cost: Of having one more item (making or running it).
        rating_cost: Of one rating.
        panel: "changing", raters differ from item to item; "same", the same raters rate all items
            and the claim is about them; "sample", the same raters rate all items and the claim is
            about others like them, which no number of items makes certain.
        max_raters: At most so many ratings an item.
        confidence: Between 0 and 1.

    Returns:
        The cheapest design; None where none reaches the goal (few raters and "sample").

    Raises:
        StatisticsError: An argument out of range.

    Source:
        Cochran (1977), Sampling Techniques, 3rd ed., section 10.6 (two-stage sampling at least
        cost); Searle, Casella and McCulloch (1992), Variance Components.

    Example:
        >>> pilot = VarianceComponents(items=0.6, raters=0.1, residual=0.5)
        >>> design_for_mean(pilot, 0.1, item_cost=1, rating_cost=2)
        Design(n_items=461, raters_per_item=1, cost=1383, standard_error=0.0510...)
    """
    _checked(components, item_cost, rating_cost, max_raters)
    per_item, per_rating, lasting = _parts(components, panel)
    return _cheapest(
        per_item,
        per_rating,
        lasting,
        _variance_for(half_width, confidence),
        lambda n, m: n * (item_cost + m * rating_cost),
        max_raters,
    )


def design_for_difference(
    components: VarianceComponents,
    difference: float,
    *,
    item_cost: float,
    rating_cost: float,
    same_raters: bool = True,
    max_raters: int = MAX_RATERS,
    power: float = 0.8,
    alpha: float = 0.05,
) -> Design | None:
    """Items and raters an item to find a difference of two variants on the same items.

    The normal answer; `simulated_power` tells what a design does with a short scale and few items.

    Args:
        components: Of a pilot; `interaction` and `residual` count, and `raters` where they differ.
        difference: Smallest worth finding, in points of the scale.
        item_cost: Of one more item with both variants' answers.
        rating_cost: Of one rating.
        same_raters: The raters of an item rate both variants; otherwise each has its own.
        max_raters: At most so many ratings an item and variant.
        power: Chance to find it.
        alpha: Level of the two-sided test.

    Raises:
        StatisticsError: An argument out of range.

    Source:
        As `design_for_mean`; Card et al. (2020), With little power comes great responsibility,
        EMNLP, https://aclanthology.org/2020.emnlp-main.745/

    Example:
        >>> pilot = VarianceComponents(items=0.6, raters=0.1, residual=0.5, interaction=0.1)
        >>> found = design_for_difference(pilot, 0.3, item_cost=1, rating_cost=1)
        >>> found.n_items, found.raters_per_item, found.cost
        (62, 2, 310)
    """
    checked_plan(power, alpha)
    _checked(components, item_cost, rating_cost, max_raters)
    if difference == 0:
        raise StatisticsError("A difference of 0 cannot be found. Name the smallest worth finding.")
    noise = components.residual + (0.0 if same_raters else components.raters)
    reach = normal_quantile(1 - alpha) + NormalDist().inv_cdf(power)
    return _cheapest(
        2 * components.interaction,
        2 * noise,
        0.0,
        (difference / reach) ** 2,
        lambda n, m: n * (item_cost + 2 * m * rating_cost),
        max_raters,
    )
