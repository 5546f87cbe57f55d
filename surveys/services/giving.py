"""Feedback that comes by another way than a page: from a server, or by a respondent's own hand."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Project
from core.errors import InvalidError
from core.models import new_uid
from surveys.incoming import Row, Sender, row_of
from surveys.ingest_words import EventRefusedError
from surveys.models import CurrentFeedback, FeedbackEvent, FeedbackRules, Kind, Trust
from surveys.services.ingest import stored
from surveys.services.soon import fold_soon

Type, Source = FeedbackEvent.Type, FeedbackEvent.Source
AT_ONCE = timedelta(0)


@transaction.atomic
def give_feedback(*, project: Project, said: Mapping[str, Any], now: datetime) -> tuple[Row, bool]:
    """Keep feedback that an application's server vouches for; whether it was new.

    `said` has the fields of an event of the widget with `conversation`, `message`, `subject` on
    their own.

    Raises:
        InvalidError: With the code and the sentence of what is wrong.
    """
    event = {
        **said,
        "id": str(said.get("id") or new_uid()),
        "type": Type.FEEDBACK.value,
        "target": {"conversation": said.get("conversation"), "message": said.get("message")},
        "ui": {"locale": said.get("locale") or ""},
    }
    subject = str(said.get("subject") or "")
    row = _checked(event, _sender(project, Source.SERVER, Trust.SIGNED, f"s:{subject}", now))
    if not subject:
        row = row._replace(respondent_key=f"m:{row.uid.hex}")
    is_new = bool(stored([row]))
    if is_new:
        transaction.on_commit(fold_soon)
    return row, is_new


@transaction.atomic
def retract_feedback(*, event: FeedbackEvent, now: datetime) -> bool:
    """Take back what an event said; the event stays. Whether it was not taken back before."""
    if event.type != Type.FEEDBACK:
        raise InvalidError(_("Only feedback can be taken back; this tells of something else."))
    return _say_again(event, "", uuid5(event.uid, "retract"), now)


@transaction.atomic
def change_own(*, feedback: CurrentFeedback, value: str, now: datetime) -> bool:
    """A respondent says something else about an answer, or with "" nothing any more."""
    event = FeedbackEvent.objects.get(pk=feedback.event_id)
    if event.seq < feedback.seq:
        event.seq = feedback.seq
    return _say_again(event, value, new_uid(), now)


def _say_again(event: FeedbackEvent, value: str, uid: UUID, now: datetime) -> bool:
    sender = _sender(event.project, Source.LINK, event.trust, event.respondent_key, now)
    raw = {
        "id": str(uid),
        "type": Type.FEEDBACK.value if value else Type.RETRACT.value,
        "kind": event.kind,
        "value": value or None,
        "seq": event.seq + 1,
        "target": {"conversation": event.conversation_key, "message": event.message},
        "variant": event.variant_name,
        "ui": {"locale": event.locale, "instrument": event.instrument},
        "context": event.data.get("context"),
    }
    row = _checked(raw, sender)._replace(key_id=event.key_id, mode=event.mode, p=event.p)
    is_new = bool(stored([row]))
    if is_new:
        transaction.on_commit(fold_soon)
    return is_new


def value_of(feedback: CurrentFeedback) -> str:
    """The other thumb: what a respondent changes to."""
    if feedback.kind != Kind.THUMB or feedback.value is None:
        return ""
    return "down" if feedback.value else "up"


def _sender(project: Project, source: str, trust: str, respondent: str, now: datetime) -> Sender:
    rules = FeedbackRules.objects.filter(project=project).values_list("scrub", flat=True).first()
    return Sender(
        project=project.pk,
        key=None,
        source=source,
        trust=trust,
        respondent=respondent,
        claims=None,
        received=now,
        behind=AT_ONCE,
        scrub=rules is not False,
    )


def _checked(event: Mapping[str, Any], sender: Sender) -> Row:
    try:
        return row_of(dict(event), sender)
    except EventRefusedError as refusal:
        told = refusal.as_data(None)
        raise InvalidError(told["message"], code=refusal.code) from None
