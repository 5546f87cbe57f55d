"""Figures without the raters whom a manager has left out, to stand beside those with everybody."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from analytics.reports.coefficients import coefficients_data
from analytics.reports.scales import Scale
from annotation.models import Criterion, Layer, Score, Study

if TYPE_CHECKING:
    from analytics.frames import RaterRows, UnitFrame


def excluded_from(study: Study) -> frozenset[int]:
    """Primary keys of the raters who are left out."""
    left_out = study.study_raters.filter(excluded_at__isnull=False)
    return frozenset(left_out.values_list("rater_id", flat=True))


def others_left_out_since(
    study: Study, criteria: Iterable[Mapping[str, Any]], computed_at: datetime
) -> bool:
    """Whether a report no longer leaves out those who are left out now, or did so too soon."""
    left_out = study.study_raters.filter(excluded_at__isnull=False)
    if left_out.filter(excluded_at__gt=computed_at).exists():
        return True
    then = max((one["without_excluded"]["n_excluded"] for one in criteria
                if one.get("without_excluded")), default=0)  # fmt: skip
    return then > left_out.count()


def n_of_those_rated(raters: Collection[int], study: Study, criterion: Criterion) -> int:
    """How many of some raters have scored a criterion, blind."""
    if not raters:
        return 0
    given = Score.objects.filter(
        criterion=criterion, rater__in=raters, item__study=study, current=True, layer=Layer.BLIND
    )
    return given.values("rater").distinct().count()


def without_raters(
    units: "UnitFrame", rows: "RaterRows", raters: Collection[int]
) -> "tuple[UnitFrame, RaterRows]":
    """The same ratings but for those of some raters; units that nobody else rated are gone.

    How many could not judge is not known without them and is told as 0.
    """
    import numpy as np

    from analytics.frames import RaterRows, UnitFrame

    kept = ~np.isin(rows.rater, list(raters))
    known, unit = np.unique(rows.unit[kept], return_inverse=True)
    free = np.unique(units.number)
    said = rows.value[kept]
    numbers, value = np.unique(said, return_inverse=True) if len(free) else (said[:0], said)
    cells, count = np.unique(np.column_stack([unit, value]), axis=0, return_counts=True)
    return (
        UnitFrame(
            item=units.item[known],
            turn=units.turn[known],
            passage=units.passage[known],
            group=units.group[known],
            unit=cells[:, 0],
            value=cells[:, 1] if not len(free) else cells[:0, 1],
            number=free[numbers][cells[:, 1]] if len(free) else free,
            count=count,
            n_cannot_judge=0,
        ),
        RaterRows(
            unit=unit.astype(np.int64),
            rater=rows.rater[kept],
            value=value.astype(np.int64),
            rating=rows.rating[kept],
        ),
    )


def figures_without(
    criterion: Criterion,
    units: "UnitFrame",
    rows: "RaterRows",
    raters: Collection[int],
    how: Mapping[str, int],
) -> dict[str, Any] | None:
    """The coefficients of a criterion without some raters; None where they rated nothing of it."""
    import numpy as np

    n_excluded = len(np.intersect1d(rows.rater, list(raters)))
    if not n_excluded:
        return None
    left, said = without_raters(units, rows, raters)
    scale = Scale(criterion, left)
    results = scale.estimate(left, said, **how)
    alpha = results["krippendorff_alpha"]
    return {
        "n_excluded": n_excluded,
        "n_items": len(np.unique(left.item)),
        "n_units": len(left.item),
        "n_groups": len(np.unique(left.group)),
        "n_raters": len(np.unique(said.rater)),
        "n_ratings": alpha.n_ratings,
        "coefficients": coefficients_data(
            results, level=scale.level or "nominal", is_set=scale.is_set
        ),
    }
