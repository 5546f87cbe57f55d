"""Writing parsed conversations fast, once each, and never over one another.

The rows go in as they came from the importer: one COPY on PostgreSQL, one prepared statement on
SQLite, three to five times the speed of model instances. What keeps them right is not here but in
the table: an external id is unique in its project.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
from django.db import connection
from django.utils.translation import gettext as _

from accounts.models import Project
from conversations.importers.base import LineError, ParsedConversation, ParsedVariant
from conversations.models import Conversation, Variant
from core.models import new_uid

TITLE_LENGTH = 120
COLUMNS = (
    "uid",
    "project_id",
    "external_id",
    "group_key",
    "input_key",
    "variant_id",
    "reference",
    "guidance",
    "language",
    "turns",
    "metadata",
    "started_at",
    "latency_ms",
    "cost",
    "tokens",
    "error",
    "content_hash",
    "n_turns",
    "n_chars",
    "title",
    "run_id",
    "imported_at",
)


@dataclass(slots=True)
class Stored:
    """What became of one chunk."""

    new: int = 0
    unchanged: int = 0
    refused: list[LineError] = field(default_factory=list)


class Variants:
    """The variants of a project by fingerprint, made at the first conversation that has one."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.known = dict(project.variants.values_list("fingerprint", "pk"))

    def pk_of(self, parsed: ParsedVariant | None) -> int | None:
        if parsed is None:
            return None
        pk = self.known.get(parsed.fingerprint)
        if pk is None:
            variant, _made = Variant.objects.get_or_create(
                project=self.project,
                fingerprint=parsed.fingerprint,
                defaults={
                    "name": parsed.name[:120],
                    "model": parsed.model[:200],
                    "prompt": parsed.prompt,
                    "retrieval_index": parsed.retrieval_index[:200],
                    "code_revision": parsed.code_revision[:200],
                    "parameters": parsed.parameters,
                },
            )
            pk = self.known[parsed.fingerprint] = variant.pk
        return pk


def store_chunk(
    project: Project,
    chunk: Sequence[ParsedConversation],
    *,
    variants: Variants,
    run_id: int | None,
    now: datetime,
) -> Stored:
    """Insert what is new, count what is here already, refuse what differs from what is here.

    Runs inside the caller's transaction, which also moves the import's cursor.
    """
    stored = Stored()
    fresh = {one.external_id: one for one in reversed(chunk)}
    known = dict(
        Conversation.objects.filter(project=project, external_id__in=list(fresh)).values_list(
            "external_id", "content_hash"
        )
    )
    accepted: list[ParsedConversation] = []
    for one in chunk:
        other = known.get(one.external_id)
        if other is None:
            known[one.external_id] = one.content_hash
            accepted.append(one)
        elif other == one.content_hash:
            stored.unchanged += 1
        else:
            stored.refused.append(conflict(project, one, fresh))
    insert(row_of(project, one, variants.pk_of(one.variant), run_id, now) for one in accepted)
    stored.new = len(accepted)
    return stored


def conflict(
    project: Project, one: ParsedConversation, fresh: dict[str, ParsedConversation]
) -> LineError:
    """The same id with other words: both are named, neither is lost."""
    here = (
        Conversation.objects.filter(project=project, external_id=one.external_id)
        .values("n_turns", "imported_at")
        .first()
    )
    facts: dict[str, Any] = {"id": one.external_id, "turns": one.n_turns}
    if here:
        reason = _(
            "The id “%(id)s” belongs to a conversation that came in on %(date)s with %(known)d "
            "turns and other words; this one has %(turns)d. A stored conversation never changes: "
            "give this one an id of its own."
        ) % {**facts, "date": here["imported_at"].date().isoformat(), "known": here["n_turns"]}
    else:
        first = fresh[one.external_id]
        reason = _(
            "The id “%(id)s” stands in line %(line)d already, with other words. Give one of the "
            "two conversations an id of its own."
        ) % {**facts, "line": first.line}
    return LineError(
        file=one.file,
        line=one.line,
        code="id_taken",
        reason=reason,
        excerpt=one.turns_json[:500],
        raw=orjson.dumps({"id": one.external_id, "turns": one.turns}),
    )


def row_of(
    project: Project,
    one: ParsedConversation,
    variant_id: int | None,
    run_id: int | None,
    now: datetime,
) -> tuple[Any, ...]:
    return (
        new_uid(),
        project.pk,
        one.external_id,
        one.group_key,
        one.input_key,
        variant_id,
        one.reference,
        None if one.guidance is None else orjson.dumps(one.guidance).decode(),
        one.language,
        one.turns_json,
        orjson.dumps(one.metadata).decode() if one.metadata else "{}",
        one.started_at,
        one.latency_ms,
        one.cost,
        one.tokens,
        one.error,
        one.content_hash,
        one.n_turns,
        one.n_chars,
        title_of(one.turns),
        run_id,
        now,
    )


def title_of(turns: Sequence[dict[str, Any]]) -> str:
    """The opening words of the user, for lists that never read the turns."""
    for turn in turns:
        if turn["role"] == "user" and turn["content"]:
            return " ".join(turn["content"][: 4 * TITLE_LENGTH].split())[:TITLE_LENGTH]
    return ""


def insert(rows: Iterable[tuple[Any, ...]]) -> None:
    table, columns = Conversation._meta.db_table, ", ".join(COLUMNS)
    if connection.vendor == "postgresql":
        with (
            connection.cursor() as cursor,
            cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy,
        ):
            for row in rows:
                copy.write_row(row)
        return
    places = ", ".join(["%s"] * len(COLUMNS))
    adapt = connection.ops.adapt_datetimefield_value
    uid, started, imported = (COLUMNS.index(c) for c in ("uid", "started_at", "imported_at"))
    adapted = []
    for row in rows:
        cells = list(row)
        cells[uid] = cells[uid].hex
        cells[started] = adapt(cells[started])
        cells[imported] = adapt(cells[imported])
        adapted.append(cells)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {table} ({columns}) VALUES ({places})",  # noqa: S608  # names of ours
            adapted,
        )
