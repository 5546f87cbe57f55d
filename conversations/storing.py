"""Writing parsed conversations fast, once each, and never over one another.

The rows go in as they came from the importer, three to five times the speed of model instances.
What keeps them right is not here but in the table: an external id is unique in its project.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import orjson
from django.db import connection

from accounts.models import Project
from conversations.importers.base import ParsedVariant
from conversations.models import Conversation, Variant
from conversations.sifting import New
from core.inserting import insert_rows
from core.models import new_uids

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
    "continues_id",
    "run_id",
    "imported_at",
)


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


def store(
    project: Project,
    new: Iterable[New],
    *,
    variants: Variants,
    run_id: int | None,
    now: datetime,
) -> None:
    """Insert what `sifting.sift` found to be new, inside the caller's transaction."""
    # variants first: while a COPY runs, its connection answers nothing else
    placed = [(one, variants.pk_of(one.parsed.variant)) for one in new]
    imported = moment(now)
    rows = (
        row_of(uid, project.pk, one, variant, run_id, imported)
        for uid, (one, variant) in zip(new_uids(len(placed)), placed, strict=True)
    )
    insert_rows(Conversation, COLUMNS, rows)


def row_of(
    uid: str, project_id: int, new: New, variant_id: int | None, run_id: int | None, imported: Any
) -> tuple[Any, ...]:
    one = new.parsed
    return (
        uid,
        project_id,
        new.external_id,
        one.group_key,
        one.input_key,
        variant_id,
        one.reference,
        None if one.guidance is None else orjson.dumps(one.guidance).decode(),
        one.language,
        one.turns_json,
        orjson.dumps(one.metadata).decode() if one.metadata else "{}",
        None if one.started_at is None else moment(one.started_at),
        one.latency_ms,
        one.cost,
        one.tokens,
        one.error,
        one.content_hash,
        one.n_turns,
        one.n_chars,
        one.title,
        new.continues,
        run_id,
        imported,
    )


def moment(at: datetime) -> Any:
    """A time as the driver of this database takes it."""
    return connection.ops.adapt_datetimefield_value(at)
