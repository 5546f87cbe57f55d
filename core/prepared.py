"""Querysets composed and compiled once, for the few doors that raters knock at all day.

On SQLite and a fast disk Django takes several times longer to write a query with joins than the
database takes to answer it. A prepared query is written by the ORM like any other, with a
`Parameter` wherever a value differs from call to call; after that only the values change.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import connections, models
from django.db.models.base import ModelState
from django.db.models.expressions import Expression

from core.places import PLACE

M = TypeVar("M", bound=models.Model)


PLAIN = {bool, float, int, str, type(None)}


class Parameter(Expression):
    """A value that every call gives anew."""

    def __init__(self, name: str, field: "models.Field[Any, Any]") -> None:
        super().__init__(output_field=field)
        self.name = name

    def prepared(self, value: Any, connection: Any) -> Any:
        """As the database takes it; numbers and words are taken as they are."""
        if type(value) in PLAIN:
            return value
        return self.output_field.get_db_prep_value(value, connection)

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        """A place in the statement, which keeps the parameter until there is a value."""
        return "%s", [self]


class Prepared(Generic[M]):
    """Rows of one model, with all that `select_related`, `annotate` and `select_for_update` say.

    `compose` is called at the first use. The threads of a process share what it gives: the text is
    the same on each connection, and each thread asks on its own. The number of rows must be small:
    they come as a list.
    """

    def __init__(self, compose: Callable[[], models.QuerySet[M]]) -> None:
        self.compose = compose

    def all(self, **given: Any) -> list[M]:
        return self._compiled.rows(given)

    def first(self, **given: Any) -> M | None:
        return next(iter(self.all(**given)), None)

    def get(self, **given: Any) -> M:
        rows = self.all(**given)
        model: Any = self._compiled.model
        if not rows:
            raise model.DoesNotExist(f"{model.__name__} matching {given} does not exist.")
        if len(rows) > 1:
            raise model.MultipleObjectsReturned(f"{len(rows)} {model.__name__} match {given}.")
        return rows[0]

    def reading(self, **given: Any) -> "Reading[M]":
        """The same, to be carried out together with writes (`core.writing`)."""
        return Reading(self._compiled, given)

    @cached_property
    def _compiled(self) -> "Compiled[M]":
        return Compiled(self.compose())


class PreparedValues:
    """The rows of a queryset with `values_list`, as tuples."""

    def __init__(self, compose: Callable[[], "models.QuerySet[Any, Any]"]) -> None:
        self.compose = compose

    def all(self, **given: Any) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in self._statement.fetch(given)]

    @cached_property
    def _statement(self) -> "Statement":
        return Statement(self.compose())


class Statement:
    """A compiled query: its text, and how what comes back becomes Python's values."""

    def __init__(self, queryset: "models.QuerySet[Any, Any]") -> None:
        self.db = queryset.db
        self.compiler: Any = queryset.query.get_compiler(using=self.db)
        self.sql, self.parameters = spelled_out(*self.compiler.as_sql())
        self.converters = self.compiler.get_converters(
            [column[0] for column in self.compiler.select]
        )

    def fetch(self, given: dict[str, Any]) -> Iterable[tuple[Any, ...]]:
        connection = connections[self.db]
        cursor = cursor_of(connection)
        cursor.execute(self.sql, filled_in(self.parameters, given, connection))
        return self.converted(cursor.fetchall())

    def converted(self, found: Sequence[tuple[Any, ...]]) -> Iterable[tuple[Any, ...]]:
        rows: Iterable[tuple[Any, ...]] = self.compiler.apply_converters(found, self.converters)
        return rows


def cursor_of(connection: Any) -> Any:
    """A cursor that a connection keeps: making one takes half as long as a small statement.

    Whoever uses it takes all rows before anybody else can, and gives values as a list. A connection
    whose statements are logged or looked at makes them anew, because it then wraps them.
    """
    if connection.queries_logged or connection.execute_wrappers:
        return connection.cursor()
    connection.close_if_health_check_failed()
    opened, cursor = getattr(connection, "kept_cursor", (None, None))
    if opened is None or opened is not connection.connection:
        cursor = connection.cursor()
        if connection.vendor == "postgresql":
            cursor = connection.direct_cursor() or cursor
        connection.kept_cursor = connection.connection, cursor
    return cursor


