"""What people wrote: pages by key, newest first, and what one conversation got."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import BooleanField, F, Func, Q, QuerySet, TextField
from django.db.models.functions import Cast

from accounts.models import Project
from analytics.reports.feedback_measures import POINTS
from conversations.models import Conversation
from core.http import whole
from core.phrases import enumerated
from surveys.complaints import complains
from surveys.models import CurrentFeedback, Kind
from surveys.reason_words import REASON_WORDS

PAGE = 50
OF_ONE = 100
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TICK = timedelta(microseconds=1)
LAST_TICK = 2**56
HAS_WORDS = Func(F("comment"), template="NOT (%(expressions)s = '')", output_field=BooleanField())
"""Spelled out, or SQLite would not take the index over rows with words (`feedback_words`)."""


@dataclass(frozen=True, slots=True)
class Sought:
    q: str = ""
    kind: str = ""
    value: int | None = None
    reason: str = ""
    variant: str = ""


@dataclass(frozen=True, slots=True)
class Edge:
    """Behind which row a page begins: its time, and its key among those of the same time."""

    at: datetime
    key: int

    def __str__(self) -> str:
        return f"{(self.at - EPOCH) // TICK}-{self.key}"

    @classmethod
    def read(cls, text: str) -> "Edge | None":
        ticks, _dash, key = text.partition("-")
        at, number = whole(ticks), whole(key)
        if at is None or number is None or at > LAST_TICK:
            return None
        return cls(EPOCH + at * TICK, number)


@dataclass(frozen=True, slots=True)
class Said:
    """One feedback as a list shows it."""

    feedback: CurrentFeedback
    answer: Any
    is_joined: bool

    @property
    def turn(self) -> int | None:
        """The turn as people count; None where it is about the whole, or not found yet."""
        return self.feedback.turn + 1 if self.feedback.turn >= 0 else None

    @property
    def complains(self) -> bool:
        return complains(self.feedback)

    @property
    def reasons(self) -> str:
        return enumerated(REASON_WORDS.get(one, one) for one in self.feedback.reasons)


@dataclass(frozen=True, slots=True)
class Words:
    rows: Sequence[Said]
    older: str


def words_of(project: Project, sought: Sought, before: Edge | None = None) -> Words:
    found = with_words(project, sought)
    if before:
        same = Q(at=before.at, pk__lt=before.key)
        found = found.filter(Q(at__lt=before.at) | same, at__lte=before.at)
    rows = list(found[: PAGE + 1])
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    return Words([said(row) for row in rows[:PAGE]], str(Edge(last.at, last.pk)) if last else "")


def with_words(project: Project, sought: Sought) -> QuerySet[CurrentFeedback]:
    found = CurrentFeedback.objects.filter(HAS_WORDS, project=project)
    for word in sought.q.split():
        found = found.filter(comment__icontains=word)
    if sought.kind:
        found = found.filter(kind=sought.kind)
    if sought.value is not None:
        found = found.filter(value=sought.value)
    if sought.variant:
        found = found.filter(variant_name=sought.variant)
    if sought.reason:
        # As text, because SQLite cannot ask whether a list holds something; keys need no escapes.
        found = found.annotate(reasons_text=Cast("reasons", TextField()))
        found = found.filter(reasons_text__contains=f'"{sought.reason}"')
    return newest(found)


def newest(found: QuerySet[CurrentFeedback]) -> QuerySet[CurrentFeedback]:
    told = found.select_related("conversation").defer(
        "conversation__turns", "conversation__metadata", "context"
    )
    return told.order_by("-at", "-pk")


def given_to(conversation: Conversation) -> list[Said]:
    """What a conversation got and was not taken back, in the order of its turns."""
    rows = CurrentFeedback.objects.filter(
        Q(value__isnull=False) | ~Q(comment=""), conversation=conversation
    )
    return [said(row) for row in newest(rows).order_by("turn", "-at", "-pk")[:OF_ONE]]


def said(feedback: CurrentFeedback) -> Said:
    return Said(feedback, answer_of(feedback), feedback.conversation_id is not None)


def answer_of(feedback: CurrentFeedback) -> Any:
    """The answer in words; empty where it is words alone or was taken back."""
    if feedback.value is None or feedback.kind == Kind.TEXT:
        return ""
    if feedback.kind == Kind.CHOICE:
        return feedback.words
    named = POINTS.get(feedback.kind, ())
    return named[feedback.value] if feedback.value < len(named) else str(feedback.value)
