"""Coefficients of counts alone: what a database can count without telling raters apart.

Beside alpha and percent agreement (`estimate`) these are the coefficients that are functions of
sums over profiles, so a million ratings cost what reading them costs.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from analytics.stats import reasons
from analytics.stats.basis import Basis
from analytics.stats.chance import ChanceCorrected
from analytics.stats.distances import agreement_weights, checked_level, scale_numbers
from analytics.stats.estimate import estimate_agreement
from analytics.stats.interval_methods import Draw, Evidence
from analytics.stats.intervals import DEFAULT_REPLICATES, resampling_of
from analytics.stats.profiles import (
    MAX_DENSE_VALUES,
    Blocks,
    GroupProfiles,
    Profiles,
    count_matrix,
)
from analytics.stats.types import AgreementResult, FloatArray, Level


def chance_kinds(level: Level, numbers: FloatArray) -> dict[str, tuple[str, ChanceCorrected]]:
    """Which chance-corrected coefficients of counts suit a level: key to name and coefficient.

    Args:
        level: Of measurement.
        numbers: Shape (n_values,); what the values are worth, their places where only order counts.
    """
    equality = np.eye(len(numbers))
    kinds = {
        "fleiss_kappa": ("Fleiss' kappa, equality", ChanceCorrected(equality, "fleiss")),
        "brennan_prediger": (
            "Brennan-Prediger's kappa, equality",
            ChanceCorrected(equality, "uniform"),
        ),
    }
    if level == "nominal":
        kinds["gwet_ac1"] = ("Gwet's AC1", ChanceCorrected(equality, "gwet"))
    else:
        weights = agreement_weights("quadratic", numbers)
        kinds["gwet_ac2"] = (
            "Gwet's AC2, quadratic weights",
            ChanceCorrected(weights, "gwet"),
        )
    return kinds


def undefined_reason(n_values: int) -> str:
    """Why a chance-corrected coefficient is not defined though ratings can be compared."""
    return reasons.NO_VARIATION if n_values > 1 else reasons.ONE_DECLARED


def estimate_counts(
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
    """Alpha, percent agreement, Fleiss, Brennan-Prediger and Gwet from counts of values.

    Args:
        unit: As `estimate_agreement`.
        value: As `estimate_agreement`.
        count: As `estimate_agreement`.
        group: As `estimate_agreement`.
        level: As `estimate_agreement`.
        values: As `estimate_agreement`.
        n_items: As `estimate_agreement`.
        n_raters: As `estimate_agreement`.
        confidence: Of the intervals.
        replicates: Resamples.
        seed: The same seed and ratings give the same bits.

    Returns:
        Those of `estimate_agreement`, then "fleiss_kappa", "brennan_prediger" and "gwet_ac1" on
        nominal scales or "gwet_ac2" on others.

    Raises:
        RowsError: Rows do not fit together or the scale.
        ScaleError: The values do not suit the level.
        UnknownLevelError: The level is none of the four.

    Example:
        >>> found = estimate_counts(
        ...     unit=[0, 0, 1, 2], value=[0, 1, 1, 0], count=[1, 1, 2, 2], group=[0, 1, 2],
        ...     level="nominal", values=["no", "yes"],
        ... )
        >>> {key: round(result.value, 3) for key, result in found.items()}
        {'krippendorff_alpha': 0.444, 'percent_agreement': 0.667, 'fleiss_kappa': 0.333,
         'brennan_prediger': 0.333, 'gwet_ac1': 0.333}
    """
    found = estimate_agreement(
        unit=unit,
        value=value,
        count=count,
        group=group,
        level=level,
        values=values,
        n_items=n_items,
        n_raters=n_raters,
        confidence=confidence,
        replicates=replicates,
        seed=seed,
    )
    known = checked_level(level)
    numbers = (
        np.arange(len(values), dtype=np.float64)
        if known in ("nominal", "ordinal")
        else scale_numbers(values, known)
    )
    alpha, groups = found["krippendorff_alpha"], np.asarray(group, dtype=np.int64)
    basis = Basis(
        n_items=alpha.n_items,
        n_units=alpha.n_units,
        n_pairable_units=alpha.n_pairable_units,
        n_groups=alpha.n_groups,
        n_raters=n_raters,
        n_ratings=alpha.n_ratings,
        draw=Draw(confidence, replicates, seed),
    )
    if len(numbers) > MAX_DENSE_VALUES:
        absent = basis.missing() or reasons.LONG_SCALE
        names = chance_kinds(known, numbers[:1])
        return found | {key: basis.absent(name, absent) for key, (name, _) in names.items()}
    matrix = count_matrix(unit, value, count, n_units=len(groups), n_values=len(numbers))
    rated = matrix.sum(axis=1) > 0
    of_units = len(np.unique(groups[rated])) == int(rated.sum())
    blocks = (
        Blocks.of_units(Profiles.from_counts(matrix))
        if of_units
        else Blocks.of_groups(GroupProfiles.from_counts(groups, matrix))
    )
    for key, (name, coefficient) in chance_kinds(known, numbers).items():
        evidence = Evidence(resampling_of(blocks, coefficient), of_units=of_units)
        undefined = undefined_reason(len(numbers))
        found[key] = basis.result(name, evidence, undefined=undefined)
    return found