def spelled_out(sql: str, parameters: Sequence[Any]) -> tuple[str, list[Any]]:
    """The statement with its constant words and numbers, and the parameters that are left.

    SQLite takes an index over the rows of one state only where that state is spelled out, and else
    makes a new plan whenever it is given a value that such an index might suit. psycopg parses a
    statement of more than 50 parameters anew at every call.
    """
    first, *parts = PLACE.split(sql)
    written, left = [first], []
    for value, part in zip(parameters, parts, strict=True):
        if isinstance(value, str) and value.isidentifier():
            written.append(f"'{value}'{part}")
        elif type(value) is int and value >= 0:
            written.append(f"{value}{part}")
        else:
            written.append(f"%s{part}")
            left.append(value)
    return "".join(written), left


def filled_in(parameters: Iterable[Any], given: dict[str, Any], connection: Any) -> list[Any]:
    """A statement's values, those of this call in their places."""
    return [
        value.prepared(given[value.name], connection) if isinstance(value, Parameter) else value
        for value in parameters
    ]


class Compiled(Statement, Generic[M]):
    """What `ModelIterable` works out for every query, worked out once."""

    def __init__(self, queryset: models.QuerySet[M]) -> None:
        super().__init__(queryset)
        self.model: type[M] = self.compiler.klass_info["model"]
        self.columns = Columns(self.compiler.klass_info, self.compiler.select, self.db)
        self.annotations = dict(self.compiler.annotation_col_map or {})

    def rows(self, given: dict[str, Any]) -> list[M]:
        return [self.object_of(row) for row in self.fetch(given)]

    def object_of(self, row: Any) -> M:
        one: M = self.columns.object_of(row)
        for name, place in self.annotations.items():
            setattr(one, name, row[place])
        return one


class Reading(Generic[M]):
    """One row, read in the statement that writes others; it may not be there."""

    one: M

    def __init__(self, compiled: Compiled[M], given: dict[str, Any]) -> None:
        self.compiled, self.given = compiled, given

    def statement(self, connection: Any) -> tuple[str, list[Any]]:
        return self.compiled.sql, filled_in(self.compiled.parameters, self.given, connection)

    def take(self, row: tuple[Any, ...]) -> None:
        if row[self.compiled.columns.key] is not None:
            [converted] = self.compiled.converted([row])
            self.one = self.compiled.object_of(converted)


class Columns:
    """Which columns of a row make which object, and which objects hang on it.

    An object is made without its class's `__init__`, which takes three times as long: it copies
    the fields one by one and sends two signals that nothing of ours listens to.
    """

    def __init__(self, klass_info: dict[str, Any], select: Any, db: str) -> None:
        self.model: type[models.Model] = klass_info["model"]
        if self.model.__init__ is not models.Model.__init__:
            raise TypeError(f"{self.model.__name__} has an __init__ of its own: read it otherwise.")
        positions = klass_info["select_fields"]
        self.own = slice(positions[0], positions[-1] + 1)
        self.names = [column[0].target.attname for column in select[self.own]]
        self.key = positions[0] + self.names.index(self.model._meta.pk.attname)
        self.db = db
        self.related = [
            (Columns(info, select, db), info["local_setter"], info["remote_setter"])
            for info in klass_info.get("related_klass_infos", [])
        ]

    def object_of(self, row: Any) -> Any:
        one = self.model.__new__(self.model)
        one._state = ModelState()
        one._state.adding, one._state.db = False, self.db
        one.__dict__.update(zip(self.names, row[self.own], strict=True))
        for columns, set_here, set_there in self.related:
            other = None if row[columns.key] is None else columns.object_of(row)
            set_here(one, other)
            if other is not None:
                set_there(other, one)
        return one
