"""Inserts, updates and deletes written once, for the doors of `core.prepared`.

`save` and `create` compose their statement at every call, and that is several times what the
database asks for carrying it out: a submit writes seven rows.
"""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import connections, models
from django.db.models import sql

from core.prepared import filled_in

M = TypeVar("M", bound=models.Model)


class PreparedInsert(Generic[M]):
    """New rows of a model whose key the database gives; each object gets its own.

    No signal is sent: nothing of ours listens to any.
    """

    def __init__(self, model: type[M]) -> None:
        self.model = model

    def one(self, row: M) -> M:
        return self.many([row])[0]

    def many(self, rows: Sequence[M]) -> Sequence[M]:
        if not rows:
            return rows
        options = self.model._meta
        connection: Any = connections["default"]
        fields = [field for field in options.concrete_fields if not field.primary_key]
        quote = connection.ops.quote_name
        columns = ", ".join(quote(field.column) for field in fields)
        places = "(" + ", ".join(["%s"] * len(fields)) + ")"
        statement = (
            f"INSERT INTO {quote(options.db_table)} ({columns}) "  # noqa: S608  # our models' names
            f"VALUES {', '.join([places] * len(rows))} RETURNING {quote(options.pk.column)}"
        )
        values = [
            field.get_db_prep_save(field.pre_save(row, True), connection)
            for row in rows
            for field in fields
        ]
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            keys = cursor.fetchall()
        for row, (key,) in zip(rows, keys, strict=True):
            row.pk, row._state.adding, row._state.db = key, False, connection.alias
        return rows


class PreparedUpdate:
    """`queryset.update(**values)` with a `Parameter` wherever a value differs from call to call."""

    def __init__(self, compose: Callable[[], "models.QuerySet[Any]"], **values: Any) -> None:
        self.compose, self.values = compose, values

    def run(self, **given: Any) -> int:
        """Change the rows and say how many there were."""
        return _changed(self._written, given)

    @cached_property
    def _written(self) -> tuple[str, Sequence[Any]]:
        queryset = self.compose()
        query: Any = queryset.query.chain(sql.UpdateQuery)
        query.add_update_values(self.values)
        written: tuple[str, Sequence[Any]] = query.get_compiler(queryset.db).as_sql()
        return written


class PreparedDelete:
    """The rows of one table, of which no other row is a part."""

    def __init__(self, compose: Callable[[], "models.QuerySet[Any]"]) -> None:
        self.compose = compose

    def run(self, **given: Any) -> int:
        return _changed(self._written, given)

    @cached_property
    def _written(self) -> tuple[str, Sequence[Any]]:
        queryset = self.compose()
        query: Any = queryset.query.chain(sql.DeleteQuery)
        written: tuple[str, Sequence[Any]] = query.get_compiler(queryset.db).as_sql()
        return written


def _changed(written: tuple[str, Sequence[Any]], given: dict[str, Any]) -> int:
    statement, parameters = written
    connection = connections["default"]
    with connection.cursor() as cursor:
        cursor.execute(statement, filled_in(parameters, given, connection))
        return int(cursor.rowcount)
