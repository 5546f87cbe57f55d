"""The first team of an installation, made by a command."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Team, User
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db


def create(**options):
    out = StringIO()
    call_command("create_team", "North", owner="Owner@Example.com", stdout=out, **options)
    return out.getvalue()


def test_a_script_gives_the_password_by_the_environment(monkeypatch):
    monkeypatch.setenv("TOUCHSTONE_PASSWORD", PASSWORD)
    assert "Team north is ready" in create(project="Help chat")
    assert User.objects.get().check_password(PASSWORD)
    assert Team.objects.get().projects.get().name == "Help chat"


def test_without_a_terminal_it_says_where_the_password_goes(monkeypatch):
    def no_terminal(prompt):
        raise EOFError

    monkeypatch.delenv("TOUCHSTONE_PASSWORD", raising=False)
    monkeypatch.setattr("getpass.getpass", no_terminal)
    with pytest.raises(CommandError, match="TOUCHSTONE_PASSWORD"):
        create()
    assert not Team.objects.exists()
