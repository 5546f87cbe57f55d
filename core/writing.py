"""Several writes as one statement, where the database knows how.

On PostgreSQL what a small write costs is mostly the way there and back. `WITH a AS (INSERT ...),
b AS (UPDATE ...) SELECT ...` carries any number of writes in one, and a later one may use the key
that an earlier one gives. SQLite, which is no way off, gets them one after the other.

All parts of one statement see the tables as they were before it, so none may read or change what
another one writes. Whatever fails, fails as it would alone, and nothing of the statement stays.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from django.db import connections, models

from core.prepared import Reading, cursor_of


class Write(ABC):
    """A statement that has its values, and what becomes of the rows that it gives."""

    returning: Sequence[str]
    makes: Sequence[models.Model]
    """The new rows, each an object."""
    is_empty = False
    is_single = False
    """Whether it gives one row or none, which need not be gathered into a list."""
    name = ""
    """Under which later parts of the same statement find its rows, if any asks for them."""

    @abstractmethod
    def statement(self, connection: Any, names: Mapping[int, str]) -> tuple[str, list[Any]]:
        """The text and its values; `names` has the words for the keys of objects not yet stored."""

    @abstractmethod
    def take(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """Keep what came back: a tuple of `returning` for each row that was written."""


def carry_out(*writes: Write | None, reading: Reading[Any] | None = None) -> None:
    """All of them in this order, in the caller's transaction; None and no rows are passed over.

    `reading` is a row that none of them changes.
    """
    connection: Any = connections["default"]
    wanted = [one for one in writes if one is not None and not one.is_empty]
    if connection.vendor == "postgresql" and len(wanted) + (reading is not None) > 1:
        _together(wanted, reading, connection)
        return
    for write in wanted:
        statement, values = _with_returning(write, connection, {})
        cursor = cursor_of(connection)
        cursor.execute(statement, values)
        if write.returning:
            write.take(cursor.fetchall())
    if reading is not None:
        cursor = cursor_of(connection)
        cursor.execute(*reading.statement(connection))
        [row] = cursor.fetchall()
        reading.take(row)


def _with_returning(
    write: Write, connection: Any, names: Mapping[int, str]
) -> tuple[str, list[Any]]:
    statement, values = write.statement(connection, names)
    if write.returning:
        statement = f"{statement} RETURNING {_listed(tuple(write.returning))}"
    return statement, values


@cache
def _listed(columns: tuple[str, ...]) -> str:
    """Columns as a statement names them: a few lists, asked for at every submit."""
    quote = connections["default"].ops.quote_name
    return ", ".join(map(quote, columns))


def _together(writes: Sequence[Write], reading: Reading[Any] | None, connection: Any) -> None:
    """What each part gives comes back as one list of its rows: each list is a scan of its own.

    As JSON, which knows numbers and words, and no more is asked for.
    """
    names: dict[int, str] = {}
    parts, answers, values = [], [], []
    for number, write in enumerate(writes):
        part = write.name or f"part{number}"
        statement, own = _with_returning(write, connection, names)
        parts.append(f"{part} AS ({statement})")
        values += own
        if write.returning:
            columns = _listed(tuple(write.returning))
            row = f"json_build_array({columns})"
            answers.append(f"(SELECT {row if write.is_single else f'json_agg({row})'} FROM {part})")  # noqa: S608  # our models' names
        if write.returning and len(write.makes) == 1:
            key = _listed((write.returning[0],))
            names[id(write.makes[0])] = f"(SELECT {key} FROM {part})"  # noqa: S608
    beside = ""
    if reading is not None:
        statement, own = reading.statement(connection)
        # What no part has written cannot be read, and the rest is told all the same.
        answers, beside = (
            [*answers, "r.*"],
            f" FROM (SELECT 1) one LEFT JOIN ({statement}) r ON TRUE",
        )
        values += own
    cursor = cursor_of(connection)
    cursor.execute(f"WITH {', '.join(parts)} SELECT {', '.join(answers) or '1'}{beside}", values)
    [found] = cursor.fetchall()
    if reading is not None:
        reading.take(found[len(answers) - 1 :])
    for write, rows in zip((one for one in writes if one.returning), found, strict=False):
        if write.is_single:
            write.take([] if rows is None else [tuple(rows)])
        else:
            write.take([tuple(row) for row in rows or ()])
