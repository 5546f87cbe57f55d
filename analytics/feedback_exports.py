"""Every feedback as it stands, as a stream: pages by key, so that memory does not grow."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC
from typing import Any

import orjson

from accounts.models import Project
from core import parquet
from core.csv_cells import block
from surveys.models import CurrentFeedback

ROWS_A_PAGE = 2_000
KINDS = {
    "value": "SMALLINT", "reasons": "VARCHAR[]", "turn": "INTEGER", "p": "DOUBLE",
    "shown": "BOOLEAN", "instrument": "INTEGER", "first_day": "DATE", "at": "TIMESTAMPTZ",
    "joined": "BOOLEAN", "fixed_at": "TIMESTAMPTZ",
}  # fmt: skip
"""Types of DuckDB; every other column is text."""
COLUMNS = (
    "kind", "value", "words", "reasons", "comment", "conversation", "message", "turn", "variant",
    "language", "locale", "respondent", "trust", "mode", "p", "shown", "widget", "instrument",
    "first_day", "at", "joined", "fixed_at",
)  # fmt: skip
_FIELDS = (
    "pk", "kind", "value", "words", "reasons", "comment", "conversation_key", "message", "turn",
    "variant_name", "language", "locale", "respondent__uid", "trust", "mode", "p", "shown",
    "key__key", "instrument", "day", "at", "conversation", "fixed_at",
)  # fmt: skip
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "jsonl": "application/jsonl; charset=utf-8",
    "parquet": parquet.TYPE,
}


def feedback_of(project: Project) -> Iterator[list[dict[str, Any]]]:
    """Those who were shown something and said nothing are in it too: they are the denominator."""
    last = 0
    while True:
        rows = list(
            CurrentFeedback.objects.filter(project=project, pk__gt=last)
            .order_by("pk")
            .values_list(*_FIELDS)[:ROWS_A_PAGE]
        )
        if not rows:
            return
        yield [_record(row) for row in rows]
        last = rows[-1][0]


def _record(row: tuple[Any, ...]) -> dict[str, Any]:
    found = dict(zip(COLUMNS, row[1:], strict=True))
    found["turn"] = None if found["turn"] < 0 else found["turn"]
    found["respondent"] = str(found["respondent"])
    found["first_day"] = found["first_day"].isoformat()
    found["joined"] = found["joined"] is not None
    for name in ("at", "fixed_at"):
        at = found[name]
        found[name] = at.astimezone(UTC).isoformat().replace("+00:00", "Z") if at else None
    return found


def as_csv(project: Project) -> Iterator[bytes]:
    yield block([COLUMNS]).encode()
    for page in feedback_of(project):
        rows = ({**one, "reasons": " ".join(one["reasons"])}.values() for one in page)
        yield block(rows).encode()


def as_json_lines(project: Project) -> Iterator[bytes]:
    for page in feedback_of(project):
        yield b"".join(orjson.dumps(one, option=orjson.OPT_APPEND_NEWLINE) for one in page)


def as_parquet(project: Project) -> Iterator[bytes]:
    columns = {name: KINDS.get(name, "VARCHAR") for name in COLUMNS}
    return parquet.parquet(as_json_lines(project), columns)


WRITERS: Mapping[str, Callable[[Project], Iterator[bytes]]] = {
    "csv": as_csv,
    "jsonl": as_json_lines,
    "parquet": as_parquet,
}
