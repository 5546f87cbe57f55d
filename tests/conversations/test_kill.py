"""kill -9 in the middle of an import, and two imports of one file at the same time."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from conversations.models import Conversation, ImportRun
from tests.conversations.conftest import lines, record
from tests.jobs.processes import database_url, wait_until

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(__file__).resolve().parents[2]
MANY = 12_000


@pytest.fixture
def many(write):
    return write("many.jsonl", lines(*(record(n) for n in range(MANY))))


@pytest.fixture
def command(project, tmp_path):
    """Start the command in a process of its own, on the test's database."""

    def start(path):
        return subprocess.Popen(
            [
                sys.executable,
                "manage.py",
                "import_conversations",
                str(path),
                f"--project={project.uid}",
            ],
            cwd=ROOT,
            env=os.environ
            | {
                "DATABASE_URL": database_url(connection),
                "TOUCHSTONE_HOME": str(tmp_path),
                "TOUCHSTONE_SECRET_KEY": settings.SECRET_KEY,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    yield start
    connection.close()


def counts(run):
    return run.n_new, run.n_unchanged, run.n_refused


def test_a_killed_import_goes_on_and_counts_every_conversation_once(command, many):
    first = command(many)
    wait_until(Conversation.objects.exists)
    first.send_signal(signal.SIGKILL)
    first.communicate()
    stored = Conversation.objects.count()
    run = ImportRun.objects.get()
    assert counts(run) == (stored, 0, 0)
    again = command(many)
    out, error = again.communicate(timeout=60)
    assert again.returncode == 0, error
    run = ImportRun.objects.get()
    assert (run.state, counts(run)) == (ImportRun.State.DONE, (MANY, 0, 0))
    assert Conversation.objects.count() == MANY
    assert out.startswith(f"{MANY:,} new came in")


def test_two_processes_importing_the_same_conversations_store_each_once(command, many, write):
    other = write("other.jsonl", many.read_bytes())
    both = [command(many), command(other)]
    for process in both:
        _out, error = process.communicate(timeout=90)
        assert process.returncode == 0, error
    assert Conversation.objects.count() == MANY
    assert sum(run.n_new for run in ImportRun.objects.all()) == MANY
    assert sum(run.n_unchanged for run in ImportRun.objects.all()) == MANY
