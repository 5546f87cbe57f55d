"""Uploaded ratings that no job will read any more go; what a job waits to read stays."""

import os
from datetime import timedelta

import pytest

from annotation.services.rating_uploads import folder_of, remove_lost_uploads
from core.models import new_uid
from jobs.models import Job
from tests.factories import NOON

pytestmark = pytest.mark.django_db
RUNNER = "annotation.tasks.run_import_ratings"


@pytest.fixture
def upload(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    uid = new_uid()
    folder_of(uid).mkdir(parents=True)
    (folder_of(uid) / "file").write_text("left")
    two_days_ago = (NOON - timedelta(days=2)).timestamp()
    os.utime(folder_of(uid), (two_days_ago, two_days_ago))
    return uid


def make_job(upload, state):
    Job.objects.create(
        runner=RUNNER, args={"upload": str(upload)}, state=state, owner="o", lease_until=NOON
    )


def test_an_upload_without_a_job_goes(upload):
    remove_lost_uploads(NOON)
    assert not folder_of(upload).exists()


def test_an_upload_of_today_stays(upload):
    remove_lost_uploads(NOON - timedelta(days=1, hours=1))
    assert folder_of(upload).exists()


@pytest.mark.parametrize(
    ("state", "stays"),
    [
        (Job.State.QUEUED, True),
        (Job.State.RUNNING, True),
        (Job.State.DONE, False),
        (Job.State.FAILED, False),
        (Job.State.CANCELLED, False),
    ],
)
def test_an_upload_stays_as_long_as_its_job_may_read_it(upload, state, stays):
    make_job(upload, state)
    remove_lost_uploads(NOON)
    assert folder_of(upload).exists() == stays
