"""A submit: a rater's judgement of an item becomes a rating, and the item may settle by it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    DateField,
    DateTimeField,
    F,
    IntegerField,
    QuerySet,
    When,
)
from django.utils import timezone

from accounts.audit import entry
from accounts.models import User
from annotation.models import (
    Assignment,
    AssignmentDraft,
    Item,
    Layer,
    Rating,
    Study,
    StudyRater,
)
from annotation.models.ratings import COUNTED
from annotation.services.ahead import MOVED, NO_PARTS, Ahead, may_go_ahead
from annotation.services.assignment import assign, release, retake_slot
from annotation.services.chairs import NoItem
from annotation.services.judging import (
    CHECKS,
    NEW_RATING,
    NEW_SCORES,
    Judgement,
    Kept,
    State,
    Submission,
    has_words,
    hold_against_key,
    is_check,
    is_left_out,
    locked,
    named,
    rating_of,
    retire_informed,
    scores_of,
    seconds_of,
    store_texts,
)
from annotation.services.revising import again
from annotation.services.settling import settlement_of
from core.making import Maker
from core.prepared import Parameter
from core.prepared_writes import Change, PreparedDelete, PreparedUpdate
from core.writing import carry_out


@transaction.atomic(savepoint=False)
def submit_rating(
    *,
    actor: User | None,
    assignment: Assignment,
    judgement: Judgement,
    client_key: UUID,
    now: datetime,
    revises: UUID | None = None,
    goes_on: bool = False,
) -> Submission:
    """Record a judgement; the same client key again changes nothing and returns the same rating.

    Without an actor the rater is a respondent, who has no account.
    `revises` names the rating that the rater saw and means to replace. Who `goes_on` wants the next
    item, and may get it by the same statement.
    """
    assignment = locked(assignment)
    if assignment.state == State.SUBMITTED:
        return again(actor, assignment, judgement, client_key, now, revises)
    earlier = None
    if assignment.submitted_at:
        own = Rating.objects.filter(assignment=assignment).order_by("-id")
        if sent := own.filter(client_key=client_key).first():
            return Submission(sent)  # taken back since, and sent once more by a device
        earlier = own.first()
    if assignment.state == State.SKIPPED:  # in another tab; the reason would tell of setting aside
        Assignment.objects.filter(pk=assignment.pk).update(skip_reason="")
    before = assignment.layer, assignment.slot
    goes_on = goes_on and assignment.state == State.LEASED and may_go_ahead(assignment)
    kept = _take_in(assignment)
    submit = SUBMIT if before == (assignment.layer, assignment.slot) else SUBMIT_ELSEWHERE
    assignment.state, assignment.submitted_at = State.SUBMITTED, now
    assignment.seconds = seconds_of(assignment, judgement, now)
    rating = rating_of(assignment, judgement, client_key, now, revision_of=earlier)
    scores = scores_of(rating, assignment, judgement)
    item = assignment.item
    counts = rating.layer in COUNTED
    if rating.layer == Layer.INFORMED:
        retire_informed(assignment)
    item.n_submitted += int(counts)
    is_full = item.n_submitted >= item.slots_total and item.state == Item.State.OPEN
    settles = counts and is_full
    ahead = Ahead(assignment, now) if goes_on and kept == Kept.COUNTED else None
    at_once = ahead if not settles else None
    counted = _count_for(assignment, now, moves=at_once is not None)
    take, assign_it, shown = at_once.parts if at_once else NO_PARTS
    carry_out(
        take,
        submit.of(
            pk=assignment.pk,
            layer=assignment.layer,
            slot=assignment.slot,
            submitted_at=now,
            seconds=assignment.seconds,
        ),
        NEW_RATING.of(rating),
        NEW_SCORES.of(*scores, keyed=has_words(judgement)),
        counted,
        entry(
            actor,
            "rating.submitted",
            target=rating,
            project=item.study.project,
            layer=rating.layer,
            **named(actor, assignment.rater),
        ),
        ONE_MORE.of(pk=item.pk, n_submitted=item.n_submitted) if counts and not settles else None,
        DROP_DRAFT.of(assignment=assignment.pk),
        assign_it,
        reading=shown,
    )
    store_texts(scores, judgement)
    if settles:
        _settle(assignment, ahead, now)
    chair = _chair_of(assignment, counted, now)
    hold_against_key(assignment, rating, chair, now)
    return Submission(rating, kept, chair, _following(assignment, ahead, chair, now))


def _settle(assignment: Assignment, ahead: Ahead | None, now: datetime) -> None:
    """Close the item by what is stored of it now; the rater's next one comes by the same way."""
    item = assignment.item
    take, assign_it, shown = ahead.parts if ahead else NO_PARTS
    moved = MOVE.of(study=assignment.study_id, rater=assignment.rater_id) if ahead else None
    verdicts = settlement_of(item=item, now=now)
    carry_out(take, verdicts, _count_on(item), moved, assign_it, reading=shown)


