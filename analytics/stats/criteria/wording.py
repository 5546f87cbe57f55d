"""Whether a question works differently in two wordings: Japanese and English, say."""

import numpy as np
import numpy.typing as npt

from analytics.stats.comparisons.paired import paired_bootstrap
from analytics.stats.errors import RowsError
from analytics.stats.intervals.resampling import DEFAULT_REPLICATES
from analytics.stats.types import Estimate


def wording_difference(
    unit: npt.ArrayLike,
    number: npt.ArrayLike,
    is_second: npt.ArrayLike,
    group: npt.ArrayLike,
    *,
    confidence: float = 0.95,
    replicates: int = DEFAULT_REPLICATES,
    seed: int = 0,
) -> Estimate:
    """Mean score in the first wording less that in the second, over units rated in both.

    Each unit is compared with itself, so that what the units are worth plays no part. The interval
    is that of other units, with these raters: where each wording has readers of its own, a
    difference of severity between them cannot be told from one of the words.

    Args:
        unit: Shape (n_rows,); 0 to n_units - 1.
        number: Shape (n_rows,); the scores.
        is_second: Shape (n_rows,); whether the rating was given in the second wording.
        group: Shape (n_units,); groups are drawn whole.
        confidence: Of the interval.
        replicates: Resamples.
        seed: Of the resamples.

    Returns:
        The difference, in points of the scale; n counts the units rated in both wordings.

    Raises:
        RowsError: Lengths differ, or a unit has no group.

    Source:
        Dorans and Kulick (1986), Journal of Educational Measurement 23(4),
        doi:10.1111/j.1745-3984.1986.tb00255.x (a difference between those matched on what is
        measured); here the match is the unit itself.

    Example:
        >>> unit = np.repeat(np.arange(40), 2)
        >>> number = unit % 4 + np.tile([1.0, 0.0], 40) * (unit % 3 > 0)
        >>> found = wording_difference(unit, number, np.tile([0, 1], 40), np.arange(40))
        >>> round(found.value, 2), found.n, found.low > 0.4
        (0.65, 40, True)
    """
    units, groups = np.asarray(unit, dtype=np.int64), np.asarray(group, dtype=np.int64)
    numbers, second = np.asarray(number, dtype=np.float64), np.asarray(is_second, dtype=bool)
    if not len(units) == len(numbers) == len(second):
        raise RowsError(
            f"There are {len(units)} units, {len(numbers)} scores and {len(second)} wordings, and "
            "each row needs one of each."
        )
    if units.max(initial=-1) >= len(groups):
        raise RowsError(
            f"Unit {units.max()} has no group among {len(groups)}. Name one for each unit."
        )
    sums, times = (
        [np.bincount(units[side], weights[side], len(groups)) for side in (~second, second)]
        for weights in (numbers, np.ones(len(numbers)))
    )
    both = np.flatnonzero((times[0] > 0) & (times[1] > 0))
    first, other = (sums[side][both] / times[side][both] for side in (0, 1))
    return paired_bootstrap(
        first, other, groups[both], confidence=confidence, replicates=replicates, seed=seed
    )
