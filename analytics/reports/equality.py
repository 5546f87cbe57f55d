"""Agreement and chance at one distance: equal or not, whatever the scale's own distance."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analytics.stats.types import AgreementResult, IntArray


@dataclass(frozen=True, slots=True)
class Equality:
    """What the share of equal pairs is to be held against.

    Attributes:
        alpha: Nominal alpha.
        chance: Share of equal pairs among all pairs of comparable ratings, whatever their items;
            None where nothing can be compared.
    """

    alpha: "AgreementResult"
    chance: float | None

    def as_dict(self) -> dict[str, Any]:
        return {"alpha": self.alpha.as_dict(), "chance": self.chance}


def equality_of(counts: "IntArray", group: "IntArray", *, replicates: int, seed: int) -> Equality:
    """Nominal alpha and its chance level.

    Args:
        counts: Shape (n_units, n_points).
        group: Shape (n_units,).
        replicates: Of the interval.
        seed: Of the resamples.
    """
    import numpy as np

    from analytics.stats.criteria.estimate import estimate_agreement
    from analytics.stats.profiles import pairable

    unit, value = np.nonzero(counts)
    results = estimate_agreement(
        unit=unit,
        value=value,
        count=counts[unit, value],
        group=group,
        level="nominal",
        values=range(counts.shape[1]),
        replicates=replicates,
        seed=seed,
    )
    totals = counts[pairable(counts)].sum(axis=0)
    n = int(totals.sum())
    chance = float((totals * (totals - 1)).sum() / (n * (n - 1))) if n > 1 else None
    return Equality(results["krippendorff_alpha"], chance)
