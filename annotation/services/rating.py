"""What a rater does with an item: save a draft, submit, skip, take back, revise.

Nothing is overwritten. What a rater changes after submitting is a revision: the earlier rating and
its scores stay and are no longer current.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    DateField,
    DateTimeField,
    Exists,
    F,
    IntegerField,
    OuterRef,
    QuerySet,
    When,
)
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import entry, record
from accounts.models import User
from annotation.answers import Given
from annotation.models import (
    Assignment,
    AssignmentDraft,
    Item,
    Layer,
    Rating,
    Reply,
    Reveal,
    Score,
    ScoreText,
    Study,
    StudyRater,
    Verdict,
)
from annotation.models.ratings import COUNTED
from annotation.services.assignment import release, retake_slot
from annotation.services.qualifying import judge_round
from annotation.services.settling import settle_item, unsettle_item
from annotation.services.watching import watch
from core.errors import DomainError
from core.prepared import Parameter, Prepared
from core.prepared_writes import PreparedDelete, PreparedInsert, PreparedUpdate, Update
from core.writing import carry_out

State = Assignment.State
LONGEST = 86_400
"""Seconds beyond which the time on an item says nothing about the item."""


class Kept(StrEnum):
    """How a rating was taken."""

    COUNTED = "counted"
    BEYOND = "beyond"  # the lease had run out and others have filled the item
    LATE = "late"  # the study had been closed
    INFORMED = "informed"  # its rater had seen what others said


@dataclass(frozen=True)
class Judgement:
    """One rater's answers to one item, checked by `annotation.answers.check`."""

    given: Sequence[Given]
    comment: str = ""
    flagged: bool = False
    language: str = ""
    seconds: int | None = None


@dataclass(frozen=True)
class Submission:
    rating: Rating
    kept: Kept = Kept.COUNTED
    chair: StudyRater | None = None
    """The rater's place in the study, locked and with this rating counted."""


@transaction.atomic(savepoint=False)
def submit_rating(
    *,
    actor: User,
    assignment: Assignment,
    judgement: Judgement,
    client_key: UUID,
    now: datetime,
    revises: UUID | None = None,
) -> Submission:
    """Record a judgement; the same client key again changes nothing and returns the same rating.

    `revises` names the rating that the rater saw and means to replace.
    """
    assignment = _locked(assignment)
    if assignment.state == State.SUBMITTED:
        return _again(actor, assignment, judgement, client_key, now, revises)
    kept = _take_in(assignment)
    earlier = (
        Rating.objects.filter(assignment=assignment).order_by("-id").first()
        if assignment.submitted_at
        else None
    )
    assignment.state, assignment.submitted_at = State.SUBMITTED, now
    assignment.seconds = _seconds(assignment, judgement, now)
    rating = _rating_of(assignment, judgement, client_key, now, revision_of=earlier)
    scores = _scores_of(rating, assignment, judgement)
    item, counted = assignment.item, _count_for(assignment, now)
    counts = rating.layer in COUNTED
    if rating.layer == Layer.INFORMED:
        _retire_informed(assignment)
    item.n_submitted += int(counts)
    is_full = item.n_submitted >= item.slots_total and item.state == Item.State.OPEN
    settles = counts and is_full
    carry_out(
        SUBMIT.of(
            pk=assignment.pk,
            layer=assignment.layer,
            slot=assignment.slot,
            submitted_at=now,
            seconds=assignment.seconds,
        ),
        NEW_RATING.of(rating),
        NEW_SCORES.of(*scores),
        counted,
        entry(
            actor,
            "rating.submitted",
            target=rating,
            project=item.study.project,
            layer=rating.layer,
        ),
        _count_on(item) if counts and not settles else None,
    )
    _store_texts(scores, judgement)
    if hasattr(assignment, "draft"):
        DROP_DRAFT.run(assignment=assignment.pk)
    if settles:
        settle_item(item=item, now=now)
        carry_out(_count_on(item))
    chair = _chair_of(assignment, counted, now)
    _hold_against_key(assignment, rating, chair, now)
    return Submission(rating, kept, chair)


CHANGES = ("state", "layer", "slot", "claimed_at", "lease_until", "submitted_at", "seconds")
ITEM_CHANGES = ("state", "n_submitted", "slots_total", "settled_at")
"""What others may have changed since the door was passed; the rest of a row stays as it is made."""

