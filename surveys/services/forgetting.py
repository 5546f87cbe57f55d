"""Forgetting a subject: what was given is deleted, and every sum is as if it had never come.

What stays is a row that says when somebody was forgotten and how much went. A release of gold that
was published keeps a tombstone under the hash it names, and a new one follows.
"""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.audited_words import follow_names
from accounts.models import Project, User
from conversations.erasing import erase_words, whole_chains
from conversations.models import Conversation
from core.errors import NotFoundError
from core.registry import announce
from surveys.models import (
    Answer,
    CurrentFeedback,
    FeedbackEvent,
    Respondent,
    Response,
    SubjectErasure,
    SurveyLink,
    Trust,
    VariantAssignment,
)
from surveys.services.assignments import hash_of
from surveys.services.folding import events_in, take_from_survey_days
from surveys.services.joining import tell_routes
from surveys.services.projection import hold, remove
from surveys.services.webhook_messages import (
    forget_messages_about,
    forget_messages_of,
    forget_messages_on,
)
from surveys.survey_days import uncount

SUBJECT = "s:"


@transaction.atomic
def forget_subject(
    *,
    actor: User | None,
    project: Project,
    key: str,
    now: datetime,
    conversations: bool = False,
) -> SubjectErasure:
    """Forget whoever is known under a key; with `conversations` also what they said there.

    Raises:
        NotFoundError: Nothing is kept under that key.
    """
    hold(project.pk)
    respondent = Respondent.objects.filter(project=project, key=key).first()
    events = events_of(project, respondent, key)
    subject = key.removeprefix(SUBJECT) if key.startswith(SUBJECT) else ""
    links = SurveyLink.objects.filter(survey__project=project, subject=subject)
    assigned = VariantAssignment.objects.filter(
        project=project, respondent_hash=hash_of(project, key)
    )
    known = [respondent, events.exists(), assigned.exists(), subject and links.exists()]
    if not any(known):
        raise NotFoundError(_("Nothing is kept of this subject."))
    spoken = conversations_of(respondent, key) if conversations else set()
    take_from_survey_days(project.pk, events_in(events.exclude(respondent=None).order_by("pk")))
    counts = {
        "events": events.delete()[0],
        "feedback": _forget_feedback(project, respondent),
        "responses": _forget_responses(respondent, now),
        "assignments": assigned.delete()[0],
        "links": _forget_links(project, links) if subject else 0,
        "conversations": erase_words(spoken, now),
    }
    if respondent:
        forget_messages_of(respondent.pk)
        respondent.key, respondent.erased_at = f"x:{respondent.uid.hex}", now
        respondent.save(update_fields=["key", "erased_at"])
    announce("subject_erased", actor=actor, project=project, conversations=sorted(spoken), now=now)
    erasure = SubjectErasure.objects.create(
        project=project, requested_by=actor, at=now, finished_at=now, counts=counts
    )
    record(actor, "subject.erased", target=erasure, project=project, counts=counts)
    return erasure


def events_of(
    project: Project, respondent: Respondent | None, key: str
) -> "QuerySet[FeedbackEvent]":
    """Folded ones by whose they are, the others by what they say."""
    which = Q(respondent=None, respondent_key=key)
    if respondent is not None:
        which |= Q(respondent=respondent)
    return FeedbackEvent.objects.filter(which, project=project)


def conversations_of(respondent: Respondent | None, key: str) -> set[int]:
    """Those that signed feedback names: nobody else can say whose a conversation is.

    With those that continue one of them or are continued by it: they say the same words.
    """
    if respondent is None or not key.startswith(SUBJECT):
        return set()
    rows = CurrentFeedback.objects.filter(respondent=respondent, trust=Trust.SIGNED)
    found = rows.exclude(conversation=None)
    named = Conversation.objects.filter(feedback__in=found)
    return whole_chains(named.values_list("pk", flat=True))


def _forget_links(project: Project, links: "QuerySet[SurveyLink]") -> int:
    """They stay without whom they were for, in the audit log too."""
    rows = list(links)
    for row in rows:
        row.subject, row.name, row.context = "", _("erased"), {}
    SurveyLink.objects.bulk_update(rows, ["subject", "name", "context"])
    follow_names(project, rows)
    return len(rows)


def _forget_feedback(project: Project, respondent: Respondent | None) -> int:
    if respondent is None:
        return 0
    rows = list(CurrentFeedback.objects.filter(respondent=respondent))
    return delete_feedback(project, rows)


def delete_feedback(project: Project, rows: Collection[CurrentFeedback]) -> int:
    """Delete rows of a projection that is held; routes look at their conversations again."""
    remove(rows)
    tell_routes(project.pk, rows)
    return len(rows)


@transaction.atomic
def forget_feedback(*, feedback: CurrentFeedback) -> None:
    """Erase what a respondent said of one answer, and every event that said it.

    Also what came in a moment ago, else the next fold would say it again, and what still waits to
    be sent to a webhook.
    """
    project = feedback.project
    hold(project.pk)
    events = events_of(project, feedback.respondent, feedback.respondent.key)
    events.filter(
        kind=feedback.kind,
        conversation_key=feedback.conversation_key,
        message=feedback.message,
    ).delete()
    forget_messages_about(feedback)
    delete_feedback(project, list(CurrentFeedback.objects.filter(pk=feedback.pk)))


@transaction.atomic
def forget_response(*, response: Response, now: datetime) -> None:
    """Erase a filled form. Of one that came from a file the row number stays, so that the same file
    does not bring it again."""
    rows = Response.objects.select_for_update(of=("self",)).filter(pk=response.pk)
    held = rows.first()
    if held is None:  # somebody else has just erased it
        return
    forget_messages_on(held)
    Answer.objects.filter(response=held).delete()
    if held.source != Response.Source.IMPORT:
        uncount(held)
        held.delete()
        return
    held.answers, held.context, held.order = {}, {}, {}
    held.respondent, held.conversation, held.conversation_key = None, None, ""
    held.erased_at = now
    held.save()


def _forget_responses(respondent: Respondent | None, now: datetime) -> int:
    responses = list(respondent.responses.all()) if respondent else []
    for response in responses:
        forget_response(response=response, now=now)
    return len(responses)
