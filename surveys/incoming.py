"""One event checked by itself: what is stored of it, or why it is not taken.

Written for the hot path: no model instance, no translated word and no exception where an event is
good. What this does not know it leaves out, so that a newer widget may send more.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from core.text import storable
from surveys.envelopes import moment_in
from surveys.ingest_words import EventRefusedError
from surveys.models.events import FeedbackEvent, Kind, Mode
from surveys.positions import LONGEST_CHOICE, NoSuchValueError, allowed, stored_value
from surveys.scrubbing import scrubbed
from surveys.tokens import Claims

OLDEST = timedelta(days=30)
LONGEST_COMMENT = 4_000
LONGEST_REASON, MOST_REASONS = 40, 10
LONGEST_NAME, LONGEST_FACT, MOST_FACTS = 40, 200, 10
MOST_IN_ORDER = 30
HIGHEST = 2**31 - 1
LOCALE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,6})?")
SLUG = re.compile(r"[a-z0-9_-]{1,60}", re.IGNORECASE)

Type = FeedbackEvent.Type
TYPES = frozenset(Type.values)
ABOUT_AN_ANSWER = frozenset({Type.FEEDBACK.value, Type.RETRACT.value, Type.IMPRESSION.value})
KINDS = frozenset(Kind.values)
MODES = frozenset(Mode.values)


class Row(NamedTuple):
    """The columns of `FeedbackEvent` that an event fills, in the order in which they are stored."""

    project_id: int
    uid: UUID
    type: str
    source: str
    key_id: int | None
    trust: str
    respondent_key: str
    at: datetime
    received_at: datetime
    seq: int
    kind: str
    value: str
    conversation_key: str
    message: str
    variant_name: str
    reasons: list[str]
    comment: str
    locale: str
    instrument: int
    mode: str
    p: float | None
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sender:
    """What holds for an event because of who sends it."""

    project: int
    key: int | None
    source: str
    trust: str
    respondent: str
    """As `Respondent.key`; empty where nobody says."""

    claims: Claims | None
    received: datetime
    behind: timedelta
    scrub: bool


def row_of(raw: Any, sender: Sender) -> Row:
    """An event as it is stored.

    Raises:
        EventRefusedError: With the code of what is wrong first.
    """
    if type(raw) is not dict:
        raise EventRefusedError("not_an_event")
    uid = uid_of(raw)
    kind_of_event: Any = raw.get("type")
    if type(kind_of_event) is not str or kind_of_event not in TYPES:
        _refuse_name("unknown_type", kind_of_event, Type.values)
    if kind_of_event in ABOUT_AN_ANSWER:
        kind, value = _said(raw, kind_of_event)
        if kind_of_event == Type.FEEDBACK and not value:
            kind_of_event = Type.RETRACT.value
        data: dict[str, Any] = {}
    else:
        kind = value = ""
        data = {"survey": _survey(raw)}
    conversation, message, variant = _target(raw, sender, bool(kind), kind)
    comment = _text(raw, "comment", LONGEST_COMMENT) if value else ""
    if kind == Kind.TEXT and value and not comment.strip():
        raise EventRefusedError("no_words")
    mode, p = _sample(raw)
    locale, instrument = _shown_as(raw, data)
    context = raw.get("context")
    if context:
        data["context"] = _context(context)
    return Row(
        sender.project,
        uid,
        kind_of_event,
        sender.source,
        sender.key,
        sender.trust,
        sender.respondent or f"m:{uid.hex}",
        _at(raw, sender),
        sender.received,
        _whole(raw, "seq", 0, HIGHEST),
        kind,
        value,
        conversation,
        message,
        variant,
        _reasons(raw) if value else [],
        scrubbed(comment) if comment and sender.scrub else comment,
        locale,
        instrument,
        mode,
        p,
        data,
    )


def uid_of(raw: dict[str, Any]) -> UUID:
    try:
        return UUID(raw["id"])
    except (KeyError, ValueError, TypeError, AttributeError):
        raise EventRefusedError("bad_id") from None


def _said(raw: dict[str, Any], event: Any) -> tuple[str, str]:
    """Kind and value; an empty value takes back, or only tells that something was shown."""
    kind = raw.get("kind")
    if type(kind) is not str or kind not in KINDS:
        _refuse_name("unknown_kind", kind, Kind.values)
    value = raw.get("value")
    if event != Type.FEEDBACK or (value is None and "value" in raw):
        return str(kind), ""
    try:
        stored = stored_value(str(kind), value)
    except NoSuchValueError:
        if kind == Kind.CHOICE:
            raise EventRefusedError("bad_choice", most=LONGEST_CHOICE) from None
        raise EventRefusedError(
            "bad_value", value=str(value)[:40], kind=kind, allowed=allowed(str(kind))
        ) from None
    if not storable(stored):
        raise EventRefusedError("bad_text", field="value")
    return str(kind), stored


def _target(
    raw: dict[str, Any], sender: Sender, is_needed: bool, kind: str
) -> tuple[str, str, str]:
    """Conversation, message and variant: a token's own words where there is one."""
    target = raw.get("target")
    if type(target) is dict:
        conversation = _text(target, "conversation", 255)
        message = _text(target, "message", 255)
        variant = _text(target, "variant", 120) or _text(raw, "variant", 120)
    else:
        conversation = message = ""
        variant = _text(raw, "variant", 120)
    if (claims := sender.claims) is not None:
        if refusal := claims.refusal(conversation, message, variant, kind):
            raise EventRefusedError(refusal)
        conversation = claims.conversation
        message, variant = claims.message or message, claims.variant or variant
    if is_needed and not conversation:
        raise EventRefusedError("no_conversation")
    return conversation, message, variant


