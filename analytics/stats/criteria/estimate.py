"""Agreement on one criterion, from counts to results with intervals and reasons.

Three doors for three kinds of criteria: declared points (`estimate_agreement`), free numbers
(`estimate_numeric_agreement`) and sets of labels (`estimate_label_agreement`). All return alpha
and percent agreement under the same keys, made from the same resamples.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from analytics.stats.coefficients.agreement import (
    FixedDistanceAlpha,
    PercentAgreement,
    alpha_coefficient,
)
from analytics.stats.coefficients.coefficient import Coefficient
from analytics.stats.coefficients.distances import (
    SetDistance,
    checked_level,
    distance_of,
    scale_numbers,
)
from analytics.stats.coefficients.many_valued import (
    Metric,
    SparseCounts,
    alpha_resampling,
    percent_agreement_resampling,
)
from analytics.stats.criteria.basis import Basis
from analytics.stats.errors import RowsError
from analytics.stats.intervals.methods import Draw, Evidence
from analytics.stats.intervals.resampling import DEFAULT_REPLICATES, Resampling, resampling_of
from analytics.stats.profiles import (
    MAX_DENSE_VALUES,
    Blocks,
    GroupProfiles,
    Profiles,
    count_matrix,
    pairable,
)
from analytics.stats.types import AgreementResult, IntArray

METRIC_WORDS: dict[str, str] = {
    "nominal": "nominal",
    "ordinal": "ordinal",
    "interval": "interval",
    "ratio": "ratio",
    "masi": "MASI distance",
    "jaccard": "Jaccard distance",
}
MAX_TERMS = 1 << 23
"""Coincidences of ordinal alpha held at once (64 MB); beyond it ranks are taken row by row."""
PERCENT_WORDS = "Share of equal pairs of ratings, pairs pooled"


def estimate_agreement(
    *,
    unit: npt.ArrayLike,
    value: npt.ArrayLike,
    count: npt.ArrayLike | None = None,
    group: npt.ArrayLike,
    level: str,
    values: Sequence[Any] | npt.NDArray[Any],
    n_items: int | None = None,
    n_raters: int | None = None,
    confidence: float = 0.95,
    replicates: int = DEFAULT_REPLICATES,
    seed: int = 0,
) -> dict[str, AgreementResult]:
    """Alpha and percent agreement of one criterion with declared points.

    Args:
        unit: Shape (n_rows,); unit of the row, 0 to n_units - 1. Rows as `GROUP BY unit, value`
            gives them, in any order; equal rows add up.
        value: Shape (n_rows,); position of the declared point, 0 to n_values - 1.
        count: Shape (n_rows,); ratings in the row, one each when left out.
        group: Shape (n_units,); the group each unit belongs to. Groups are resampled whole; when
            every unit has its own, units are.
        level: "nominal", "ordinal", "interval" or "ratio".
        values: Shape (n_values,); the declared points in order, used or not.
        n_items: Items rated, where an item has several units; the number of rated units when left
            out.
        n_raters: Raters, if known.
        confidence: Of the interval.
        replicates: Resamples.
        seed: The same seed and ratings give the same bits, in whatever order rows come.

    Returns:
        ``{"krippendorff_alpha": ..., "percent_agreement": ...}``.

    Raises:
        RowsError: Rows do not fit together or the scale.
        ScaleError: The values do not suit the level.
        UnknownLevelError: The level is none of the four.

    Source:
        Krippendorff (2018), Content Analysis, 4th ed., chapter 12, doi:10.4135/9781071878781.
        Intervals: Efron (1987), Journal of the American Statistical Association 82(397),
        doi:10.1080/01621459.1987.10478410.

    Example:
        >>> both = estimate_agreement(
        ...     unit=[0, 0, 1, 2], value=[0, 1, 1, 0], count=[1, 1, 2, 2], group=[0, 1, 2],
        ...     level="nominal", values=["no", "yes"],
        ... )
        >>> round(both["krippendorff_alpha"].value, 3), round(both["percent_agreement"].value, 3)
        (0.444, 0.667)
    """
    metric = checked_level(level)
    points = (
        np.arange(len(values))
        if metric in ("nominal", "ordinal")
        else scale_numbers(values, metric)
    )
    return _estimate(
        unit, value, count, group, points, metric, n_items, n_raters, confidence, replicates, seed
    )


def estimate_numeric_agreement(
    *,
    unit: npt.ArrayLike,
    number: npt.ArrayLike,
    group: npt.ArrayLike,
    level: str = "interval",
    n_items: int | None = None,
    n_raters: int | None = None,
    confidence: float = 0.95,
    replicates: int = DEFAULT_REPLICATES,
    seed: int = 0,
) -> dict[str, AgreementResult]:
    """Alpha and percent agreement of a criterion whose scores are free numbers, one row a rating.

    Args:
        unit: Shape (n_rows,); unit of the rating, 0 to n_units - 1.
        number: Shape (n_rows,); finite numbers. Rows without one are left out before.
        group: Shape (n_units,); group of each unit.
        level: Level of measurement.
        n_items: As in `estimate_agreement`.
        n_raters: As in `estimate_agreement`.
        confidence: Of the interval.
        replicates: Resamples.
        seed: Of the resamples.

    Returns:
        As `estimate_agreement`.

    Raises:
        RowsError: Rows do not fit together or a number is not finite.
        ScaleError: A number is below zero on a ratio scale.
        UnknownLevelError: The level is none of the four.

    Source:
        Krippendorff (2018), Content Analysis, 4th ed., chapter 12, doi:10.4135/9781071878781.

    Example:
        >>> found = estimate_numeric_agreement(
        ...     unit=[0, 0, 1, 1, 2, 2], number=[10, 12, 55, 50, 80, 81.5], group=range(3),
        ...     replicates=100,
        ... )
        >>> round(found["krippendorff_alpha"].value, 3)
        0.995
    """
    metric = checked_level(level)
    numbers = scale_numbers(
        np.asarray(number, dtype=np.float64), "ratio" if metric == "ratio" else "interval"
    )
    points, index = np.unique(numbers, return_inverse=True)
    return _estimate(
        unit, index, None, group, points, metric, n_items, n_raters, confidence, replicates, seed
    )


def estimate_label_agreement(
    *,
    unit: npt.ArrayLike,
    mask: npt.ArrayLike,
    count: npt.ArrayLike | None = None,
    group: npt.ArrayLike,
    distance: SetDistance = "masi",
    n_items: int | None = None,
    n_raters: int | None = None,
    interval: str | None = None,
    with_others: bool = False,
    confidence: float = 0.95,
    replicates: int = DEFAULT_REPLICATES,
    seed: int = 0,
) -> dict[str, AgreementResult]:
    """Alpha and percent agreement of a criterion whose scores are sets of labels.

    Percent agreement counts pairs of equal sets.

    Args:
        unit: Shape (n_rows,); unit of the row, 0 to n_units - 1.
        mask: Shape (n_rows,); the chosen labels, one bit each, 0 for none.
        count: Shape (n_rows,); ratings in the row, one each when left out.
        group: Shape (n_units,); group of each unit.
        distance: "masi", or "jaccard", which sees no difference between a subset and an overlap.
        n_items: As in `estimate_agreement`.
        n_raters: As in `estimate_agreement`.
        interval: As in `estimate_criterion`.
        with_others: As in `estimate_criterion`.
        confidence: Of the interval.
        replicates: Resamples.
        seed: Of the resamples.

    Returns:
        As `estimate_agreement`.

    Raises:
        RowsError: Rows do not fit together or a mask is negative.
        StatisticsError: The interval is unknown.

    Source:
        Passonneau (2006), Measuring agreement on set-valued items (MASI), LREC,
        https://aclanthology.org/L06-1392/

    Example:
        >>> found = estimate_label_agreement(
        ...     unit=[0, 0, 1, 1, 2, 2], mask=[0b01, 0b01, 0b11, 0b10, 0b10, 0b10], group=range(3),
        ...     replicates=100,
        ... )
        >>> round(found["krippendorff_alpha"].value, 3), round(found["percent_agreement"].value, 3)
        (0.643, 0.667)
    """
    masks = np.asarray(mask, dtype=np.int64)
    if len(masks) and masks.min() < 0:
        raise RowsError(
            f"Mask {masks.min()} is negative; a set of labels has one bit a label. Correct the row."
        )
    points, index = np.unique(masks, return_inverse=True)
    return _estimate(
        unit,
        index,
        count,
        group,
        points,
        distance,
        n_items,
        n_raters,
        confidence,
        replicates,
        seed,
        interval,
        with_others,
    )


def _estimate(
    unit: npt.ArrayLike,
    index: npt.ArrayLike,
    count: npt.ArrayLike | None,
    group: npt.ArrayLike,
    points: npt.NDArray[Any],
    metric: Metric,
    n_items: int | None,
    n_raters: int | None,
    confidence: float,
    replicates: int,
    seed: int,
    interval: str | None = None,
    with_others: bool = False,
) -> dict[str, AgreementResult]:
    groups = np.asarray(group, dtype=np.int64)
    units = np.asarray(unit, dtype=np.int64)
    counts = np.ones(len(units), np.int64) if count is None else np.asarray(count, dtype=np.int64)
    compressed = None
    if len(points) <= MAX_DENSE_VALUES:
        matrix = count_matrix(units, index, counts, n_units=len(groups), n_values=len(points))
        ratings = matrix.sum(axis=1)
        compressed = _compressed(_blocks(matrix, groups), points, metric)
    if compressed:
        alpha, percent = compressed
        n_groups, is_bundled = alpha.n_groups, False
    else:
        rows = SparseCounts.from_rows(units, points[np.asarray(index)], counts, group=groups)
        ratings = np.zeros(len(groups), np.int64)
        np.add.at(ratings, units, counts)
        n_groups, is_bundled = rows.n_groups, rows.is_bundled
        drawn = rows.bundled()
        alpha, percent = alpha_resampling(drawn, metric), percent_agreement_resampling(drawn)
    rated = int((ratings > 0).sum())
    n_pairable = int((ratings >= 2).sum())
    basis = Basis(
        n_items=rated if n_items is None else n_items,
        n_units=rated,
        n_pairable_units=n_pairable,
        n_groups=n_groups,
        n_raters=n_raters,
        n_ratings=int(ratings.sum()),
        draw=Draw(confidence, replicates, seed),
        interval=interval,
        with_others=with_others,
    )
    of_units = n_groups == n_pairable
    of_alpha, of_percent = (
        Evidence(resampling, of_units=of_units, is_bundled=is_bundled)
        for resampling in (alpha, percent)
    )
    return {
        "krippendorff_alpha": basis.result(
            f"Krippendorff's alpha, {METRIC_WORDS[metric]}", of_alpha
        ),
        "percent_agreement": basis.result(PERCENT_WORDS, of_percent),
    }


def _blocks(matrix: IntArray, groups: IntArray) -> Blocks:
    usable = pairable(matrix)
    kept, owners = matrix[usable], groups[usable]
    if len(np.unique(owners)) == len(owners):
        return Blocks.of_units(Profiles.from_counts(kept))
    return Blocks.of_groups(GroupProfiles.from_counts(owners, kept))


def _compressed(
    blocks: Blocks, points: npt.NDArray[Any], metric: Metric
) -> tuple[Resampling, Resampling] | None:
    """Alpha and percent agreement of blocks; None where ordinal terms would not fit in memory."""
    coefficient: Coefficient
    if metric in ("masi", "jaccard"):
        coefficient = FixedDistanceAlpha(distance_of(metric)(points[:, None], points[None, :]))
    else:
        coefficient = alpha_coefficient(metric, points)
        n_rows = max(len(blocks.multiplicity), len(blocks.profiles))
        if metric == "ordinal" and n_rows * len(points) ** 2 > MAX_TERMS:
            return None
    return resampling_of(blocks, coefficient), resampling_of(blocks, PercentAgreement())
