"""CSV with a column mapping: a row a conversation, or a row a turn of the conversation above.

A turn table has a role column; its rows of one conversation stand together, so that one
conversation at a time is held. Which column is what is guessed from the header where the mapping
does not say.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from django.utils.translation import gettext as _

from conversations.importers import mapping as field_map
from conversations.importers.base import (
    Entry,
    FieldMap,
    LineError,
    ParsedConversation,
    RefusedError,
)
from conversations.importers.csv_rows import Row, rows
from conversations.importers.documents import nothing_in
from conversations.importers.lines import too_long
from conversations.importers.records import conversation_of
from conversations.importers.sources import Member
from conversations.importers.values import is_nothing

_SUFFIXES = frozenset({".csv", ".tsv"})
GUESSES: dict[str, tuple[str, ...]] = {
    "external_id": ("external_id", "conversation_id", "conversation", "session_id", "id"),
    "turns": ("turns", "messages", "conversations"),
    "input": ("input", "prompt", "question", "query", "instruction", "user"),
    "output": ("output", "response", "answer", "completion", "assistant", "result"),
    "reference": ("reference", "expected", "expected_output", "target", "ideal"),
    "passages": ("passages", "contexts", "context"),
    "model": ("model",),
    "variant": ("variant",),
    "turn.role": ("role", "speaker", "from"),
    "turn.content": ("content", "text", "message", "utterance", "value"),
    "turn.at": ("at", "timestamp", "time"),
    "turn.name": ("name",),
}
_JSON_FIELDS = frozenset({"turns", "passages", "guidance", "metadata", "variant.parameters"})


@dataclass(frozen=True)
class CsvImporter:
    """The reader of tables."""

    name: str = "csv"

    def accepts(self, member: Member) -> bool:
        return member.plain.suffix.lower() in _SUFFIXES

    def ignores(self, member: Member) -> bool:
        return False

    def entries(self, member: Member, mapping: FieldMap, skip: int) -> Iterator[tuple[int, Entry]]:
        """Record numbers are line numbers here: those where the conversation's last row begins."""
        table = iter(rows(member))
        header = next(table, None)
        if header is None:
            raise nothing_in(member)
        if isinstance(header, LineError):
            if header.line > skip:
                yield header.line, header
            return
        columns = Columns(header.cells, mapping)
        if "turn.role" in columns.places:
            yield from _turn_table(member, table, columns, skip)
        else:
            yield from _conversation_table(member, table, columns, skip)


class Columns:
    """Which cell of a row holds which field."""

    def __init__(self, header: list[str], mapping: FieldMap) -> None:
        names = [name.strip() for name in header]
        self.names = [name or f"[{place}]" for place, name in enumerate(names)]
        self.roles = {name: role for name, role in mapping.items() if name.startswith("role.")}
        self.places: dict[str, int] = {}
        self.inner: dict[str, str] = {}
        for field, path in mapping.items():
            if field not in self.roles:
                self.places[field], self.inner[field] = self._place(field, path)
        lowered = {name.lower(): place for place, name in reversed(list(enumerate(names)))}
        taken = set(self.places.values())
        for field, guesses in GUESSES.items():
            place = next((lowered[guess] for guess in guesses if guess in lowered), None)
            if field not in self.places and place is not None and place not in taken:
                self.places[field] = place
                taken.add(place)
        self._check()

    def _place(self, field: str, path: str) -> tuple[int, str]:
        """The column of a path, and the rest of the path, which leads into JSON in its cells."""
        for place, name in enumerate(self.names):
            if path == name:
                return place, ""
        for place, name in enumerate(self.names):
            for column in (name, f"[{place}]"):
                if path.startswith((f"{column}.", f"{column}[")) or path == column:
                    return place, path[len(column) :].removeprefix(".")
        raise RefusedError(
            "unknown_column",
            _("Field %(field)s is mapped to column %(path)s; the columns are %(columns)s.")
            % {"field": field, "path": path, "columns": ", ".join(self.names[:30])},
        )

    def _check(self) -> None:
        fields = self.places.keys()
        as_turns = {"external_id", "turn.role", "turn.content"} <= fields
        if as_turns or "turns" in fields or {"input", "output"} <= fields:
            return
        raise RefusedError(
            "columns_unknown",
            _(
                "From the columns %(columns)s no conversation can be made. Map either input and "
                "output (a row a conversation), or external_id, turn.role and turn.content (a "
                "row a turn), as in input=COLUMN."
            )
            % {"columns": ", ".join(self.names[:30])},
        )

    def is_second_header(self, row: Row) -> bool:
        """Whether the row under the header explains it, as survey tools do: it has no id."""
        cells = [cell.strip() for cell in row.cells]
        if cells == self.names[: len(cells)]:
            return True
        return "external_id" in self.places and not self.cell(row, "external_id").strip()

    def cell(self, row: Row, field: str) -> str:
        place = self.places.get(field)
        return row.cells[place] if place is not None and place < len(row.cells) else ""

    def value(self, row: Row, field: str) -> Any:
        """A cell as its field needs it: parsed where the field or the path asks for JSON."""
        cell = self.cell(row, field)
        path = self.inner.get(field)
        if not path and (field not in _JSON_FIELDS or cell[:1] not in ("[", "{")):
            return cell
        try:
            parsed = orjson.loads(cell)
        except orjson.JSONDecodeError as error:
            raise RefusedError(
                "cell_not_json",
                _("The cell of %(field)s is not JSON: %(detail)s. Correct it.")
                % {"field": field, "detail": error},
            ) from error
        found = field_map.look_up(parsed, path) if path else parsed
        return None if found is field_map.MISSING else found

    def record(self, row: Row) -> dict[str, Any]:
        """The fields of a conversation in this row; the other columns become metadata."""
        if len(row.cells) > len(self.names) and any(row.cells[len(self.names) :]):
            raise RefusedError(
                "too_many_cells",
                _(
                    "The row has %(cells)s cells under %(columns)s columns. Put text with commas "
                    "in quotation marks."
                )
                % {"cells": len(row.cells), "columns": len(self.names)},
            )
        record: dict[str, Any] = {}
        for field in self.places:
            if not field.startswith("turn."):
                value = self.value(row, field)
                if value != "" or field in {"input", "output"}:
                    _put(record, field, value)
        used = set(self.places.values())
        for place, (name, cell) in enumerate(zip(self.names, row.cells, strict=False)):
            if place not in used and cell != "":
                _put(record, f"metadata.{name}", cell)
        return record

    def turn(self, row: Row) -> dict[str, Any]:
        fields = [field for field in self.places if field.startswith("turn.")]
        turn = {field[5:]: self.value(row, field) for field in fields}
        return {
            name: value
            for name, value in turn.items()
            if name in {"role", "content"} or not is_nothing(value)
        }


