"""Which raters of a study may draw from which lanes, for all of them at once.

`chairs.lanes_of` answers for one rater at a claim; what a manager is told, and whether one rater
more can come, asks for everybody without a query for each.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from django.db.models import Count, Exists, OuterRef, QuerySet

from annotation.lanes import Lane, lanes_in
from annotation.models import Assignment, Item, Qualified, Rater, RaterKind, Study, StudyRater
from annotation.services.chairs import lanes_given

State = Assignment.State
BATCH = 1_000


def lanes_by_rater(study: Study, chairs: Iterable[StudyRater]) -> dict[int, frozenset[int]]:
    """The numbers of the lanes open to each of `chairs`, by their keys; pauses do not matter.

    Each chair needs its `rater`. A study without lanes has one, numbered 0.
    """
    chairs = list(chairs)
    lanes = lanes_in(study.lanes) or [Lane("")]
    held = _held(study, lanes, chairs)
    return {
        chair.pk: frozenset(lanes_given(chair, lanes, held[chair.rater_id])) for chair in chairs
    }


def named_lanes(study: Study) -> list[Lane]:
    """The lanes for people to read: with the names of qualifications instead of their slugs."""
    lanes = lanes_in(study.lanes)
    if not any(lane.qualification for lane in lanes):
        return lanes
    names = dict(study.project.qualifications.values_list("slug", "name"))
    return [
        replace(lane, qualification=names.get(lane.qualification, lane.qualification))
        for lane in lanes
    ]


def active_raters(study: Study) -> list[StudyRater]:
    """People on the list of a study who are given items now, as far as it rests with them.

    End users who came by a link are none of them: nobody can count on their coming again.
    """
    rows = study.study_raters.filter(
        paused=False, excluded_at=None, rater__kind=RaterKind.PERSON
    ).select_related("rater")
    chairs = list(rows.order_by("pk"))
    if study.requires_id:
        holders = set(
            Qualified.objects.filter(
                qualification=study.requires_id,
                revoked_at=None,
                rater__in=[chair.rater_id for chair in chairs],
            ).values_list("rater", flat=True)
        )
        chairs = [chair for chair in chairs if chair.rater_id in holders]
    return chairs


def _held(study: Study, lanes: list[Lane], chairs: list[StudyRater]) -> dict[int, set[str]]:
    """Qualifications by rater; asked for only where a lane sets a condition."""
    held: dict[int, set[str]] = defaultdict(set)
    if any(lane.qualification for lane in lanes):
        for rater, slug in Qualified.objects.filter(
            rater__in=[chair.rater_id for chair in chairs], revoked_at=None
        ).values_list("rater", "qualification__slug"):
            held[rater].add(slug)
    return held


def count_planned(study: Study, chairs: Sequence[StudyRater] | None = None) -> None:
    """How many items the lanes hold for each rater, for what the rater and the forecast are told.

    By the plan that is all items of the lanes. Of lanes that were handed over a rater gets what
    was left in them: own ratings, and what is open and new to them.
    """
    if not study.lanes:
        study.study_raters.exclude(planned=None).update(planned=None)
        return
    if chairs is None:
        chairs = list(study.study_raters.select_related("rater"))
    lanes = lanes_by_rater(study, chairs)
    items = dict(study.items.order_by().values_list("lane").annotate(n=Count("pk")))
    for chair in chairs:
        if chair.lanes is None:
            chair.planned = sum(items.get(lane, 0) for lane in lanes[chair.pk])
        else:
            chair.planned = chair.n_submitted + left_for(chair, lanes[chair.pk]).count()
    StudyRater.objects.bulk_update(chairs, ["planned"], batch_size=BATCH)


def count_planned_of(rater: Rater) -> None:
    """The same in every study with lanes, for a rater who has gained or lost a qualification."""
    chairs = StudyRater.objects.filter(
        rater=rater, study__state__in=[Study.State.OPEN, Study.State.PAUSED]
    ).exclude(study__lanes=[])
    for chair in chairs.select_related("study", "rater"):
        count_planned(chair.study, [chair])


def left_for(study_rater: StudyRater, lanes: Collection[int]) -> QuerySet[Item]:
    """Items of some lanes that have a place left and are new to a rater."""
    been = Assignment.objects.filter(
        item=OuterRef("pk"),
        rater=study_rater.rater_id,
        occasion=0,
        state__in=[State.LEASED, State.SUBMITTED, State.SKIPPED, State.SEEN],
    )
    return study_rater.study.items.filter(
        ~Exists(been), lane__in=lanes, has_slot=True, state=Item.State.OPEN
    )
