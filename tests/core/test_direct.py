"""What is asked by libpq's own calls comes out as it does by a cursor of psycopg."""

import uuid
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import DataError, IntegrityError, OperationalError, connection, connections
from django.db import transaction as atomically
from django.db.transaction import atomic
from psycopg.pq import TransactionStatus

from annotation.models import Rater, Reveal
from core.postgresql import direct
from core.prepared import cursor_of
from tests import factories

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]

VALUES = [
    ("bigint", 5), ("bigint", 2**40), ("smallint", None), ("float8", 0.1), ("boolean", True),
    ("text", "two 'quotes', %s, % and 語"), ("text", ""), ("uuid", uuid.UUID(int=7)),
    ("timestamptz", datetime(2026, 3, 1, 12, 30, 1, 5, tzinfo=UTC)), ("date", date(2026, 3, 1)),
    ("numeric", Decimal("1.50")), ("bigint[]", [1, 2**40]), ("text[]", ["a", "b,c"]),
    ("uuid[]", [uuid.UUID(int=1)]), ("jsonb", '{"a": [1, "b"]}'), ("interval", "2 days"),
]  # fmt: skip


@pytest.fixture
def cursor():
    connection.close()
    connection.ensure_connection()
    kept = cursor_of(connection)
    assert isinstance(kept, direct.DirectCursor)
    return kept


def asked(cursor, text, values=()):
    cursor.execute(text, values)
    return cursor.fetchall()


def end_the_connection() -> None:
    """As a server that restarts does."""
    own = connection.connection.info.backend_pid
    other = connections.create_connection("default")
    with other.cursor() as elsewhere:
        elsewhere.execute("SELECT pg_terminate_backend(%s, 5000)", [own])
    other.close()


def prepared() -> list[str]:
    with connection.cursor() as own:
        own.execute("SELECT name FROM pg_prepared_statements WHERE name LIKE '_ts%%' ORDER BY 1")
        return [name for (name,) in own.fetchall()]


@pytest.mark.parametrize(("kind", "value"), VALUES)
def test_values_go_and_come_as_by_psycopg(cursor, kind, value):
    text = f"SELECT %s::{kind}, 1 %% 2, {kind!r} WHERE %s = 'x'"
    with connection.cursor() as of_psycopg:
        of_psycopg.execute(text, [value, "x"])
        expected = of_psycopg.fetchall()
    found = [asked(cursor, text, [value, "x"]) for _time in range(9)]  # by text, then by name
    assert found == [expected] * 9
    assert [type(one) for one in found[0][0]] == [type(one) for one in expected[0]]


def test_a_statement_is_prepared_once_it_was_asked_often_enough(cursor):
    often = connection.connection.prepare_threshold
    for _time in range(often):
        asked(cursor, "SELECT %s::int", [1])
    assert prepared() == []
    asked(cursor, "SELECT %s::int", [1])
    assert prepared() == ["_ts1"]


def test_nothing_is_prepared_where_nothing_may_be(cursor):
    """As a pooler between that gives each transaction another connection needs it."""
    connection.connection.prepare_threshold = None
    for _time in range(9):
        assert asked(cursor, "SELECT %s::int", [1]) == [(1,)]
    assert prepared() == []


def test_the_one_asked_longest_ago_gives_way(cursor, monkeypatch):
    monkeypatch.setattr(direct, "MOST_PREPARED", 2)
    for one in ("a", "b", "a", "c"):
        for _time in range(9):
            assert asked(cursor, f"SELECT %s || '{one}'", ["x"]) == [(f"x{one}",)]
    assert prepared() == ["_ts1", "_ts3"]


def test_counting_what_was_asked_has_an_end(cursor, monkeypatch):
    monkeypatch.setattr(direct, "MOST_COUNTED", 10)
    for number in range(100):
        asked(cursor, f"SELECT {number}")
    assert len(cursor.asked) <= 11


def test_what_psycopg_has_the_server_forget_is_prepared_anew(cursor):
    """It deallocates everything after a rollback and after a DROP."""
    for _time in range(9):
        asked(cursor, "SELECT %s::int", [1])
    with connection.cursor() as own:
        for _time in range(9):
            own.execute("SELECT %s::int + 1", [1])
    with atomic():
        with pytest.raises(RuntimeError), atomic():
            raise RuntimeError("which rolls back to a savepoint")
        with connection.cursor() as own:
            own.execute("SELECT 1")
        assert prepared() == []
        assert asked(cursor, "SELECT %s::int", [2]) == [(2,)]
    assert prepared() == ["_ts2"]


