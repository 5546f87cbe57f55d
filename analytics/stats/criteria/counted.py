"""Coefficients of a criterion from its profiles alone: no rows, whoever counted them.

A database, a column store or several workers count profiles; what comes from them here is what
`criterion` gives for the same ratings where raters need not be told apart, to the same bits.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from analytics.stats import reasons
from analytics.stats.coefficients.agreement import PercentAgreement, alpha_coefficient
from analytics.stats.coefficients.chance import chance_kinds, undefined_reason
from analytics.stats.coefficients.coefficient import CountCoefficient
from analytics.stats.coefficients.distances import checked_level, scale_numbers
from analytics.stats.criteria.basis import Basis
from analytics.stats.criteria.estimate import METRIC_WORDS, PERCENT_WORDS
from analytics.stats.errors import RowsError
from analytics.stats.intervals.methods import Draw, Evidence, interval_method
from analytics.stats.intervals.resampling import (
    DEFAULT_REPLICATES,
    checked_confidence,
    checked_replicates,
    resampling_of,
)
from analytics.stats.profiles import Blocks, GroupProfiles, Profiles
from analytics.stats.types import AgreementResult


def estimate_counted(
    profiles: Profiles | GroupProfiles,
    *,
    level: str,
    values: Sequence[Any] | npt.NDArray[Any],
    n_items: int | None = None,
    n_raters: int | None = None,
    only: Sequence[str] = (),
    interval: str | None = None,
    confidence: float = 0.95,
    replicates: int = DEFAULT_REPLICATES,
    seed: int = 0,
) -> dict[str, AgreementResult]:
    """Alpha, percent agreement and the coefficients of counts, with their intervals.

    The cost does not depend on how many units there are, only on how many distinct profiles: a
    million ratings by three raters on five points are 55, and one replicate is a row of a matrix
    product over them. Ten thousand replicates of 55 profiles take 0.1 s. Where units share groups,
    distinct groups take the place of profiles.

    Args:
        profiles: Of units that are their own groups, or of the units within groups.
        level: "nominal", "ordinal", "interval" or "ratio".
        values: Shape (n_values,); the declared values in order, used or not.
        n_items: Items rated, where an item has several units.
        n_raters: Raters, if known.
        only: Keys of the coefficients that are wanted; all when left out.
        interval: A name of `interval_methods.INTERVALS`; those that tell raters apart give a
            reason. None takes the bootstrap over groups.
        confidence: Of the intervals.
        replicates: Resamples.
        seed: The same seed and profiles give the same bits, however they were split.

    Returns:
        Keys "krippendorff_alpha", "percent_agreement", "fleiss_kappa", "brennan_prediger" and
        "gwet_ac1", above nominal "gwet_ac2".

    Raises:
        RowsError: The profiles do not fit the scale.
        ScaleError: The values do not suit the level.
        UnknownLevelError: The level is none of the four.
        StatisticsError: The interval is unknown, or confidence or replicates are impossible.

    Source:
        Krippendorff (2018), Content Analysis, 4th ed., chapter 12, doi:10.4135/9781071878781.
        The other coefficients as `coefficients` has them.

    Example:
        >>> found = estimate_counted(
        ...     Profiles.from_counts([[2, 0], [1, 1], [0, 2]], [40, 10, 30]),
        ...     level="nominal", values=["no", "yes"], replicates=200,
        ... )
        >>> round(found["krippendorff_alpha"].value, 3), found["percent_agreement"].value
        (0.748, 0.875)
    """
    metric = checked_level(level)
    numbers = (
        np.arange(len(values), dtype=np.float64)
        if metric in ("nominal", "ordinal")
        else scale_numbers(values, metric)
    )
    if profiles.counts.shape[1] != len(numbers):
        raise RowsError(
            f"The profiles count {profiles.counts.shape[1]} values, and {len(numbers)} are "
            "declared. Count every declared value, used or not."
        )
    checked_confidence(confidence)
    checked_replicates(replicates)
    if interval is not None:
        interval_method(interval)
    basis = _basis(profiles, n_items, n_raters, interval, Draw(confidence, replicates, seed))
    wanted: dict[str, tuple[str, CountCoefficient, str]] = {
        "krippendorff_alpha": (
            f"Krippendorff's alpha, {METRIC_WORDS[metric]}",
            alpha_coefficient(metric, numbers),
            reasons.NO_VARIATION,
        ),
        "percent_agreement": (PERCENT_WORDS, PercentAgreement(), reasons.NO_VARIATION),
    }
    for key, (name, coefficient) in chance_kinds(metric, numbers).items():
        wanted[key] = (name, coefficient, undefined_reason(len(numbers)))
    return {
        key: basis.result(name, _evidence(profiles, coefficient), undefined=why)
        for key, (name, coefficient, why) in wanted.items()
        if not only or key in only
    }


def _basis(
    profiles: Profiles | GroupProfiles,
    n_items: int | None,
    n_raters: int | None,
    interval: str | None,
    draw: Draw,
) -> Basis:
    comparable = profiles.pairable()
    n_units = int(profiles.multiplicity.sum())
    n_pairable = int(comparable.multiplicity.sum())
    n_groups = n_pairable
    if isinstance(comparable, GroupProfiles):
        n_groups = len(np.unique(comparable.group))
    return Basis(
        n_items=n_units if n_items is None else n_items,
        n_units=n_units,
        n_pairable_units=n_pairable,
        n_groups=n_groups,
        n_raters=n_raters,
        n_ratings=int(profiles.counts.sum(axis=1) @ profiles.multiplicity),
        draw=draw,
        interval=interval,
    )


def _evidence(profiles: Profiles | GroupProfiles, coefficient: CountCoefficient) -> Evidence:
    usable = coefficient.usable(profiles.counts)
    if isinstance(profiles, Profiles):
        kept = Profiles(profiles.counts[usable], profiles.multiplicity[usable])
        blocks, of_units = Blocks.of_units(kept), True
    else:
        groups = GroupProfiles(
            profiles.group[usable], profiles.counts[usable], profiles.multiplicity[usable]
        )
        sizes = np.bincount(
            np.unique(groups.group, return_inverse=True)[1], weights=groups.multiplicity
        )
        of_units = bool(sizes.max(initial=0) <= 1)
        blocks = (
            Blocks.of_units(Profiles.from_counts(groups.counts, groups.multiplicity))
            if of_units
            else Blocks.of_groups(groups)
        )
    return Evidence(resampling_of(blocks, coefficient), of_units=of_units)
