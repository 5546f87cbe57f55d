"""A disk that takes nothing more: a sentence, nothing half done, and with room on it goes."""

import errno
import io
import sqlite3
import uuid
from contextlib import contextmanager, suppress

import pytest
from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from annotation.models import Assignment, Rating, Score
from annotation.services.assignment import claim_next
from bench.raters import POINT
from conversations.models import Conversation, ImportRun
from conversations.services import confirm_import
from core.room import NoRoom, cannot_write, no_room
from jobs.models import Job
from jobs.testing import run_pending_jobs
from tests.annotation.rating_helpers import rater_in, study_of
from tests.conversations.conftest import begin, files, lines, record, write  # noqa: F401

pytestmark = pytest.mark.django_db(transaction=True)
FULL = OSError(errno.ENOSPC, "No space left on device")


TABLES = ("annotation_rating", "conversations_conversation")


@contextmanager
def full_database():
    """SQLite grows no further; PostgreSQL answers as it does when its disk is full."""
    vendor = connection.vendor
    with connection.cursor() as cursor:
        (fill_postgresql if vendor == "postgresql" else fill_sqlite)(cursor)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            if vendor == "postgresql":
                cursor.execute("DROP FUNCTION full_disk() CASCADE")
            else:
                cursor.execute("PRAGMA max_page_count = 1073741823")
                cursor.execute("DROP TABLE hog")


def fill_postgresql(cursor):
    cursor.execute(
        "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$"
    )
    for table in TABLES:
        cursor.execute(
            f"CREATE TRIGGER full_disk BEFORE INSERT ON {table} EXECUTE FUNCTION full_disk()"
        )


def fill_sqlite(cursor):
    cursor.execute("CREATE TABLE hog (content)")
    (pages,) = cursor.execute("PRAGMA page_count").fetchone()
    cursor.execute(f"PRAGMA max_page_count = {pages}")
    with suppress(OperationalError):
        while True:
            cursor.execute("INSERT INTO hog VALUES (zeroblob(3000))")


def client_of(user):
    client = Client(raise_request_exception=False)
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[-1])
    return client


@pytest.fixture
def held(project):
    return claim_next(study_rater=rater_in(study_of(project)), now=timezone.now())


def answers_to(client, held, comment):
    page = client.get(f"/studies/{held.item.study.uid}/rate/").content
    points = {name.decode(): point.decode() for name, point in POINT.findall(page)}
    return points | {"client_key": str(uuid.uuid4()), "comment": comment}


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["page", "part"])
def test_a_rating_is_refused_whole_and_taken_when_there_is_room(held, headers):
    client = client_of(held.rater.user)
    form = answers_to(client, held, "x" * 9_000)
    path = f"/assignments/{held.uid}/submit/"
    with full_database():
        refused = client.post(path, form, headers=headers)
        assert refused.status_code == 507
        assert "nothing" in refused.content.decode()
        assert not Rating.objects.exists()
        assert not Score.objects.exists()
        assert Assignment.objects.get().state == Assignment.State.LEASED
        assert client.get(f"/studies/{held.item.study.uid}/rate/").status_code == 200
    assert client.post(path, form, headers=headers).status_code in (200, 302)
    assert Rating.objects.get().comment == "x" * 9_000


def test_an_upload_is_read_to_its_end_and_leaves_nothing_behind(
    alice, project, settings, tmp_path, monkeypatch
):
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    client, given = client_of(alice), io.BytesIO(lines(*(record(n) for n in range(1_000))))
    given.name = "many.jsonl"

    def cannot(_file, _data):
        raise FULL

    path = f"/p/{project.uid}/conversations/import/upload/"
    with monkeypatch.context() as full:
        full.setattr(TemporaryUploadedFile, "write", cannot, raising=False)
        refused = client.post(path, {"file": given, "encoding": "utf-8"})
    assert refused.status_code == 507
    assert "ディスク" in refused.content.decode()
    assert given.read() == b""
    assert list(tmp_path.iterdir()) == []
    assert not ImportRun.objects.exists()


def test_an_import_waits_for_room_without_using_up_its_attempts(begin):  # noqa: F811
    run = begin(lines(*(record(n) for n in range(300))))
    confirm_import(actor=run.started_by, run=run, now=timezone.now())
    with full_database():
        for _again in range(7):
            Job.objects.update(run_after=None)
            (job,) = run_pending_jobs()
            assert (job.state, job.attempts) == (Job.State.QUEUED, 0)
            assert "disk" in job.note
        assert not Conversation.objects.exists()
    Job.objects.update(run_after=None)
    run_pending_jobs()
    run.refresh_from_db()
    assert (run.state, run.n_new, Conversation.objects.count()) == ("done", 300, 300)


def from_sqlite(code):
    inner = sqlite3.OperationalError("no")
    inner.sqlite_errorcode = code
    outer = OperationalError("no")
    outer.__cause__ = inner
    return outer


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (FULL, NoRoom.FULL),
        (OSError(errno.EROFS, "Read-only file system"), NoRoom.READ_ONLY),
        (from_sqlite(13), NoRoom.FULL),
        (from_sqlite(8 | 4 << 8), NoRoom.READ_ONLY),
        (from_sqlite(5), None),
        (ConnectionResetError(errno.ECONNRESET, "reset"), None),
        (ValueError("no"), None),
    ],
)
def test_errors_of_the_disk_are_told_from_others(error, reason):
    assert no_room(error) == reason
    assert bool(cannot_write(error, "/home/of/it")) is bool(reason)


def test_a_file_elsewhere_that_may_not_be_read_is_not_the_home():
    closed = PermissionError(errno.EACCES, "Permission denied", "/elsewhere/many.jsonl")
    assert cannot_write(closed, "/home/of/it") == ""
    closed.filename = "/home/of/it/secret-key"
    assert "'/home/of/it/secret-key': this user may not" in cannot_write(closed, "/home/of/it")
