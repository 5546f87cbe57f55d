"""Inserts, updates and deletes written once, for the doors of `core.prepared`.

`save` and `create` compose their statement at every call, and that is several times what the
database asks for carrying it out: a submit writes seven rows. Writes that do not wait for each
other's answers can go together (`core.writing`).
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from enum import Enum
from functools import cached_property
from operator import itemgetter
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import connections, models
from django.db.models import sql

from core.making import Maker
from core.prepared import PLAIN, cursor_of, filled_in, spelled_out
from core.writing import Write, carry_out

M = TypeVar("M", bound=models.Model)
Source = tuple[str, Sequence[Any]]
"""A query and its values."""


class PreparedInsert(Generic[M]):
    """New rows of a model whose key the database gives; each object gets its own.

    No signal is sent: nothing of ours listens to any.
    """

    def __init__(self, model: type[M], *, alike: Sequence[str] = ()) -> None:
        """`alike` are columns in which all rows that are written together have the same value.

        Where they are named, many rows are one statement whatever their number (`Insert`).
        """
        self.model, self.alike = model, alike
        self.row = Maker(model)

    def one(self, row: M) -> M:
        return self.many([row])[0]

    def many(self, rows: Sequence[M]) -> Sequence[M]:
        carry_out(self.of(*rows))
        return rows

    def of(self, *rows: M, keyed: bool = True) -> "Insert":
        """Rows to be written; without `keyed` nobody asks for their keys, and they get none."""
        return Insert(self.written, rows, self.written.key if keyed else ())

    def worked_out(
        self, row: M, columns: Sequence[str], source: "Source", *, unless_there: bool = False
    ) -> "WorkedOut":
        return WorkedOut(self.written, row, columns, source, unless_there=unless_there)

    @cached_property
    def written(self) -> "WrittenInsert":
        return WrittenInsert(self.model, self.alike)


class WrittenInsert:
    """The parts of an insert that are the same for all rows."""

    def __init__(self, model: type[models.Model], alike: Sequence[str] = ()) -> None:
        quote = connections["default"].ops.quote_name
        fields = [field for field in model._meta.concrete_fields if not field.primary_key]
        names = ", ".join(quote(field.column) for field in fields)
        self.into = f"INSERT INTO {quote(model._meta.db_table)} ({names})"
        self.begin = f"{self.into} VALUES "
        self.names = [field.attname for field in fields]
        self.alike = frozenset(alike)
        self.arrays = [f"%s::{element_type(field)}[]" for field in fields] if alike else []
        self.key = (model._meta.pk.column,)
        self.places = ", ".join(["%s"] * len(fields))
        self.columns = [column_of(field) for field in fields]
        self.raw = itemgetter(*(field.attname for field in fields))
        self.made_over = [place for place, field in enumerate(fields) if not is_told_by(field)]
        self.told = [place for place, field in enumerate(fields) if is_told_by(field)]
        self.links = [
            (place, field)
            for place, field in enumerate(fields)
            if isinstance(field, models.ForeignKey)
        ]

    def values_of(self, row: models.Model, connection: Any) -> list[Any]:
        """A row's columns as the database takes them, most of which are what the row holds."""
        values = list(self.raw(row.__dict__))
        for place in self.made_over:
            values[place] = self.columns[place](row, connection)
        for place in self.told:
            if type(values[place]) not in PLAIN:
                values[place] = self.columns[place](row, connection)
        return values


def element_type(field: Any) -> str:
    """What a column's values are in an array, without their length: the column checks that."""
    return LENGTH.sub("", field.db_type(connections["default"]))


LENGTH = re.compile(r"\(.*\)")


