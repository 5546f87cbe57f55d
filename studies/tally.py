"""How often intervals cover the truth, and how wide they are."""

from dataclasses import dataclass
from typing import TypeAlias

from analytics.stats.intervals.coverage import holds
from analytics.stats.intervals.resampling import Interval


@dataclass(slots=True)
class Tally:
    """Intervals of one coefficient by one method in one cell.

    Attributes:
        made: Intervals that have limits.
        hits: Of these, how many cover the truth.
        width: Their widths, added up.
        absent: Simulations without limits, because they are not defined there.
        replicates: Resamples drawn.
        undefined: Of these, without a value.
    """

    made: int = 0
    hits: int = 0
    width: float = 0.0
    absent: int = 0
    replicates: int = 0
    undefined: int = 0

    def add(self, interval: Interval, truth: float) -> None:
        """Count one interval."""
        self.replicates += interval.replicates
        self.undefined += interval.undefined
        if interval.low is None or interval.high is None:
            self.absent += 1
            return
        self.made += 1
        self.hits += interval.low <= truth <= interval.high
        self.width += interval.high - interval.low

    @property
    def share(self) -> float:
        """Share of the intervals that cover."""
        return self.hits / self.made if self.made else float("nan")

    @property
    def mean_width(self) -> float:
        """Mean width."""
        return self.width / self.made if self.made else float("nan")

    @property
    def holds(self) -> bool:
        """Within 2.5 points of 95 %, the border included."""
        return holds(self.share)


Tallies: TypeAlias = dict[tuple[str, str], Tally]
"""By coefficient and method."""


def count(tallies: Tallies, coefficient: str, truth: float, made: dict[str, Interval]) -> None:
    """Count intervals of a coefficient, by method."""
    for method, interval in made.items():
        tallies.setdefault((coefficient, method), Tally()).add(interval, truth)
