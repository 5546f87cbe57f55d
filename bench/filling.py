"""Filling a scratch database with millions of rows, before any clock runs.

What it may do here and nowhere else: nothing is in the database yet that a crash could cost, and
every row that is written refers to one that was written before.
"""

import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

QUICKLY = (
    "PRAGMA journal_mode=OFF", "PRAGMA synchronous=OFF", "PRAGMA foreign_keys=OFF",
    "PRAGMA cache_size=-400000",
)  # fmt: skip


@contextmanager
def filling() -> Iterator[None]:
    """Write without a journal and without looking foreign keys up; then put everything to rest.

    What the system has not yet brought to the disk would slow down whatever is measured next.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
            if cursor.fetchone() == (True,):
                cursor.execute("SET session_replication_role = replica")
            yield
            cursor.execute("RESET session_replication_role")
            _put_to_rest(cursor)
    else:
        with connection.cursor() as cursor:
            for pragma in QUICKLY:
                cursor.execute(pragma)
        yield
        connection.close()  # the next one is opened as the product opens it, with a journal
        connection.ensure_connection()
    os.sync()


INDEXES = {
    "postgresql": """
        SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s AND indexname NOT IN (
          SELECT conname FROM pg_constraint WHERE contype IN ('p', 'u'))""",
    "sqlite": """
        SELECT name, sql FROM sqlite_master
        WHERE type = 'index' AND tbl_name = %s AND sql NOT LIKE 'CREATE UNIQUE%%'""",
}


@contextmanager
def without_indexes(cursor: Any, table: str) -> Iterator[None]:
    """Build the indexes of a table after its rows: sorted once, instead of a place at a time."""
    cursor.execute(INDEXES[connection.vendor], [table])
    found = cursor.fetchall()
    for name, _statement in found:
        cursor.execute(f'DROP INDEX "{name}"')
    yield
    for _name, statement in found:
        cursor.execute(statement)


FILLED = """
    SELECT string_agg(oid::regclass::text, ', ') FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND pg_relation_size(oid) > 0"""


def _put_to_rest(cursor: Any) -> None:
    """What PostgreSQL does by itself some minutes after tables were filled.

    It leaves empty ones alone. Told that a table is empty, it would plan to read it from end to
    end, and keep to that for as long as a connection keeps its prepared statements.
    """
    cursor.execute(FILLED)
    [tables] = cursor.fetchone()
    cursor.execute(f"VACUUM ANALYZE {tables}")


def ascending_uid(number: str) -> str:
    """A uid for each value of an integer expression, ascending with it as the product's are.

    In no order, the index over a million of them would be read and written anew at every row.
    """
    prefix = f"{time.time_ns() // 1_000_000:012x}7{secrets.token_hex(2)[1:]}8"
    if connection.vendor == "postgresql":
        return f"('{prefix}' || lpad(to_hex(({number})::bigint), 15, '0'))::uuid"
    return f"printf('{prefix}%%015x', {number})"