class WorkedOut(Write):
    """One row, columns of which the database works out from what it holds; or none.

    `columns` are those columns of `source`, a query that gives one row, or no row and nothing is
    written; the object gets what was worked out, and its key. With `unless_there` a row that a
    constraint does not let in is none either.
    """

    is_written = False
    is_single = True

    def __init__(
        self,
        written: WrittenInsert,
        row: models.Model,
        columns: Sequence[str],
        source: Source,
        *,
        unless_there: bool = False,
    ) -> None:
        self.written, self.columns, self.source = written, columns, source
        self.end = " ON CONFLICT DO NOTHING" if unless_there else ""
        self.makes = [row]
        self.returning = (*written.key, *columns)

    def statement(self, connection: Any, names: Mapping[int, str]) -> tuple[str, list[Any]]:
        [row] = self.makes
        own = zip(self.written.names, self.written.values_of(row, connection), strict=True)
        given = {name: value for name, value in own if name not in self.columns}
        places = ("%s" if name in given else f"s.{name}" for name in self.written.names)
        text, values = self.source
        return (
            f"{self.written.into} SELECT {', '.join(places)} FROM ({text}) s{self.end}",  # noqa: S608  # ours
            [*given.values(), *values],
        )

    def take(self, rows: Sequence[tuple[Any, ...]]) -> None:
        [row] = self.makes
        self.is_written = bool(rows)
        for key, *found in rows:
            row.pk, row._state.adding, row._state.db = key, False, "default"
            row.__dict__.update(zip(self.columns, found, strict=True))


class Insert(Write):
    """Rows side by side; on PostgreSQL, columns side by side where it is known what rows share.

    A list of rows is another statement for each number of them, which the server plans anew, and
    which psycopg, with more than fifty values, parses anew at every call.
    """

    def __init__(
        self, written: WrittenInsert, rows: Sequence[models.Model], returning: Sequence[str]
    ) -> None:
        self.written, self.makes, self.returning = written, rows, returning
        self.is_empty, self.is_single = not rows, len(rows) == 1

    def statement(self, connection: Any, names: Mapping[int, str]) -> tuple[str, list[Any]]:
        written = self.written
        if written.alike and len(self.makes) > 1 and connection.vendor == "postgresql":
            return self._by_columns(connection, names)
        places: list[str] = []
        values: list[Any] = []
        for row in self.makes:
            own = written.values_of(row, connection)
            named = self._named(row, own, names) if names else {}
            if named:
                places.append(", ".join(named.get(n, "%s") for n in range(len(own))))
                values += [value for n, value in enumerate(own) if n not in named]
            else:
                places.append(written.places)
                values += own
        return f"{written.begin}({'), ('.join(places)})", values

    def _by_columns(self, connection: Any, names: Mapping[int, str]) -> tuple[str, list[Any]]:
        written = self.written
        rows = [written.values_of(row, connection) for row in self.makes]
        places = self._named(self.makes[0], rows[0], names)
        alike = [n for n, name in enumerate(written.names) if name in written.alike]
        alike = [n for n in alike if n not in places]
        places |= dict.fromkeys(alike, "%s")
        own = [n for n in range(len(written.names)) if n not in places]
        chosen = ", ".join(places.get(n, f"c{n}") for n in range(len(written.names)))
        arrays, columns = ", ".join(written.arrays[n] for n in own), ", ".join(f"c{n}" for n in own)
        return (
            f"{written.into} SELECT {chosen} FROM UNNEST({arrays}) AS u({columns})",  # noqa: S608  # our models' names
            [*(rows[0][n] for n in alike), *([row[n] for row in rows] for n in own)],
        )

    def _named(
        self, row: models.Model, values: Sequence[Any], names: Mapping[int, str]
    ) -> dict[int, str]:
        """The columns that link to a row of the same statement, and how it is called there."""
        links = [(n, linked(field, row)) for n, field in self.written.links if values[n] is None]
        return {n: names[id(other)] for n, other in links if id(other) in names}

    def take(self, rows: Sequence[tuple[Any, ...]]) -> None:
        for row, (key,) in zip(self.makes, rows, strict=True):
            row.pk, row._state.adding, row._state.db = key, False, "default"


Column = Callable[[Any, Any], Any]
"""A row and a connection to the value of one column."""

