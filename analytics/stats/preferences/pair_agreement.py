"""How far raters of the same pair of answers agree on which is better."""

import numpy as np
import numpy.typing as npt

from analytics.stats.criteria.estimate import estimate_agreement
from analytics.stats.intervals.resampling import DEFAULT_REPLICATES
from analytics.stats.preferences.battles import FIRST, OUTCOMES, SECOND, TIE
from analytics.stats.types import AgreementResult, IntArray


def pair_agreement(
    item: npt.ArrayLike,
    first: npt.ArrayLike,
    second: npt.ArrayLike,
    outcome: npt.ArrayLike,
    *,
    n_raters: int | None = None,
    confidence: float = 0.95,
    replicates: int = DEFAULT_REPLICATES,
    seed: int = 0,
) -> dict[str, AgreementResult]:
    """Alpha and percent agreement of votes on the same two answers; a tie is an answer of its own.

    Votes are compared by the system they chose, not by its side. Nominal alpha depends on how often
    each answer is chosen over all pairs, and "left" and "right" have no meaning beyond their pair:
    they are those of the order in which most raters saw it.

    Args:
        item: Shape (n_votes,); what was answered, any integers. A unit is an item and two systems.
            Items are resampled whole.
        first: Shape (n_votes,); system on the first side, 0 or more.
        second: Shape (n_votes,); system on the second side.
        outcome: Shape (n_votes,); `FIRST`, `SECOND` or `TIE`.
        n_raters: Raters, if known.
        confidence: Between 0 and 1.
        replicates: Resamples.
        seed: Of the resamples.

    Returns:
        ``{"krippendorff_alpha": ..., "percent_agreement": ...}``.

    Raises:
        RowsError: Lengths differ or an outcome is unknown.

    Source:
        Krippendorff (2011), Computing Krippendorff's alpha-reliability, University of
        Pennsylvania.

    Example:
        >>> both = pair_agreement(
        ...     [5, 5, 6, 6], [0, 1, 0, 0], [1, 0, 1, 1], [FIRST, SECOND, SECOND, TIE])
        >>> both["percent_agreement"].value
        0.5
    """
    items, left, right, said = (
        np.asarray(column, dtype=np.int64) for column in (item, first, second, outcome)
    )
    _, item_number = np.unique(items, return_inverse=True)
    low, high = np.minimum(left, right), np.maximum(left, right)
    size = int(high.max(initial=0)) + 1
    keys, unit = np.unique((item_number * size + low) * size + high, return_inverse=True)
    return estimate_agreement(
        unit=unit,
        value=_as_most_saw(unit, left > right, said, len(keys)),
        group=keys // (size * size),
        level="nominal",
        values=["first", "second", "tie"],
        n_items=len(np.unique(items)),
        n_raters=n_raters,
        confidence=confidence,
        replicates=replicates,
        seed=seed,
    )


def _as_most_saw(
    unit: IntArray, swapped: npt.NDArray[np.bool_], outcome: IntArray, n_units: int
) -> IntArray:
    """Outcomes turned to the order that most votes of the unit had; if even, by system number."""
    votes = np.bincount(unit, minlength=n_units)
    mostly = 2 * np.bincount(unit, swapped, n_units) > votes
    turn = np.arange(OUTCOMES)
    turn[[FIRST, SECOND]] = SECOND, FIRST
    known = (outcome >= 0) & (outcome < OUTCOMES)
    turned = np.where(known, turn[np.where(known, outcome, TIE)], outcome)
    return np.where(swapped != mostly[unit], turned, outcome)
