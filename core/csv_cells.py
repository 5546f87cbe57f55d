"""CSV on the way out: no cell that a spreadsheet would run."""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

#: What spreadsheets take for the beginning of a formula (OWASP: CSV injection).
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
_FIRST = frozenset(DANGEROUS)


def safe_cell(value: Any) -> Any:
    """The value as a cell; text that looks like a formula gets an apostrophe before it.

    Numbers stay numbers: a negative one is no formula.
    """
    if isinstance(value, str) and value.startswith(DANGEROUS):
        return f"'{value}"
    return value


def lines(rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """Each row as one CSV line, quoted as RFC 4180 says, ready to stream."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    for row in rows:
        writer.writerow([safe_cell(cell) for cell in row])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def cell(value: Any) -> str:
    """A value as `block` writes it, for rows that are put together by hand."""
    if not isinstance(value, str):
        return "" if value is None else str(value)
    text = f"'{value}" if value[:1] in _FIRST else value
    if "," in text or '"' in text or "\n" in text or "\r" in text:
        return '"' + text.replace('"', '""') + '"'
    return text


def block(rows: Iterable[Iterable[Any]]) -> str:
    """Many rows as one piece of CSV: for streams of which the speed counts."""
    buffer = io.StringIO()
    csv.writer(buffer).writerows(
        [f"'{cell}" if isinstance(cell, str) and cell[:1] in _FIRST else cell for cell in row]
        for row in rows
    )
    return buffer.getvalue()
