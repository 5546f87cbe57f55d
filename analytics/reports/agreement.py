"""Agreement in a study, from its counts to one frozen report.

Alpha asks how much better than chance raters agree, percent agreement how often two ratings of one
unit are equal. Intervals resample whole groups (all units of one source conversation together) and
answer: what if other conversations had been drawn, with these raters?
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from analytics import frames
from analytics.reports.crosscheck import Crosscheck, crosscheck_alpha
from analytics.reports.raters import rater_tables
from analytics.reports.sentences import OWN_LABELS
from analytics.reports.shapes import AgreementReport, CriterionAgreement, HardItem
from annotation.models import Criterion, Item, Rater, Study
from annotation.models.ratings import HUMAN
from annotation.rubric_cache import criteria_of
from core.scales import Kind, default_metric

if TYPE_CHECKING:
    from analytics.frames import ItemFrame, UnitFrame
    from analytics.stats.types import AgreementResult, FloatArray, IntArray

REPLICATES = 2_000
SEED = 1
HARDEST = 10
MAX_POINTS = 64
"""Longest scale that is shown as a distribution and a table of pairs."""


def agreement_of(
    study: Study,
    *,
    kinds: Sequence[str] = HUMAN,
    criterion: str = "",
    replicates: int = REPLICATES,
    seed: int = SEED,
    told: Callable[[int, int], None] = lambda done, total: None,
) -> AgreementReport:
    """The report of a study as its ratings stand now.

    Args:
        study: Its blind ratings are compared; informed, late and training ones are not.
        kinds: Kinds of raters that are compared with one another.
        criterion: Key of the only criterion to report, all when left out.
        replicates: Resamples of each interval.
        seed: Of the resamples; the same ratings and seed give the same bits.
        told: Called with criteria done and criteria in all.
    """
    items = frames.item_frame(study)
    chosen = [
        one
        for one in criteria_of(study.rubric_version)
        if one.kind != Kind.TEXT and criterion in ("", one.key)
    ]
    activity = list(frames.activity(study, kinds))
    named = _Named(study, {rater for rater, _day, _n in activity})
    found = []
    for done, one in enumerate(chosen):
        told(done, len(chosen))
        found.append(_of_criterion(study, one, items, named, kinds, replicates, seed))
    told(len(chosen), len(chosen))
    return AgreementReport(
        study=str(study.uid),
        kinds=[str(kind) for kind in kinds],
        replicates=replicates,
        seed=seed,
        n_items=max((one.n_items for one in found), default=0),
        n_groups=max((one.n_groups for one in found), default=0),
        n_raters=len(named.raters),
        n_ratings=sum(n for _rater, _day, n in activity),
        n_scores=sum(one.n_ratings for one in found),
        criteria=found,
        activity=[(named.uid(rater), day.isoformat(), n) for rater, day, n in activity],
    )


class _Named:
    """The uids behind row numbers: what a report may carry to a page or a release."""

    def __init__(self, study: Study, raters: set[int]) -> None:
        self.study = study
        rows = Rater.objects.filter(project=study.project_id).values_list("pk", "uid", "kind")
        self.raters: Mapping[int, tuple[str, str]] = {
            pk: (str(uid), kind) for pk, uid, kind in rows.iterator() if pk in raters
        }

    def uid(self, rater: int) -> str:
        return self.raters[rater][0]

    def items(self, pks: Sequence[int]) -> Mapping[int, tuple[str, int]]:
        rows = Item.objects.filter(pk__in=pks).values_list("pk", "uid", "seq")
        return {pk: (str(uid), seq) for pk, uid, seq in rows}


def _of_criterion(
    study: Study,
    criterion: Criterion,
    items: "ItemFrame",
    named: _Named,
    kinds: Sequence[str],
    replicates: int,
    seed: int,
) -> CriterionAgreement:
    units = frames.unit_frame(criterion, items, kinds)
    scale = _Scale(criterion, units)
    tables = rater_tables(study, criterion, items, units, kinds, scale.n_points, named.raters)
    results = scale.estimate(units, tables.n_raters, replicates=replicates, seed=seed)
    alpha = results["krippendorff_alpha"]
    counts = scale.counts(units)
    return CriterionAgreement(
        criterion=criterion.key,
        name=criterion.name,
        question=criterion.question,
        target=criterion.target,
        kind=criterion.kind,
        level=criterion.level,
        metric=scale.metric,
        n_items=alpha.n_items,
        n_pairable_items=_pairable_items(units),
        n_units=alpha.n_units,
        n_pairable_units=alpha.n_pairable_units,
        n_groups=alpha.n_groups,
        n_raters=tables.n_raters,
        n_ratings=alpha.n_ratings,
        n_cannot_judge=units.n_cannot_judge,
        categories=scale.categories,
        labels=scale.labels,
        distribution=scale.distribution(units),
        coefficients=results,
        pairs=None if counts is None else _pairs(counts),
        raters=tables.raters,
        rater_pairs=tables.pairs,
        hardest_items=_hardest(units, items, scale, counts, named),
        crosscheck=_crosscheck(counts, scale, alpha),
    )


class _Scale:
    """A criterion's scale as statistics see it: points, free numbers, or sets of labels."""

    def __init__(self, criterion: Criterion, units: "UnitFrame") -> None:
        self.kind, self.level = criterion.kind, criterion.level or "nominal"
        self.metric = default_metric(criterion.kind, self.level)
        self.is_set, self.is_free = criterion.kind == Kind.MULTI, criterion.kind == Kind.NUMERIC
        self.own_labels = bool(criterion.points_from)
        points = [] if self.own_labels else criterion.points
        self.categories = [str(point["key"]) for point in points]
        self.labels = [dict(point.get("label") or {}) for point in points]
        if self.is_free:
            import numpy as np

            numbers = np.unique(units.number)
            if len(numbers) <= MAX_POINTS:
                self.categories = [f"{number:.12g}" for number in numbers]
                self.labels = [{} for _number in numbers]

    @property
    def n_points(self) -> int:
        """Points that one rating chooses exactly one of; 0 for sets and long numeric scales."""
        return 0 if self.is_set or self.is_free else len(self.categories)

    @property
    def numbers(self) -> list[float]:
        """The points as numbers: their keys where all are numbers, else their positions."""
        try:
            return [float(key) for key in self.categories]
        except ValueError:
            return [float(position) for position in range(len(self.categories))]

    def estimate(
        self, units: "UnitFrame", n_raters: int, **how: Any
    ) -> "dict[str, AgreementResult]":
        import numpy as np

        from analytics.stats.estimate import (
            estimate_agreement,
            estimate_label_agreement,
            estimate_numeric_agreement,
        )

        how |= {
            "group": units.group,
            "n_items": len(np.unique(units.item)),
            "n_raters": n_raters,
        }
        if self.is_free:
            return estimate_numeric_agreement(
                unit=np.repeat(units.unit, units.count),
                number=np.repeat(units.number, units.count),
                level=self.level,
                **how,
            )
        rows = {"unit": units.unit, "count": units.count} | how
        if self.is_set:
            return self._of_sets(estimate_label_agreement(mask=units.value, **rows))
        return estimate_agreement(value=units.value, level=self.level, values=self.numbers, **rows)

    def _of_sets(self, results: "dict[str, AgreementResult]") -> "dict[str, AgreementResult]":
        """Labels that each conversation brings have no distribution over all of them."""
        alpha = results["krippendorff_alpha"]
        if not self.own_labels or alpha.value is None:
            return results
        undefined = replace(alpha, value=None, low=None, high=None, reason=OWN_LABELS)
        return results | {"krippendorff_alpha": undefined}

    def counts(self, units: "UnitFrame") -> "IntArray | None":
        """Units by points, where ratings choose one of a few points."""
        import numpy as np

        from analytics.stats.profiles import count_matrix

        size = {"n_units": len(units.item), "n_values": len(self.categories)}
        if self.is_set or not self.categories:
            return None
        if not self.is_free:
            return count_matrix(units.unit, units.value, units.count, **size)
        position = np.searchsorted(np.unique(units.number), units.number)
        return count_matrix(units.unit, position, units.count, **size)

    def distribution(self, units: "UnitFrame") -> list[int]:
        import numpy as np

        if self.is_set:
            return [
                int(units.count[(units.value >> bit & 1).astype(bool)].sum())
                for bit in range(len(self.categories))
            ]
        counts = self.counts(units)
        return [] if counts is None else [int(n) for n in np.asarray(counts).sum(axis=0)]

    def disagreement(self, units: "UnitFrame", counts: "IntArray | None") -> "FloatArray":
        """Mean distance between two ratings of each unit."""
        import numpy as np

        from analytics.stats.profiles import count_matrix
        from analytics.stats.tables import unit_disagreement

        if counts is not None:
            return unit_disagreement(counts, self.level, self.numbers)
        if self.is_set:
            sets, position = np.unique(units.value, return_inverse=True)
            table = count_matrix(
                units.unit, position, units.count, n_units=len(units.item), n_values=len(sets)
            )
            return unit_disagreement(table, "nominal", sets.tolist())
        n, total, squares = (
            np.bincount(units.unit, units.count * units.number**power, len(units.item))
            for power in range(3)
        )
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(n > 1, 2 * (squares - total**2 / n) / (n - 1), np.nan)


