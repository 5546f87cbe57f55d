"""Columns of a plain CSV file as numbered names: strict, streamed, and small in memory.

A cell becomes the number of its text, so that ten million rows are arrays of integers beside a few
names, and a cell is checked once for each distinct text. Only where something is wrong the file is
read again, row by row, for the line to name.
"""

import csv
import io
from array import array
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analytics.plain_table import MISSING, Column, PlainTable
from conversations.importers.base import LineError, RefusedError
from conversations.importers.encodings import not_utf8
from conversations.importers.sources import Member, Source
from core.errors import InvalidError

if TYPE_CHECKING:
    from analytics.stats.types import IntArray

DELIMITERS = ",\t;|"
BATCH = 256
"""Rows taken at a time: few enough that the garbage collector does not go through them."""
SHOWN = 20


def read_columns(
    path: Path, *, filled: Sequence[str], values: Sequence[str] = (), kept: Collection[str] = ()
) -> PlainTable:
    """Read some columns of a CSV file (UTF-8, also in gzip or zip; comma, tab, semicolon or bar).

    Args:
        path: The file.
        filled: Titles of columns in which every row has a cell.
        values: Titles of columns in which a cell may be missing; see `MISSING`.
        kept: Words of `MISSING` that are values here, as a category named "none".

    Returns:
        The columns of `filled`, then those of `values`.

    Raises:
        InvalidError: The file cannot be read, has no such column, or a row does not fit its header;
            file and line are named.
    """
    wanted = [*filled, *values]
    codes = [_Codes(title in values, kept) for title in wanted]
    rows = [array("i") for _ in wanted]
    with _member(path) as member:
        with _reader(member) as reader:
            titles = _titles(member, reader)
            places = [place_of(path, titles, title) for title in wanted]
            while batch := list(islice(reader, BATCH)):
                if set(map(len, batch)) != {len(titles)}:
                    batch = _regular(member, batch, len(titles))
                cells = list(zip(*batch, strict=True))
                for place, code, row in zip(places, codes, rows, strict=True):
                    row.extend(map(code.__getitem__, cells[place] if cells else ()))
        for title, place, code in zip(wanted, places, codes, strict=True):
            if code.has_empty:
                _refuse_empty(member, title, place)
    columns = zip(wanted, codes, rows, strict=True)
    return PlainTable(
        path,
        tuple(Column(title, code.names, _as_array(row)) for title, code, row in columns),
        partial(_lines_of, path),
    )


@dataclass(frozen=True, slots=True)
class Header:
    """How the file separates its cells, and the titles of its columns."""

    delimiter: str
    titles: list[str]


def read_header(path: Path) -> Header:
    """Read the first row alone.

    Raises:
        InvalidError: The file cannot be read.
    """
    with _member(path) as member, _reader(member) as reader:
        return Header(_delimiter(member), _titles(member, reader))


def _lines_of(path: Path, rows: Sequence[int]) -> list[int]:
    """Lines of some rows (numbered from 0), from the file once more."""
    wanted, found = set(rows), {}
    with _member(path) as member:
        for number, (line, _cells) in enumerate(_records(member)):
            if number in wanted:
                found[number] = line
    return [found[row] for row in rows]


class _Codes(dict[str, int]):
    """Cells to numbers; a new cell is looked at once."""

    def __init__(self, is_value: bool, kept: Collection[str]) -> None:
        super().__init__()
        self.is_value, self.kept = is_value, kept
        self.names: list[str] = []
        self.known: dict[str, int] = {}
        self.has_empty = False

    def __missing__(self, cell: str) -> int:
        name = cell.strip()
        if self.is_value and name.casefold() in MISSING and name not in self.kept:
            number = -1
        else:
            self.has_empty = self.has_empty or not name
            number = self.known.setdefault(name, len(self.names))
            if number == len(self.names):
                self.names.append(name)
        self[cell] = number
        return number