def test_a_table_that_changes_is_asked_anew(cursor):
    with connection.cursor() as own:
        own.execute("CREATE TABLE changing (a int)")
    try:
        for _time in range(9):
            asked(cursor, "SELECT * FROM changing")
        other = connections.create_connection("default")
        with other.cursor() as elsewhere:
            elsewhere.execute("ALTER TABLE changing ADD b int")
        other.close()
        with pytest.raises(Exception, match="cached plan"):
            asked(cursor, "SELECT * FROM changing")
        assert asked(cursor, "SELECT * FROM changing") == []
    finally:
        with connection.cursor() as own:
            own.execute("DROP TABLE changing")


def test_errors_are_those_of_django_and_the_transaction_goes_back(cursor, project):
    text = f"INSERT INTO {Rater._meta.db_table} (project_id) VALUES (%s)"
    with pytest.raises(IntegrityError, match="not-null"), atomic():
        cursor.execute(text, [project.pk])
    with pytest.raises(DataError):
        asked(cursor, "SELECT 1 / %s::int", [0])
    assert asked(cursor, "SELECT 1") == [(1,)]
    assert not Rater.objects.exists()


def test_a_transaction_begins_with_its_first_statement(cursor, project):
    with atomic():
        cursor.execute("UPDATE accounts_project SET name = %s", ["changed"])
        assert cursor.rowcount == 1
        atomically.set_rollback(True)
    project.refresh_from_db()
    assert project.name != "changed"
    with atomic():
        cursor.execute("UPDATE accounts_project SET name = %s", ["changed"])
    project.refresh_from_db()
    assert project.name == "changed"


def test_what_only_a_commit_finds_wrong_is_raised_there(cursor, project):
    rater = factories.make_rater(project)
    table = Reveal._meta.db_table
    with pytest.raises(IntegrityError, match="foreign key"), atomic():
        cursor.execute(
            f"INSERT INTO {table} (item_id, rater_id, at, how) VALUES (%s, %s, now(), '')",
            [0, rater.pk],
        )
    assert not atomically.get_connection().in_atomic_block
    assert not Reveal.objects.exists()


def test_a_server_that_went_away_is_told_and_the_next_request_asks_another(cursor):
    end_the_connection()
    with pytest.raises(OperationalError):
        asked(cursor, "SELECT 1")
    connection.close_if_unusable_or_obsolete()  # as each request begins
    again = cursor_of(connection)
    assert asked(again, "SELECT 1") == [(1,)]


def test_a_connection_is_looked_at_before_the_first_statement_of_a_request(cursor):
    end_the_connection()
    connection.health_check_enabled, connection.health_check_done = True, False
    assert asked(cursor_of(connection), "SELECT 1") == [(1,)]


def test_what_was_given_is_not_kept(cursor):
    asked(cursor, "SELECT repeat('x', 1000)")
    assert cursor.result is None
    assert cursor.transformer.pgresult is None


@pytest.mark.parametrize("often", [1, 9])
def test_an_error_of_the_first_statement_ends_the_transaction_alone(cursor, often):
    for _time in range(often):
        with pytest.raises(DataError), atomic():
            asked(cursor, "SELECT 1 / %s::int", [0])
        with atomic():
            assert asked(cursor, "SELECT 1 / %s::int", [1]) == [(1,)]


@pytest.mark.parametrize("size", [1, 30_000_000])
def test_a_first_statement_goes_and_comes_whole_at_any_size(cursor, size):
    with atomic():
        assert asked(cursor, "SELECT %s::text", ["é" * size]) == [("é" * size,)]
        assert connection.connection.info.transaction_status == TransactionStatus.INTRANS


def test_a_server_that_goes_away_at_the_first_statement_is_an_error_and_then_forgotten(cursor):
    end_the_connection()
    with pytest.raises(OperationalError), atomic():
        asked(cursor, "SELECT 1")
    connection.close_if_unusable_or_obsolete()
    with atomic():
        assert asked(cursor_of(connection), "SELECT 1") == [(1,)]


def test_whoever_stops_waiting_leaves_no_answer_for_the_next(cursor, monkeypatch):
    """As a task does whose time is over."""

    def is_over() -> None:
        raise TimeoutError("The task took too long.")

    monkeypatch.setattr(cursor, "has_answer", type("Poll", (), {"poll": staticmethod(is_over)}))
    with pytest.raises(TimeoutError), atomic():
        asked(cursor, "SELECT pg_sleep(0.2)")
    connection.close_if_unusable_or_obsolete()
    with atomic():
        assert asked(cursor_of(connection), "SELECT 2") == [(2,)]
