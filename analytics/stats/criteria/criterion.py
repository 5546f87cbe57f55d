"""All coefficients that suit a criterion, in one call, each with its interval or the reason.

Rows name their raters here; where only counts are known, `estimate` has the coefficients that need
no more. Numbers keep to one convention: coefficients of equality (Fleiss, Conger, Cohen, Scott,
Brennan-Prediger) are unweighted whatever the level and say so; alpha follows the level; Gwet's is
AC1 on nominal scales and AC2 with quadratic weights on others.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from analytics.stats import reasons
from analytics.stats.coefficients.agreement import PercentAgreement
from analytics.stats.coefficients.chance import chance_kinds, undefined_reason
from analytics.stats.coefficients.many_valued import percent_agreement_resampling
from analytics.stats.criteria.basis import Basis
from analytics.stats.criteria.estimate import METRIC_WORDS, PERCENT_WORDS
from analytics.stats.criteria.evidence import (
    evidence_of_alpha,
    evidence_of_counts,
    sparse_evidence,
)
from analytics.stats.criteria.rater_coefficients import (
    CONGER_WORDS,
    cohen_kinds,
    cohens,
    congers,
    intraclasses,
    kendalls,
)
from analytics.stats.intervals.methods import Draw, interval_method
from analytics.stats.intervals.resampling import (
    DEFAULT_REPLICATES,
    checked_confidence,
    checked_replicates,
)
from analytics.stats.numbering import n_distinct
from analytics.stats.ratings import Ratings
from analytics.stats.types import AgreementResult


def estimate_criterion(
    *,
    unit: npt.ArrayLike,
    rater: npt.ArrayLike,
    value: npt.ArrayLike,
    group: npt.ArrayLike,
    level: str,
    values: Sequence[Any] | npt.NDArray[Any],
    n_items: int | None = None,
    interval: str | None = None,
    with_others: bool = False,
    confidence: float = 0.95,
    replicates: int = DEFAULT_REPLICATES,
    seed: int = 0,
) -> dict[str, AgreementResult]:
    """Every coefficient that suits the level, with intervals and reasons.

    Args:
        unit: Shape (n_rows,); unit of the rating, 0 to n_units - 1. One row a rating.
        rater: Shape (n_rows,); who gave it, 0 or more. Once a unit.
        value: Shape (n_rows,); position of the chosen value, 0 to n_values - 1.
        group: Shape (n_units,); the group each unit belongs to, resampled whole.
        level: "nominal", "ordinal", "interval" or "ratio".
        values: Shape (n_values,); the declared values in order, used or not. For free numbers the
            distinct ones, ascending.
        n_items: Items rated, where an item has several units.
        interval: A name of `interval_methods.INTERVALS` for all coefficients; None takes the
            bootstrap over groups, F limits for intraclass correlations and the jackknife for
            Kendall's W.
        with_others: Whether results tell limits of other kinds too, where these cost little.
        confidence: Of the intervals.
        replicates: Resamples.
        seed: The same seed and ratings give the same bits.

    Returns:
        Keys "krippendorff_alpha", "percent_agreement", "fleiss_kappa", "conger_kappa",
        "cohen_kappa", "scott_pi", "brennan_prediger" and "gwet_ac1" at every level but that AC1 is
        "gwet_ac2" above nominal; from ordinal on "cohen_kappa_linear", "cohen_kappa_quadratic" and
        "kendall_w"; from interval on "icc_1_1", "icc_2_1", "icc_3_1", "icc_1_k", "icc_2_k",
        "icc_3_k". A value is None with its reason where it cannot be estimated.

    Raises:
        RowsError: Rows do not fit together or the scale.
        DuplicateRatingError: A rater appears twice on a unit.
        ScaleError: The values do not suit the level.
        UnknownLevelError: The level is none of the four.
        StatisticsError: The interval is unknown, or confidence or replicates are impossible.

    Source:
        Each coefficient as `coefficients` has it; intervals as `intervals` has them.

    Example:
        >>> found = estimate_criterion(
        ...     unit=[0, 0, 1, 1, 2, 2, 3, 3], rater=[0, 1, 0, 1, 0, 1, 0, 1],
        ...     value=[0, 0, 0, 1, 1, 1, 0, 0], group=[0, 1, 2, 3], level="nominal",
        ...     values=["no", "yes"],
        ... )
        >>> {name: round(found[name].value, 3) for name in ("cohen_kappa", "gwet_ac1")}
        {'cohen_kappa': 0.5, 'gwet_ac1': 0.529}
    """
    ratings = Ratings.from_rows(unit, rater, value, group, level, values)
    checked_confidence(confidence)
    checked_replicates(replicates)
    if interval is not None:
        interval_method(interval)
    basis = replace(
        _basis(ratings, n_items, interval, Draw(confidence, replicates, seed)),
        with_others=with_others,
    )
    found = _of_counts(ratings, basis) if ratings.is_short else _of_long_scale(ratings, basis)
    if ratings.level != "nominal":
        found["kendall_w"] = kendalls(ratings, basis)
    if ratings.level in ("interval", "ratio"):
        found |= intraclasses(ratings, basis)
    return found


def _basis(ratings: Ratings, n_items: int | None, interval: str | None, draw: Draw) -> Basis:
    rated = int((ratings.per_unit > 0).sum())
    pairable = ratings.per_unit >= 2
    return Basis(
        n_items=rated if n_items is None else n_items,
        n_units=rated,
        n_pairable_units=int(pairable.sum()),
        n_groups=n_distinct(ratings.group[pairable]),
        n_raters=ratings.n_raters,
        n_ratings=len(ratings.unit),
        draw=draw,
        interval=interval,
    )


def _of_counts(ratings: Ratings, basis: Basis) -> dict[str, AgreementResult]:
    found = {
        "krippendorff_alpha": basis.result(
            f"Krippendorff's alpha, {METRIC_WORDS[ratings.level]}", evidence_of_alpha(ratings)
        ),
        "percent_agreement": basis.result(
            PERCENT_WORDS, evidence_of_counts(ratings, PercentAgreement())
        ),
        "conger_kappa": congers(ratings, basis),
    }
    for key, (name, coefficient) in chance_kinds(ratings.level, ratings.numbers).items():
        evidence = evidence_of_counts(ratings, coefficient)
        undefined = undefined_reason(ratings.n_values)
        found[key] = basis.result(name, evidence, undefined=undefined)
    return found | cohens(ratings, basis)


def _of_long_scale(ratings: Ratings, basis: Basis) -> dict[str, AgreementResult]:
    percent = sparse_evidence(ratings, percent_agreement_resampling)
    found = {
        "krippendorff_alpha": basis.result(
            f"Krippendorff's alpha, {METRIC_WORDS[ratings.level]}", evidence_of_alpha(ratings)
        ),
        "percent_agreement": basis.result(PERCENT_WORDS, percent),
    }
    names = {
        "conger_kappa": CONGER_WORDS,
        **{key: name for key, (name, _) in chance_kinds(ratings.level, np.zeros(1)).items()},
        **{key: name for key, (name, _) in cohen_kinds(ratings.level).items()},
    }
    absent = basis.missing() or reasons.LONG_SCALE
    return found | {key: basis.absent(words, absent) for key, words in names.items()}
