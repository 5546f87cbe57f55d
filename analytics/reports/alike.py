"""Criteria that may measure the same thing: how closely the means of units follow each other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

from analytics.reports.scales import Scale

if TYPE_CHECKING:
    from analytics.frames import ItemFrame, UnitFrame
    from analytics.stats.types import Estimate, FloatArray, IntArray

FEWEST_UNITS = 10
MAX_CRITERIA = 12
"""Beyond it the table of pairs would be no help to read."""


@dataclass(frozen=True, slots=True)
class Alike:
    """Two criteria and Pearson's correlation of their units' means."""

    first: str
    second: str
    correlation: "Estimate"

    def as_dict(self) -> dict[str, Any]:
        return {
            "first": self.first,
            "second": self.second,
            "correlation": self.correlation.as_dict(),
        }


@dataclass(frozen=True, slots=True, eq=False)
class UnitMeans:
    """Mean score of each unit of one criterion.

    Attributes:
        keys: (primary key of the item, turn, passage) to place.
        means: Shape (n_units,).
        group: Shape (n_units,).
    """

    keys: Mapping[tuple[int, int, int], int]
    means: "FloatArray"
    group: "IntArray"


def unit_means(items: "ItemFrame", units: "UnitFrame", scale: Scale) -> UnitMeans | None:
    """Means of the units; None where values have no order to average over."""
    import numpy as np

    if scale.is_set or (scale.level == "nominal" and len(scale.categories) != 2):
        return None
    number = units.number if scale.free is not None else scale.numbers[units.value]
    n = np.bincount(units.unit, units.count, len(units.item))
    total = np.bincount(units.unit, units.count * number, len(units.item))
    keys = zip(
        items.pk[units.item].tolist(), units.turn.tolist(), units.passage.tolist(), strict=True
    )
    return UnitMeans({key: place for place, key in enumerate(keys)}, total / n, units.group)


def alike_of(means: Mapping[str, UnitMeans], *, replicates: int, seed: int) -> Sequence[Alike]:
    """Correlations of each two criteria on the units that both have, strongest first."""
    from analytics.stats.comparisons.correlations import correlate

    if len(means) > MAX_CRITERIA:
        return []
    found = []
    for (one, first), (other, second) in combinations(means.items(), 2):
        both = [key for key in first.keys if key in second.keys]
        if len(both) < FEWEST_UNITS:
            continue
        left, right = ([side.keys[key] for key in both] for side in (first, second))
        correlation = correlate(
            first.means[left],
            second.means[right],
            group=first.group[left],
            replicates=replicates,
            seed=seed,
        )
        found.append(Alike(one, other, correlation))
    return sorted(found, key=lambda pair: -abs(pair.correlation.value or 0))
