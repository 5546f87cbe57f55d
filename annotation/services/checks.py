"""Checks of a rater while they work: control items, and their own items once more.

They come at a set rate, at places that lot decides for each rater, and look like any other item.
A control item stands in a study of its own, which several studies may share. It is given to a rater
once only, never to who wrote its key, and only where it would lie in a lane of theirs; those that
have been given least come first. What stands in the study itself is none of its control items: it
would come to a rater twice. A rater's own item comes again after a time, into a layer of its
own.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef

from annotation import pool
from annotation.lanes import lanes_in, sorter
from annotation.models import Assignment, ExpectedAnswer, Item, Layer, Reveal, Study, StudyRater
from annotation.services.chairs import lanes_of, lot
from annotation.services.rounds import give
from annotation.services.same_answers import in_assignments, in_items

AMONG = 50
"""Of so many of a rater's oldest items one is taken by lot."""
LOOKED_AT = 200
"""Control items, those given least, among which one that fits the rater's lanes is sought."""
AGAIN = 1
"""The occasion of an item that comes a second time."""


def are_made_in(study: Study) -> bool:
    return bool((study.controls_id and study.control_rate) or study.retest_rate)


def due(study_rater: StudyRater, now: datetime) -> Assignment | None:
    """A control item or an own one, where lot says that this rater's next item is one."""
    study = study_rater.study
    given = study_rater.n_submitted + study_rater.n_checks
    share = lot(study.uid, study_rater.rater.uid, "check", given) / 2**56
    if study.controls_id and share < study.control_rate:
        return _control_item(study_rater, now)
    if share < study.control_rate + study.retest_rate:
        return _own_item(study_rater, now)
    return None


def _control_item(study_rater: StudyRater, now: datetime) -> Assignment | None:
    rater = study_rater.rater_id
    own = Assignment.objects.filter(rater=rater)
    keys = ExpectedAnswer.objects.filter(item=OuterRef("pk"))
    unseen = (
        Item.objects.filter(study=study_rater.study.controls_id)
        .filter(Exists(keys))
        .exclude(Exists(keys.filter(by__isnull=False, by=study_rater.rater.user_id)))
        .exclude(Exists(Reveal.objects.filter(item=OuterRef("pk"), rater=rater)))
        .exclude(pk__in=own.filter(layer=Layer.CONTROL).values("item"))
        .exclude(Exists(own.filter(in_assignments())))
        .exclude(Exists(Item.objects.filter(in_items(), study=study_rater.study_id)))
        .annotate(given=Count("assignments"))
        .order_by("given", "seq")
    )
    fitting = _in_lanes_of(study_rater, list(unseen[:LOOKED_AT]))
    if not fitting:
        return None
    among = [item for item in fitting if item.given == fitting[0].given][:AMONG]
    item = among[lot(study_rater.study.uid, study_rater.rater.uid, "control") % len(among)]
    return give(study_rater, item, Layer.CONTROL, now)


def _in_lanes_of(study_rater: StudyRater, items: list[Any]) -> list[Any]:
    """Items that would lie in a lane open to the rater.

    Whoever is given Japanese conversations alone is not checked, and paused, by English ones.
    Blocks are made of raters and say nothing about items.
    """
    study = study_rater.study
    if not study.lanes or study.policy == Study.Policy.BLOCKS:
        return items
    lane_of, lanes = sorter(lanes_in(study.lanes)), set(lanes_of(study_rater))
    answers = pool.answers([item.conversation_id for item in items])
    return [item for item in items if lane_of(answers[item.conversation_id].facts) in lanes]


def _own_item(study_rater: StudyRater, now: datetime) -> Assignment | None:
    study, rater = study_rater.study, study_rater.rater_id
    again = Assignment.objects.filter(rater=rater, layer=Layer.RETEST, study=study.pk)
    rated = (
        Assignment.objects.filter(
            rater=rater,
            study=study.pk,
            state=Assignment.State.SUBMITTED,
            layer=Layer.BLIND,
            submitted_at__lte=now - timedelta(hours=study.retest_after_hours),
        )
        .exclude(item__in=again.values("item"))
        .exclude(item__in=Reveal.objects.filter(rater=rater).values("item"))
        .order_by("submitted_at")
        .select_related("item")[:AMONG]
    )
    if not rated:
        return None
    chosen = rated[lot(study.uid, study_rater.rater.uid, "own", study_rater.n_checks) % len(rated)]
    return give(study_rater, chosen.item, Layer.RETEST, now, occasion=AGAIN)