def _itself() -> QuerySet[Assignment]:
    return Assignment.objects.filter(pk=Parameter("pk", BigIntegerField()))


SUBMITTED: dict[str, Any] = {
    "state": State.SUBMITTED,
    "submitted_at": Parameter("submitted_at", DateTimeField()),
    "seconds": Parameter("seconds", IntegerField()),
}
SUBMIT = PreparedUpdate(_itself, **SUBMITTED)
"""SQLite writes each index anew whose columns are named, so nothing is that stays as it was."""
SUBMIT_ELSEWHERE = PreparedUpdate(
    _itself,
    **SUBMITTED,
    layer=Parameter("layer", CharField()),
    slot=Parameter("slot", IntegerField()),
)


def _own_chair() -> QuerySet[StudyRater]:
    return StudyRater.objects.filter(
        study=Parameter("study", BigIntegerField()), rater=Parameter("rater", BigIntegerField())
    )


TODAY = Parameter("today", DateField())
ON_THE_DAY: dict[str, Any] = {
    "day": TODAY,
    "n_day": Case(When(day=TODAY, then=F("n_day") + 1), default=1),
}
COUNT = PreparedUpdate(_own_chair, of_one=True, n_submitted=F("n_submitted") + 1, **ON_THE_DAY)
COUNT_AND_MOVE = PreparedUpdate(
    _own_chair, of_one=True, n_submitted=F("n_submitted") + 1, **ON_THE_DAY, **MOVED
)
MOVE = PreparedUpdate(_own_chair, **MOVED)
COUNT_CHECK = PreparedUpdate(_own_chair, of_one=True, n_checks=F("n_checks") + 1, **ON_THE_DAY)

CHAIRS = Maker(StudyRater)
CHAIR = (
    "id", "cap", "cap_day", "share", "cursor", "n_submitted", "n_checks", "n_day", "paused",
)  # fmt: skip
COUNT_ON_ITEM = PreparedUpdate(
    lambda: Item.objects.filter(pk=Parameter("pk", BigIntegerField())),
    n_submitted=Parameter("n_submitted", IntegerField()),
    state=Parameter("state", CharField()),
    settled_at=Parameter("settled_at", DateTimeField()),
)
ONE_MORE = PreparedUpdate(
    lambda: Item.objects.filter(pk=Parameter("pk", BigIntegerField())),
    n_submitted=Parameter("n_submitted", IntegerField()),
)
DROP_DRAFT = PreparedDelete(
    lambda: AssignmentDraft.objects.filter(assignment=Parameter("assignment", BigIntegerField()))
)


def _take_in(assignment: Assignment) -> Kept:
    """Find the rating's layer: blind while the study is open and the item has a place for it.

    A check takes no place. Else it is taken as any item is, so that nothing tells which it was.
    """
    if assignment.study.state == Study.State.CLOSED:
        release(assignment, State.SUBMITTED)
        assignment.layer = Layer.EXTRA
        return Kept.LATE
    if assignment.layer not in (*COUNTED, *CHECKS):
        return Kept.COUNTED
    if assignment.is_revealed:
        release(assignment, State.SUBMITTED)
        assignment.layer = Layer.INFORMED
        return Kept.INFORMED
    if assignment.state == State.LEASED:
        return Kept.COUNTED
    if is_left_out(assignment):  # what they held was taken from them then
        assignment.layer = Layer.EXTRA
        return Kept.PAUSED
    if assignment.layer in CHECKS or retake_slot(assignment):
        return Kept.COUNTED
    assignment.layer = Layer.EXTRA
    return Kept.BEYOND


def _following(
    assignment: Assignment, ahead: Ahead | None, chair: StudyRater | None, now: datetime
) -> Assignment | NoItem | None:
    """The next item, if one was taken; a statement of its own tells what could not be told."""
    if ahead is None or ahead.taken is None or chair is None:
        return None
    chair.rater, chair.study = assignment.rater, assignment.study
    return ahead.assignment or assign(chair, ahead.taken, now)


def _count_for(assignment: Assignment, now: datetime, *, moves: bool) -> Change:
    counting = COUNT_CHECK if is_check(assignment) else COUNT_AND_MOVE if moves else COUNT
    return counting.of(
        *CHAIR,
        study=assignment.study_id,
        rater=assignment.rater_id,
        today=timezone.localdate(now),
    )


def _chair_of(assignment: Assignment, counted: Change, now: datetime) -> StudyRater | None:
    """The rater's row as it was counted.

    None where the study has no such rater any more, and where it has lanes: whoever claims next
    then reads the whole row.
    """
    if assignment.study.lanes:
        return None
    return next(
        (
            CHAIRS(
                study_id=assignment.study_id,
                rater_id=assignment.rater_id,
                day=timezone.localdate(now),
                **dict(zip(CHAIR, row, strict=True)),
            )
            for row in counted.rows
        ),
        None,
    )


def _count_on(item: Item) -> Change:
    return COUNT_ON_ITEM.of(
        pk=item.pk, n_submitted=item.n_submitted, state=item.state, settled_at=item.settled_at
    )
