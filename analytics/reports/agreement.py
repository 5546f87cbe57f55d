"""Agreement in a study, from its ratings to one frozen report.

Alpha asks how much better than chance raters agree, percent agreement how often two ratings of one
unit are equal; the other coefficients stand beside them. Intervals resample whole groups (all units
of one source conversation together) and answer: what if other conversations had been drawn, with
these raters?
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analytics import frames
from analytics.reports.alike import UnitMeans, alike_of, unit_means
from analytics.reports.calibration import calibration_of
from analytics.reports.crosscheck import Crosscheck, crosscheck_alpha
from analytics.reports.equality import equality_of
from analytics.reports.excluded import excluded_from, figures_without
from analytics.reports.kinds import kinds_in, kinds_of
from analytics.reports.raters import rater_tables
from analytics.reports.scales import Scale
from analytics.reports.shapes import AgreementReport, CriterionAgreement, HardItem
from analytics.reports.splits import splits
from analytics.reports.study_preferences import preferences_in
from analytics.reports.wording import wordings_of
from analytics.settled import Settled, settled_in_gold, truth_of
from annotation.askable import never_asked
from annotation.models import Criterion, Item, Rater, Study
from annotation.models.ratings import HUMAN
from annotation.rubric_cache import criteria_of
from core.scales import Kind

if TYPE_CHECKING:
    from analytics.frames import ItemFrame, RaterRows, RatingFrame, UnitFrame
    from analytics.stats.types import AgreementResult, IntArray

REPLICATES = 2_000
SEED = 1
HARDEST = 10


def agreement_of(
    study: Study,
    *,
    kinds: Sequence[str] = HUMAN,
    criterion: str = "",
    replicates: int = REPLICATES,
    seed: int = SEED,
    interval: str | None = None,
    told: Callable[[int, int], None] = lambda done, total: None,
) -> AgreementReport:
    """The report of a study as its ratings stand now.

    Args:
        study: Its blind ratings are compared; informed, late and training ones are not.
        kinds: Kinds of raters that are compared with one another.
        criterion: Key of the only criterion to report, all when left out.
        replicates: Resamples of each interval.
        seed: Of the resamples; the same ratings and seed give the same bits.
        interval: A kind of `stats.intervals.methods.INTERVALS` in place of each coefficient's own.
        told: Called with criteria done and criteria in all.
    """
    items = frames.item_frame(study)
    chosen = [
        one
        for one in criteria_of(study.rubric_version)
        if one.kind != Kind.TEXT and criterion in ("", one.key)
    ]
    given = frames.rating_frame(study, kinds)
    activity = frames.activity(given)
    named = _Named(study, {rater for rater, _day, _n in activity})
    common = _Common(
        items=items,
        named=named,
        given=given,
        settled=settled_in_gold(study),
        kind_of=kinds_in(study),
        kinds=kinds,
        how={"replicates": replicates, "seed": seed},
        interval=interval,
        excluded=excluded_from(study),
    )
    found, means = _criteria_of(chosen, common, told)
    absent = {} if criterion else _not_asked(study, chosen, found)
    found = [one for one in found if one.criterion not in absent]
    asked = [one for one in chosen if one.key not in absent]
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
        alike=alike_of(means, replicates=replicates, seed=seed),
        activity=[(named.uid(rater), day.isoformat(), n) for rater, day, n in activity],
        preferences=preferences_in(study, asked, items, kinds=kinds, **common.how),
        calibration=calibration_of(study, asked, **common.how),
        not_asked=absent,
    )


def _not_asked(
    study: Study, chosen: Sequence[Criterion], found: Sequence[CriterionAgreement]
) -> dict[str, Mapping[str, str]]:
    """Key and name of the criteria that have no rating because no item of the study asks them."""
    rated = {one.criterion for one in found if one.n_ratings or one.n_cannot_judge}
    return {
        one.key: one.name for one in never_asked(study, (c for c in chosen if c.key not in rated))
    }


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


@dataclass(frozen=True, slots=True, eq=False)
class _Common:
    """What all criteria of a report share; `how` is how intervals are drawn."""

    items: "ItemFrame"
    named: _Named
    given: "RatingFrame"
    settled: Settled
    kind_of: Mapping[int, str]
    kinds: Sequence[str]
    how: "Mapping[str, int]"
    interval: str | None
    excluded: frozenset[int]


def _criteria_of(
    chosen: Sequence[Criterion], common: _Common, told: Callable[[int, int], None]
) -> tuple[list[CriterionAgreement], dict[str, UnitMeans]]:
    """Each criterion, and the means of its units where they are compared with those of others."""
    found: list[CriterionAgreement] = []
    means: dict[str, UnitMeans] = {}
    for done, one in enumerate(chosen):
        told(done, len(chosen))
        units, rows = frames.units_and_rows(one, common.items, common.kinds)
        scale = Scale(one, units)
        found.append(_of_criterion(one, units, rows, scale, common))
        if mean := unit_means(common.items, units, scale):
            means[one.key] = mean
    told(len(chosen), len(chosen))
    return found, means


def _of_criterion(
    criterion: Criterion,
    units: "UnitFrame",
    rows: "RaterRows",
    scale: Scale,
    common: _Common,
) -> CriterionAgreement:
    items, kinds, how = common.items, common.kinds, common.how
    results = scale.estimate(units, rows, interval=common.interval, with_others=True, **how)
    settled = common.settled.get(criterion.meaning_hash, ())
    tables = rater_tables(
        rows,
        units,
        scale,
        common.named.raters,
        common.given,
        frames.retests(criterion, items),
        truth_of(settled, rows, units, items),
        **how,
    )
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
        equality=None if counts is None else equality_of(counts, units.group, **how),
        wordings=wordings_of(rows, common.given, units.group, scale, **how),
        kinds=kinds_of(criterion, items, units, rows, common.kind_of, kinds, **how),
        pairs=None if counts is None else _pairs(counts),
        raters=tables.raters,
        rater_pairs=tables.pairs,
        hardest_items=_hardest(units, items, scale, counts, common.named),
        crosscheck=_crosscheck(counts, scale, alpha),
        without_excluded=figures_without(criterion, units, rows, common.excluded, how),
    )


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
    scale: Scale,
    counts: "IntArray | None",
    named: _Named,
) -> list[HardItem]:
    import numpy as np

    from analytics.stats.criteria.tables import hardest_units

    splits_of = splits(counts)
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
            **splits_of(int(unit)),
        )
        for unit, pk in zip(chosen, pks, strict=True)
    ]


def _crosscheck(
    counts: "IntArray | None", scale: Scale, alpha: "AgreementResult"
) -> Crosscheck | None:
    if counts is None or alpha.value is None:
        return None
    is_metric = scale.level in ("interval", "ratio")
    numbers = scale.numbers.tolist() if is_metric else range(len(scale.categories))
    return crosscheck_alpha(counts, scale.level, list(map(float, numbers)), alpha.value)
