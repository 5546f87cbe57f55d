"""What statistics return, and the names of their array types."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from analytics.stats.estimates import Estimate as Estimate

IntArray: TypeAlias = npt.NDArray[np.int64]
FloatArray: TypeAlias = npt.NDArray[np.float64]
BoolArray: TypeAlias = npt.NDArray[np.bool_]

Level: TypeAlias = Literal["nominal", "ordinal", "interval", "ratio"]
IntervalName: TypeAlias = Literal[
    "percentile",
    "bca",
    "percentile-widened",
    "bca-widened",
    "studentized",
    "jackknife",
    "two-way",
    "kalpha",
    "linearised",
    "f",
    "generalized",
    "graded",
]

INTERVAL_WORDS: dict[IntervalName, str] = {
    "percentile": "percentile bootstrap",
    "bca": "BCa bootstrap",
    "percentile-widened": "percentile bootstrap, widened for few groups",
    "bca-widened": "BCa bootstrap, widened for few groups",
    "studentized": "studentized bootstrap (each resample by its own jackknife error)",
    "jackknife": "delete-one jackknife with a t distribution",
    "two-way": "two-way bootstrap of raters and items without pairs of a rater with itself",
    "kalpha": (
        "KALPHA bootstrap of disagreements with expected disagreement held fixed "
        "(too narrow: a 95 % interval covers about 80 %)"
    ),
    "linearised": "linearised standard error with a t distribution",
    "f": "F distribution",
    "generalized": "generalized pivotal quantities of the variance components",
    "graded": "generalized pivotal quantities of normal scores behind the grades",
}


@dataclass(frozen=True, slots=True)
class Method:
    """How a number was made: enough to make it again.

    Attributes:
        coefficient: What was computed, with its distance ("Krippendorff's alpha, ordinal").
        interval: Kind of interval, None where none was made.
        resampled: What was drawn whole; "units" where every unit is its own group,
            "bundles" where groups are so many that they are drawn together.
        n_resampled: How many of them there are.
        replicates: Resamples drawn, the undefined ones included.
        undefined: Resamples without a value (no variation in them), left out of the interval.
        seed: Seed of the draw.
    """

    coefficient: str
    interval: IntervalName | None = None
    resampled: Literal["groups", "units", "bundles"] = "groups"
    n_resampled: int = 0
    replicates: int = 0
    undefined: int = 0
    seed: int | None = None

    def __str__(self) -> str:
        """One line for the foot of a report."""
        if self.interval is None:
            return f"{self.coefficient}; no interval"
        line = f"{self.coefficient}; {INTERVAL_WORDS[self.interval]}"
        if self.interval not in ("f", "generalized", "graded"):
            line = f"{line} over {self.n_resampled} {self.resampled}"
        if not self.replicates:
            return line
        line = f"{line}, {self.replicates} replicates, seed {self.seed}"
        return f"{line}, {self.undefined} undefined left out" if self.undefined else line


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of another kind than those shown, or why there are none."""

    low: float | None
    high: float | None
    interval: IntervalName | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class AgreementResult:
    """One coefficient with its interval, what it rests on, and why anything is missing.

    Attributes:
        value: The coefficient; None where it cannot be estimated.
        low: Lower limit; None without an interval.
        high: Upper limit; None without an interval.
        confidence: Confidence of the interval, 0.95 for 95 %.
        n_items: Items with at least one rating.
        n_units: Units (an item, a turn or a passage of it) with at least one rating.
        n_pairable_units: Units with two or more ratings: only these say anything about agreement.
        n_groups: Groups with a pairable unit: these are resampled whole.
        n_raters: Raters; None where the caller did not say.
        n_ratings: Ratings, those of units rated once included.
        method: How it was made.
        reason: Why `value` is None or, where it is not, why the interval is missing.
        others: Limits of other kinds, by name, where they were asked for.
    """

    value: float | None
    low: float | None
    high: float | None
    confidence: float
    n_items: int
    n_units: int
    n_pairable_units: int
    n_groups: int
    n_raters: int | None
    n_ratings: int
    method: Method
    reason: str | None
    others: Mapping[str, Limits] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """The six keys under which every coefficient appears in JSON."""
        return {
            "value": self.value,
            "low": self.low,
            "high": self.high,
            "confidence": self.confidence,
            "method": str(self.method),
            "reason": self.reason,
        }
