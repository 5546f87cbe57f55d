"""Every door, every method, everybody: who may, who is told what, and that nothing changes.

Who may is decided in Python, of everybody on the SQLite leg. The second database can only refuse a
query, and those who are of one kind and are told the same ask for the same: one of them knocks.
"""

from functools import partial
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import transaction

from tests.doors import knocking
from tests.doors.actors import (
    DEAD_KEYS,
    LIMITED,
    NOBODY,
    RESPONDENTS,
    STRANGER,
    STRANGERS,
    kind,
)
from tests.doors.doors import AT_DOORSTEP, METHODS, patterns, thing, uids
from tests.doors.rules import RULES

DOORS = sorted(RULES)
SOME = (NOBODY, "manager", "viewer", LIMITED, STRANGER, *sorted(RESPONDENTS))
GUARDED = [name for name in DOORS if RULES[name].ids]


@pytest.fixture(scope="module")
def world_before(built_world, django_db_blocker):
    with django_db_blocker.unblock():
        return knocking.fingerprints()


@pytest.fixture
def before(world, world_before):
    return world_before


@pytest.fixture
def knock(before):
    """Sends a request; the answer tells what it changed of the world."""
    return partial(knocking.knock, before=before)


def test_what_is_written_is_counted_whatever_becomes_of_it(world):
    written = knocking.n_written()
    with transaction.atomic():
        world.north.team.save()
        transaction.set_rollback(True)
    assert knocking.n_written() > written


def test_every_door_has_a_rule_and_every_rule_a_door():
    names = [name for name, _pattern in patterns() if not name.startswith(AT_DOORSTEP)]
    assert sorted(names) == DOORS


def test_one_of_each_kind_hears_all_that_a_door_says():
    for name, rule in RULES.items():
        heard, said = (
            {(kind(actor), rule.expected(actor)) for actor in actors}
            for actors in (rule.one_of_each(name), rule.actors)
        )
        assert heard == said, name


@pytest.mark.parametrize("name", DOORS)
@pytest.mark.parametrize(
    "part",
    [pytest.param(False, id="page"), pytest.param(True, id="part", marks=pytest.mark.once)],
)
def test_a_door_lets_in_whom_it_should_and_tells_the_others_why(world, before, name, part):
    rule, side = RULES[name], world.north
    knocking_here = SOME if part else rule.actors if settings.EMBEDDED else rule.one_of_each(name)
    for method, ask in rule.asks.items():
        is_safe = method == "GET" and not ask.writes
        for actor in knocking_here:
            answer = knocking.knock(
                world.client(actor),
                method,
                rule.url(name, side),
                ask.data_of(side),
                part=part,
                before=before if is_safe or actor not in rule.allowed else None,
            )
            what = f"{method} {name} by {actor}: {answer.status} {answer.text[:2000]}"
            assert answer.outcome() == rule.expected(actor), what
            assert answer.changed == [], what
            if actor in {NOBODY, *RESPONDENTS, *DEAD_KEYS, *rule.outside} - rule.allowed:
                assert "NORTH" not in answer.text.replace(f"NORTH {actor}", ""), what
            if actor not in STRANGERS:
                assert "SOUTH" not in answer.text, what


@pytest.mark.once
@pytest.mark.parametrize("name", DOORS)
def test_a_method_that_a_door_does_not_answer_is_refused(world, before, name):
    rule, written = RULES[name], knocking.n_written()
    for method in set(METHODS) - set(rule.asks):
        for actor in (NOBODY, "owner"):
            url = rule.url(name, world.north)
            answer = getattr(world.client(actor), method.lower())(url)
            is_refused = answer.status_code == 405 or (
                actor == NOBODY
                and (answer.status_code == 401 if rule.may else "?next=" in answer.url)
            )
            assert is_refused, f"{method} {name} by {actor}: {answer.status_code}"
    assert knocking.changes_since(before, written) == []


@pytest.mark.parametrize("name", GUARDED)
def test_what_is_another_teams_answers_like_what_is_absent(world, knock, name):
    """For each uid of the path by itself, the others being one's own."""
    rule, side = RULES[name], world.north
    actors = sorted(rule.allowed - {NOBODY, STRANGER})
    for place in uids(rule, side):
        foreign = uids(rule, world.south)[place]
        for method, ask in rule.asks.items():
            client = world.client(actors[0])
            send = partial(knock, client, method, data=ask.data_of(side))
            answer = send(url=rule.url(name, side, **{place: foreign}))
            absent = send(url=rule.url(name, side, **{place: uuid4()}))
            assert (answer.status, answer.words) == (404, absent.words), f"{name} {place}"
            assert answer.changed == absent.changed == []


@pytest.mark.parametrize(
    "name", [n for n in DOORS if any(a.foreign for a in RULES[n].asks.values())]
)
def test_another_teams_ids_in_body_and_query_take_no_effect(world, knock, name):
    rule, side = RULES[name], world.north
    client = world.client(sorted(rule.allowed - {NOBODY})[-1])
    for method, ask in rule.asks.items():
        usual = knock(client, method, rule.url(name, side)).changed if ask.writes else []
        for place, path in ask.foreign.items():
            for value in (
                thing(world.south, path),
                uuid4(),
                "0",
                "-1",
                "x",
                "²",
                "9" * 400,
                "\x00",
            ):
                sent = ask.data_of(side) | {place: value}
                answer = knock(client, method, rule.url(name, side), sent)
                what = f"{method} {name} {place}={value!s:.20}: {answer.status}"
                assert answer.changed in ([], usual), what
                assert answer.status < 500, what
                assert "SOUTH" not in answer.text, what
