"""Uploads that nobody confirmed go; whatever somebody may still come back for stays."""

import os
from datetime import timedelta

import pytest

from conversations import cleaning, services
from conversations.models import ImportRun
from conversations.uploads import folder_of
from core.models import new_uid
from jobs.models import Job
from tests.conversations.conftest import lines, record
from tests.factories import NOON

pytestmark = pytest.mark.django_db
State = ImportRun.State


def days(number):
    return timedelta(days=number)


def age(path, when):
    """As if nothing had been made or removed there since then."""
    os.utime(path, (when.timestamp(), when.timestamp()))
    return path


@pytest.fixture
def checked(begin):
    """An upload that was checked at noon and waits for its confirmation."""
    run = begin(lines(record(1)))
    Job.objects.update(finished_at=NOON)
    return run


def state_of(run):
    run.refresh_from_db()
    return run.state


def test_what_nobody_confirmed_for_a_week_is_discarded_with_its_file(
    checked, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        cleaning.clean(NOON + days(8))
    assert state_of(checked) == State.DISCARDED
    assert not folder_of(checked).exists()


def test_it_waits_for_a_week(checked):
    cleaning.clean(NOON + days(6))
    assert state_of(checked) == State.CHECKED
    assert folder_of(checked).exists()


def test_what_was_checked_again_lately_waits_on(checked):
    Job.objects.update(finished_at=NOON + days(5))
    cleaning.clean(NOON + days(8))
    assert state_of(checked) == State.CHECKED


@pytest.mark.parametrize("state", [Job.State.QUEUED, Job.State.RUNNING])
def test_what_is_being_checked_is_left_alone(checked, state):
    Job.objects.update(state=state, finished_at=None, owner="somebody", lease_until=NOON)
    cleaning.clean(NOON + days(8))
    assert state_of(checked) == State.CHECKED


def test_what_was_confirmed_in_the_meantime_comes_in(alice, checked):
    services.confirm_import(actor=alice, run=ImportRun.objects.get(), now=NOON)
    cleaning.discard_forgotten(checked, NOON + days(1), NOON + days(8))
    assert state_of(checked) == State.IMPORTING


def test_the_job_of_a_run_that_stands_still_is_in_use(alice, checked):
    services.confirm_import(actor=alice, run=checked, now=NOON)
    uids = set()
    cleaning.name_jobs(uids)
    assert uids == {ImportRun.objects.get().job_uid}


def test_a_folder_of_nothing_goes_after_a_day(files):
    folder = files / "files" / "imports" / str(new_uid())
    folder.mkdir(parents=True)
    (folder / "file").write_text("left")
    cleaning.remove_folders(NOON)
    assert folder.exists()
    age(folder, NOON - days(1))
    cleaning.remove_folders(NOON)
    cleaning.remove_folders(NOON)
    assert not folder.exists()


@pytest.mark.parametrize(
    ("state", "stays"),
    [
        (State.CHECKING, True),
        (State.CHECKED, True),
        (State.IMPORTING, True),
        (State.DONE, False),
        (State.FAILED, False),
        (State.DISCARDED, False),
        (State.TAKEN_BACK, False),
    ],
)
def test_a_folder_stays_as_long_as_its_run_may_read_it(checked, state, stays):
    ImportRun.objects.update(state=state)
    age(folder_of(checked), NOON - days(2))
    cleaning.remove_folders(NOON)
    assert folder_of(checked).exists() == stays


def test_what_is_not_named_by_a_uid_is_not_ours(files):
    folder = files / "files" / "imports" / "keep"
    folder.mkdir(parents=True)
    age(folder, NOON - days(2))
    cleaning.remove_folders(NOON)
    assert folder.exists()


def test_an_upload_that_broke_off_goes_after_a_day(files):
    old, new = files / "a.upload.jsonl", files / "b.upload.jsonl"
    old.touch()
    new.touch()
    age(old, NOON - days(2))
    age(new, NOON)
    cleaning.clean(NOON)
    assert not old.exists()
    assert new.exists()
