"""Who may do what: a stranger meets 404, a role too low 403, nobody the sign-in."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Role
from tests.conftest import member
from tests.conversations.conftest import lines, record
from tests.factories import make_conversation

pytestmark = [pytest.mark.django_db, pytest.mark.once]  # the matrix of doors asks on both

READERS = {Role.OWNER, Role.MANAGER, Role.ADJUDICATOR, Role.VIEWER}
MAKERS = {Role.OWNER, Role.MANAGER}
DOORS = [
    ("get", "list", "project", READERS),
    ("get", "imports", "project", READERS),
    ("get", "import", "project", MAKERS),
    ("post", "import_upload", "project", MAKERS),
    ("get", "detail", "conversation", READERS),
    ("get", "import_run", "run", READERS),
    ("get", "import_progress", "run", READERS),
    ("get", "refused_json_lines", "run", READERS),
    ("get", "refused_csv", "run", READERS),
    ("post", "import_columns", "run", MAKERS),
    ("post", "import_confirm", "run", MAKERS),
    ("post", "import_discard", "run", MAKERS),
    ("post", "import_go_on", "run", MAKERS),
    ("get", "import_take_back", "run", MAKERS),
    ("post", "import_take_back", "run", MAKERS),
]


@pytest.fixture
def things(project, begin):
    return {
        "project": project,
        "conversation": make_conversation(project),
        "run": begin(lines(record(1))),
    }


def knock(client, method, name, thing):
    return getattr(client, method)(reverse(f"conversations:{name}", args=[thing.uid])).status_code


@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize(("method", "name", "on", "allowed"), DOORS)
def test_a_role_of_the_team(things, team, signed_in, method, name, on, allowed, role):
    status = knock(signed_in(member(team, f"a {role}", role)), method, name, things[on])
    assert (status == 403) == (role not in allowed)
    assert status != 404


@pytest.mark.parametrize(("method", "name", "on", "allowed"), DOORS)
def test_the_owner_of_another_team(things, charlie, signed_in, method, name, on, allowed):
    assert knock(signed_in(charlie), method, name, things[on]) == 404


@pytest.mark.parametrize(("method", "name", "on", "allowed"), DOORS)
def test_nobody(things, method, name, on, allowed):
    assert knock(Client(), method, name, things[on]) == 302


@pytest.mark.parametrize(("method", "name", "on", "allowed"), DOORS)
def test_what_changes_something_is_not_got(things, alice, signed_in, method, name, on, allowed):
    other = "get" if method == "post" else "put"
    if name != "import_take_back":
        assert knock(signed_in(alice), other, name, things[on]) == 405
