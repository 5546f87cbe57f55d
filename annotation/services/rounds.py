"""Rounds: items that every rater gets once, in the same order and without slots.

A training goes round, and so does a calibration once its raters have seen each other: what counts
is that each of them rates each item. Such studies are small by their nature, so the next item is
sought among all of them.
"""

from datetime import datetime

from django.db.models import Exists, Max, OuterRef, QuerySet

from annotation.models import Assignment, Item, Layer, Rating, Study, StudyRater
from annotation.services.chairs import NoItem, Why, display_for, lease_end

State = Assignment.State
OVER = (State.SUBMITTED, State.SKIPPED)
"""What a rater need not do again in this round."""


def goes_round(study: Study) -> bool:
    return layer_of_round(study) is not None


def layer_of_round(study: Study) -> Layer | None:
    """The layer of what is rated in a study's round now; None for a study with slots."""
    if study.purpose == Study.Purpose.TRAINING:
        return Layer.TRAINING
    if study.purpose == Study.Purpose.CALIBRATION and study.revealed_at:
        return Layer.INFORMED
    return None


def next_in_round(study_rater: StudyRater, now: datetime) -> Assignment | NoItem:
    """The first item of the round that the rater has not submitted or left out."""
    layer = layer_of_round(study_rater.study) or Layer.TRAINING
    occasion = occasion_of(study_rater, layer)
    item = left_in_round(study_rater, layer, occasion).order_by("seq").first()
    if item is None:
        return NoItem(Why.DONE)
    return give(study_rater, item, layer, now, occasion)


def left_in_round(study_rater: StudyRater, layer: Layer, occasion: int) -> QuerySet[Item]:
    """What is still to come; in the second round of a calibration what they rated in the first."""
    over = over_in_round(study_rater, layer, occasion)
    items = study_rater.study.items.exclude(pk__in=over.values("item"))
    if layer != Layer.INFORMED:
        return items
    blind = Rating.objects.filter(
        item=OuterRef("pk"), rater=study_rater.rater_id, layer=Layer.BLIND, current=True
    )
    return items.filter(Exists(blind))


def occasion_of(study_rater: StudyRater, layer: Layer) -> int:
    """Which time the rater goes through; a further one begins with its first item being given."""
    last = _own(study_rater, layer).aggregate(last=Max("occasion"))["last"]
    return last or 0


def over_in_round(study_rater: StudyRater, layer: Layer, occasion: int) -> QuerySet[Assignment]:
    """What the rater has submitted or left out, this time."""
    return _own(study_rater, layer).filter(occasion=occasion, state__in=OVER)


def _own(study_rater: StudyRater, layer: Layer) -> QuerySet[Assignment]:
    return Assignment.objects.filter(
        rater=study_rater.rater_id, study=study_rater.study_id, layer=layer
    )


def give(
    study_rater: StudyRater, item: Item, layer: Layer, now: datetime, occasion: int = 0
) -> Assignment:
    """An item without a slot of its own for one rater, who may have had and lost it before."""
    assignment, _is_new = Assignment.objects.update_or_create(
        item=item,
        rater_id=study_rater.rater_id,
        layer=layer,
        occasion=occasion,
        defaults={
            "study": study_rater.study,
            "slot": 0,
            "state": State.LEASED,
            "claimed_at": now,
            "lease_until": lease_end(study_rater.study, now),
            "display": display_for(study_rater, item.pk, item.n_answers),
            "skip_reason": "",
        },
    )
    return assignment
