"""What is kept of a subject, as they or a data protection officer may read it.

It names all that forgetting them takes (`surveys.services.forgetting`), with what was said in the
conversations whose feedback they signed and what was made of it.
"""

from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Project
from conversations.models import Conversation
from core.errors import NotFoundError
from core.registry import announce
from surveys.models import FeedbackEvent, Respondent, Response, SurveyLink, VariantAssignment
from surveys.services.assignments import hash_of
from surveys.services.forgetting import SUBJECT, conversations_of, events_of


def kept_of(project: Project, key: str) -> dict[str, Any]:
    """Everything that is kept under a key.

    Raises:
        NotFoundError: Nothing is.
    """
    respondent = Respondent.objects.filter(project=project, key=key).first()
    responses = Response.objects.filter(respondent=respondent) if respondent else None
    subject = key.removeprefix(SUBJECT) if key.startswith(SUBJECT) else ""
    links = SurveyLink.objects.filter(survey__project=project, subject=subject) if subject else None
    assigned = VariantAssignment.objects.filter(
        project=project, respondent_hash=hash_of(project, key)
    )
    spoken = Conversation.objects.filter(pk__in=conversations_of(respondent, key))
    rows: dict[str, list[dict[str, Any]]] = {
        "events": [_event(row) for row in events_of(project, respondent, key).order_by("pk")],
        "responses": [_response(row) for row in _of(responses, "survey", "version")],
        "links": [_link(row) for row in _of(links, "survey")],
        "assignments": [_assignment(row) for row in _of(assigned, "experiment")],
        "conversations": [_conversation(row) for row in _of(spoken)],
        "gold": [],
    }
    named = [row.pk for row in spoken]
    announce("subject_kept", project=project, conversations=named, found=rows)
    if respondent is None and not any(rows.values()):
        raise NotFoundError(_("Nothing is kept of this subject."))
    return {"subject": key.removeprefix(SUBJECT), **rows}


def _of(rows: Any, *related: str) -> Any:
    if rows is None:
        return ()
    return (rows.select_related(*related) if related else rows).order_by("pk")


def _event(row: FeedbackEvent) -> dict[str, Any]:
    return {
        "id": str(row.uid),
        "type": row.type,
        "at": row.at.isoformat(),
        "kind": row.kind,
        "value": row.value,
        "conversation": row.conversation_key,
        "message": row.message,
        "variant": row.variant_name,
        "reasons": row.reasons,
        "comment": row.comment,
        "locale": row.locale,
        "data": row.data,
    }


def _response(row: Response) -> dict[str, Any]:
    return {
        "id": str(row.uid),
        "survey": row.survey.slug,
        "version": row.version.number,
        "state": row.state,
        "started_at": row.started_at.isoformat(),
        "finished_at": row.finished_at.isoformat() if row.finished_at else None,
        "answers": row.answers,
        "context": row.context,
    }


def _link(row: SurveyLink) -> dict[str, Any]:
    return {
        "survey": row.survey.slug,
        "name": row.name,
        "context": row.context,
        "made_at": row.created_at.isoformat(),
        "expires_at": row.expires_at.isoformat(),
        "used": row.n_used,
    }


def _assignment(row: VariantAssignment) -> dict[str, Any]:
    return {
        "experiment": row.experiment.name,
        "variant": row.variant_name,
        "at": row.at.isoformat(),
    }


def _conversation(row: Conversation) -> dict[str, Any]:
    return {
        "id": row.external_id,
        "started_at": row.started_at.isoformat() if row.started_at else None,
        "turns": row.turns,
        "metadata": row.metadata,
    }
