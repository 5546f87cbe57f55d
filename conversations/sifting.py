"""What of a chunk is new, what is here already, and what contradicts what is here.

A check and an import ask the same question; only what they do with the answer differs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple, Protocol

import orjson
from django.db import connection
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Project
from conversations.importers import LineError, ParsedConversation
from conversations.importers.base import MAX_KEY, safe_excerpt
from conversations.marks import mark_of
from conversations.models import Conversation
from conversations.reading import Place
from core.text import digest

KNOWN = """
SELECT external_id, content_hash FROM conversations_conversation
WHERE project_id = %s AND external_id"""
AMONG = {"postgresql": "= ANY(%s)", "sqlite": "IN (SELECT value FROM json_each(%s))"}


class First(NamedTuple):
    """Where an id stood in the file for the first time, and with which words."""

    place: Place
    content_hash: str
    line: int


class Seen(Protocol):
    """The ids of a file so far."""

    def first(self, entries: Sequence[tuple[Place, ParsedConversation]]) -> Mapping[str, First]:
        """The first occurrence of every id of these entries, which from now on are seen.

        Nothing when every entry is the first of its id, as almost always.
        """


class SeenInChunk:
    """Knows the chunk alone: enough for an import, which finds earlier chunks in the database."""

    def first(self, entries: Sequence[tuple[Place, ParsedConversation]]) -> Mapping[str, First]:
        if len({one.external_id for _place, one in entries}) == len(entries):
            return {}
        found: dict[str, First] = {}
        for place, one in entries:
            found.setdefault(one.external_id, First(place, one.content_hash, one.line))
        return found


@dataclass(slots=True)
class New:
    """A conversation to store; its id differs from the file's when it continues a stored one."""

    parsed: ParsedConversation
    external_id: str
    continues: int | None = None


@dataclass(slots=True)
class Sifted:
    new: list[New] = field(default_factory=list)
    unchanged: int = 0
    refused: list[LineError] = field(default_factory=list)


def sift(
    project: Project,
    entries: Sequence[tuple[Place, ParsedConversation]],
    *,
    seen: Seen,
    grow: bool = False,
    run_id: int | None = None,
) -> Sifted:
    """Sort a chunk by what the project holds; with `grow`, longer conversations continue theirs.

    What this very run stored counts as the file's own: a second line of that id is a mistake in
    the file and never a continuation.
    """
    sifted = Sifted()
    hashes = known_hashes(project, [one.external_id for _place, one in entries])
    fresh: list[tuple[Place, ParsedConversation]] = []
    clashes: list[ParsedConversation] = []
    for place, one in entries:
        known = hashes.get(one.external_id)
        if known is None:
            fresh.append((place, one))
        elif known == one.content_hash:
            sifted.unchanged += 1
        else:
            clashes.append(one)
    first = seen.first(fresh)
    for place, one in fresh:
        earlier = first.get(one.external_id)
        if earlier is None or earlier.place == place:
            sifted.new.append(New(one, one.external_id))
        elif earlier.content_hash == one.content_hash:
            sifted.unchanged += 1
        else:
            sifted.refused.append(twice_in_file(one, earlier))
    if clashes:
        settle_clashes(project, clashes, sifted, grow=grow, run_id=run_id)
    return sifted


def known_hashes(project: Project, ids: list[str]) -> dict[str, str]:
    """Written by hand, because Django composes a condition for each of two thousand ids."""
    postgresql = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        cursor.execute(
            f"{KNOWN} {AMONG[connection.vendor]}",
            [project.pk, ids if postgresql else orjson.dumps(ids).decode()],
        )
        return dict(cursor.fetchall())


