"""What the redaction pages show: the queue, and one conversation with its spans marked."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Subquery

from accounts.models import Project
from conversations.listing import COUNTED, PAGE, named
from conversations.models import Conversation, Redaction, RedactionScan
from conversations.redacting import names_of, unscanned
from conversations.scanning import looked_for
from conversations.spans import METADATA_TURN, around, texts_in

State = Redaction.State
AROUND = 24
"""Signs before and behind a place that tell one proposal from another in the list."""


@dataclass(frozen=True)
class Queue:
    """One page of the conversations that wait, the oldest first."""

    rows: list[Conversation]
    after: UUID | None
    n_waiting: int
    n_unscanned: int


def queue_of(project: Project, wanted: Mapping[str, Any], after: UUID | None = None) -> Queue:
    waiting = Redaction.objects.open().filter(project=project)
    if kind := wanted.get("kind"):
        waiting = waiting.filter(kind=kind)
    found = Conversation.objects.filter(pk__in=waiting.values("conversation_id"))
    if run := wanted.get("run"):
        found = found.filter(run=run)
    found = found.filter(named((wanted.get("q") or "").split()))
    edge = project.conversations.filter(uid=after).values("pk") if after else None
    page = found.filter(pk__gt=Subquery(edge)) if edge is not None else found
    is_open = Q(redactions__state="proposed")
    rows = list(
        page.for_list()
        .annotate(n_open=Count("redactions", filter=is_open))
        .order_by("pk")[: PAGE + 1]
    )
    return Queue(
        rows=rows[:PAGE],
        after=rows[PAGE - 1].uid if len(rows) > PAGE else None,
        n_waiting=found.order_by()[: COUNTED + 1].count(),
        n_unscanned=max(0, counted(project.conversations.all()) - n_scanned(project)),
    )


def n_scanned(project: Project) -> int:
    scans = RedactionScan.objects.filter(
        conversation__project=project, looked_for=looked_for(names_of(project.pk))
    )
    return counted(scans)


def counted(rows: QuerySet[Any]) -> int:
    return rows.order_by().count()


@dataclass(frozen=True)
class Segment:
    """A piece of a text; with its redaction when it is hidden or proposed."""

    text: str
    row: Redaction | None = None


@dataclass(frozen=True)
class Place:
    """A redaction in the list beside the text, with the words around it."""

    row: Redaction
    before: str
    words: str
    after: str
    n_same: int


@dataclass(frozen=True)
class Part:
    turn: int
    part: str
    role: str
    segments: list[Segment]
    places: list[Place]

    @property
    def what(self) -> str:
        """Which of the turn's texts this is: `content`, `name`, `passages`, `tool_calls`."""
        return "metadata" if self.turn == METADATA_TURN else self.part.split(".")[0]


@dataclass
class RedactionPage:
    conversation: Conversation

    @cached_property
    def rows(self) -> list[Redaction]:
        rows = self.conversation.redactions.select_related("decided_by")
        return list(rows.order_by("start", "-end"))

    @cached_property
    def same(self) -> Mapping[str, int]:
        """How often each text that is open here is open in the whole project."""
        marks = {row.text_mark for row in self.rows if row.state == State.PROPOSED}
        open_rows = Redaction.objects.open().filter(
            project=self.conversation.project_id, text_mark__in=marks
        )
        return dict(open_rows.values_list("text_mark").annotate(n=Count("pk")).order_by())

    @cached_property
    def parts(self) -> list[Part]:
        by_part: dict[tuple[int, str], list[Redaction]] = defaultdict(list)
        for row in self.rows:
            by_part[row.turn, row.part].append(row)
        turns = self.conversation.turns
        return [
            Part(
                turn=turn,
                part=part,
                role="" if turn < 0 else turns[turn]["role"],
                segments=list(segments(text, by_part[turn, part])),
                places=[self._place(text, row) for row in by_part[turn, part]],
            )
            for turn, part, text in texts_in(self.conversation)
        ]

    def _place(self, text: str, row: Redaction) -> Place:
        before, after = around(text, row.start, row.end, AROUND)
        return Place(
            row=row,
            before=before,
            words=text[row.start : row.end],
            after=after,
            n_same=self.same.get(row.text_mark, 0) if row.state == State.PROPOSED else 0,
        )

    @property
    def n_open(self) -> int:
        return sum(row.state == State.PROPOSED for row in self.rows)

    @property
    def is_scanned(self) -> bool:
        return not unscanned([self.conversation.pk])

    @property
    def following(self) -> Conversation | None:
        """The next conversation of the project that waits."""
        waiting = Redaction.objects.open().filter(
            project=self.conversation.project_id, conversation__gt=self.conversation.pk
        )
        key = waiting.order_by("conversation").values_list("conversation", flat=True).first()
        return Conversation.objects.only("uid").get(pk=key) if key else None


def segments(text: str, rows: Sequence[Redaction]) -> Iterator[Segment]:
    """The text in pieces; of two spans that overlap the later one shows what is left of it."""
    done = 0
    for row in rows:
        start = max(row.start, done)
        if row.state == State.DISMISSED or row.end <= start:
            continue
        if done < start:
            yield Segment(text[done:start])
        yield Segment(text[start : row.end], row)
        done = row.end
    if done < len(text):
        yield Segment(text[done:])


def next_open(page: RedactionPage, after: Redaction) -> Redaction | None:
    """The proposal to look at after a decision: the next in the order of the page, else any."""
    waiting = [one.row for part in page.parts for one in part.places]
    order = [row.pk for row in waiting]
    waiting = [row for row in waiting if row.state == State.PROPOSED]
    if not waiting:
        return None
    at = order.index(after.pk) if after.pk in order else -1
    return next((row for row in waiting if order.index(row.pk) > at), waiting[0])
