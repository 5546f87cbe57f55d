"""What the coefficients of a criterion rest on, and how their results are put together."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from analytics.stats import reasons
from analytics.stats.intervals.methods import Draw, Evidence, interval_method, other_intervals
from analytics.stats.intervals.resampling import Interval
from analytics.stats.types import AgreementResult, Limits, Method


@dataclass(frozen=True, slots=True)
class Basis:
    """Counts that every result of a criterion tells, and how intervals are drawn.

    Attributes:
        n_items: Items with a rating.
        n_units: Units with a rating.
        n_pairable_units: Units with two ratings or more.
        n_groups: Groups with such a unit.
        n_raters: Raters; None where the caller did not say.
        n_ratings: Ratings.
        draw: Confidence, replicates, seed.
        interval: Name of the kind of interval for all coefficients; None leaves it to each.
        with_others: Whether results tell limits of other kinds too.
    """

    n_items: int
    n_units: int
    n_pairable_units: int
    n_groups: int
    n_raters: int | None
    n_ratings: int
    draw: Draw
    interval: str | None = None
    with_others: bool = False

    def missing(self) -> str | None:
        """Why nothing can be compared, if so."""
        if not self.n_ratings:
            return reasons.NO_RATINGS
        if self.n_raters == 1:
            return reasons.ONE_RATER
        return None if self.n_pairable_units else reasons.NO_PAIRABLE_UNIT

    def absent(self, coefficient: str, reason: str) -> AgreementResult:
        """A coefficient that cannot be estimated or does not apply, and why."""
        return self._result(Method(coefficient), None, Interval(reason=reason))

    def result(
        self,
        coefficient: str,
        evidence: Evidence,
        *,
        default: str = "bootstrap",
        undefined: str = reasons.NO_VARIATION,
    ) -> AgreementResult:
        """The coefficient's value and interval, or the reasons for their absence.

        Args:
            coefficient: Its name, with its distance or weights.
            evidence: What it is made of.
            default: Kind of interval where the basis names none.
            undefined: Why it is not defined, where there are ratings to compare.
        """
        reason = self.missing()
        value = float("nan") if reason else evidence.resampling.estimate()
        if not np.isfinite(value):
            return self.absent(coefficient, reason or undefined)
        interval = interval_method(self.interval or default)(evidence, self.draw)
        n_resampled = evidence.resampling.n_groups
        groups: Literal["units", "groups"] = "units" if evidence.of_units else "groups"
        method = Method(
            coefficient=coefficient,
            interval=interval.name,
            resampled="bundles" if evidence.is_bundled else groups,
            n_resampled=n_resampled,
            replicates=interval.replicates,
            undefined=interval.undefined,
            seed=self.draw.seed,
        )
        others = other_intervals(evidence, self.draw) if self.with_others else {}
        return self._result(method, value, interval, others)

    def _result(
        self,
        method: Method,
        value: float | None,
        interval: Interval,
        others: Mapping[str, Interval] | None = None,
    ) -> AgreementResult:
        return AgreementResult(
            value=value,
            low=interval.low,
            high=interval.high,
            confidence=self.draw.confidence,
            n_items=self.n_items,
            n_units=self.n_units,
            n_pairable_units=self.n_pairable_units,
            n_groups=self.n_groups,
            n_raters=self.n_raters,
            n_ratings=self.n_ratings,
            method=method,
            reason=interval.reason,
            others={
                kind: Limits(one.low, one.high, one.name, one.reason)
                for kind, one in (others or {}).items()
            },
        )
