"""Room on the pages of a table whose rows change often.

PostgreSQL writes a changed row beside the old one. Where its page has room, no index has to hear of
it. A table that is filled at once has none, so apps declare in `AppConfig.ready()` which tables are
to leave some; it is a setting of the table and made after every migrate, like the triggers.
"""

from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections

FULL = 85
"""Per cent of a page that new rows fill."""

_tables: set[str] = set()


def leave_room(table: str) -> None:
    _tables.add(table)


def set_fill(using: str = DEFAULT_DB_ALIAS, **signal: Any) -> None:
    """After every migrate; what is stored already stays where it is."""
    connection = connections[using]
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for table in sorted(_tables & set(connection.introspection.table_names())):
            cursor.execute(f"ALTER TABLE {table} SET (fillfactor = {FULL})")
