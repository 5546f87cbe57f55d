"""What webhooks are told of, and what a message says."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from surveys.models import CurrentFeedback, Response
from surveys.positions import NAMED, RANGES

CREATED, CHANGED = "feedback.created", "feedback.changed"
RETRACTED, COMPLETED = "feedback.retracted", "response.completed"
TEST = "webhook.test"
EVENTS: Mapping[str, Promise] = {
    CREATED: _("Somebody gave feedback."),
    CHANGED: _("Somebody said something else, gave a reason or wrote a comment."),
    RETRACTED: _("Somebody took feedback back."),
    COMPLETED: _("Somebody answered a survey to the end."),
}
NAMES: Mapping[str, Promise] = {
    CREATED: _("feedback given"),
    CHANGED: _("feedback changed"),
    RETRACTED: _("feedback taken back"),
    COMPLETED: _("survey answered"),
    TEST: _("test message"),
}
"""The same in a table or a list."""

Said = tuple[Any, ...]


def said_in(row: CurrentFeedback | None) -> Said | None:
    """What a row says, to be compared with what it says later; None for nothing."""
    if row is None or row.value is None:
        return None
    return row.value, row.words, tuple(row.reasons), row.comment


def event_between(before: Said | None, after: Said | None) -> str:
    """What happened to feedback that said the one and now says the other; "" for nothing."""
    if before == after:
        return ""
    if before is None:
        return CREATED
    return RETRACTED if after is None else CHANGED


def payload(event: str, at: datetime, data: Mapping[str, Any]) -> dict[str, Any]:
    """The body, as Standard Webhooks asks for."""
    return {"type": event, "timestamp": _written(at), "data": dict(data)}


def feedback_data(row: CurrentFeedback, respondent: str) -> dict[str, Any]:
    return {
        "conversation": row.conversation_key,
        "message": row.message,
        "kind": row.kind,
        "value": value_of(row),
        "reasons": row.reasons,
        "comment": row.comment,
        "variant": row.variant_name,
        "respondent": respondent,
        "at": _written(row.at),
        "trust": row.trust,
        "mode": row.mode,
        "p": row.p,
        "locale": row.locale,
        "context": row.context,
    }


def value_of(row: CurrentFeedback) -> str | int | None:
    """As it is given: "up" or "down" of a thumb, the number of a scale, the key of a choice."""
    if row.value is None:
        return None
    if row.kind in NAMED:
        return NAMED[row.kind][row.value]
    return row.value if row.kind in RANGES else row.words


def response_data(response: Response, respondent: str) -> dict[str, Any]:
    return {
        "id": str(response.uid),
        "survey": response.survey.slug,
        "version": response.version.number,
        "answers": response.answers,
        "locale": response.locale,
        "source": response.source,
        "trust": response.trust,
        "mode": response.mode,
        "p": response.p,
        "conversation": response.conversation_key,
        "variant": response.variant_name,
        "respondent": respondent,
        "context": response.context,
        "seconds": response.seconds,
        "started_at": _written(response.started_at),
        "finished_at": _written(response.finished_at) if response.finished_at else None,
    }


def _written(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
