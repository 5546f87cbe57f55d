"""The same comparison within each language, locale or topic, beside the one over everything."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analytics.reports.compare_sums import MOST_STRATA, Asked
from analytics.stats.estimates import Estimate
from analytics.stats.feedback.sums import ClusterSums

FEWEST_PEOPLE = 5
"""Respondents of either side under which a stratum shows no number: they could be known by it."""


@dataclass(frozen=True, slots=True)
class Stratum:
    """One of them; `is_small` shows counts alone."""

    name: str
    a: ClusterSums
    b: ClusterSums
    difference: Estimate
    weight: float

    @property
    def is_small(self) -> bool:
        return min(self.a.respondents, self.b.respondents) < FEWEST_PEOPLE


@dataclass(frozen=True, slots=True)
class Strata:
    """Attributes:
    by: What they are.
    lines: The largest first, at most `MOST_STRATA`.
    within: Difference within strata (Mantel-Haenszel weights), of all of them.
    n_more: Strata that are counted and not shown.
    signs_differ: It points the other way than the pooled one (Simpson's paradox).
    """

    by: str
    lines: Sequence[Stratum]
    within: Estimate
    n_more: int
    signs_differ: bool


def strata_compared(
    asked: Asked, by: str, found: Mapping[str, Mapping[str, ClusterSums]]
) -> Strata:
    """The strata that were found, in their order."""
    from analytics.stats.feedback.strata_of_people import stratified_difference

    sides = [(sums[asked.a], sums[asked.b]) for sums in found.values()]
    result = stratified_difference([(b, a) for a, b in sides])
    lines = [
        Stratum(name, a, b, difference, weight)
        for name, (a, b), difference, weight in zip(
            found, sides, result.strata, result.weights, strict=True
        )
    ]
    return Strata(
        by,
        lines[:MOST_STRATA],
        result.within,
        max(0, len(lines) - MOST_STRATA),
        _apart(sides, result.within.value),
    )


def _apart(sides: Sequence[tuple[ClusterSums, ClusterSums]], within: float | None) -> bool:
    """Whether answers heaped together point the other way."""
    n_a, n_b = (sum(side[at].n for side in sides) for at in (0, 1))
    if not (n_a and n_b and within):
        return False
    x_a, x_b = (sum(side[at].x for side in sides) for at in (0, 1))
    return (x_b / n_b - x_a / n_a) * within < 0
