"""Rows of a CSV file with their line numbers, streamed, one bad row at a time."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from django.utils.translation import gettext as _

from conversations.importers.base import Limits, LineError, RefusedError
from conversations.importers.encodings import not_utf8, nul
from conversations.importers.lines import numbered, too_long
from conversations.importers.sources import Member

_DELIMITERS = ",\t;|"


@dataclass(slots=True)
class Row:
    """One record of the file: it may stretch over several lines."""

    cells: list[str]
    line: int
    raw: bytes


@dataclass
class _Feeder:
    """Physical lines as text for the csv module, remembered until their row is whole."""

    stream: BinaryIO
    limits: Limits
    taken: list[bytes] = field(default_factory=list)
    held: int = 0
    line: int = 0
    problem: RefusedError | None = None

    def __iter__(self) -> Iterator[str]:
        for number, raw, size in numbered(self.stream, self.limits):
            self.line = number
            if self.held <= self.limits.raw:
                self.taken.append(raw)
                self.held += len(raw)
            if size > self.limits.line:
                self.problem = too_long(size, self.limits)
                yield "\n"
            elif b"\x00" in raw:
                self.problem = nul()
                yield "\n"
            elif problem := not_utf8(raw):
                self.problem = problem
                yield "\n"
            else:
                yield raw.decode()

    def reset(self) -> bytes:
        raw, self.taken, self.held, self.problem = b"".join(self.taken), [], 0, None
        return raw


def rows(member: Member, delimiter: str = "") -> Iterator[Row | LineError]:
    """Every row with cells in it, and every row that is not one, with the reason."""
    limits = member.source.limits
    csv.field_size_limit(limits.line)
    delimiter = delimiter or _delimiter(member)  # first: progress follows what is opened last
    with member.open() as stream:
        feeder = _Feeder(stream, limits)
        lines = iter(feeder)
        reader = csv.reader(lines, delimiter=delimiter, strict=True)
        while True:
            start = feeder.line + 1
            try:
                cells = next(reader, None)
            except csv.Error as error:
                problem = feeder.problem or _not_csv(start, error)
                yield problem.at(member.name, start, feeder.reset(), keep=limits.raw)
                continue
            problem_in_row = feeder.problem
            raw = feeder.reset()
            if problem_in_row is not None:
                yield problem_in_row.at(member.name, feeder.line, raw, keep=limits.raw)
            if cells is None:
                return
            if problem_in_row is None and any(cells):
                yield Row(cells, start, raw)


def _delimiter(member: Member) -> str:
    """The separator that is most frequent in the first line; a comma where none is."""
    with member.open() as stream:
        head = stream.readline(64 * 1024).decode("utf-8", "replace")
    return max(_DELIMITERS, key=head.count)


def _not_csv(line: int, error: csv.Error) -> RefusedError:
    """What the csv module found, in the reader's language; it says so in English alone."""
    found = str(error)
    if "new-line" in found:
        return RefusedError(
            "line_ends",
            _(
                "The lines of this file end with a carriage return alone. Save it again as "
                "“CSV UTF-8”."
            ),
        )
    if "field limit" in found:
        return RefusedError(
            "not_csv",
            _(
                "A cell of the row that begins on line %(line)s goes on for too long. Close its "
                "quotation mark, or split the row."
            )
            % {"line": line},
        )
    if "end of data" in found:
        told = _("the quotation mark of a cell is not closed")
    else:
        told = _("something follows the quotation mark that closes a cell")
    return RefusedError(
        "not_csv",
        _(
            "The row that begins on line %(line)s is not CSV: %(detail)s. Close its quotation "
            "mark, and double those inside a cell."
        )
        % {"line": line, "detail": told},
    )
