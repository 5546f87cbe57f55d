"""The kinds of interval by name, and the question that each answers.

`bootstrap` is the default. Each kind is a function of the same evidence, so that a report or a
command can ask for any of them; where a kind is not known for a coefficient, the reason says so.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeAlias

import numpy as np

from analytics.stats import reasons
from analytics.stats.errors import StatisticsError
from analytics.stats.intervals.jackknife import jackknife_interval
from analytics.stats.intervals.kalpha import kalpha_interval
from analytics.stats.intervals.other_raters import RaterCoefficient
from analytics.stats.intervals.resampling import (
    DEFAULT_REPLICATES,
    Interval,
    Resampling,
    bootstrap_interval,
)
from analytics.stats.intervals.studentized import studentized_interval
from analytics.stats.intervals.two_way import two_way_interval
from analytics.stats.profiles import Blocks, Profiles
from analytics.stats.types import FloatArray, Level

AlphaCounts: TypeAlias = tuple[Profiles, Level, FloatArray]


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """What an interval of one coefficient may be made of; what is None is not known.

    Attributes:
        resampling: The coefficient as a function of weights of groups.
        of_raters: The coefficient with weights on raters.
        patterns: Gives groups of units whose raters are told apart, None where they are too many.
        alpha: Counts, level and numbers of the values, where the coefficient is alpha.
        analytic: Limits from a formula at a confidence.
        generalized: Limits from draws of variance components.
        graded: The same of normal scores behind the grades.
        of_units: Every unit is its own group.
        is_bundled: Groups are so many that they are drawn in bundles.
        not_drawn: Why weights of groups may not be drawn, where they are too many.
    """

    resampling: Resampling
    of_raters: RaterCoefficient | None = None
    patterns: Callable[[], Blocks | None] | None = None
    alpha: AlphaCounts | None = None
    analytic: Callable[[float], Interval] | None = None
    generalized: "IntervalOfDraw | None" = None
    graded: "IntervalOfDraw | None" = None
    of_units: bool = True
    is_bundled: bool = False
    not_drawn: str | None = None


@dataclass(frozen=True, slots=True)
class Draw:
    """How limits are drawn.

    Attributes:
        confidence: Between 0 and 1.
        replicates: Resamples.
        seed: Of the resamples.
    """

    confidence: float = 0.95
    replicates: int = DEFAULT_REPLICATES
    seed: int = 0


IntervalOfDraw: TypeAlias = Callable[[Draw], Interval]
IntervalMethod: TypeAlias = Callable[[Evidence, Draw], Interval]


def _bootstrap(
    evidence: Evidence, draw: Draw, bca: bool | None = None, widened: bool = False
) -> Interval:
    if evidence.not_drawn:
        return Interval(reason=evidence.not_drawn)
    return bootstrap_interval(
        evidence.resampling,
        confidence=draw.confidence,
        replicates=draw.replicates,
        seed=draw.seed,
        bca=bca,
        widened=widened,
    )


def _studentized(evidence: Evidence, draw: Draw) -> Interval:
    if evidence.not_drawn:
        return Interval(reason=evidence.not_drawn)
    found = studentized_interval(
        evidence.resampling,
        confidence=draw.confidence,
        replicates=draw.replicates,
        seed=draw.seed,
    )
    return _at_most_one(found)


def _jackknife(evidence: Evidence, draw: Draw) -> Interval:
    if evidence.not_drawn:
        return Interval(reason=evidence.not_drawn)
    return _at_most_one(jackknife_interval(evidence.resampling, confidence=draw.confidence))


def _at_most_one(interval: Interval) -> Interval:
    """Limits in standard errors may lie beyond the scale; no coefficient exceeds 1."""
    return interval if interval.high is None else replace(interval, high=min(interval.high, 1.0))


def _two_way(evidence: Evidence, draw: Draw) -> Interval:
    if evidence.of_raters is None or evidence.patterns is None:
        return Interval(reason=reasons.NOT_THIS_INTERVAL)
    patterns = evidence.patterns()
    if patterns is None:
        return Interval(reason=reasons.MANY_RATERS_AND_UNITS)
    return two_way_interval(
        evidence.of_raters,
        patterns,
        confidence=draw.confidence,
        replicates=draw.replicates,
        seed=draw.seed,
    )


def _kalpha(evidence: Evidence, draw: Draw) -> Interval:
    if evidence.alpha is None:
        return Interval(reason=reasons.NOT_THIS_INTERVAL)
    return kalpha_interval(
        *evidence.alpha,
        confidence=draw.confidence,
        replicates=draw.replicates,
        seed=draw.seed,
    )


def _analytic(evidence: Evidence, draw: Draw) -> Interval:
    if evidence.analytic is None:
        return Interval(reason=reasons.NOT_THIS_INTERVAL)
    return evidence.analytic(draw.confidence)


def _generalized(evidence: Evidence, draw: Draw) -> Interval:
    if evidence.generalized is None:
        return Interval(reason=reasons.NOT_THIS_INTERVAL)
    return evidence.generalized(draw)


def _graded(evidence: Evidence, draw: Draw) -> Interval:
    if evidence.graded is None:
        return Interval(reason=reasons.NOT_THIS_INTERVAL)
    return evidence.graded(draw)


INTERVALS: dict[str, IntervalMethod] = {
    "bootstrap": _bootstrap,
    "percentile": partial(_bootstrap, bca=False),
    "bca": partial(_bootstrap, bca=True),
    "bca-widened": partial(_bootstrap, bca=True, widened=True),
    "studentized": _studentized,
    "jackknife": _jackknife,
    "two-way": _two_way,
    "analytic": _analytic,
    "generalized": _generalized,
    "graded": _graded,
    "kalpha": _kalpha,
}
"""By name. For other items and these raters: all but "two-way", "generalized" and "graded", which
are for other raters too; so is "analytic" of the intraclass correlations of forms 1 and 2.
"kalpha" is there to reproduce published intervals, and is too narrow."""


def interval_method(name: str) -> IntervalMethod:
    """The kind of interval of a name.

    Raises:
        StatisticsError: No kind has this name.
    """
    if name not in INTERVALS:
        raise StatisticsError(
            f"Interval '{name}' is unknown; the kinds are {', '.join(INTERVALS)}. "
            "Take 'bootstrap' unless a report needs another."
        )
    return INTERVALS[name]


OTHERS = (
    "percentile", "bca", "bca-widened", "studentized", "jackknife", "two-way", "analytic",
    "generalized", "graded",
)  # fmt: skip
MAX_STUDENTIZED = 64
"""Groups up to which each resample is given an error of its own: beyond, cheaper kinds hold."""
MAX_LEFT_OUT = 1_000
"""Blocks up to which each is left out once for other kinds: the cost is their square."""
MAX_BY_FORMULA = 1 << 17
"""Units up to which formulas are evaluated for other kinds; beyond, all kinds hold alike."""
MAX_TWO_WAY = 1 << 20
"""Patterns times resamples up to which raters are drawn again as well; about a second."""


def other_intervals(evidence: Evidence, draw: Draw) -> dict[str, Interval]:
    """Every kind that is known for the coefficient and costs little beside the default.

    Kinds of the bootstrap are read off the same resamples. What would take long is left out, and
    may be asked for by name.
    """
    found = {}
    for kind in OTHERS:
        if _is_cheap(kind, evidence, draw):
            interval = INTERVALS[kind](evidence, draw)
            if interval.reason != reasons.NOT_THIS_INTERVAL:
                found[kind] = interval
    return found


def _is_cheap(kind: str, evidence: Evidence, draw: Draw) -> bool:
    if kind in ("analytic", "generalized", "graded"):
        return evidence.resampling.n_groups <= MAX_BY_FORMULA
    if kind == "two-way":
        return evidence.resampling.n_groups * draw.replicates <= MAX_TWO_WAY
    if kind == "studentized" and evidence.resampling.n_groups > MAX_STUDENTIZED:
        return False
    few = len(evidence.resampling.multiplicity) <= MAX_LEFT_OUT
    return not evidence.not_drawn and (few or kind == "percentile")


def t_interval(value: float, error: float, n_units: int, confidence: float) -> Interval:
    """Limits of a linearised standard error with n_units - 1 degrees of freedom."""
    from scipy.special import stdtrit

    if not np.isfinite(error):
        return Interval(reason=reasons.FEW_GROUPS)
    if error <= 0:
        return Interval(reason=reasons.CONSTANT_RESAMPLES)
    reach = float(stdtrit(n_units - 1, (1 + confidence) / 2)) * error
    return Interval(value - reach, min(value + reach, 1.0), "linearised")