def _put(record: dict[str, Any], field: str, value: Any) -> None:
    outer, dot, inner = field.partition(".")
    if not dot:
        record[outer] = value
        return
    known = record.setdefault(outer, {})
    if isinstance(known, dict):
        known[inner] = value


def _conversation_table(
    member: Member, table: Iterator[Row | LineError], columns: Columns, skip: int
) -> Iterator[tuple[int, Entry]]:
    empty = True
    for order, row in enumerate(table):
        empty = False
        if row.line <= skip:
            continue
        if isinstance(row, LineError):
            yield row.line, row
        elif order == 0 and columns.is_second_header(row):
            yield row.line, _second_header().at(member.name, row.line, row.raw)
        else:
            yield row.line, _made(member, columns, columns.record, row, row.raw)
    if empty:
        raise nothing_in(member)


def _made(
    member: Member,
    columns: Columns,
    record_of: Callable[[Row], Mapping[str, Any]],
    row: Row,
    raw: bytes,
) -> ParsedConversation | LineError:
    try:
        return conversation_of(
            record_of(row), file=member.name, line=row.line, mapping=columns.roles
        )
    except RefusedError as refusal:
        return refusal.at(member.name, row.line, raw, keep=member.source.limits.raw)


def _turn_table(
    member: Member, table: Iterator[Row | LineError], columns: Columns, skip: int
) -> Iterator[tuple[int, Entry]]:
    group = _Group(member, columns)
    empty = True
    for order, row in enumerate(table):
        empty = False
        if row.line <= skip:
            continue
        if isinstance(row, LineError):
            group.refused.append(row)
        elif order == 0 and columns.is_second_header(row):
            yield row.line, _second_header().at(member.name, row.line, row.raw)
        elif not group.add(row):
            yield from group.entries()
            group = _Group(member, columns)
            group.add(row)
    yield from group.entries()
    if empty:
        raise nothing_in(member)


class _Group:
    """The rows of one conversation, bounded, and the refused lines met among them."""

    def __init__(self, member: Member, columns: Columns) -> None:
        self._member = member
        self._columns = columns
        self._rows: list[Row] = []
        self._size = 0
        self._last = 0
        self._whole = True
        self.refused: list[LineError] = []

    def add(self, row: Row) -> bool:
        """Take a row if it belongs here; a row refused before it was one of these, too."""
        named = self._columns.cell
        if self._rows and named(row, "external_id") != named(self._rows[0], "external_id"):
            return False
        self._whole = self._whole and not (self._rows and self.refused)
        self._size += len(row.raw)
        self._last = row.line
        if not self._rows or self._size <= self._member.source.limits.line:
            self._rows.append(row)
        return True

    def entries(self) -> Iterator[tuple[int, Entry]]:
        """The refused lines first: a crash between repeats them, and loses nothing."""
        before = self._rows[0].line - 1 if self._rows else 0
        for error in self.refused:
            yield before or error.line, error
        if self._rows:
            raw = b"".join(row.raw for row in self._rows)
            yield self._last, _made(self._member, self._columns, self._record, self._rows[0], raw)

    def _record(self, first: Row) -> Mapping[str, Any]:
        if not self._columns.cell(first, "external_id").strip():
            raise RefusedError(
                "no_id",
                _("The row names no conversation; each row of a turn table must. Add its id."),
            )
        if self._size > self._member.source.limits.line:
            raise too_long(self._size, self._member.source.limits)
        if not self._whole:
            raise RefusedError(
                "incomplete",
                _(
                    "Line %(line)s of this conversation was refused, and without it the "
                    "conversation is not whole. Correct that line and import the file again."
                )
                % {"line": self.refused[0].line},
            )
        record = self._columns.record(first)
        record["turns"] = [self._columns.turn(row) for row in self._rows]
        return record


def _second_header() -> RefusedError:
    return RefusedError(
        "second_header",
        _("The row under the header is a second header and was left out."),
        notice=True,
    )