def _text(raw: dict[str, Any], field: str, most: int) -> str:
    value = raw.get(field)
    if value is None:
        return ""
    if type(value) is not str:
        raise EventRefusedError("bad_text", field=field)
    if len(value) > most:
        raise EventRefusedError("too_long", field=field, length=len(value), most=most)
    if not storable(value):
        raise EventRefusedError("bad_text", field=field)
    return value


def _whole(raw: dict[str, Any], field: str, low: int, high: int) -> int:
    value = raw.get(field, low)
    if type(value) is not int or not low <= value <= high:
        raise EventRefusedError("bad_number", field=field, low=low, high=high)
    return value


def _at(raw: dict[str, Any], sender: Sender) -> datetime:
    """When it happened by our clock: set right by the sender's, and neither old nor to come."""
    said = raw.get("at")
    if said is None:
        return sender.received
    moment = moment_in(said) if type(said) is str else None
    if moment is None:
        raise EventRefusedError("bad_time", value=str(said)[:40])
    try:
        moment += sender.behind
    except OverflowError:
        return sender.received
    return max(sender.received - OLDEST, min(moment, sender.received))


def _reasons(raw: dict[str, Any]) -> list[str]:
    reasons = raw.get("reasons")
    if not reasons:
        return []
    if (
        type(reasons) is not list
        or len(reasons) > MOST_REASONS
        or not all(_is_short(one, LONGEST_REASON) for one in reasons)
    ):
        raise EventRefusedError("bad_reasons", most=MOST_REASONS, length=LONGEST_REASON)
    return list(dict.fromkeys(reasons))


def _is_short(text: Any, most: int) -> bool:
    return type(text) is str and 0 < len(text) <= most and storable(text)


def _sample(raw: dict[str, Any]) -> tuple[str, float | None]:
    sample = raw.get("sample")
    if sample is None:
        return Mode.UNSOLICITED.value, None
    if type(sample) is dict:
        mode, p = sample.get("mode", Mode.UNSOLICITED.value), sample.get("p")
        if type(mode) is str and mode in MODES and (p is None or _is_share(p)):
            return mode, p
    raise EventRefusedError("bad_sample")


def _is_share(p: Any) -> bool:
    return type(p) in (int, float) and 0 < p <= 1


def _shown_as(raw: dict[str, Any], data: dict[str, Any]) -> tuple[str, int]:
    """Language and number of the instrument; the rest of how it looked goes into the data."""
    ui = raw.get("ui")
    if type(ui) is not dict:
        return "", 0
    locale = ui.get("locale") or ""
    if locale and (type(locale) is not str or not LOCALE.fullmatch(locale)):
        raise EventRefusedError("bad_locale", value=str(locale)[:40])
    kept: dict[str, Any] = {}
    if widget := _text(ui, "widget", 40):
        kept["widget"] = widget
    if order := ui.get("order"):
        if (
            type(order) is not list
            or len(order) > MOST_IN_ORDER
            or not all(_is_short(one, LONGEST_CHOICE) for one in order)
        ):
            raise EventRefusedError("bad_order", most=MOST_IN_ORDER)
        kept["order"] = order
    if kept:
        data["ui"] = kept
    return locale, _whole(ui, "instrument", 0, 32_767)


def _context(context: Any) -> dict[str, Any]:
    if (
        type(context) is not dict
        or len(context) > MOST_FACTS
        or not all(_is_short(name, LONGEST_NAME) for name in context)
        or not all(_is_fact(fact) for fact in context.values())
    ):
        raise EventRefusedError("bad_context", most=MOST_FACTS, length=LONGEST_FACT)
    return context


def _is_fact(fact: Any) -> bool:
    if type(fact) is str:
        return len(fact) <= LONGEST_FACT and storable(fact)
    return fact is None or type(fact) in (bool, float) or (type(fact) is int and abs(fact) < 2**53)


def _survey(raw: dict[str, Any]) -> dict[str, Any]:
    survey = raw.get("survey")
    if type(survey) is dict:
        slug, number = survey.get("slug"), survey.get("number", 1)
        if type(slug) is str and SLUG.fullmatch(slug) and type(number) is int and 0 < number < 9999:
            return {"slug": slug, "number": number}
    raise EventRefusedError("no_survey")


def _refuse_name(code: str, value: Any, known: list[str]) -> None:
    raise EventRefusedError(code, value=str(value)[:40], allowed=", ".join(known))
