"""Second thoughts: a rating sent again, changed or taken back."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import User
from annotation.models import (
    Assignment,
    AssignmentDraft,
    Item,
    Layer,
    Rating,
    Reply,
    Study,
    StudyRater,
    Verdict,
)
from annotation.models.ratings import COUNTED
from annotation.services.judging import (
    CHECKS,
    NEW_RATING,
    NEW_SCORES,
    Judgement,
    Kept,
    State,
    Submission,
    hold_against_key,
    is_check,
    is_left_out,
    locked,
    named,
    rating_of,
    retire,
    retire_informed,
    scores_of,
    store_texts,
)
from annotation.services.settling import settle_item, unsettle_item
from core.errors import DomainError
from core.writing import carry_out


def again(
    actor: User | None,
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
        return Submission(same, _kept(same, assignment))
    standing = Rating.objects.get(assignment=assignment, current=True)
    if standing.uid != revises:
        raise DomainError(already_rated(), code="already_rated")
    may_change(assignment)
    rating = rating_of(assignment, judgement, client_key, now, revision_of=standing)
    is_informed = assignment.is_revealed and rating.layer in (*COUNTED, *CHECKS)
    if is_informed:
        rating.layer, rating.assignment = Layer.INFORMED, None
        retire_informed(assignment)
    else:
        retire(standing)
    scores = scores_of(rating, assignment, judgement)
    carry_out(NEW_RATING.of(rating), NEW_SCORES.of(*scores))
    store_texts(scores, judgement)
    record(
        actor, "rating.revised", target=rating, project=assignment.study.project,
        layer=rating.layer, **named(actor, assignment.rater),
    )  # fmt: skip
    if is_informed:
        return Submission(rating, Kept.INFORMED)
    hold_against_key(assignment, rating, None, now)
    if rating.layer in COUNTED:
        unsettle_item(item=assignment.item)
        if assignment.item.n_submitted >= assignment.item.slots_total:
            settle_item(item=assignment.item, now=now)
        assignment.item.save(update_fields=["state", "settled_at"])
    return Submission(rating)


def already_rated() -> str:
    return _("You have rated this item already, in another tab perhaps. Your first rating stands; "
             "open “my ratings” to change it.")  # fmt: skip


def _kept(rating: Rating, assignment: Assignment) -> Kept:
    """What is to be told of it once more: the first answer may have been lost on its way."""
    if rating.layer != Layer.EXTRA:
        return Kept.COUNTED
    if assignment.study.state == Study.State.CLOSED:
        return Kept.LATE
    return Kept.PAUSED if is_left_out(assignment) else Kept.BEYOND


def may_change(assignment: Assignment) -> None:
    """A rater's own rating may change while the study takes ratings and nobody has decided."""
    study = assignment.study
    if study.state == Study.State.CLOSED:
        raise DomainError(
            _("Study “%(study)s” is closed, so its ratings stay as they are.") % {"study": study}
        )
    if is_left_out(assignment):
        raise DomainError(
            _("You are paused in “%(study)s”, so your ratings there stay as they are.")
            % {"study": study}
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
    *, actor: User | None, assignment: Assignment, draft: Mapping[str, Any], now: datetime
) -> None:
    """Undo a submit: the item is the rater's again, with `draft` as what was answered.

    Until it is submitted anew the rating does not count, and neither does a consensus on it.
    """
    assignment = locked(assignment)
    if assignment.state != State.SUBMITTED:
        raise DomainError(_("This rating has been taken back already."))
    may_change(assignment)
    if assignment.is_revealed:
        raise DomainError(
            _(
                "You have seen what others said of this item, so your rating stays. Open it under "
                "“my ratings” to say what you think now; that is kept beside it."
            )
        )
    rating = Rating.objects.get(assignment=assignment, current=True)
    retire(rating)
    study = assignment.study
    count = "n_checks" if is_check(assignment) else "n_submitted"
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
    record(
        actor, "rating.taken_back", target=rating, project=study.project,
        **named(actor, assignment.rater),
    )  # fmt: skip
