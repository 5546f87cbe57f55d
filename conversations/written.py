"""What people write beside conversations: comments, free answers, corrections.

It belongs to floors above, which name here what they have (`add`). It is looked through page by
page when somebody asks, and no rows are kept of it: what is hidden there is rewritten at once, and
what is left is remembered as in conversations (`conversations.marks`).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.audited_words import follow_names, follow_words
from accounts.models import Project, User
from conversations.leaves import changed_leaves, leaves_of
from conversations.marks import keep, left_among, mark_of, place_mark
from conversations.models import Redaction
from conversations.redacting import names_of
from conversations.scanning import label_of
from conversations.spans import Cut, around, redacted_text
from core.errors import InvalidError
from core.personal import Span, find

LOOKED_AT = 2_000
"""Texts one page looks through: tens of milliseconds."""
SHOWN = 50
AROUND = 40

State = Redaction.State


class Rewrite(NamedTuple):
    """A field that is to say something else, and who wants so."""

    actor: User | None
    row: Any
    field: str
    new: Any  # a text, or the JSON with other texts in it
    hidden: str
    now: datetime


def save_field(change: Rewrite) -> None:
    """A label may be longer than what it hides: what then has no room any more goes."""
    room = change.row._meta.get_field(change.field).max_length
    setattr(change.row, change.field, change.new[:room] if room else change.new)
    change.row.save(update_fields=[change.field])


def no_lock(project: Project, key: int) -> None:
    """The row is lock enough."""


@dataclass(frozen=True)
class Source:
    """One kind of text: the rows of a project that have one, and the page where it is read, if any.

    The field is a text, or JSON with texts in it.
    """

    name: str
    label: str | Promise
    rows: Callable[[Project], "QuerySet[Any]"]
    field: str
    page: str = ""  # the name of an address that takes `uid`
    uid: str = "project__uid"  # the path to it
    blank: Any = ""  # what the field holds where nothing was written
    begin: Callable[[Project, int], object] = no_lock  # what is to be locked before that row is
    rewrite: Callable[[Rewrite], None] = save_field


class Written(NamedTuple):
    """One place that looks like personal data, with the words around it."""

    key: int
    uid: UUID
    span: Span
    before: str
    words: str
    after: str
    seen: str

    def address(self, source: Source) -> str:
        return reverse(source.page, args=[self.uid]) if source.page else ""

    @property
    def kind(self) -> str:
        return str(Redaction.Kind(self.span.kind).label)


class Looked(NamedTuple):
    places: list[Written]
    n_texts: int
    following: int | None


SOURCES: dict[str, Source] = {}


def add(*sources: Source) -> None:
    SOURCES.update({source.name: source for source in sources})


def look(project: Project, source: Source, after: int = 0) -> Looked:
    """The places in the texts behind a key, as far as one page goes."""
    rows = (
        source.rows(project)
        .exclude(**{source.field: source.blank})
        .filter(pk__gt=after)
        .order_by("pk")
    )
    names = names_of(project.pk)
    places: list[Written] = []
    n_texts, last = 0, None
    for key, value, uid in rows.values_list("pk", source.field, source.uid)[:LOOKED_AT]:
        if len(places) >= SHOWN:
            return Looked(not_left(project, places), n_texts, last)
        for text in texts_of(value):
            places += [place_in(key, uid, text, span) for span in find(text, names)]
        n_texts, last = n_texts + 1, key
    return Looked(not_left(project, places), n_texts, last if n_texts == LOOKED_AT else None)


def texts_of(value: Any) -> Iterator[str]:
    """Each text of a field once."""
    yield from (
        [value] if isinstance(value, str) else {text: None for _path, text in leaves_of(value)}
    )


def with_other_text(value: Any, old: str, new: str) -> Any:
    if isinstance(value, str):
        return new
    return changed_leaves(value, {path: new for path, text in leaves_of(value) if text == old})


def place_in(key: int, uid: UUID, text: str, span: Span) -> Written:
    before, after = around(text, span.start, span.end, AROUND)
    return Written(
        key=key,
        uid=uid,
        span=span,
        before=before,
        words=span.of(text),
        after=after,
        seen=place_mark(text, span.start, span.end),
    )


def place_seen(value: Any, names: Sequence[str], seen: str) -> tuple[str, Span] | None:
    """The text and the place in it that were shown under this mark."""
    for text in texts_of(value):
        for span in find(text, names):
            if place_mark(text, span.start, span.end) == seen:
                return text, span
    return None


def not_left(project: Project, places: Sequence[Written]) -> list[Written]:
    marks = {one.seen: mark_of(one.words) for one in places}
    left = left_among(project.pk, [*marks, *marks.values()])
    return [one for one in places if one.seen not in left and marks[one.seen] not in left]


@transaction.atomic
def decide_written(
    *,
    actor: User | None,
    project: Project,
    source: Source,
    key: int,
    seen: str,
    state: str,
    always: bool = False,
    now: datetime,
) -> None:
    """Hide a place that was shown, for good, or leave it; the audit log follows.

    Raises:
        InvalidError: The text is another one by now, or is gone.
    """
    source.begin(project, key)
    row = source.rows(project).select_for_update(of=("self",)).filter(pk=key).first()
    value = getattr(row, source.field) if row else ""
    found = place_seen(value, names_of(project.pk), seen)
    if found is None:
        raise InvalidError(
            _("What was found does not stand there any more. Open the page once more.")
        )
    text, span = found
    if state == State.DISMISSED:
        keep(project.pk, [mark_of(span.of(text)) if always else seen], actor, now)
    else:
        label = label_of(span.kind, text)
        new = redacted_text(text, [Cut(0, source.field, span.start, span.end, label)])
        new_value = with_other_text(value, text, new)
        change = Rewrite(actor, row, source.field, new_value, span.of(text), now)
        source.rewrite(change)
        follow_words(project, text, new)
        follow_names(project, [change.row])
    record(
        actor, "redaction.written_decided", target=project, project=project, source=source.name,
        state=state,
    )  # fmt: skip
