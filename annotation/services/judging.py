"""One rater's judgement of one item on its way into the database.

Nothing is overwritten: what a rater changes is a rating of its own, and the earlier one with its
scores stays and is no longer current.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db.models import BigIntegerField, Exists, OuterRef

from accounts.models import User
from annotation.answers import Given
from annotation.models import (
    Assignment,
    Layer,
    Rater,
    Rating,
    Reveal,
    Score,
    ScoreText,
    StudyRater,
)
from annotation.services.chairs import NoItem
from annotation.services.qualifying import judge_round
from annotation.services.reveals import How, reveal
from annotation.services.watching import watch
from core.prepared import Parameter, Prepared
from core.prepared_writes import PreparedInsert

State = Assignment.State
LONGEST = 86_400
"""Seconds beyond which the time on an item says nothing about the item."""
CHECKS = (Layer.CONTROL, Layer.RETEST)
NEW_RATING = PreparedInsert(Rating)
NEW_SCORES = PreparedInsert(
    Score, alike=("rating_id", "item_id", "rater_id", "kind", "layer", "current")
)


class Kept(StrEnum):
    """How a rating was taken."""

    COUNTED = "counted"
    BEYOND = "beyond"  # the lease had run out and others have filled the item
    LATE = "late"  # the study had been closed
    INFORMED = "informed"  # its rater had seen what others said
    PAUSED = "paused"  # its rater had been left out of the study


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
    following: Assignment | NoItem | None = None
    """The next item, where it was taken by the same statement."""


CHANGES = ("state", "layer", "slot", "claimed_at", "lease_until", "submitted_at", "seconds")
ITEM_CHANGES = ("state", "n_submitted", "slots_total", "settled_at")
"""What others may have changed since the door was passed; the rest of a row stays as it is made."""

LOCKED = Prepared(
    lambda: (
        Assignment.objects.select_for_update(of=("self", "item"), no_key=True)
        .select_related("item", "study")
        .only(*CHANGES, *(f"item__{name}" for name in ITEM_CHANGES), "study__state")
        .annotate(
            has_seen=Exists(
                Reveal.objects.filter(item=OuterRef("item_id"), rater=OuterRef("rater_id"))
            )
        )
        .filter(pk=Parameter("pk", BigIntegerField()))
    )
)


def locked(assignment: Assignment) -> Assignment:
    """The assignment that the door has fetched, as it stands now, until the transaction ends."""
    if assignment.is_locked:
        return assignment
    found: Any = LOCKED.get(pk=assignment.pk)
    for name in CHANGES:
        setattr(assignment, name, getattr(found, name))
    for name in ITEM_CHANGES:
        setattr(assignment.item, name, getattr(found.item, name))
    assignment.study.state = found.study.state
    assignment.is_revealed = found.has_seen
    return assignment


def is_check(assignment: Assignment) -> bool:
    """Whether it was given as a check, in whatever layer its answer is kept."""
    is_again = assignment.occasion > 0 and assignment.layer != Layer.TRAINING
    return is_again or assignment.item.study_id != assignment.study_id


def is_left_out(assignment: Assignment) -> bool:
    return StudyRater.objects.filter(
        study=assignment.study_id, rater=assignment.rater_id, excluded_at__isnull=False
    ).exists()


def named(actor: User | None, rater: Rater) -> dict[str, Any]:
    """For the trail: which rater it was, where nobody with an account did it."""
    return {} if actor else {"respondent": str(rater)}


def seconds_of(assignment: Assignment, judgement: Judgement, now: datetime) -> int:
    """What the page counted while it was looked at, within what the clock allows.

    Whoever took less than a second took one: none would mean that nobody knows.
    """
    passed = int((now - assignment.claimed_at).total_seconds())
    counted = passed if judgement.seconds is None else judgement.seconds
    return max(1, min(counted, passed, LONGEST))


def rating_of(
    assignment: Assignment,
    judgement: Judgement,
    client_key: UUID,
    now: datetime,
    revision_of: Rating | None = None,
) -> Rating:
    return NEW_RATING.row(
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


def scores_of(rating: Rating, assignment: Assignment, judgement: Judgement) -> list[Score]:
    return [
        NEW_SCORES.row(
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


def hold_against_key(
    assignment: Assignment, rating: Rating, chair: StudyRater | None, now: datetime
) -> None:
    """What follows from answers that are known beforehand."""
    if rating.layer == Layer.TRAINING:
        judge_round(assignment, now)
        reveal(assignment.rater, [assignment.item], How.TRAINING, now)
    elif rating.layer == Layer.CONTROL and watch(assignment) and chair:
        chair.paused = True


def has_words(judgement: Judgement) -> bool:
    """Whether words stand beside a score, which then has to be known by its key."""
    return any(given.cannot_judge or given.words for given in judgement.given)


def store_texts(scores: Sequence[Score], judgement: Judgement) -> None:
    texts = [
        ScoreText(score=score, cannot_judge=given.cannot_judge, words=given.words)
        for score, given in zip(scores, judgement.given, strict=True)
        if given.cannot_judge or given.words
    ]
    if texts:
        ScoreText.objects.bulk_create(texts)


def retire(rating: Rating) -> None:
    Rating.objects.filter(pk=rating.pk).update(current=False)
    Score.objects.filter(rating=rating).update(current=False)


def retire_informed(assignment: Assignment) -> None:
    """What a rater said after a reveal gives way to what they say now; the blind rating stays."""
    for earlier in Rating.objects.filter(
        item=assignment.item_id, rater=assignment.rater_id, layer=Layer.INFORMED, current=True
    ):
        retire(earlier)
