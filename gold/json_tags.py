"""Whether a JSON list of texts holds one, asked of either database."""

from typing import Any

from django.db.models import JSONField, Lookup


@JSONField.register_lookup
class HasEntry(Lookup):  # type: ignore[type-arg]  # not generic when it runs
    """`tags__has_entry="tax"`; neither database's own lookup of Django works on the other."""

    lookup_name = "has_entry"
    prepare_rhs = False

    def get_db_prep_lookup(self, value: Any, connection: Any) -> tuple[str, list[Any]]:
        return "%s", [value]

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        column, column_params = self.process_lhs(compiler, connection)
        exists = "EXISTS (SELECT 1 FROM json_each({}) WHERE json_each.value = %s)"
        return exists.format(column), [*column_params, self.rhs]

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        column, column_params = self.process_lhs(compiler, connection)
        return f"jsonb_exists({column}, %s)", [*column_params, self.rhs]
