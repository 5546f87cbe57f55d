"""Rows that may never change, kept so by triggers in the database itself.

A rule in Python can be forgotten by the next query; a trigger cannot. Apps declare their frozen
tables in `AppConfig.ready()`; the triggers are made after every migrate. On SQLite they are set
aside before it: there an `ALTER` rebuilds the table, which no trigger that names it survives.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, transaction

TRUNCATE = "truncate"
PERMIT = "NOT EXISTS (SELECT 1 FROM core_frozen_permit)"


@dataclass(frozen=True, slots=True)
class Frozen:
    """A table and when its rows are frozen, as SQL over `ROW.` valid on both engines.

    `ROW` is the stored row for updates and deletes. `inserts` is the same for the new row of an
    insert, so that nothing is added to what was published. `replaces` says where such a row would
    take another's place: SQLite's `INSERT OR REPLACE` fires no trigger of a delete. PostgreSQL
    replaces by an update, and is not asked row by row what its unique indexes know.
    """

    table: str
    when: str
    message: str
    inserts: str = ""
    replaces: str = ""

    @property
    def verbs(self) -> tuple[str, ...]:
        return ("update", "delete", *(["insert"] if self.inserts or self.replaces else []))

    def condition(self, verb: str, when: str = "") -> str:
        is_new = verb == "insert"
        asked = when.replace("ROW.", "NEW.") if is_new else self.when_of("OLD")
        return f"({asked}) AND {PERMIT}"

    def when_of(self, row: str) -> str:
        return self.when.replace("ROW.", f"{row}.")

    def name(self, verb: str) -> str:
        return f"{self.table}_frozen_{verb}"

    def statements(self, vendor: str) -> list[str]:
        if vendor == "sqlite":
            return [sql for verb in self.verbs for sql in self.sqlite(verb)]
        verbs = [verb for verb in self.verbs if verb != "insert" or self.inserts]
        return [sql for verb in verbs for sql in self.postgresql(verb)] + self.truncate()

    def sqlite(self, verb: str) -> list[str]:
        added = " OR ".join(filter(None, (self.inserts, self.replaces)))
        return [
            f"DROP TRIGGER IF EXISTS {self.name(verb)}",
            f"CREATE TRIGGER {self.name(verb)} BEFORE {verb.upper()} ON {self.table} "
            f"WHEN {self.condition(verb, added)} BEGIN SELECT RAISE(ABORT, '{self.message}'); END",
        ]

    def postgresql(self, verb: str) -> list[str]:
        """A function each, because WHEN of a PostgreSQL trigger allows no subquery."""
        kept = "OLD" if verb == "delete" else "NEW"
        condition = self.condition(verb, self.inserts)
        return [
            f"CREATE OR REPLACE FUNCTION {self.name(verb)}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN IF {condition} THEN RAISE EXCEPTION '{self.message}' "
            f"USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN {kept}; END $$",
            f"CREATE OR REPLACE TRIGGER {self.name(verb)} BEFORE {verb.upper()} ON {self.table} "
            f"FOR EACH ROW EXECUTE FUNCTION {self.name(verb)}()",
        ]

    def truncate(self) -> list[str]:
        """PostgreSQL empties a table without looking at its rows, so this looks for one."""
        rows = f"EXISTS (SELECT 1 FROM {self.table} there WHERE {self.when_of('there')})"  # noqa: S608  # ours
        return [
            f"CREATE OR REPLACE FUNCTION {self.name(TRUNCATE)}() RETURNS trigger LANGUAGE plpgsql "
            f"AS $$ BEGIN IF {rows} AND {PERMIT} THEN RAISE EXCEPTION '{self.message}' "
            "USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NULL; END $$",
            f"CREATE OR REPLACE TRIGGER {self.name(TRUNCATE)} BEFORE TRUNCATE ON {self.table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {self.name(TRUNCATE)}()",
        ]


_frozen: dict[str, Frozen] = {}


def freeze(
    table: str,
    when: str,
    message: str,
    *,
    closed: bool = False,
    inserts: str = "",
    replaces: str = "",
) -> None:
    """Declare a table frozen; `closed` refuses inserts under the condition of the other verbs."""
    added = inserts or (when if closed else "")
    _frozen[table] = Frozen(table, when, message, added, replaces)


def install_triggers(using: str = DEFAULT_DB_ALIAS, **signal: Any) -> None:
    """After every migrate: one trigger a verb on each declared table that exists."""
    connection = connections[using]
    existing = set(connection.introspection.table_names())
    with transaction.atomic(using=using), connection.cursor() as cursor:
        for frozen in _frozen.values():
            if frozen.table in existing:
                for sql in frozen.statements(connection.vendor):
                    cursor.execute(sql)


def set_triggers_aside(
    using: str = DEFAULT_DB_ALIAS, plan: Sequence[Any] = (), **signal: Any
) -> None:
    """Before a migrate that changes something; `install_triggers` makes them again after it."""
    if plan and connections[using].vendor == "sqlite":
        drop_triggers(using)


def drop_triggers(using: str = DEFAULT_DB_ALIAS) -> None:
    """For a migration and for the flush between tests, which on SQLite is a DELETE."""
    connection = connections[using]
    with connection.cursor() as cursor:
        for frozen in _frozen.values():
            for verb in (*frozen.verbs, *([TRUNCATE] * (connection.vendor == "postgresql"))):
                on = "" if connection.vendor == "sqlite" else f" ON {frozen.table}"
                cursor.execute(f"DROP TRIGGER IF EXISTS {frozen.name(verb)}{on}")


@contextmanager
def thawed(reason: str) -> Iterator[None]:
    """Let this transaction change frozen rows; until it commits nobody else sees the permit."""
    from core.models import FrozenPermit

    with transaction.atomic():
        permit = FrozenPermit.objects.create(reason=reason)
        yield
        permit.delete()
