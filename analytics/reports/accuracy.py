"""Raters of one criterion against what others settled."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from analytics.reports.scales import Scale

if TYPE_CHECKING:
    from analytics.frames import RaterRows, UnitFrame
    from analytics.stats.raters.accuracy import Accuracy
    from analytics.stats.types import FloatArray, IntArray

NEAREST = 0.5
"""A verdict between two points, as a mean may be, is met by the nearest of them."""


def accuracies(
    rows: "RaterRows",
    units: "UnitFrame",
    scale: Scale,
    truth: "FloatArray",
    rater: "IntArray",
    n_raters: int,
    *,
    replicates: int,
    seed: int,
) -> "Sequence[Accuracy]":
    """Of each rater, in the order of their numbers.

    Args:
        rows: The criterion's scores.
        units: What they are scores of.
        scale: Of the criterion.
        truth: Shape (n_rows,); from `settled.truth_of`.
        rater: Shape (n_rows,); numbers from 0.
        n_raters: Raters.
        replicates: Of the intervals.
        seed: Of the resamples.
    """
    import numpy as np

    from analytics.stats.intervals.methods import Draw
    from analytics.stats.raters.accuracy import rater_accuracy

    known = np.flatnonzero(np.isfinite(truth))
    given, settled = rows.value[known], truth[known]
    if scale.free is not None:
        right, distance = None, np.abs(scale.free[given] - settled)
    elif scale.is_set:
        right, distance = given == settled, None
    else:
        right = np.abs(given - settled) <= NEAREST
        worth = np.interp(settled, np.arange(len(scale.numbers)), scale.numbers)
        distance = None if scale.level == "nominal" else np.abs(scale.numbers[given] - worth)
    group, draw = units.group[rows.unit[known]], Draw(replicates=replicates, seed=seed)
    mine = [np.flatnonzero(rater[known] == number) for number in range(n_raters)]
    return [
        rater_accuracy(
            None if right is None else right[places],
            None if distance is None else distance[places],
            group[places],
            draw,
        )
        for places in mine
    ]