def _pairable_items(units: "UnitFrame") -> int:
    import numpy as np

    ratings = np.bincount(units.unit, units.count, len(units.item))
    return len(np.unique(units.item[ratings >= 2]))


def _pairs(counts: "IntArray") -> list[list[float]]:
    """Shares of all ordered pairs of ratings of one unit; the diagonal adds up to agreement."""
    import numpy as np

    from analytics.stats.profiles import pairable

    kept = counts[pairable(counts)]
    pairs = kept.T @ kept - np.diag(kept.sum(axis=0))
    total = pairs.sum()
    return [] if not total else [[float(cell) for cell in row] for row in pairs / total]


def _hardest(
    units: "UnitFrame",
    items: "ItemFrame",
    scale: _Scale,
    counts: "IntArray | None",
    named: _Named,
) -> list[HardItem]:
    import numpy as np

    from analytics.stats.tables import hardest_units

    disagreement = scale.disagreement(units, counts)
    chosen = hardest_units(disagreement, HARDEST)
    pks = items.pk[units.item[chosen]]
    known = named.items([int(pk) for pk in np.unique(pks)])
    return [
        HardItem(
            item=known[int(pk)][0],
            seq=known[int(pk)][1],
            turn=int(units.turn[unit]),
            passage=int(units.passage[unit]),
            disagreement=float(disagreement[unit]),
            counts=[] if counts is None else [int(n) for n in counts[unit]],
        )
        for unit, pk in zip(chosen, pks, strict=True)
    ]


def _crosscheck(
    counts: "IntArray | None", scale: _Scale, alpha: "AgreementResult"
) -> Crosscheck | None:
    if counts is None or alpha.value is None:
        return None
    numbers = (
        scale.numbers
        if scale.level in ("interval", "ratio")
        else list(map(float, range(len(scale.categories))))
    )
    return crosscheck_alpha(counts, scale.level, numbers, alpha.value)
