"""How the tables are emptied after a test that commits.

Django truncates every table, and on PostgreSQL that makes new files for a hundred tables and their
indexes and then all triggers anew: a hundred times the work of deleting the few rows that a test
left. Triggers that keep what was published want a permit first.
"""

from collections.abc import Callable

from django.core.management import CommandError
from django.db import OperationalError, connection, transaction
from django.test import TransactionTestCase

from core.frozen import drop_triggers, thawed
from core.models import FrozenPermit

MUCH = 1_000_000
"""Bytes of a table that is truncated all the same: its room would count in later plans."""


def emptying(
    flush: Callable[[TransactionTestCase], None],
) -> Callable[[TransactionTestCase], None]:
    """Instead of Django's flush.

    The last request of a page that was left may still hold what is to be emptied. We wait for it;
    of a deadlock one side is broken off, and if that was ours, the other has ended when we ask
    again.
    """

    def empty(case: TransactionTestCase) -> None:
        if connection.vendor == "sqlite":
            drop_triggers()  # the signal that ends the flush makes them again
            return flush(case)
        for is_last in (False, False, True):
            try:
                if not rows_deleted():
                    FrozenPermit.objects.create(reason="flush between tests")  # goes with the rest
                    flush(case)
                return None
            except (CommandError, OperationalError) as error:
                why = f"{error} {error.__cause__}"
                if is_last or "deadlock detected" not in why:
                    raise

    return empty


@transaction.atomic
def rows_deleted() -> bool:
    """Whether every row is gone now; tables that hold much are left as they are."""
    names = connection.introspection.django_table_names(only_existing=True, include_views=False)
    tables = [connection.ops.quote_name(name) for name in names]
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {', '.join(tables)} IN SHARE MODE")  # until nobody writes
        looks = (
            f"SELECT '{name}', pg_relation_size('{name}') WHERE EXISTS (SELECT FROM {table})"
            for name, table in zip(names, tables, strict=True)
        )
        cursor.execute(" UNION ALL ".join(looks))
        filled = cursor.fetchall()
        if any(size > MUCH for _name, size in filled):
            return False
        with thawed("flush between tests"):
            for name, _size in filled:
                table = connection.ops.quote_name(name)
                cursor.execute(f"DELETE FROM {table}")
    return True
