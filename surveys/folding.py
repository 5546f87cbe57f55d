"""What one respondent says of one answer, from the events in whatever order they come.

Each rule here gives the same result for the same set of events: the earliest day, whether one was
shown, and the greatest event by (seq, at, key). So folding twice, late, in parts or in another
order changes nothing, and a recount from the events must find what is stored.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import UUID

from django.utils import timezone

from core.making import Maker
from surveys.models import CurrentFeedback, FeedbackEvent
from surveys.positions import position_of, words_of

Type = FeedbackEvent.Type
FEEDBACK = Maker(CurrentFeedback)
ABOUT_AN_ANSWER = (Type.FEEDBACK, Type.RETRACT, Type.IMPRESSION)


class Event(NamedTuple):
    """The columns of an event that folding reads, those of JSON last."""

    pk: int
    type: str
    source: str
    key_id: int | None
    trust: str
    respondent_key: str
    at: datetime
    seq: int
    kind: str
    value: str
    conversation_key: str
    message: str
    variant_name: str
    comment: str
    locale: str
    instrument: int
    mode: str
    p: float | None
    reasons: list[str]
    data: dict[str, Any]


def target_of(conversation: str, message: str, kind: str) -> UUID:
    """What feedback is about: the same for all events of one answer and kind."""
    words = f"{len(conversation)}:{conversation}{len(message)}:{message}{kind}"
    return UUID(bytes=sha256(words.encode()).digest()[:16])


def day_of(at: datetime) -> date:
    return at.astimezone(timezone.get_default_timezone()).date()


def new_feedback(project: int, respondent: int, target: UUID, event: Event) -> CurrentFeedback:
    """A row that says nothing yet; `merge` takes the event in."""
    return FEEDBACK(
        project_id=project,
        respondent_id=respondent,
        target=target,
        kind=event.kind,
        conversation_key=event.conversation_key,
        message=event.message,
        day=day_of(event.at),
        at=event.at,
        event_id=0,
    )


def merge(current: CurrentFeedback, event: Event) -> None:
    """Take an event in, unless one that is greater is in already."""
    current.day = min(current.day, day_of(event.at))
    says = event.type != Type.IMPRESSION
    current.shown = current.shown or not says
    has_said = current.value is not None or current.retracted
    order = (event.seq, event.at, event.pk)
    is_later = order > (current.seq, current.at, current.event_id) or not current.event_id
    if says > has_said or (says == has_said and is_later):
        _take(current, event)


def _take(current: CurrentFeedback, event: Event) -> None:
    is_given = event.type == Type.FEEDBACK
    current.value = position_of(event.kind, event.value) if is_given else None
    current.words = words_of(event.kind, event.value) if is_given else ""
    current.retracted = event.type == Type.RETRACT
    current.reasons, current.comment = event.reasons, event.comment
    current.seq, current.at, current.event_id = event.seq, event.at, event.pk
    current.key_id, current.trust = event.key_id, event.trust
    current.locale, current.instrument = event.locale, event.instrument
    current.mode, current.p = event.mode, event.p
    current.context = event.data.get("context") or {}
    current.variant_name = event.variant_name


class CellKey(NamedTuple):
    """The unique columns of `FeedbackCell`, in the order of its constraint."""

    project_id: int
    kind: str
    day: date
    variant_name: str
    language: str
    locale: str
    trust: str
    mode: str
    widget: int
    instrument: int


COUNTS = ("n_shown", "n_answered", "n_comments", "n_retracted", *(f"v{n}" for n in range(11)))


class Tally:
    """Sums of cells and reasons, or the differences between two states of them."""

    def __init__(self, rows: Iterable[CurrentFeedback] = ()) -> None:
        self.counts: Counter[tuple[CellKey, str]] = Counter()
        self.reasons: Counter[tuple[CellKey, int, str]] = Counter()
        for row in rows:
            self.add(row)

    def add(self, row: CurrentFeedback, sign: int = 1) -> None:
        if not row.event_id:
            return
        key = cell_of(row)
        if row.shown:
            self.counts[key, "n_shown"] += sign
        if row.retracted:
            self.counts[key, "n_retracted"] += sign
        if row.value is None:
            return
        self.counts[key, f"v{row.value}"] += sign
        if row.shown:
            self.counts[key, "n_answered"] += sign
        if row.comment:
            self.counts[key, "n_comments"] += sign
        for reason in row.reasons:
            self.reasons[key, row.value, reason] += sign

    def subtract(self, other: "Tally") -> None:
        self.counts.subtract(other.counts)
        self.reasons.subtract(other.reasons)

    @property
    def keys(self) -> list[CellKey]:
        """The cells in which anything differs, in the order in which all writers hold them."""
        found = {key for (key, _name), n in self.counts.items() if n}
        found |= {key for (key, _value, _reason), n in self.reasons.items() if n}
        return sorted(found)


def cell_of(row: CurrentFeedback) -> CellKey:
    return CellKey(
        row.project_id,
        row.kind,
        row.day,
        row.variant_name,
        row.language,
        row.locale,
        row.trust,
        row.mode,
        row.key_id or 0,
        row.instrument,
    )
