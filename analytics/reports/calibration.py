"""A calibration: how far its raters agreed blind, and how far after seeing each other."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from analytics.reports.scales import worth_of
from annotation.criteria import scale_of
from annotation.models import Criterion, Item, Layer, Score, Study
from core.scales import POINT_KINDS, Kind

if TYPE_CHECKING:
    from analytics.stats.types import IntArray

APART_SHOWN = 20

Unit = tuple[int, int, int]
"""Item, turn, passage."""


def calibration_of(
    study: Study, criteria: Sequence[Criterion], *, replicates: int, seed: int
) -> list[dict[str, Any]] | None:
    """One part a criterion with points; None for a study whose raters have not seen each other.

    Only what a rater said both times is compared.
    """
    if study.purpose != Study.Purpose.CALIBRATION or study.revealed_at is None:
        return None
    items = dict(study.items.values_list("pk", "group_key"))
    return [
        _of_criterion(one, _twice_said(one, study), items, replicates, seed)
        for one in criteria
        if one.kind in POINT_KINDS and one.points and not one.points_from
    ]


def _twice_said(criterion: Criterion, study: Study) -> dict[Unit, list[tuple[int, int]]]:
    """By unit what each rater said blind and then, of those who said something both times."""
    rows: Any = Score.objects.filter(
        criterion=criterion,
        item__study=study,
        current=True,
        layer__in=[Layer.BLIND, Layer.INFORMED],
        value__isnull=False,
    ).values_list("rater_id", "item_id", "turn", "passage", "layer", "value")
    said: dict[tuple[int, ...], dict[str, int]] = defaultdict(dict)
    for rater, item, turn, passage, layer, value in rows:
        said[rater, item, turn, passage][layer] = value
    by_unit: dict[Unit, list[tuple[int, int]]] = defaultdict(list)
    for (_rater, *unit), layers in sorted(said.items()):
        if len(layers) == 2:
            by_unit[unit[0], unit[1], unit[2]].append((layers[Layer.BLIND], layers[Layer.INFORMED]))
    return by_unit


def _of_criterion(
    criterion: Criterion,
    said: Mapping[Unit, Sequence[tuple[int, int]]],
    items: Mapping[int, str],
    replicates: int,
    seed: int,
) -> dict[str, Any]:
    import numpy as np

    from analytics.stats.coefficients.agreement import PercentAgreement, alpha_coefficient
    from analytics.stats.criteria.before_after import before_and_after
    from analytics.stats.intervals.methods import Draw

    scale, draw = scale_of(criterion), Draw(replicates=replicates, seed=seed)
    numbers = worth_of(scale.points)
    counts = np.zeros((2, len(said), len(scale.points)), np.int64)
    for place, pairs in enumerate(said.values()):
        for before, after in pairs:
            counts[0, place, before] += 1
            counts[1, place, after] += 1
    group = np.unique([items[unit[0]] for unit in said], return_inverse=True)[1]
    compared = {
        "krippendorff_alpha": alpha_coefficient(criterion.level, numbers),
        "percent_agreement": PercentAgreement(),
    }
    return {
        "criterion": criterion.key,
        "n_units": len(said),
        "n_ratings": sum(map(len, said.values())),
        "n_changed": sum(before != after for pairs in said.values() for before, after in pairs),
        **{
            name: before_and_after(one, counts[0], counts[1], group, WORDS[name], draw).as_dict()
            for name, one in compared.items()
        },
        "apart": _apart(list(said), counts, criterion.kind == Kind.ORDINAL),
    }


WORDS = {
    "krippendorff_alpha": "Krippendorff's alpha",
    "percent_agreement": "Share of equal pairs of ratings",
}


def _apart(units: Sequence[Unit], counts: "IntArray", is_ordered: bool) -> list[dict[str, Any]]:
    """Units on which raters still differ, those that lie farthest apart first."""
    import numpy as np

    named = {
        pk: (str(uid), seq)
        for pk, uid, seq in Item.objects.filter(pk__in={unit[0] for unit in units}).values_list(
            "pk", "uid", "seq"
        )
    }
    found = []
    for place, (item, turn, passage) in enumerate(units):
        used = np.flatnonzero(counts[1, place])
        if len(used) < 2:
            continue
        found.append(
            {
                "item": named[item][0],
                "seq": named[item][1],
                "turn": turn,
                "passage": passage,
                "before": counts[0, place].tolist(),
                "after": counts[1, place].tolist(),
                "spread": int(used[-1] - used[0]) if is_ordered else len(used),
            }
        )
    found.sort(key=lambda one: (-one["spread"], one["seq"], one["turn"], one["passage"]))
    return found[:APART_SHOWN]
