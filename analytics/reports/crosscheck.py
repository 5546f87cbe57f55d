"""The same coefficient by another hand, where its package is installed.

`krippendorff` is GPL-3.0-or-later. It is an optional package of its own, imported here and nowhere
else, only to print what our own arithmetic was checked against (ADR 4).
"""

from dataclasses import dataclass
from importlib import metadata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analytics.stats.types import IntArray

MAX_CELLS = 5_000_000
"""Larger tables are not computed twice."""


@dataclass(frozen=True, slots=True)
class Crosscheck:
    package: str
    version: str
    difference: float


def crosscheck_alpha(
    counts: "IntArray", level: str, numbers: list[float], alpha: float
) -> Crosscheck | None:
    """How far `krippendorff` is from our alpha; None where it is absent or cannot say.

    Args:
        counts: Shape (n_units, n_values).
        level: Level of measurement.
        numbers: The declared points as numbers, in order.
        alpha: Ours.
    """
    try:
        import krippendorff
    except ImportError:
        return None
    if counts.size > MAX_CELLS:
        return None
    from analytics.stats.coefficients.distances import checked_level

    try:
        other = krippendorff.alpha(
            value_counts=counts,
            value_domain=numbers,
            level_of_measurement=checked_level(level),
        )
    except ValueError:
        return None
    return Crosscheck("krippendorff", metadata.version("krippendorff"), abs(float(other) - alpha))
