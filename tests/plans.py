"""What PostgreSQL would do for statements on tables that it knows nothing of yet.

What it plans for tables that it takes for small is kept by each connection until they are looked at
for the first time. A statement that reads one of them from end to end grows with each row.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import connection, models
from django.test.utils import CaptureQueriesContext

PLANNED = ("SELECT", "WITH", "UPDATE", "INSERT", "DELETE")


@contextmanager
def new(tables: Iterable[type[models.Model]]) -> Iterator[None]:
    """As they are after the migrations, and the server does not look at them before the end.

    The test that asks for it must be `transaction=True`.
    """
    names = [table._meta.db_table for table in tables]
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute(f"ALTER TABLE {name} SET (autovacuum_enabled = false)")
        cursor.execute(f"TRUNCATE {', '.join(names)} CASCADE")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            for name in names:
                cursor.execute(f"ALTER TABLE {name} RESET (autovacuum_enabled)")


def read_whole(asked: CaptureQueriesContext, tables: Iterable[type[models.Model]]) -> list[str]:
    """The lines of the plans that read one of the tables from end to end."""
    names = [f"Seq Scan on {table._meta.db_table} " for table in tables]
    lines = []
    statements = [one["sql"] for one in asked.captured_queries]
    with connection.cursor() as cursor:
        for statement in statements:
            if statement.startswith(PLANNED):
                cursor.execute(f"EXPLAIN {statement}")
                lines += [line for (line,) in cursor.fetchall()]
    assert lines
    return [line for line in lines if any(name in f"{line} " for name in names)]