def settle_clashes(
    project: Project,
    clashes: Sequence[ParsedConversation],
    sifted: Sifted,
    *,
    grow: bool,
    run_id: int | None,
) -> None:
    """Conversations whose id is taken: continued where that was asked and is true, else refused."""
    ids = {one.external_id for one in clashes}
    if grow:
        ids |= {grown_id(one.external_id, n) for one in clashes for n in range(one.n_turns + 1)}
    stored = {
        row.external_id: row
        for row in Conversation.objects.filter(project=project, external_id__in=ids)
        .only("external_id", "content_hash", "n_turns", "imported_at", "run_id")
        .annotate(original_mark=F("redaction_scan__original_mark"))
    }
    for one in clashes:
        known = stored.get(one.external_id)
        if known is None:  # taken back since it was looked up
            sifted.new.append(New(one, one.external_id))
            continue
        if has_words(known, one.content_hash):
            sifted.unchanged += 1
            continue
        new = grown(one, stored) if grow and (run_id is None or known.run_id != run_id) else None
        if new is None:
            sifted.refused.append(id_taken(one, known))
        elif new.external_id in stored:
            sifted.unchanged += 1
        else:
            stored[new.external_id] = Conversation(content_hash=one.content_hash)
            sifted.new.append(new)


def grown(one: ParsedConversation, stored: Mapping[str, Conversation]) -> New | None:
    """The conversation as the continuation of the longest stored one that it begins with."""
    external_id = grown_id(one.external_id, one.n_turns)
    if len(external_id) > MAX_KEY:
        return None
    same = stored.get(external_id)
    if same is not None:
        return New(one, external_id) if has_words(same, one.content_hash) else None
    turns = one.turns
    for length in range(one.n_turns - 1, 0, -1):
        for name in (grown_id(one.external_id, length), one.external_id):
            earlier = stored.get(name)
            if (
                earlier is not None
                and earlier.n_turns == length
                and has_words(earlier, digest(turns[:length]))
            ):
                return New(one, external_id, continues=earlier.pk)
    return None


def has_words(row: Conversation, content_hash: str) -> bool:
    """Whether it came in with these words; some of them may have been rewritten since."""
    mark = getattr(row, "original_mark", None)
    return row.content_hash == content_hash or (bool(mark) and mark == mark_of(content_hash))


def grown_id(external_id: str, n_turns: int) -> str:
    return f"{external_id}@{n_turns}"


def id_taken(one: ParsedConversation, known: Conversation) -> LineError:
    """The same id with other words: both are named, neither is lost."""
    reason = _(
        "The id “%(id)s” belongs to a conversation that came in on %(date)s with %(known)d "
        "turns and other words; this one has %(turns)d. A stored conversation never changes: "
        "give this one an id of its own, or import it as a continuation."
    ) % {
        "id": one.external_id,
        "date": timezone.localdate(known.imported_at).isoformat(),
        "known": known.n_turns,
        "turns": one.n_turns,
    }
    return refused(one, "id_taken", reason)


def twice_in_file(one: ParsedConversation, earlier: First) -> LineError:
    reason = _(
        "The id “%(id)s” stands in line %(line)d already, with other words. Give one of the "
        "two conversations an id of its own."
    ) % {"id": one.external_id, "line": earlier.line}
    return refused(one, "id_twice", reason)


def refused(one: ParsedConversation, code: str, reason: str) -> LineError:
    raw = orjson.dumps(as_record(one))
    return LineError(
        file=one.file,
        line=one.line,
        code=code,
        reason=reason,
        excerpt=safe_excerpt(raw),
        raw=raw,
    )


def as_record(one: ParsedConversation) -> dict[str, Any]:
    """A line of JSON that imports as this conversation, whatever file it came from."""
    fields = {
        "id": one.external_id,
        "turns": one.turns,
        "group_key": one.group_key if one.group_key != one.external_id else "",
        "input_key": one.input_key,
        "variant": variant_record(one),
        "reference": one.reference,
        "guidance": one.guidance,
        "language": one.language,
        "metadata": one.metadata,
        "started_at": one.started_at,
        "latency_ms": one.latency_ms,
        "cost": one.cost,
        "tokens": one.tokens,
        "error": one.error,
    }
    return {name: value for name, value in fields.items() if value not in (None, "", {})}


def variant_record(one: ParsedConversation) -> dict[str, Any] | None:
    if one.variant is None:
        return None
    fields = asdict(one.variant)
    del fields["fingerprint"]
    return {name: value for name, value in fields.items() if value not in ("", {})}
