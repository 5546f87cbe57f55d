"""The world is built once a module; each test, and in it each knock, is rolled back."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings

from tests.doors.actors import World
from tests.doors.world import build_side


@pytest.fixture(scope="module")
def built_world(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """Each side's texts hold the name of the side in capitals: the sign of a leak."""
    files = override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("files"))
    with files, django_db_blocker.unblock(), transaction.atomic():
        north, south = (
            build_side(name, lambda what, name=name: f"{name.upper()} {what}")
            for name in ("north", "south")
        )
        world = World(north, south)
        world.sign_in()
        yield world
        transaction.set_rollback(True)


@pytest.fixture
def world(built_world: World, db: None) -> World:
    return built_world
