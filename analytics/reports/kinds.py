"""Agreement within each kind of rater and between kinds: people, end users, judges, files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q

from analytics import frames
from analytics.reports.scales import Scale
from analytics.reports.why import OWN_LABELS
from annotation.models import Criterion, Layer, Rater, RaterKind, Rating, Study
from annotation.models.ratings import HUMAN

if TYPE_CHECKING:
    from analytics.frames import ItemFrame, RaterRows, UnitFrame
    from analytics.stats.types import AgreementResult, IntArray

IMPORTED = "imported"
"""People whom a file names: nobody here knows how they rated."""
KINDS = (*RaterKind.values, IMPORTED)


@dataclass(frozen=True, slots=True)
class KindLine:
    """One kind, or two: how often ratings are equal, and alpha.

    Attributes:
        kinds: One name of `KINDS` for agreement within it, two for agreement between them.
        n_raters: Raters of these kinds.
        n_units: Units that say something: with two ratings of the kind, or one of each.
        n_ratings: Ratings of these kinds.
    """

    kinds: tuple[str, ...]
    n_raters: int
    n_units: int
    n_ratings: int
    percent: "AgreementResult"
    alpha: "AgreementResult"

    @classmethod
    def of(cls, kinds: tuple[str, ...], results: "Mapping[str, AgreementResult]") -> "KindLine":
        """From what `estimate_kinds` found."""
        prefix = "cross_" if len(kinds) > 1 else ""
        percent = results[f"{prefix}percent_agreement"]
        alpha = results["cross_alpha" if prefix else "krippendorff_alpha"]
        return cls(
            kinds, alpha.n_raters or 0, alpha.n_pairable_units, alpha.n_ratings, percent, alpha
        )

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "kinds": list(self.kinds),
            "n_raters": self.n_raters,
            "n_units": self.n_units,
            "n_ratings": self.n_ratings,
            "percent_agreement": self.percent.as_dict(),
            "alpha": self.alpha.as_dict(),
        }


@dataclass(frozen=True, slots=True)
class KindsCompared:
    """Every kind and every two; without lines there is a reason."""

    lines: Sequence[KindLine]
    reason: str | None = None

    def as_data(self) -> dict[str, Any]:
        """For JSON."""
        return {"lines": [line.as_dict() for line in self.lines], "reason": self.reason}


def kinds_in(study: Study) -> Mapping[int, str]:
    """Primary key of each rater to the kind; of machines, only those that rated in the study.

    Where there are none their scores need not be looked for, which takes as long as counting.
    """
    rated = Rating.objects.filter(
        rater=OuterRef("pk"), item__study=study, current=True, layer=Layer.BLIND
    )
    rows = Rater.objects.filter(
        Q(kind__in=HUMAN) | Q(Exists(rated)), project=study.project_id
    ).values_list("pk", "kind", "user_id", "tombstoned_at")
    return {
        pk: IMPORTED if kind == RaterKind.PERSON and not user and not gone else str(kind)
        for pk, kind, user, gone in rows.iterator()
    }


def kinds_of(
    criterion: Criterion,
    items: "ItemFrame",
    units: "UnitFrame",
    rows: "RaterRows",
    kind_of: Mapping[int, str],
    kinds: Sequence[str],
    *,
    replicates: int,
    seed: int,
) -> KindsCompared | None:
    """Agreement on one criterion by kinds; None where all ratings are of one kind.

    Args:
        criterion: Of the scores.
        items: Of the study.
        units: Of the scores of `kinds`.
        rows: Scores of `kinds`.
        kind_of: From `kinds_in`.
        kinds: Kinds of raters that the report is about; the others are read here.
        replicates: Of the intervals.
        seed: Of the resamples.
    """
    import numpy as np

    from analytics.stats.criteria.estimate_kinds import estimate_kinds, estimate_label_kinds

    known = {*kind_of.values()}
    if apart := [kind for kind in RaterKind.values if kind not in kinds and kind in known]:
        units, rows = _joined(units, rows, *frames.units_and_rows(criterion, items, apart))
    raters, rater = np.unique(rows.rater, return_inverse=True)
    names = np.array([kind_of[int(pk)] for pk in raters], dtype=object)
    present = [kind for kind in KINDS if kind in names]
    if len(present) < 2:
        return None
    scale = Scale(criterion, units)
    given: dict[str, Any] = {
        "unit": rows.unit,
        "rater": rater,
        "kind": np.array([present.index(name) for name in names])[rater],
        "group": units.group,
        "replicates": replicates,
        "seed": seed,
    }
    found = (
        estimate_label_kinds(mask=rows.value, **given)
        if scale.is_set
        else estimate_kinds(value=rows.value, level=scale.level, values=scale.numbers, **given)
    )
    lines = _lines(found, present)
    if scale.own_labels:
        lines = [replace(line, alpha=_undefined(line.alpha)) for line in lines]
    return KindsCompared(lines)


def _lines(found: Any, present: Sequence[str]) -> list[KindLine]:
    """Each kind by itself, then each two of them."""
    within = [KindLine.of((present[one],), results) for one, results in found.within.items()]
    between = [
        KindLine.of((present[first], present[second]), results)
        for (first, second), results in found.between.items()
    ]
    return within + between


def _undefined(alpha: "AgreementResult") -> "AgreementResult":
    """Labels that each conversation brings have no chance over all of them."""
    if alpha.value is None:
        return alpha
    return replace(alpha, value=None, low=None, high=None, reason=OWN_LABELS)


def _joined(
    units: "UnitFrame", rows: "RaterRows", other_units: "UnitFrame", other_rows: "RaterRows"
) -> "tuple[UnitFrame, RaterRows]":
    """Scores of both as of one frame, units and free numbers numbered anew."""
    import numpy as np

    both = (units, other_units)
    keys = [frames.packed(one.item, one.turn, one.passage) for one in both]
    known, first = np.unique(np.concatenate(keys), return_index=True)
    places = [np.searchsorted(known, one).astype(np.int64) for one in keys]
    numbers = [np.unique(one.number) for one in both]
    free = np.unique(np.concatenate(numbers))

    def columns(name: str) -> "IntArray":
        return np.concatenate([getattr(one, name) for one in both])

    joined = replace(
        units,
        item=columns("item")[first],
        turn=columns("turn")[first],
        passage=columns("passage")[first],
        group=columns("group")[first],
        unit=np.concatenate([place[one.unit] for place, one in zip(places, both, strict=True)]),
        value=columns("value"),
        number=np.concatenate([one.number for one in both]),
        count=columns("count"),
        n_cannot_judge=units.n_cannot_judge + other_units.n_cannot_judge,
    )
    values = [
        np.searchsorted(free, of_numbers)[one.value] if len(free) else one.value
        for of_numbers, one in zip(numbers, (rows, other_rows), strict=True)
    ]
    return joined, frames.RaterRows(
        np.concatenate(
            [place[one.unit] for place, one in zip(places, (rows, other_rows), strict=True)]
        ),
        np.concatenate([rows.rater, other_rows.rater]),
        np.concatenate(values).astype(np.int64),
        np.concatenate([rows.rating, other_rows.rating]),
    )
