"""A criterion's agreement in the time of one pass over the index, without the rest of a report.

For programs that ask often, and for studies of millions of ratings.
"""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from django.db.models import Count

from analytics import counts, frames
from analytics.reports.excluded import without_raters
from analytics.reports.scales import worth_of
from annotation.models import Criterion, Layer, Score, Study, StudyRater
from annotation.models.ratings import HUMAN
from core.scales import Target

if TYPE_CHECKING:
    from analytics.frames import UnitFrame
    from analytics.stats.profiles import GroupProfiles, Profiles
    from analytics.stats.types import AgreementResult

HEADLINE = ("krippendorff_alpha", "percent_agreement")


def headline_of(
    study: Study,
    criterion: Criterion,
    *,
    kinds: Sequence[str] = HUMAN,
    only: Sequence[str] = HEADLINE,
    replicates: int,
    seed: int,
    interval: str | None = None,
    without: Collection[int] = (),
) -> "dict[str, AgreementResult] | None":
    """Coefficients of counts, with intervals; None where the scale is not one of a few points.

    The figures are those of the full report, to the bit. Without some raters they take longer: the
    counts do not know whose a rating is.
    """
    from analytics.stats.criteria.counted import estimate_counted

    if not counts.is_packable(criterion):
        return None
    n_items: int | None
    if without:
        units, rows = frames.units_and_rows(criterion, frames.item_frame(study), kinds)
        left, said = without_raters(units, rows, without)
        profiles = _profiles(left, len(criterion.points))
        n_items, n_raters = len(set(left.item.tolist())), len(set(said.rater.tolist()))
    else:
        found = counts.counted(criterion, study, kinds)
        profiles = found.profiles if found else _unpacked(study, criterion, kinds)
        n_items, n_raters = _items(study, criterion, kinds), _raters(study, kinds)
    return estimate_counted(
        profiles,
        level=criterion.level or "nominal",
        values=numbers_of(criterion),
        n_items=n_items,
        n_raters=n_raters,
        only=only,
        replicates=replicates,
        seed=seed,
        interval=interval,
    )


def numbers_of(criterion: Criterion) -> list[float]:
    return worth_of([str(point["key"]) for point in criterion.points])


def _unpacked(
    study: Study, criterion: Criterion, kinds: Sequence[str]
) -> "Profiles | GroupProfiles":
    units = frames.unit_frame(criterion, frames.item_frame(study), kinds)
    return _profiles(units, len(criterion.points))


def _profiles(units: "UnitFrame", n_values: int) -> "Profiles | GroupProfiles":
    from analytics.stats.profiles import GroupProfiles, Profiles, count_matrix

    table = count_matrix(
        units.unit, units.value, units.count, n_units=len(units.item), n_values=n_values
    )
    if len(set(units.group.tolist())) == len(units.group):
        return Profiles.from_counts(table)
    return GroupProfiles.from_counts(units.group, table)


def _items(study: Study, criterion: Criterion, kinds: Sequence[str]) -> int | None:
    """Items with a rating; None where each is one unit, so that units tell it."""
    if criterion.target in (Target.CONVERSATION, Target.PAIR):
        return None
    rated = Score.objects.filter(
        criterion=criterion,
        item__study=study,
        current=True,
        layer=Layer.BLIND,
        kind__in=kinds,
        value__isnull=False,
    )
    return rated.aggregate(n=Count("item", distinct=True))["n"] or 0


def _raters(study: Study, kinds: Sequence[str]) -> int:
    """Those who rated in the study, from the counts that every submit keeps."""
    rated = StudyRater.objects.filter(study=study, n_submitted__gt=0, rater__kind__in=kinds)
    return rated.count()
