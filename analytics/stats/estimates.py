"""What a comparison, a survey or a plan returns; it needs no package for numbers."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Estimate:
    """One number of a comparison, a survey or a plan: its interval, its test, and what is missing.

    The effect stands first; a test adds its statistic and its p to the effect that it is about.

    Attributes:
        value: The effect (a share, a difference, a correlation); None where it is not defined.
        low: Lower limit; None without an interval.
        high: Upper limit; None without an interval.
        confidence: Confidence of the interval; None where the method gives none.
        n: Cases, pairs or rows that it rests on.
        method: How it was made, in a line.
        reason: Why `value`, or else the interval or the test, is missing.
        statistic: Of the test (t, z, chi squared, V); None without a test.
        p: Of the test; None without one.
    """

    value: float | None
    low: float | None
    high: float | None
    confidence: float | None
    n: int
    method: str
    reason: str | None = None
    statistic: float | None = None
    p: float | None = None

    def as_dict(self) -> dict[str, Any]:
        """The keys of every number in JSON; those of the test only where there is one."""
        found: dict[str, Any] = {
            "value": self.value,
            "low": self.low,
            "high": self.high,
            "confidence": self.confidence,
            "n": self.n,
            "method": self.method,
            "reason": self.reason,
        }
        return found if self.p is None else {**found, "statistic": self.statistic, "p": self.p}
