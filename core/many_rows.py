"""Many rows by one statement, where the ORM takes longer to write it than the database to do it.

PostgreSQL gets one array a column: a place for each value of hundreds of rows takes its driver
longer to read than the rows take to store. SQLite has no arrays and takes the places.
"""

import json
from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import Field, JSONField, Model

Fields = Sequence["Field[Any, Any]"]

PLAIN = frozenset(
    {"BigIntegerField", "BooleanField", "CharField", "FloatField", "ForeignKey", "IntegerField"}
    | {"PositiveIntegerField", "PositiveSmallIntegerField", "SmallIntegerField", "TextField"}
)
"""Fields whose values SQLite takes as they are."""


def fields_of(model: type[Model], names: Sequence[str]) -> list["Field[Any, Any]"]:
    """Fields of a model by their names or their columns' names, in this order."""
    by_name = {field.attname: field for field in model._meta.concrete_fields}
    by_name |= {field.name: field for field in model._meta.concrete_fields}
    return [by_name[name] for name in names]


def insert_many(
    fields: Fields, rows: Sequence[Sequence[Any]], and_then: str = ""
) -> list[tuple[Any, ...]]:
    """Insert rows of one model, in this order; what the end of the statement returns.

    Args:
        fields: Of one model, in the order of the values in each row.
        rows: Values as a row of that model holds them.
        and_then: How the statement goes on, from ``ON CONFLICT``.
    """
    if not rows:
        return []
    by_column = zip(*rows, strict=True)
    columns = [_prepared(field, values) for field, values in zip(fields, by_column, strict=True)]
    names = ", ".join(field.column for field in fields)
    begin = f"INSERT INTO {fields[0].model._meta.db_table} ({names})"
    if connection.vendor == "postgresql":
        come_in, values = f"SELECT * FROM unnest({arrays_of(fields)})", columns  # noqa: S608  # names of ours
    else:
        places = ", ".join([f"({', '.join(['%s'] * len(fields))})"] * len(rows))
        come_in = f"VALUES {places}"
        values = [value for row in zip(*columns, strict=True) for value in row]
    with connection.cursor() as cursor:
        cursor.execute(f"{begin} {come_in} {and_then}", values)
        return cursor.fetchall() if cursor.description else []


def arrays_of(fields: Fields) -> str:
    """The places of one array a column, for `unnest` on PostgreSQL."""
    return ", ".join(f"%s::{_unbounded(field)}[]" for field in fields)


def _prepared(field: "Field[Any, Any]", values: Sequence[Any]) -> list[Any]:
    """A column as the driver takes it."""
    if isinstance(field, JSONField):
        return [json.dumps(value) for value in values]  # as the ORM writes it
    if connection.vendor == "postgresql" or field.get_internal_type() in PLAIN:
        return list(values)
    return [field.get_db_prep_value(value, connection, prepared=True) for value in values]


def _unbounded(field: "Field[Any, Any]") -> str:
    """The type of a column without its length: a cast would cut what the column is to refuse."""
    return (field.db_type(connection) or "").partition("(")[0]
