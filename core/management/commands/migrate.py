"""Migrations as everywhere, and an empty database gets today's tables at once.

Django renders the related models anew at each of some three hundred steps: twelve seconds of work
for what takes one. `tests/core/test_fresh_database.py` holds that both ways lead to the same.
"""

from typing import Any

from django.apps import apps
from django.core.management.commands import migrate
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Model

ASKS_FOR_STEPS = ("app_label", "fake", "fake_initial", "plan", "check_unapplied", "prune")
"""Options that are about single migrations, not about a database that is ready."""


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        connection = connections[options["database"]]
        wants_all = not any(options[name] for name in ASKS_FOR_STEPS)
        if wants_all and not connection.introspection.table_names():
            make_tables(connection)
        super().handle(*args, **options)


def make_tables(connection: BaseDatabaseWrapper) -> None:
    """Make the table of every model and record every migration as applied, all or nothing."""
    models: list[type[Model]] = [*apps.get_models(), MigrationRecorder.Migration]
    with connection.schema_editor() as editor:
        for model in models:
            if model._meta.can_migrate(connection):
                editor.create_model(model)
        MigrationRecorder.Migration.objects.using(connection.alias).bulk_create(
            MigrationRecorder.Migration(app=app, name=name) for app, name in steps(connection)
        )


def steps(connection: BaseDatabaseWrapper) -> list[tuple[str, str]]:
    """All migrations by app and name, and those that they replace."""
    nodes = MigrationLoader(connection).graph.nodes
    replaced = {each for migration in nodes.values() for each in migration.replaces}
    return sorted({*nodes, *replaced})
