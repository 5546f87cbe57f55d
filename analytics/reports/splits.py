"""How the ratings of single units are split, for lists of the hardest."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analytics.stats.types import IntArray

NOTHING: dict[str, Any] = {"counts": [], "unequal": None, "low": None, "high": None, "pattern": ""}
"""Of a unit whose values are no categories."""


def splits(counts: "IntArray | None") -> Callable[[int], dict[str, Any]]:
    """From a unit to its counts, the chance that two of its ratings differ, and how it is split.

    Args:
        counts: Shape (n_units, n_points); None where values are no categories.
    """
    from analytics.stats.criteria.hard_units import hard_units, pattern_of

    if counts is None:
        return lambda unit: dict(NOTHING)
    found = hard_units(counts)

    def of(unit: int) -> dict[str, Any]:
        ends = (found.shrunk[unit], found.low[unit], found.high[unit])
        unequal, low, high = (float(end) if end == end else None for end in ends)
        return {
            "counts": [int(n) for n in counts[unit]],
            "unequal": unequal,
            "low": low,
            "high": high,
            "pattern": pattern_of(counts[unit]),
        }

    return of
