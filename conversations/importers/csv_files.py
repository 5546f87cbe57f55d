"""CSV with a column mapping: a row a conversation, or a row a turn of the conversation above.

A turn table has a role column; its rows of one conversation stand together, so that one
conversation at a time is held. Which column is what is guessed from the header where the mapping
does not say.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from conversations.importers.base import (
    Entry,
    FieldMap,
    LineError,
    ParsedConversation,
    RefusedError,
)
from conversations.importers.csv_columns import GUESSES, Columns
from conversations.importers.csv_rows import Row, rows
from conversations.importers.documents import nothing_in
from conversations.importers.lines import too_long
from conversations.importers.records import conversation_of
from conversations.importers.sources import Member

__all__ = ["GUESSES", "CsvImporter"]

_SUFFIXES = frozenset({".csv", ".tsv"})


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
        if columns.is_turn_table:
            yield from _turn_table(member, table, columns, skip)
        else:
            yield from _conversation_table(member, table, columns, skip)


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
