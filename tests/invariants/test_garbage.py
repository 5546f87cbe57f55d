"""Garbage at every door, by a seed: a sentence and never an error, and nothing half done.

`TOUCHSTONE_GARBAGE_TRIES` and `TOUCHSTONE_GARBAGE_SEED` make the same test a long search.
"""

import os
import random
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import transaction

from core.text import storable
from tests.doors.actors import World
from tests.doors.conftest import built_world, world  # noqa: F401  # the same world, built here
from tests.doors.doors import Rule
from tests.doors.knocking import changes_since, fingerprints, n_written, text_of
from tests.doors.rules import RULES
from tests.invariants import garbage

# The second database is asked for what it alone refuses: other garbage of the same kind, once.
TRIES = int(os.environ.get("TOUCHSTONE_GARBAGE_TRIES", "3" if settings.EMBEDDED else "1"))
SEED = int(os.environ.get("TOUCHSTONE_GARBAGE_SEED", "2" if settings.EMBEDDED else "3"))
DOORS = [
    pytest.param(name, method, id=f"{method} {name}")
    for name, rule in sorted(RULES.items())
    for method in rule.asks
]


LOOKS = {"annotation_rater", "annotation_reveal"}
"""What a refusal that shows the page again notes: who has seen the ratings on it."""


def actor_of(rule: Rule) -> str:
    return next(one for one in ("owner", "rater", "nobody") if one in rule.allowed)


@pytest.fixture(scope="module")
def names(built_world: World, django_db_blocker: Any) -> list[str]:  # noqa: F811
    """The names of fields on every page that the owner and the rater see."""
    pages = b""
    with django_db_blocker.unblock():
        for door, rule in RULES.items():
            if "GET" in rule.asks:
                with transaction.atomic():
                    got = built_world.client(actor_of(rule)).get(rule.url(door, built_world.north))
                    pages += text_of(got).encode()
                    transaction.set_rollback(True)
    return sorted(garbage.field_names(pages))


@pytest.fixture(scope="module")
def before(built_world: World, django_db_blocker: Any) -> dict[str, str]:  # noqa: F811
    with django_db_blocker.unblock():
        return fingerprints()


def unstorable(tables: list[str]) -> Iterator[str]:
    """SQLite would keep what PostgreSQL refuses; then the two would differ from here on."""
    for model in apps.get_models(include_auto_created=True):
        if model._meta.db_table in tables:
            for row in model._default_manager.values():
                yield from (f"{model.__name__}.{name}" for name, v in row.items() if holds_nul(v))


def holds_nul(value: Any) -> bool:
    if isinstance(value, str):
        return not storable(value)
    if isinstance(value, dict):
        return any(map(holds_nul, [*value, *value.values()]))
    return isinstance(value, list | tuple) and any(map(holds_nul, value))


@pytest.mark.parametrize(("door", "method"), DOORS)
def test_garbage_gets_an_answer_and_leaves_nothing_half_done(
    world: World,  # noqa: F811
    names: list[str],
    before: Mapping[str, str],
    door: str,
    method: str,
) -> None:
    rule, chance = RULES[door], random.Random(f"{SEED} {door} {method}")
    ask, client = rule.asks[method], world.client(actor_of(rule))
    url = rule.url(door, world.north)
    for _try in range(TRIES):
        data = garbage.spoiled(ask.data_of(world.north), [*names, *sorted(ask.foreign)], chance)
        written = n_written()
        with transaction.atomic():
            if method == "GET":
                response = client.get(f"{url}?{garbage.query(data)}")
            else:
                response = client.generic(
                    "POST", url, garbage.multipart(data), content_type=garbage.MULTIPART,
                    headers={"HX-Request": "true"} if chance.random() < 0.3 else {},
                )  # fmt: skip
            text_of(response)
            changed = changes_since(before, written)
            bad = list(unstorable(changed))
            transaction.set_rollback(True)
        what = (response.status_code, changed, data)
        assert response.status_code < 500, what
        assert not set(changed) - LOOKS or response.status_code < 400, what
        assert not changed or method == "POST" or ask.writes, what
        assert bad == [], what
