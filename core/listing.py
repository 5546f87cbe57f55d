"""Rows that belong to a row, brought along by the query that reads it."""

from typing import Any

from django.db.models import JSONField, QuerySet, Subquery
from django.db.models.functions import JSONArray


class Listed(Subquery):
    """Columns of the rows that a subquery finds, as a list of lists in no order.

    For a few short rows, which would otherwise cost a way to the database and back of their own.
    """

    template = "(SELECT JSON_GROUP_ARRAY(JSON(found.row)) FROM (%(subquery)s) found)"
    ON_POSTGRESQL = "(SELECT COALESCE(JSONB_AGG(found.row), '[]'::jsonb) FROM (%(subquery)s) found)"

    def __init__(self, queryset: "QuerySet[Any]", *columns: str) -> None:
        super().__init__(queryset.values(row=JSONArray(*columns)), output_field=JSONField())

    def as_postgresql(self, compiler: Any, connection: Any) -> Any:
        return self.as_sql(  # type: ignore[call-arg]  # a subquery takes it, which stubs leave out
            compiler, connection, template=self.ON_POSTGRESQL
        )