LOCKED = Prepared(
    lambda: (
        Assignment.objects.select_for_update(of=("self", "item"))
        .select_related("item", "study")
        .only(*CHANGES, *(f"item__{name}" for name in ITEM_CHANGES), "study__state")
        .annotate(
            is_revealed=Exists(
                Reveal.objects.filter(item=OuterRef("item_id"), rater=OuterRef("rater_id"))
            )
        )
        .filter(pk=Parameter("pk", BigIntegerField()))
    )
)
SUBMIT = PreparedUpdate(
    lambda: Assignment.objects.filter(pk=Parameter("pk", BigIntegerField())),
    state=State.SUBMITTED,
    layer=Parameter("layer", CharField()),
    slot=Parameter("slot", IntegerField()),
    submitted_at=Parameter("submitted_at", DateTimeField()),
    seconds=Parameter("seconds", IntegerField()),
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
COUNT = PreparedUpdate(_own_chair, n_submitted=F("n_submitted") + 1, **ON_THE_DAY)
COUNT_CHECK = PreparedUpdate(_own_chair, n_checks=F("n_checks") + 1, **ON_THE_DAY)
CHECKS = (Layer.CONTROL, Layer.RETEST)
CHAIR = (
    "id", "cap", "cap_day", "share", "cursor", "n_submitted", "n_checks", "n_day", "paused",
)  # fmt: skip
COUNT_ON_ITEM = PreparedUpdate(
    lambda: Item.objects.filter(pk=Parameter("pk", BigIntegerField())),
    n_submitted=Parameter("n_submitted", IntegerField()),
    state=Parameter("state", CharField()),
    settled_at=Parameter("settled_at", DateTimeField()),
)
DROP_DRAFT = PreparedDelete(
    lambda: AssignmentDraft.objects.filter(assignment=Parameter("assignment", BigIntegerField()))
)
NEW_RATING, NEW_SCORES = PreparedInsert(Rating), PreparedInsert(Score)


def _locked(assignment: Assignment) -> Assignment:
    """The assignment that the door has fetched, as it stands now, until the transaction ends."""
    locked = LOCKED.get(pk=assignment.pk)
    if locked.state != State.LEASED or locked.lease_until != assignment.lease_until:
        # A draft that was saved meanwhile has prolonged the lease: what the door saw is old.
        assignment._state.fields_cache.pop("draft", None)
    for name in CHANGES:
        setattr(assignment, name, getattr(locked, name))
    for name in ITEM_CHANGES:
        setattr(assignment.item, name, getattr(locked.item, name))
    assignment.study.state = locked.study.state
    assignment.is_revealed = locked.is_revealed  # type: ignore[attr-defined]
    return assignment


def _take_in(assignment: Assignment) -> Kept:
    """Find the rating's layer: blind while the study is open and the item has a place for it."""
    if assignment.study.state == Study.State.CLOSED:
        release(assignment, State.SUBMITTED)
        assignment.layer = Layer.EXTRA
        return Kept.LATE
    if assignment.layer not in COUNTED:
        return Kept.COUNTED
    if assignment.is_revealed:  # type: ignore[attr-defined]
        release(assignment, State.SUBMITTED)
        assignment.layer = Layer.INFORMED
        return Kept.INFORMED
    if assignment.state == State.LEASED:
        return Kept.COUNTED
    if retake_slot(assignment):
        return Kept.COUNTED
    assignment.layer = Layer.EXTRA
    return Kept.BEYOND


def _seconds(assignment: Assignment, judgement: Judgement, now: datetime) -> int:
    """What the page counted while it was looked at, within what the clock allows."""
    passed = max(0, int((now - assignment.claimed_at).total_seconds()))
    counted = passed if judgement.seconds is None else judgement.seconds
    return max(0, min(counted, passed, LONGEST))


def _rating_of(
    assignment: Assignment,
    judgement: Judgement,
    client_key: UUID,
    now: datetime,
    revision_of: Rating | None = None,
) -> Rating:
    return Rating(
        assignment=assignment,
        item=assignment.item,
        rater=assignment.rater,
        rubric_version=assignment.item.study.rubric_version,
        layer=assignment.layer,
        occasion=assignment.occasion,
        revision_of=revision_of,
        client_key=client_key,
        comment=judgement.comment,
        flagged=judgement.flagged,
        language=judgement.language,
        swapped=assignment.display.get("swapped", False),
        seconds=assignment.seconds,
        submitted_at=now,
    )


def _scores_of(rating: Rating, assignment: Assignment, judgement: Judgement) -> list[Score]:
    return [
        Score(
            rating=rating,
            criterion=given.criterion,
            item_id=rating.item_id,
            turn=given.unit.turn,
            passage=given.unit.passage,
            value=given.value,
            number=given.number,
            rater_id=rating.rater_id,
            kind=assignment.rater.kind,
            layer=rating.layer,
        )
        for given in judgement.given
    ]


def _hold_against_key(
    assignment: Assignment, rating: Rating, chair: StudyRater | None, now: datetime
) -> None:
    """What follows from answers that are known beforehand."""
    if rating.layer == Layer.TRAINING:
        judge_round(assignment, now)
    elif rating.layer == Layer.CONTROL and watch(assignment) and chair:
        chair.paused = True


def _store_texts(scores: Sequence[Score], judgement: Judgement) -> None:
    texts = [
        ScoreText(score=score, cannot_judge=given.cannot_judge, words=given.words)
        for score, given in zip(scores, judgement.given, strict=True)
        if given.cannot_judge or given.words
    ]
    if texts:
        ScoreText.objects.bulk_create(texts)


def _count_for(assignment: Assignment, now: datetime) -> Update:
    counting = COUNT_CHECK if assignment.layer in CHECKS else COUNT
    return counting.of(
        *CHAIR,
        study=assignment.study_id,
        rater=assignment.rater_id,
        today=timezone.localdate(now),
    )


def _chair_of(assignment: Assignment, counted: Update, now: datetime) -> StudyRater | None:
    """The rater's row as it was counted.

    None where the study has no such rater any more, and where it has lanes: whoever claims next
    then reads the whole row.
    """
    if assignment.study.lanes:
        return None
    return next(
        (
            StudyRater(
                study_id=assignment.study_id,
                rater_id=assignment.rater_id,
                day=timezone.localdate(now),
                **dict(zip(CHAIR, row, strict=True)),
            )
            for row in counted.rows
        ),
        None,
    )


def _count_on(item: Item) -> Update:
    return COUNT_ON_ITEM.of(
        pk=item.pk, n_submitted=item.n_submitted, state=item.state, settled_at=item.settled_at
    )


def _again(
    actor: User,
    assignment: Assignment,
    judgement: Judgement,
    client_key: UUID,
    now: datetime,
    revises: UUID | None,
) -> Submission:
    """A second submit: the same one once more, or a revision of the rating that now stands."""
    if same := Rating.objects.filter(
        item=assignment.item_id, rater=assignment.rater_id, client_key=client_key
    ).first():
        return Submission(same)
    standing = Rating.objects.get(assignment=assignment, current=True)
    if standing.uid != revises:
        raise DomainError(
            _("You have rated this item already, in another tab perhaps. Your first rating stands; "
              "open “my ratings” to change it."),
            code="already_rated",
        )  # fmt: skip
    may_change(assignment)
    rating = _rating_of(assignment, judgement, client_key, now, revision_of=standing)
    is_informed = assignment.is_revealed and rating.layer in COUNTED  # type: ignore[attr-defined]
    if is_informed:
        rating.layer, rating.assignment = Layer.INFORMED, None
        _retire_informed(assignment)
    else:
        _retire(standing)
    scores = _scores_of(rating, assignment, judgement)
    carry_out(NEW_RATING.of(rating), NEW_SCORES.of(*scores))
    _store_texts(scores, judgement)
    record(
        actor, "rating.revised", target=rating, project=assignment.study.project,
        layer=rating.layer,
    )  # fmt: skip
    if is_informed:
        return Submission(rating, Kept.INFORMED)
    _hold_against_key(assignment, rating, None, now)
    if rating.layer in COUNTED:
        unsettle_item(item=assignment.item)
        if assignment.item.n_submitted >= assignment.item.slots_total:
            settle_item(item=assignment.item, now=now)
        assignment.item.save(update_fields=["state", "settled_at"])
    return Submission(rating)


def _retire(rating: Rating) -> None:
    Rating.objects.filter(pk=rating.pk).update(current=False)
    Score.objects.filter(rating=rating).update(current=False)


def _retire_informed(assignment: Assignment) -> None:
    """What a rater said after a reveal gives way to what they say now; the blind rating stays."""
    for earlier in Rating.objects.filter(
        item=assignment.item_id, rater=assignment.rater_id, layer=Layer.INFORMED, current=True
    ):
        _retire(earlier)


def may_change(assignment: Assignment) -> None:
    """A rater's own rating may change while the study takes ratings and nobody has decided."""
    study = assignment.study
    if study.state == Study.State.CLOSED:
        raise DomainError(
            _("Study “%(study)s” is closed, so its ratings stay as they are.") % {"study": study}
        )
    if assignment.layer == Layer.TRAINING:
        raise DomainError(
            _("The expected answer has been shown to you, so what you said before stays.")
        )
    decided = Verdict.objects.filter(
        item=assignment.item_id, current=True, source=Verdict.Source.ADJUDICATION
    )
    if assignment.item.state == Item.State.UNSETTLEABLE or decided.exists():
        raise DomainError(
            _("An adjudicator has decided on this item, so its ratings stay as they are.")
        )
    if Reply.objects.filter(inquiry__item=assignment.item_id, rater=assignment.rater_id).exists():
        raise DomainError(
            _(
                "You were asked about this item, so what you said before stays. What you think of "
                "it now belongs into your answer to the question."
            )
        )


@transaction.atomic
def take_back(
    *, actor: User, assignment: Assignment, draft: Mapping[str, Any], now: datetime
) -> None:
    """Undo a submit: the item is the rater's again, with `draft` as what was answered.

    Until it is submitted anew the rating does not count, and neither does a consensus on it.
    """
    assignment = _locked(assignment)
    if assignment.state != State.SUBMITTED:
        raise DomainError(_("This rating has been taken back already."))
    may_change(assignment)
    if assignment.is_revealed:  # type: ignore[attr-defined]
        raise DomainError(
            _(
                "You have seen what others said of this item, so your rating stays. Open it under "
                "“my ratings” to say what you think now; that is kept beside it."
            )
        )
    rating = Rating.objects.get(assignment=assignment, current=True)
    _retire(rating)
    study = assignment.study
    count = "n_checks" if assignment.layer in CHECKS else "n_submitted"
    chairs = StudyRater.objects.filter(study=study, rater=assignment.rater_id)
    chairs.update(**{count: F(count) - 1})
    chairs.filter(day=timezone.localdate(assignment.submitted_at), n_day__gt=0).update(
        n_day=F("n_day") - 1
    )
    if assignment.layer in COUNTED:
        unsettle_item(item=assignment.item)
        assignment.item.n_submitted -= 1
        assignment.item.save(update_fields=["n_submitted", "state", "settled_at"])
    assignment.state, assignment.claimed_at = State.LEASED, now
    assignment.lease_until = now + timedelta(minutes=study.lease_minutes)
    assignment.save(update_fields=["state", "claimed_at", "lease_until"])
    AssignmentDraft.objects.update_or_create(
        assignment=assignment,
        defaults={
            "answers": dict(draft),
            "comment": rating.comment,
            "flagged": rating.flagged,
            "version": 1,
            "saved_at": now,
        },
    )
    record(actor, "rating.taken_back", target=rating, project=study.project)


@transaction.atomic
def skip_item(*, actor: User, assignment: Assignment, reason: str, now: datetime) -> None:
    """Leave an item to others, with the reason; the draft is dropped, the slot is open again."""
    assignment = _locked(assignment)
    if assignment.state == State.SUBMITTED:
        raise DomainError(_("You have submitted this item; take it back before you skip it."))
    if assignment.state == State.SKIPPED:
        return  # sent twice
    release(assignment, State.SKIPPED)
    assignment.skip_reason, assignment.lease_until = reason, now
    assignment.save(update_fields=["state", "skip_reason", "lease_until"])
    AssignmentDraft.objects.filter(assignment=assignment).delete()
    if assignment.layer == Layer.TRAINING:
        judge_round(assignment, now)
    record(
        actor, "item.skipped", target=assignment.item, project=assignment.item.study.project,
        reason=reason,
    )  # fmt: skip


@transaction.atomic
def save_draft(
    *,
    assignment: Assignment,
    answers: Mapping[str, Any],
    comment: str,
    flagged: bool,
    version: int,
    now: datetime,
) -> bool:
    """Keep what a rater has so far and prolong the lease; False: a newer draft is there already."""
    held = Assignment.objects.select_for_update().get(pk=assignment.pk)
    if held.state == State.SUBMITTED:
        return True  # a submit overtook this save and has all of it
    if held.state == State.LEASED:
        held.lease_until = now + timedelta(minutes=assignment.study.lease_minutes)
        held.save(update_fields=["lease_until"])
    content = {"answers": dict(answers), "comment": comment, "flagged": flagged}
    drafts = AssignmentDraft.objects.filter(assignment=assignment)
    if drafts.filter(version__lt=version).update(**content, version=version, saved_at=now):
        return True
    draft, is_new = AssignmentDraft.objects.get_or_create(
        assignment=assignment, defaults={**content, "version": version, "saved_at": now}
    )
    sent_twice = draft.version == version and content == {
        name: getattr(draft, name) for name in content
    }
    return is_new or sent_twice
