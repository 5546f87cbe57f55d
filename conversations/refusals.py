"""Refused lines: kept with their reason, and given back as files."""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

import orjson

from conversations.importers import LineError
from conversations.models import ImportRun, RefusedLine
from core.csv_cells import lines as csv_lines

KEPT = 10_000
"""Lines of one run that are kept; more are counted, but nobody mends so many by hand."""
KEPT_BYTES = 64 * 1024 * 1024
"""Bytes of them that are kept whole; of later lines only the excerpt is."""


class Ledger:
    """The refused lines of one run, as many as are kept."""

    def __init__(self, run: ImportRun) -> None:
        self._run = run
        self._lines = run.refused_lines.count()
        self._bytes = 0

    def store(self, errors: Iterable[LineError]) -> int:
        """Keep the lines; how many were refused, which those only mentioned were not."""
        rows: list[RefusedLine] = []
        refused = 0
        for error in errors:
            refused += not error.notice
            if self._lines + len(rows) < KEPT:
                rows.append(self._row(error))
        RefusedLine.objects.bulk_create(rows, batch_size=500)
        self._lines += len(rows)
        return refused

    def _row(self, error: LineError) -> RefusedLine:
        self._bytes += len(error.raw or b"")
        return RefusedLine(
            run=self._run,
            file=error.file,
            line=error.line,
            code=error.code,
            reason=error.reason,
            excerpt=error.excerpt,
            raw=error.raw if self._bytes <= KEPT_BYTES else None,
            notice=error.notice,
        )


def as_json_lines(rows: Iterable[RefusedLine | LineError]) -> Iterator[bytes]:
    """An object a line: where it stood, why it was refused, and the line itself."""
    for row in rows:
        yield orjson.dumps(record_of(row), option=orjson.OPT_APPEND_NEWLINE)


def record_of(row: RefusedLine | LineError) -> dict[str, Any]:
    raw = bytes(row.raw) if row.raw is not None else None
    return {
        "file": row.file,
        "line": row.line,
        "code": row.code,
        "reason": row.reason,
        "raw": row.excerpt if raw is None else raw.decode("utf-8", "replace").rstrip("\r\n"),
    }


def as_csv(rows: Iterable[RefusedLine | LineError]) -> Iterator[bytes]:
    """The same for a spreadsheet, in which no cell may begin a formula."""
    yield b"\xef\xbb\xbf"
    told = (record_of(row).values() for row in rows)
    for line in csv_lines(chain([("file", "line", "code", "reason", "raw")], told)):
        yield line.encode()
