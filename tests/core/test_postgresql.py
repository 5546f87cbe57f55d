"""A connection that the server has ended is not taken up again, though nobody asks it first."""

import pytest
from django.db import connection, connections
from django.db.backends.postgresql import base

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]


def test_a_connection_that_the_server_ended_is_found_unusable():
    connection.ensure_connection()
    assert connection.is_usable()
    own = connection.connection.info.backend_pid
    other = connections.create_connection("default")
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [own])
    other.close()
    assert not connection.is_usable()
    connection.close()
    assert not connection.is_usable()


def test_a_quiet_connection_is_usable_without_a_question(monkeypatch):
    connection.ensure_connection()
    monkeypatch.setattr(base.DatabaseWrapper, "is_usable", lambda self: pytest.fail("asked"))
    assert connection.is_usable()


def test_no_statement_is_compiled():
    with connection.cursor() as cursor:
        cursor.execute("SHOW jit")
        assert cursor.fetchone() == ("off",)
