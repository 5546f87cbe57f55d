"""An exported file goes with the job that offers it."""

import os
from datetime import timedelta

import pytest

from core.models import new_uid
from gold.cleaning import remove_lost_exports
from jobs.models import Job
from tests.factories import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def export(settings, tmp_path):
    """Makes a file of two days ago under a job's name."""
    settings.MEDIA_ROOT = tmp_path
    (tmp_path / "exports").mkdir()
    two_days_ago = (NOON - timedelta(days=2)).timestamp()

    def make(uid, form="jsonl"):
        path = tmp_path / "exports" / f"{uid}.{form}"
        path.touch()
        os.utime(path, (two_days_ago, two_days_ago))
        return path

    return make


@pytest.mark.parametrize("form", ["jsonl", "csv", "part"])
def test_a_file_whose_job_is_gone_goes(export, form):
    path = export(new_uid(), form)
    remove_lost_exports(NOON)
    assert not path.exists()


@pytest.mark.parametrize("form", ["jsonl", "part"])
def test_a_file_whose_job_is_there_stays(export, form):
    path = export(Job.objects.create(runner="gold.tasks.run_export").uid, form)
    remove_lost_exports(NOON)
    assert path.exists()