AS_IT_IS = (
    models.BooleanField, models.CharField, models.FloatField, models.IntegerField,
    models.TextField,
)  # fmt: skip


def is_told_by(field: Any) -> bool:
    """Whether a value's type tells if it is stored as it is."""
    is_dated_here = getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)
    is_told = isinstance(field, (*AS_IT_IS, models.DateTimeField, models.UUIDField))
    return is_told and not is_dated_here


def column_of(field: Any) -> Column:
    """How the database gets a field's value, without the field where both have it alike."""

    def prepared(row: Any, connection: Any) -> Any:
        return field.get_db_prep_save(field.pre_save(row, True), connection)

    def as_it_is(row: Any, connection: Any) -> Any:
        value = getattr(row, name)
        if isinstance(value, Enum):
            value = value.value
        return value if type(value) in PLAIN else prepared(row, connection)

    def key_of(row: Any, connection: Any) -> Any:
        """Of a row that had no key yet when it was named, the one it has got since."""
        value = getattr(row, name)
        return getattr(linked(field, row), "pk", None) if value is None else value

    def moment(row: Any, connection: Any) -> Any:
        value = getattr(row, name)
        if type(value) is not datetime or value.tzinfo is None:
            return prepared(row, connection)
        return connection.ops.adapt_datetimefield_value(value)

    def uid(row: Any, connection: Any) -> Any:
        value = getattr(row, name)
        if type(value) is not UUID:
            return prepared(row, connection)
        return value if connection.features.has_native_uuid_field else value.hex

    name = field.attname
    if isinstance(field, models.ForeignKey):
        return key_of
    if type(field) is models.DateTimeField and not (field.auto_now or field.auto_now_add):
        return moment
    if type(field) is models.UUIDField:
        return uid
    return as_it_is if isinstance(field, AS_IT_IS) else prepared


def linked(field: Any, row: models.Model) -> models.Model | None:
    """The object that a row was given for a foreign key, if it was given one."""
    other: models.Model | None = field.get_cached_value(row, default=None)
    return other


class PreparedUpdate:
    """`queryset.update(**values)` with a `Parameter` wherever a value differs from call to call."""

    def __init__(
        self, compose: Callable[[], "models.QuerySet[Any]"], *, of_one: bool = False, **values: Any
    ) -> None:
        """`of_one` says that it can change one row at most."""
        self.compose, self.of_one, self.values = compose, of_one, values

    def run(self, **given: Any) -> int:
        """Change the rows and say how many there were."""
        return _changed(self._written, given)

    def of(self, *returning: str, **given: Any) -> "Change":
        """The change with these values, and some columns of the rows that it changes.

        Numbers and words come as they are stored.
        """
        return Change(self._written, returning, given, is_single=self.of_one)

    @cached_property
    def _written(self) -> tuple[str, Sequence[Any]]:
        queryset = self.compose()
        query: Any = queryset.query.chain(sql.UpdateQuery)
        query.add_update_values(self.values)
        return spelled_out(*query.get_compiler(queryset.db).as_sql())


class Change(Write):
    """Rows that are updated or deleted."""

    makes: Sequence[models.Model] = ()
    rows: Sequence[tuple[Any, ...]] = ()

    def __init__(
        self,
        written: tuple[str, Sequence[Any]],
        returning: Sequence[str],
        given: dict[str, Any],
        *,
        is_single: bool = False,
    ) -> None:
        self.written, self.returning, self.given = written, returning, given
        self.is_single = is_single

    def statement(self, connection: Any, names: Mapping[int, str]) -> tuple[str, list[Any]]:
        statement, parameters = self.written
        return statement, filled_in(parameters, self.given, connection)

    def take(self, rows: Sequence[tuple[Any, ...]]) -> None:
        self.rows = rows


class PreparedDelete:
    """The rows of one table, of which no other row is a part."""

    def __init__(self, compose: Callable[[], "models.QuerySet[Any]"]) -> None:
        self.compose = compose

    def of(self, **given: Any) -> Change:
        return Change(self._written, (), given)

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
