"""Agreement within each kind of rater and between kinds, on one criterion."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt

from analytics.stats import reasons
from analytics.stats.coefficients.coefficient import Coefficient
from analytics.stats.coefficients.distances import SetDistance
from analytics.stats.coefficients.kinds import (
    CrossPercent,
    both_kinds,
    cross_alpha_coefficient,
    cross_alpha_of_sets,
)
from analytics.stats.criteria.basis import Basis
from analytics.stats.criteria.criterion import estimate_criterion
from analytics.stats.criteria.estimate import METRIC_WORDS, estimate_label_agreement
from analytics.stats.errors import RowsError
from analytics.stats.intervals.methods import Draw, Evidence
from analytics.stats.intervals.resampling import DEFAULT_REPLICATES, resampling_of
from analytics.stats.profiles import count_matrix
from analytics.stats.ratings import Ratings
from analytics.stats.types import AgreementResult, IntArray

CROSS_PERCENT_WORDS = "Share of equal pairs of one rating of each kind, pairs pooled"


@dataclass(frozen=True, slots=True)
class KindsAgreement:
    """Results of each kind of rater, and of each two kinds.

    Attributes:
        within: Kind to results, as `estimate_criterion` gives them.
        between: Two kinds, in the order of the numbers, to "cross_alpha" and
            "cross_percent_agreement".
    """

    within: dict[int, dict[str, AgreementResult]]
    between: dict[tuple[int, int], dict[str, AgreementResult]]


def estimate_kinds(
    *,
    unit: npt.ArrayLike,
    rater: npt.ArrayLike,
    kind: npt.ArrayLike,
    value: npt.ArrayLike,
    group: npt.ArrayLike,
    level: str,
    values: Sequence[Any] | npt.NDArray[Any],
    confidence: float = 0.95,
    replicates: int = DEFAULT_REPLICATES,
    seed: int = 0,
) -> KindsAgreement:
    """Agreement within each kind and between each two kinds, with intervals and reasons.

    Args:
        unit: Shape (n_rows,); as `estimate_criterion`.
        rater: Shape (n_rows,); as `estimate_criterion`.
        kind: Shape (n_rows,); number of the rater's kind (people, judges, ...).
        value: Shape (n_rows,); as `estimate_criterion`.
        group: Shape (n_units,); as `estimate_criterion`.
        level: Level of measurement.
        values: Shape (n_values,); at most 64 for results between kinds.
        confidence: Of the intervals.
        replicates: Resamples.
        seed: Of the resamples.

    Returns:
        Estimates within each kind, by its number, and between each two.

    Raises:
        RowsError: Rows do not fit together.
        ScaleError: The values do not suit the level.
        UnknownLevelError: The level is none of the four.

    Source:
        Wong, Paritosh and Aroyo (2021), Cross-replication Reliability, ACL,
        https://aclanthology.org/2021.acl-long.548/ (agreement between kinds).

    Example:
        >>> found = estimate_kinds(
        ...     unit=[0, 0, 0, 1, 1, 1], rater=[0, 1, 2, 0, 1, 2], kind=[0, 0, 1, 0, 0, 1],
        ...     value=[0, 0, 0, 1, 1, 1], group=[0, 1], level="nominal", values=["no", "yes"],
        ... )
        >>> found.between[0, 1]["cross_alpha"].value, found.within[1]["gwet_ac1"].value
        (1.0, None)
    """
    ratings = Ratings.from_rows(unit, rater, value, group, level, values)
    kinds, present = _checked_kinds(kind, ratings)
    within = {
        number: estimate_criterion(
            unit=ratings.unit[kinds == number],
            rater=ratings.rater[kinds == number],
            value=ratings.value[kinds == number],
            group=ratings.group,
            level=level,
            values=values,
            confidence=confidence,
            replicates=replicates,
            seed=seed,
        )
        for number in present
    }
    how = _Between(
        METRIC_WORDS[ratings.level],
        lambda: cross_alpha_coefficient(ratings.level, ratings.numbers),
        reasons.LONG_SCALE,
        Draw(confidence, replicates, seed),
    )
    between = {pair: _between(ratings, kinds, pair, how) for pair in combinations(present, 2)}
    return KindsAgreement(within, between)


def estimate_label_kinds(
    *,
    unit: npt.ArrayLike,
    rater: npt.ArrayLike,
    kind: npt.ArrayLike,
    mask: npt.ArrayLike,
    group: npt.ArrayLike,
    distance: SetDistance = "masi",
    confidence: float = 0.95,
    replicates: int = DEFAULT_REPLICATES,
    seed: int = 0,
) -> KindsAgreement:
    """Agreement within and between kinds where a rating is a set of labels.

    Args:
        unit: Shape (n_rows,); as `estimate_kinds`.
        rater: Shape (n_rows,); as `estimate_kinds`.
        kind: Shape (n_rows,); as `estimate_kinds`.
        mask: Shape (n_rows,); the chosen labels, one bit each, 0 for none; at most 64 different
            ones for results between kinds.
        group: Shape (n_units,); as `estimate_kinds`.
        distance: As `estimate_label_agreement`.
        confidence: Of the intervals.
        replicates: Resamples.
        seed: Of the resamples.

    Returns:
        As `estimate_kinds`; within a kind alpha and percent agreement alone.

    Raises:
        RowsError: Rows do not fit together.

    Source:
        As `estimate_kinds`, and Passonneau (2006), Measuring agreement on set-valued items (MASI),
        LREC, https://aclanthology.org/L06-1392/ (the distance).

    Example:
        >>> found = estimate_label_kinds(
        ...     unit=[0, 0, 1, 1, 2, 2], rater=[0, 1, 0, 1, 0, 1], kind=[0, 1, 0, 1, 0, 1],
        ...     mask=[0b01, 0b01, 0b11, 0b10, 0b10, 0b10], group=[0, 1, 2], replicates=100,
        ... )
        >>> round(found.between[0, 1]["cross_alpha"].value, 3)
        0.6
    """
    points, position = np.unique(np.asarray(mask, dtype=np.int64), return_inverse=True)
    ratings = Ratings.from_rows(unit, rater, position, group, "nominal", points)
    kinds, present = _checked_kinds(kind, ratings)
    within = {
        number: estimate_label_agreement(
            unit=ratings.unit[kinds == number],
            mask=points[ratings.value[kinds == number]],
            group=ratings.group,
            distance=distance,
            n_raters=len(np.unique(ratings.rater[kinds == number])),
            confidence=confidence,
            replicates=replicates,
            seed=seed,
        )
        for number in present
    }
    how = _Between(
        METRIC_WORDS[distance],
        lambda: cross_alpha_of_sets(distance, points),
        reasons.MANY_SETS,
        Draw(confidence, replicates, seed),
    )
    between = {pair: _between(ratings, kinds, pair, how) for pair in combinations(present, 2)}
    return KindsAgreement(within, between)


def _checked_kinds(kind: npt.ArrayLike, ratings: Ratings) -> tuple[IntArray, list[int]]:
    kinds = np.asarray(kind, dtype=np.int64)
    if len(kinds) != len(ratings.unit):
        raise RowsError(
            f"There are {len(kinds)} kinds for {len(ratings.unit)} rows, and each row needs the "
            "kind of its rater."
        )
    return kinds, [int(number) for number in np.unique(kinds)]


@dataclass(frozen=True, slots=True)
class _Between:
    """How two kinds are compared: the distance in words, alpha by it, and why not, if too long."""

    words: str
    alpha: Callable[[], Coefficient]
    too_long: str
    draw: Draw


def _between(
    ratings: Ratings, kinds: IntArray, pair: tuple[int, int], how: _Between
) -> dict[str, AgreementResult]:
    words = {
        "cross_alpha": f"Alpha between kinds of raters, {how.words}",
        "cross_percent_agreement": CROSS_PERCENT_WORDS,
    }
    n_units = len(ratings.group)
    per_kind = [np.bincount(ratings.unit[kinds == kind], minlength=n_units) for kind in pair]
    rows = np.isin(kinds, pair)
    met = np.flatnonzero((per_kind[0] > 0) & (per_kind[1] > 0))
    rated = int((per_kind[0] + per_kind[1] > 0).sum())
    basis = Basis(
        n_items=rated,
        n_units=rated,
        n_pairable_units=len(met),
        n_groups=len(np.unique(ratings.group[met])),
        n_raters=len(np.unique(ratings.rater[rows])),
        n_ratings=int(rows.sum()),
        draw=how.draw,
    )
    absent = None if len(met) else reasons.KINDS_NEVER_MEET
    if absent or not ratings.is_short:
        return {key: basis.absent(name, absent or how.too_long) for key, name in words.items()}
    counts = [
        count_matrix(
            ratings.unit[kinds == kind],
            ratings.value[kinds == kind],
            n_units=n_units,
            n_values=ratings.n_values,
        )[met]
        for kind in pair
    ]
    both = both_kinds(*counts)
    coefficients: dict[str, Coefficient] = {
        "cross_alpha": how.alpha(),
        "cross_percent_agreement": CrossPercent(),
    }
    blocks, of_units = ratings.blocks(both, met), ratings.are_groups(met)
    return {
        key: basis.result(
            words[key], Evidence(resampling_of(blocks, coefficient), of_units=of_units)
        )
        for key, coefficient in coefficients.items()
    }
