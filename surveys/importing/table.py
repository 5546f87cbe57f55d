"""The table of an answer file: one header row or two, and its rows one by one.

Survey tools write two header rows: the question, then the option; over its further options the
question's cell is empty. So a column is known by its place, never by its name.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from conversations.importers import LineError, Source
from conversations.importers.base import RefusedError
from conversations.importers.csv_rows import Row, rows
from conversations.importers.sources import Member
from surveys.importing.cells import one_line, sameness

MAX_COLUMNS = 500
GENERIC = frozenset(
    {"", "response", "open-ended response", "answer", "value", "回答", "自由回答", "自由記述"}
)
"""Words of a second header row that say no more than that here is the answer."""


@dataclass(frozen=True, slots=True)
class Column:
    at: int
    question: str
    option: str = ""

    @property
    def is_generic(self) -> bool:
        return sameness(self.option) in GENERIC


class Table:
    """A CSV file as columns and rows; `header_rows` 0 finds out how many there are."""

    def __init__(self, source: Source, header_rows: int = 0) -> None:
        self.source = source
        self._wanted = header_rows

    @cached_property
    def member(self) -> Member:
        for member in self.source.members():
            if isinstance(member, LineError):
                raise RefusedError(member.code, member.reason)
            return member
        raise _empty(self.source)

    @cached_property
    def _heads(self) -> list[list[str]]:
        found: list[list[str]] = []
        for row in rows(self.member):
            if isinstance(row, LineError):
                raise RefusedError(row.code, row.reason)
            found.append([one_line(cell) for cell in row.cells])
            if len(found) == 2:
                break
        if not found:
            raise _empty(self.source)
        if len(found[0]) > MAX_COLUMNS:
            raise RefusedError(
                "too_many_columns",
                _("The file has %(n)d columns, and %(limit)d can be read. Split it.")
                % {"n": len(found[0]), "limit": MAX_COLUMNS},
            )
        return found

    @cached_property
    def header_rows(self) -> int:
        if self._wanted:
            return self._wanted
        return 2 if len(self._heads) == 2 and is_second_header(*self._heads) else 1

    @cached_property
    def columns(self) -> list[Column]:
        first = self._heads[0]
        second = self._heads[1] if self.header_rows == 2 else []
        return [
            Column(at, question, second[at] if at < len(second) else "")
            for at, question in enumerate(first)
        ]

    @cached_property
    def groups(self) -> list[list[Column]]:
        """Columns of one question: those beside it that have no name of their own, or the same."""
        found: list[list[Column]] = []
        for column in self.columns:
            goes_on = found and (
                not column.question
                if self.header_rows == 2
                else column.question and column.question == found[-1][0].question
            )
            if goes_on:
                found[-1].append(column)
            else:
                found.append([column])
        return found

    def require_rows(self) -> None:
        """Refuse a file that ends with its header."""
        if next(self.lines(), None) is None:
            raise _empty(self.source)

    def lines(self) -> Iterator[Row | LineError]:
        """The rows behind the header, each as wide as it; longer ones are no rows of it."""
        width = len(self.columns)
        for number, row in enumerate(rows(self.member)):
            if number < self.header_rows:
                continue
            if isinstance(row, LineError):
                yield row
            elif any(cell.strip() for cell in row.cells[width:]):
                yield RefusedError(
                    "too_many_cells",
                    _("The row has %(n)d cells, the header %(width)d. Mend its quotation marks.")
                    % {"n": len(row.cells), "width": width},
                ).at(self.member.name, row.line, row.raw)
            else:
                row.cells = (row.cells + [""] * width)[:width]
                yield row


def is_second_header(first: list[str], second: list[str]) -> bool:
    """Whether the second row goes on naming columns: it fills the gaps of the first."""
    gaps = [at for at, cell in enumerate(first) if not cell and at]
    filled = [at for at in gaps if at < len(second) and second[at]]
    if gaps and len(filled) == len(gaps):
        return not (second[0] and any(cell.isdigit() for cell in second))
    said = {sameness(cell) for cell in second}
    return said <= GENERIC and len(said) > 1


def _empty(source: Source) -> RefusedError:
    return RefusedError(
        "empty_file",
        _("%(name)s holds no rows. Check that the export finished, and send it again.")
        % {"name": source.name or source.path.name},
    )
