"""A criterion's scale as statistics see it: points, free numbers, or sets of labels."""

from collections.abc import Sequence
from dataclasses import replace
from math import isfinite
from typing import TYPE_CHECKING, Any

from analytics.reports.why import OWN_LABELS
from annotation.models import Criterion
from core.scales import Kind, default_metric

if TYPE_CHECKING:
    from analytics.frames import RaterRows, UnitFrame
    from analytics.stats.types import AgreementResult, FloatArray, IntArray

MAX_POINTS = 64
"""Longest scale that is shown as a distribution and a table of pairs."""


def worth_of(keys: Sequence[str]) -> list[float]:
    """What points are worth: their keys where all are numbers, else their places.

    >>> worth_of(["0", "50", "100"]), worth_of(["no", "nan"])
    ([0.0, 50.0, 100.0], [0.0, 1.0])
    """
    try:
        found = [float(key) for key in keys]
    except ValueError:
        found = []
    if found and all(map(isfinite, found)):
        return found
    return [float(place) for place in range(len(keys))]


class Scale:
    """What the ratings of one criterion may be, and the numbers that its values stand for."""

    def __init__(self, criterion: Criterion, units: "UnitFrame") -> None:
        self.kind, self.level = criterion.kind, criterion.level or "nominal"
        self.metric = default_metric(criterion.kind, self.level)
        self.is_set, self.is_free = criterion.kind == Kind.MULTI, criterion.kind == Kind.NUMERIC
        self.own_labels = bool(criterion.points_from)
        points = [] if self.own_labels else criterion.points
        self.categories = [str(point["key"]) for point in points]
        self.labels = [dict(point.get("label") or {}) for point in points]
        self.free: FloatArray | None = None
        if self.is_free:
            import numpy as np

            self.free = np.unique(units.number)
            if len(self.free) <= MAX_POINTS:
                self.categories = [f"{number:.12g}" for number in self.free]
                self.labels = [{} for _number in self.free]

    @property
    def n_points(self) -> int:
        """Points that one rating chooses exactly one of; 0 for sets and long numeric scales."""
        return 0 if self.is_set else len(self.categories)

    @property
    def numbers(self) -> "FloatArray":
        """What a value is worth: free numbers, or as of points."""
        import numpy as np

        if self.free is not None:
            return self.free
        return np.array(worth_of(self.categories))

    def estimate(
        self, units: "UnitFrame", rows: "RaterRows", **how: Any
    ) -> "dict[str, AgreementResult]":
        """Every coefficient that suits the scale, by its key."""
        import numpy as np

        from analytics.stats.criteria.criterion import estimate_criterion
        from analytics.stats.criteria.estimate import estimate_label_agreement

        how |= {"group": units.group, "n_items": len(np.unique(units.item))}
        if self.is_set:
            found = estimate_label_agreement(
                unit=units.unit,
                mask=units.value,
                count=units.count,
                n_raters=len(np.unique(rows.rater)),
                **how,
            )
            return self._of_sets(found)
        return estimate_criterion(
            unit=rows.unit,
            rater=rows.rater,
            value=rows.value,
            level=self.level,
            values=self.numbers,
            **how,
        )

    def _of_sets(self, results: "dict[str, AgreementResult]") -> "dict[str, AgreementResult]":
        """Labels that each conversation brings have no distribution over all of them."""
        alpha = results["krippendorff_alpha"]
        if not self.own_labels or alpha.value is None:
            return results
        undefined = replace(alpha, value=None, low=None, high=None, reason=OWN_LABELS)
        return results | {"krippendorff_alpha": undefined}

    def counts(self, units: "UnitFrame") -> "IntArray | None":
        """Units by points, where ratings choose one of a few points."""
        import numpy as np

        from analytics.stats.profiles import count_matrix

        size = {"n_units": len(units.item), "n_values": len(self.categories)}
        if self.is_set or not self.categories:
            return None
        if self.free is None:
            return count_matrix(units.unit, units.value, units.count, **size)
        position = np.searchsorted(self.free, units.number)
        return count_matrix(units.unit, position, units.count, **size)

    def distribution(self, units: "UnitFrame") -> list[int]:
        """Ratings at each category."""
        import numpy as np

        if self.is_set:
            return [
                int(units.count[(units.value >> bit & 1).astype(bool)].sum())
                for bit in range(len(self.categories))
            ]
        counts = self.counts(units)
        return [] if counts is None else [int(n) for n in np.asarray(counts).sum(axis=0)]

    def disagreement(self, units: "UnitFrame", counts: "IntArray | None") -> "FloatArray":
        """Mean distance between two ratings of each unit."""
        import numpy as np

        from analytics.stats.criteria.tables import unit_disagreement
        from analytics.stats.profiles import count_matrix

        if counts is not None:
            return unit_disagreement(counts, self.level, self.numbers)
        if self.is_set:
            sets, position = np.unique(units.value, return_inverse=True)
            table = count_matrix(
                units.unit, position, units.count, n_units=len(units.item), n_values=len(sets)
            )
            return unit_disagreement(table, "nominal", sets.tolist())
        n, total, squares = (
            np.bincount(units.unit, units.count * units.number**power, len(units.item))
            for power in range(3)
        )
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(n > 1, 2 * (squares - total**2 / n) / (n - 1), np.nan)
