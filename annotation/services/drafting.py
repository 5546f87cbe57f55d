"""What a rater does with an item before it is rated: keep a draft, or leave it to others."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import User
from annotation.models import Assignment, AssignmentDraft, Layer, StudyRater
from annotation.services.assignment import release
from annotation.services.judging import CHECKS, State, is_left_out, locked, named
from annotation.services.qualifying import judge_round
from annotation.services.watching import watch
from core.errors import DomainError


@transaction.atomic
def skip_item(*, actor: User | None, assignment: Assignment, reason: str, now: datetime) -> None:
    """Leave an item to others, with the reason; the draft is dropped, the slot is open again.

    A respondent's reason stays out of the trail: they may erase it, and the trail is never edited.
    """
    assignment = locked(assignment)
    if assignment.state == State.SUBMITTED:
        raise DomainError(_("You have submitted this item; take it back before you skip it."))
    if assignment.state == State.SKIPPED:
        return  # sent twice
    release(assignment, State.SKIPPED)
    if assignment.layer in CHECKS and is_left_out(assignment):
        assignment.layer = Layer.EXTRA  # it says no more about its rater than an answer would
    assignment.skip_reason, assignment.lease_until = reason, now
    assignment.save(update_fields=["state", "layer", "skip_reason", "lease_until"])
    AssignmentDraft.objects.filter(assignment=assignment).delete()
    if assignment.layer == Layer.TRAINING:
        judge_round(assignment, now)
    elif assignment.layer == Layer.CONTROL:
        watch(assignment)
    record(
        actor, "item.skipped", target=assignment.item, project=assignment.item.study.project,
        reason=reason if actor else "", **named(actor, assignment.rater),
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
    """Keep what a rater has so far and prolong the lease; False: a newer draft is there already.

    The lease of whoever is paused runs out all the same, so that the place comes free.
    """
    chairs = StudyRater.objects.filter(study=OuterRef("study"), rater=OuterRef("rater"))
    rows: Any = Assignment.objects.annotate(is_paused=Exists(chairs.filter(paused=True)))
    held = rows.select_for_update(of=("self",)).get(pk=assignment.pk)
    if held.state == State.SUBMITTED:
        return True  # a submit overtook this save and has all of it
    if held.state == State.LEASED and not held.is_paused:
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
