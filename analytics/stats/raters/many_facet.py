"""Severity of raters on a scale whose points need not be equally far apart: many-facet Rasch model.

The additive model (`severity`) takes a step from 1 to 2 for as long as one from 4 to 5. Here the
log odds of a point against the one below are what the unit is worth, plus the rater's leniency,
less a threshold that all raters share. Of the three ways to such a model the conditional one is
taken. Joint estimation is biased where a unit has few ratings, by about m / (m - 1) with m of them,
and (L - 1) / L mends it for complete tables only; marginal estimation asks how units are
distributed. Given the total of two ratings of a unit neither is needed (`pairwise`), and
what is counted are tables of two raters, so cost hardly grows with the ratings.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.stats.raters.facet_rows import (
    EXTREME,
    FEW_OF_RATER,
    SEPARATE,
    FacetRows,
    Facets,
    comparable,
)
from analytics.stats.raters.pairwise import (
    MAX_WHO,
    Climb,
    PairRows,
    PairTables,
    climb,
    squared_scores,
)
from analytics.stats.types import FloatArray, IntArray

FEWEST_UNITS = 30
"""Below it a severity may well be off by a logit (Linacre 1994)."""

FEW_UNITS = (
    "Fewer than 30 items can tell raters apart, too few for severity in logits. "
    "Read the severity in points."
)
MANY_POINTS = (
    "More than 15 points of the scale are in use, too many for severity in logits. "
    "Read the severity in points."
)
MANY_FACETS = (
    "There are more than 200 raters, or raters on criteria, too many for severity in logits. "
    "Read the severity in points."
)
CONFOUNDED = (
    "Raters share too few criteria, so a severe rater cannot be told from a hard criterion. "
    "Let more than one rater rate each criterion."
)
UNBOUNDED = (
    "The ratings do not tell how far apart the points of the scale are, so severity in logits has "
    "no finite estimate. Read the severity in points."
)
MANY_FACET_REASONS = (
    SEPARATE, EXTREME, FEW_OF_RATER, FEW_UNITS, MANY_POINTS, MANY_FACETS, CONFOUNDED, UNBOUNDED,
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class ManyFacet:
    """What the model found, in logits; NaN where it found nothing.

    Attributes:
        leniency: Shape (n_raters,); above 0 is generous, their mean is 0.
        error: Shape (n_raters,); standard errors, with units or groups as what was drawn.
        infit: Shape (n_raters,); squared distance from what the model expects, weighed by
            information; 1 is as expected, above it the rater is less predictable than others.
        outfit: Shape (n_raters,); the same unweighed, so that single surprises count for more.
        n: Shape (n_raters,); ratings that were compared.
        criterion: Shape (n_criteria,); how easily high points are given, their mean is 0.
        criterion_error: Shape (n_criteria,).
        points: Positions of the points in use; those that nobody chose are passed over.
        thresholds: Shape (len(points) - 1,); where two neighbours are equally likely; they add up
            to 0.
        n_groups: Groups whose ratings were compared.
        reasons: Of each rater, why nothing was found; None where something was.
    """

    leniency: FloatArray
    error: FloatArray
    infit: FloatArray
    outfit: FloatArray
    n: IntArray
    criterion: FloatArray
    criterion_error: FloatArray
    points: IntArray
    thresholds: FloatArray
    n_groups: int
    reasons: tuple[str | None, ...]


def many_facet(
    unit: npt.ArrayLike,
    rater: npt.ArrayLike,
    value: npt.ArrayLike,
    criterion: npt.ArrayLike | None = None,
    group: npt.ArrayLike | None = None,
) -> ManyFacet:
    """Leniency of raters, and ease of criteria, by the rating scale model with facets.

    Pairs of ratings of one unit by two raters, given their total, by maximum likelihood; a unit of
    m ratings weighs m / 2. Pairs of one unit share ratings, so errors are those of a sandwich over
    units, or over groups. Compared are the raters whom common units join and none of whom is always
    at one end. Of two criteria rated by one rater no pair is made: such ratings share more than
    their unit.

    Args:
        unit: Shape (n_rows,); 0 or more.
        rater: Shape (n_rows,); 0 to n_raters - 1, each with a row.
        value: Shape (n_rows,); position in an ordered scale, 0 or more.
        criterion: Shape (n_rows,); 0 to n_criteria - 1, of one scale and one subject; all rows are
            of one criterion when left out.
        group: Shape (n_units,); the conversation of each turn, say.

    Returns:
        Leniencies in logits, any real number, with errors and fits; a reason for each rater without
        one.

    Raises:
        RowsError: Lengths differ, or a number is below 0.
        DuplicateRatingError: A rater appears twice on a unit and criterion.

    Source:
        Andrich (1978), Psychometrika 43(4), doi:10.1007/BF02293814 (rating scale model); Linacre
        (1989), Many-Facet Rasch Measurement; Andrich and Luo (2003), Journal of Applied Measurement
        4(3) (conditional estimation from pairs); Varin, Reid and Firth (2011), Statistica Sinica
        21(1) (its errors); Wright and Masters (1982), Rating Scale Analysis, chapter 5 (fit, here
        of one rating given the total of a pair).

    Example:
        >>> rng = np.random.default_rng(1)
        >>> unit, rater = np.divmod(np.arange(900), 3)
        >>> worth = rng.normal(0, 1, 300)[unit] + np.array([1.0, 0.0, -1.0])[rater]
        >>> value = (rng.random(900) < 1 / (1 + np.exp(-worth))).astype(int)
        >>> found = many_facet(unit, rater, value)
        >>> found.leniency.round(2), found.error.round(2), found.reasons
        (array([ 0.98,  0.03, -1.01]), array([0.12, 0.11, 0.12]), (None, None, None))
    """
    given = FacetRows.of(unit, rater, value, criterion, group)
    size = (int(given.rater.max(initial=-1)) + 1, int(given.criterion.max(initial=-1)) + 1)
    rows, pairs, reasons = comparable(given)
    reason = _too_little_or_much(rows, pairs)
    if reason is None:
        facets = rows.facets()
        found = climb(pairs.tables, facets.design)
        if found.outcome == "found":
            return _result(rows, pairs, facets, found, reasons, size)
        reason = CONFOUNDED if found.outcome == "confounded" else UNBOUNDED
    return _nothing(size, {one: reasons.get(one, reason) for one in range(size[0])})


def _too_little_or_much(rows: FacetRows, pairs: PairRows) -> str | None:
    if pairs.n_who > MAX_WHO:
        return MANY_FACETS
    if pairs.is_too_large:
        return MANY_POINTS
    return FEW_UNITS if len(np.unique(rows.unit[pairs.telling])) < FEWEST_UNITS else None


def _nothing(size: tuple[int, int], reasons: dict[int, str | None]) -> ManyFacet:
    raters, criteria = np.full(size[0], np.nan), np.full(size[1], np.nan)
    return ManyFacet(
        leniency=raters,
        error=raters,
        infit=raters,
        outfit=raters,
        n=np.zeros(size[0], np.int64),
        criterion=criteria,
        criterion_error=criteria,
        points=np.zeros(0, np.int64),
        thresholds=np.zeros(0),
        n_groups=0,
        reasons=tuple(reasons.get(one) for one in range(size[0])),
    )


def _result(
    rows: FacetRows,
    pairs: PairRows,
    facets: Facets,
    found: Climb,
    reasons: dict[int, str],
    size: tuple[int, int],
) -> ManyFacet:
    groups, group = np.unique(rows.group, return_inverse=True)
    inverse = np.linalg.inv(found.information)
    squared = squared_scores(pairs, pairs.tables, found.shares, group, facets.design)
    covariance = inverse @ squared @ inverse * len(groups) / max(len(groups) - 1, 1)
    levels, free = facets.levels, len(found.effects)
    effects = levels @ found.effects
    errors = np.sqrt(np.diagonal(levels @ covariance[:free, :free] @ levels.T))
    infit, outfit = _fits(pairs.tables, found.shares, facets)
    split = len(facets.raters)

    def of_raters(numbers: FloatArray) -> FloatArray:
        return _placed(numbers, facets.raters, size[0])

    return ManyFacet(
        leniency=of_raters(effects[:split]),
        error=of_raters(errors[:split]),
        infit=of_raters(infit),
        outfit=of_raters(outfit),
        n=np.bincount(rows.rater[pairs.telling], minlength=size[0]),
        criterion=_placed(effects[split:], facets.criteria, size[1]),
        criterion_error=_placed(errors[split:], facets.criteria, size[1]),
        points=np.unique(rows.value),
        thresholds=np.diff(np.concatenate([[0.0], found.inner, [0.0]])),
        n_groups=len(groups),
        reasons=tuple(reasons.get(one) for one in range(size[0])),
    )


def _placed(numbers: FloatArray, places: IntArray, size: int) -> FloatArray:
    out = np.full(size, np.nan)
    out[places] = numbers
    return out


def _fits(tables: PairTables, shares: FloatArray, facets: Facets) -> tuple[FloatArray, FloatArray]:
    """Infit and outfit of each rater from all their pairs."""
    given, own = tables.by_total.sum(axis=2), tables.own[0]
    mean = shares @ own
    variance = shares @ np.square(own) - np.square(mean)
    square = (tables.by_total * np.square(own - mean[..., None])).sum(axis=2)
    varies = variance > 0
    unweighed = np.divide(square, variance, where=varies, out=np.zeros_like(square))
    parts = (square, given * variance, unweighed, given * varies)
    sums = [part.sum(axis=1) for part in parts]
    size = len(facets.raters)
    of_rater = [
        np.bincount(facets.rater[tables.first], one, size)
        + np.bincount(facets.rater[tables.second], one, size)
        for one in sums
    ]
    return of_rater[0] / of_rater[1], of_rater[2] / of_rater[3]
