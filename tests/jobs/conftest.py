import pytest
from django.db import connection

from jobs import ledger
from tests.jobs.effects import Effect


@pytest.fixture
def wakes(monkeypatch):
    """How often a worker was woken; no message leaves the test."""
    calls = []
    monkeypatch.setattr(ledger, "wake", lambda: calls.append("wake"))
    return calls


@pytest.fixture
def effects(transactional_db):
    with connection.schema_editor() as schema:
        schema.create_model(Effect)
    yield
    with connection.schema_editor() as schema:
        schema.delete_model(Effect)


@pytest.fixture
def enqueue():
    """Queue one of the tests' runners by its short name."""

    def enqueue_runner(name, *, coalesce_key="", **args):
        return ledger.enqueue_on_commit(
            f"tests.jobs.runners.{name}", args=args, coalesce_key=coalesce_key
        )

    return enqueue_runner
