"""The ids a file has shown so far, on disk: a file of a hundred million ids takes no memory."""

import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from conversations.importers import ParsedConversation
from conversations.reading import Place
from conversations.sifting import First

_TABLE = """
CREATE TABLE IF NOT EXISTS seen (
    id TEXT PRIMARY KEY, member INTEGER, record INTEGER, ordinal INTEGER, hash BLOB, line INTEGER
) WITHOUT ROWID
"""
_ADD = "INSERT OR IGNORE INTO seen VALUES (?, ?, ?, ?, ?, ?)"


class SeenOnDisk:
    """Every id with its first place; kept in the import's folder, a check that died goes on.

    An id is written before the check's step commits. So after a crash it may be here already, but
    then from its own place, which is how its first occurrence is told from a second.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._connection = sqlite3.connect("" if path is None else path)
        self._connection.execute("PRAGMA synchronous=OFF")
        self._connection.execute("PRAGMA cache_size=-8000")
        self._connection.execute(_TABLE)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._connection.close()

    def first(self, entries: Sequence[tuple[Place, ParsedConversation]]) -> Mapping[str, First]:
        with self._connection:
            added = self._connection.executemany(
                _ADD,
                [
                    (one.external_id, *place, bytes.fromhex(one.content_hash), one.line)
                    for place, one in entries
                ],
            )
        if added.rowcount == len(entries):
            return {}
        ids = [one.external_id for _place, one in entries]
        marks = ", ".join("?" * len(ids))
        rows = self._connection.execute(
            f"SELECT * FROM seen WHERE id IN ({marks})",  # noqa: S608  # marks only
            ids,
        )
        return {
            name: First(Place(member, record, ordinal), content_hash.hex(), line)
            for name, member, record, ordinal, content_hash, line in rows
        }