@contextmanager
def _reader(member: Member) -> Iterator[Any]:
    """The rows of the file; what breaks them is told with its line."""
    csv.field_size_limit(member.source.limits.line)
    reader = None
    try:
        with member.open() as stream, io.TextIOWrapper(stream, "utf-8", newline="") as text:
            reader = csv.reader(text, delimiter=_delimiter(member), strict=True)
            yield reader
    except UnicodeDecodeError:
        raise InvalidError(_not_text(member)) from None
    except csv.Error as problem:
        raise InvalidError(
            f"{member.name}, line {reader.line_num if reader else 1}: the row that ends here is "
            f"not CSV: {problem}. Close its quotation mark, and double those inside a cell."
        ) from None
    except RefusedError as refusal:
        raise InvalidError(f"{member.name}: {refusal}") from None


def _records(member: Member) -> Iterator[tuple[int, list[str]]]:
    """Line and cells of each row below the header, one by one."""
    with _reader(member) as reader:
        titles = _titles(member, reader)
        line = reader.line_num + 1
        for cells in reader:
            if any(cells):
                if len(cells) != len(titles):
                    raise InvalidError(
                        f"{member.name}, line {line}: the row has {len(cells)} cells under "
                        f"{len(titles)} columns. Put text with commas in quotation marks."
                    )
                yield line, cells
            line = reader.line_num + 1


def _regular(member: Member, batch: list[list[str]], width: int) -> list[list[str]]:
    """The rows without empty lines; a row of another width ends the reading."""
    kept = [cells for cells in batch if any(cells)]
    if any(len(cells) != width for cells in kept):
        for _record in _records(member):
            pass
    return kept


def _refuse_empty(member: Member, title: str, place: int) -> None:
    line = next(line for line, cells in _records(member) if not cells[place].strip())
    raise InvalidError(
        f"{member.name}, line {line}: column '{title}' is empty, and every row needs one. "
        "Fill it, or leave the row out."
    )


@contextmanager
def _member(path: Path) -> Iterator[Member]:
    """The one file of a path; of an archive it can be read while the archive is open."""
    if not path.exists():
        raise InvalidError(f"There is no file '{path}'. Name an existing CSV file.")
    found = list(Source(path).members())
    for entry in found:
        if isinstance(entry, LineError):
            raise InvalidError(f"'{path}' cannot be read: {entry.reason}")
    if len(found) != 1:
        raise InvalidError(f"'{path}' holds {len(found)} files. Name one CSV file.")
    for member in Source(path).members():
        if isinstance(member, Member):
            yield member


def _titles(member: Member, reader: Iterator[list[str]]) -> list[str]:
    header = next(reader, None)
    if header is None:
        raise InvalidError(f"{member.name} is empty. A CSV file begins with a row of column names.")
    return [cell.strip() for cell in header]


def place_of(path: Path, titles: Sequence[str], title: str) -> int:
    """Which of the columns has a title; it has to be one."""
    if title not in titles:
        raise InvalidError(
            f"{path.name} has no column '{title}'; it has {', '.join(titles[:SHOWN])}. "
            "Name another column."
        )
    if titles.count(title) > 1:
        raise InvalidError(
            f"{path.name} has {titles.count(title)} columns '{title}'. Rename all but one."
        )
    return titles.index(title)


def _delimiter(member: Member) -> str:
    """The separator that is most frequent in the first line; a comma where none is."""
    with member.open() as stream:
        head = stream.readline(64 * 1024).decode("utf-8", "replace")
    count: Callable[[str], int] = head.count
    return max(DELIMITERS, key=count)


def _not_text(member: Member) -> str:
    """Which line is no UTF-8, and why."""
    with member.open() as stream:
        for number, raw in enumerate(stream, start=1):
            if problem := not_utf8(raw):
                return f"{member.name}, line {number}: {problem}"
    return f"{member.name} is not UTF-8. Save the file as UTF-8."


def _as_array(codes: "array[int]") -> "IntArray":
    import numpy as np

    return np.frombuffer(codes, np.int32).astype(np.int64) if codes else np.zeros(0, np.int64)
