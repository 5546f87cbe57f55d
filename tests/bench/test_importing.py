"""Waiting for an import in a bench: until it is so far, or until it cannot come any more."""

import pytest

from bench.importing import wait_for
from bench.wire import UnexpectedAnswerError
from conversations.models import ImportRun
from jobs.models import Job

pytestmark = [pytest.mark.django_db, pytest.mark.once]
State = ImportRun.State


@pytest.fixture
def job():
    return Job.objects.create(runner="conversations.tasks.check_import")


@pytest.fixture
def run(project, job):
    return ImportRun.objects.create(project=project, file_name="a.jsonl", job_uid=job.uid)


def test_a_run_that_is_so_far_is_given(project, run):
    assert wait_for(project, {State.CHECKING}) == run


def test_a_file_that_was_not_taken_says_why(project, run):
    ImportRun.objects.update(state=State.FAILED, problem="Line 3 is no JSON.")
    with pytest.raises(UnexpectedAnswerError, match=r"a\.jsonl failed: Line 3 is no JSON"):
        wait_for(project, {State.CHECKED})


def test_a_job_that_gave_up_says_why(project, run, job):
    Job.objects.update(state=Job.State.FAILED, error="OSError: the disk is full")
    with pytest.raises(UnexpectedAnswerError, match="is failed: OSError: the disk is full"):
        wait_for(project, {State.CHECKED})


def test_a_job_that_was_cancelled_ends_the_wait(project, run, job):
    Job.objects.update(state=Job.State.CANCELLED)
    with pytest.raises(UnexpectedAnswerError, match="is cancelled"):
        wait_for(project, {State.CHECKED})
