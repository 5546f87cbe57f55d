"""Inserts, updates and deletes written once, for the doors of `core.prepared`.

`save` and `create` compose their statement at every call, and that is several times what the
database asks for carrying it out: a submit writes seven rows.
"""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import connections, models
from django.db.models import sql

from core.prepared import PLAIN, cursor_of, filled_in, spelled_out

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
        connection: Any = connections["default"]
        begin, places, end, columns = self._written
        values = [column(row, connection) for row in rows for column in columns]
        cursor = cursor_of(connection)
        cursor.execute(f"{begin}{', '.join([places] * len(rows))}{end}", values)
        keys = cursor.fetchall()
        for row, (key,) in zip(rows, keys, strict=True):
            row.pk, row._state.adding, row._state.db = key, False, connection.alias
        return rows

    @cached_property
    def _written(self) -> tuple[str, str, str, list["Column"]]:
        options = self.model._meta
        quote = connections["default"].ops.quote_name
        fields = [field for field in options.concrete_fields if not field.primary_key]
        names = ", ".join(quote(field.column) for field in fields)
        return (
            f"INSERT INTO {quote(options.db_table)} ({names}) VALUES ",  # noqa: S608  # our models' names
            "(" + ", ".join(["%s"] * len(fields)) + ")",
            f" RETURNING {quote(options.pk.column)}",
            [column_of(field) for field in fields],
        )


Column = Callable[[Any, Any], Any]
"""A row and a connection to the value of one column."""

AS_IT_IS = (
    models.BooleanField, models.CharField, models.FloatField, models.ForeignKey,
    models.IntegerField, models.TextField,
)  # fmt: skip


def column_of(field: Any) -> Column:
    """How the database gets a field's value, without the field where both have it alike."""

    def prepared(row: Any, connection: Any) -> Any:
        return field.get_db_prep_save(field.pre_save(row, True), connection)

    def as_it_is(row: Any, connection: Any) -> Any:
        value = getattr(row, name)
        return value if type(value) in PLAIN else prepared(row, connection)

    name = field.attname
    return as_it_is if isinstance(field, AS_IT_IS) else prepared


class PreparedUpdate:
    """`queryset.update(**values)` with a `Parameter` wherever a value differs from call to call."""

    def __init__(self, compose: Callable[[], "models.QuerySet[Any]"], **values: Any) -> None:
        self.compose, self.values = compose, values

    def run(self, **given: Any) -> int:
        """Change the rows and say how many there were."""
        return _changed(self._written, given)

    def returning(self, columns: Sequence[str], **given: Any) -> list[tuple[Any, ...]]:
        """Change the rows and give some of their columns, numbers and words as they are stored."""
        statement, parameters = self._written
        connection = connections["default"]
        names = ", ".join(connection.ops.quote_name(column) for column in columns)
        cursor = cursor_of(connection)
        cursor.execute(f"{statement} RETURNING {names}", filled_in(parameters, given, connection))
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows

    @cached_property
    def _written(self) -> tuple[str, Sequence[Any]]:
        queryset = self.compose()
        query: Any = queryset.query.chain(sql.UpdateQuery)
        query.add_update_values(self.values)
        return spelled_out(*query.get_compiler(queryset.db).as_sql())


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
        return spelled_out(*query.get_compiler(queryset.db).as_sql())


def _changed(written: tuple[str, Sequence[Any]], given: dict[str, Any]) -> int:
    statement, parameters = written
    connection = connections["default"]
    cursor = cursor_of(connection)
    cursor.execute(statement, filled_in(parameters, given, connection))
    return int(cursor.rowcount)
