"""An empty database gets its tables at once; walking through the migrations leads to the same."""

import json
import os
import re
import subprocess
import sys
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from bench.places import throw_away
from core.management.commands.migrate import Command

WALK = """
import gc, json
import django
django.setup()
gc.freeze()
gc.set_threshold(50_000, 20, 100)  # each step makes hundreds of classes: a sixth of the time
from django.core.management import call_command
from django.core.management.commands import migrate
from django.db import connection
from tests.core.test_fresh_database import schema
call_command(migrate.Command(), verbosity=0)
print(json.dumps(schema(connection), sort_keys=True))
"""


def schema(connection: Any) -> dict[str, Any]:
    """Of each table its columns, indexes and constraints; the migrations that count as applied."""
    with connection.cursor() as cursor:
        tables = {
            table: {
                "columns": sorted(
                    [list(each[:7]) for each in look.get_table_description(cursor, table)], key=str
                ),
                "constraints": sorted(
                    (
                        [numbered(name), each]
                        for name, each in look.get_constraints(cursor, table).items()
                    ),
                    key=lambda each: json.dumps(each, sort_keys=True),
                ),
                "relations": look.get_relations(cursor, table),
            }
            for look in [connection.introspection]
            for table in look.table_names(cursor)
        }
        cursor.execute("SELECT app, name FROM django_migrations ORDER BY app, name")
        applied = [list(row) for row in cursor.fetchall()]
    return {"tables": tables, "checks": checks(connection), "applied": applied}


def numbered(name: str) -> str:
    """SQLite numbers what has no name, in the order in which a table was put together."""
    return re.sub(r"^(fk|__unnamed_constraint)_\d+.*", r"\1", name)


def checks(connection: Any) -> list[Any]:
    """What the rows and the indexes must hold, in the words of the database."""
    if connection.vendor == "sqlite":
        words = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    else:
        words = """SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
            WHERE connamespace = 'public'::regnamespace
            UNION ALL SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"""
    with connection.cursor() as cursor:
        cursor.execute(words)
        return sorted(list(row) for row in cursor.fetchall())


@pytest.mark.django_db
def test_an_empty_database_gets_what_all_migrations_make_of_it() -> None:
    with throw_away(os.environ.get("DATABASE_URL", "")) as environment:
        walked = subprocess.run(
            [sys.executable, "-c", WALK],
            cwd=settings.BASE_DIR,
            env=environment | {"DJANGO_SETTINGS_MODULE": "config.settings"},
            capture_output=True,
            text=True,
            check=False,
        )
    assert walked.returncode == 0, walked.stderr
    at_once = json.loads(json.dumps(schema(connection)))
    by_steps = json.loads(walked.stdout)
    # Django's own steps number the rows of this one table by 64 bits, its models by 32.
    assert by_steps["tables"].pop("auth_group_permissions")
    assert at_once["tables"].pop("auth_group_permissions")
    assert at_once == by_steps


@pytest.mark.django_db
def test_a_database_with_tables_walks_through_the_migrations(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[object] = []
    monkeypatch.setattr("core.management.commands.migrate.make_tables", made.append)
    call_command(Command(), verbosity=0)
    call_command(Command(), plan=True, verbosity=0)
    assert not made
