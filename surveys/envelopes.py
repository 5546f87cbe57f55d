"""What one request carries: read as a whole here, its events one by one in `surveys.incoming`."""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from django.http import HttpRequest

from surveys.ingest_words import RequestRefusedError

MOST_BYTES = 65_536
MOST_EVENTS = 50
CONTENT_TYPES = ("text/plain", "application/json", "")
RESPONDENT = re.compile(r"[bm]:[A-Za-z0-9_-]{8,100}")
NONE, MINUTE = timedelta(0), timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Envelope:
    key: str
    events: list[Any]
    token: str
    """For every event that brings none of its own."""

    respondent: str
    """What the page calls its reader, `b:` or `m:` and a random id; empty for nobody."""

    behind: timedelta
    """What the sender's clock lacks."""


def body_of(request: HttpRequest) -> dict[str, Any]:
    """The one JSON object that a browser sent, within the limits of a request."""
    if request.content_type not in CONTENT_TYPES:
        raise RequestRefusedError("bad_content_type")
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
        raise RequestRefusedError("body_too_large", most=MOST_BYTES)
    said = parsed(request.body)
    if not isinstance(said, dict):
        raise RequestRefusedError("bad_envelope", words="not_json")
    return said


def envelope_of(said: dict[str, Any], received: datetime) -> Envelope:
    key, events = said.get("key"), said.get("events")
    if not isinstance(key, str) or not isinstance(events, list):
        raise RequestRefusedError("bad_envelope")
    if len(events) > MOST_EVENTS:
        raise RequestRefusedError("too_many_events", count=len(events), most=MOST_EVENTS)
    token = said.get("token")
    return Envelope(
        key=key,
        events=events,
        token=token if isinstance(token, str) else "",
        respondent=respondent_in(said),
        behind=_behind(said.get("sent_at"), received),
    )


def respondent_in(said: dict[str, Any]) -> str:
    respondent = said.get("respondent")
    if respondent is None:
        return ""
    if not isinstance(respondent, str) or not RESPONDENT.fullmatch(respondent):
        raise RequestRefusedError("bad_respondent")
    return respondent


def parsed(body: bytes) -> Any:
    """The JSON of a body.

    Half a surrogate pair, as a page sends it that cuts a comment inside an emoji, is no JSON to the
    quick reader; the slow one takes it, so that only the event that holds it is refused.
    """
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        if b"\\u" not in body:
            raise RequestRefusedError("not_json") from None
    try:
        return json.loads(body, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise RequestRefusedError("not_json") from None


def _no_number(name: str) -> None:
    raise ValueError(name)


def _behind(sent_at: Any, received: datetime) -> timedelta:
    """What the clock lacks in whole minutes; zero when the sender does not say what it shows.

    A request is on its way for a while too. Counted to the second, a slow one would move its events
    behind those of a quick one that the same page sent after it.
    """
    sent = moment_in(sent_at) if isinstance(sent_at, str) else None
    return round((received - sent) / MINUTE) * MINUTE if sent else NONE


def moment_in(text: str) -> datetime | None:
    """A time in ISO 8601, of UTC where it does not say of where; None for anything else."""
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
