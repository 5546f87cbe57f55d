"""Finished jobs go after their days, and nothing that is needed goes with them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core import registry
from jobs import cleaning
from jobs.models import Job
from jobs.tasks import clean

pytestmark = pytest.mark.django_db
NOW = timezone.now()
State = Job.State


def make_job(state, days_ago, **fields):
    return Job.objects.create(
        runner="tests.none", state=state, finished_at=NOW - timedelta(days=days_ago), **fields
    )


@pytest.mark.parametrize("state", [State.DONE, State.FAILED, State.CANCELLED])
def test_a_finished_job_goes_after_ninety_days(state):
    make_job(state, 91)
    kept = make_job(state, 89)
    cleaning.clean(NOW)
    assert list(Job.objects.all()) == [kept]


def test_a_job_that_waits_or_runs_stays_however_old(settings):
    make_job(State.QUEUED, 500)
    make_job(State.RUNNING, 500, owner="somebody", lease_until=NOW)
    cleaning.clean(NOW)
    assert Job.objects.count() == 2


def test_a_job_that_a_page_still_tells_of_stays(monkeypatch):
    job = make_job(State.FAILED, 91)
    make_job(State.FAILED, 91)
    handlers = [lambda uids: uids.add(job.uid)]
    monkeypatch.setitem(registry._handlers, "jobs_in_use", handlers)
    cleaning.clean(NOW)
    assert Job.objects.get() == job


def test_the_days_are_a_setting_and_never_less_than_one(settings):
    settings.JOB_DAYS = 0
    make_job(State.DONE, 0.5)
    make_job(State.DONE, 1.5)
    cleaning.clean(NOW)
    assert Job.objects.count() == 1


def test_many_go_batch_by_batch_and_twice_is_as_good_as_once(monkeypatch):
    monkeypatch.setattr(cleaning, "BATCH", 2)
    for _number in range(5):
        make_job(State.DONE, 91)
    clean()
    clean()
    assert not Job.objects.exists()


def test_what_one_cannot_clean_stops_no_other(monkeypatch):
    done = []

    def fails(now):
        raise OSError("The disk is gone.")

    monkeypatch.setitem(registry._handlers, "cleaning", [fails, lambda now: done.append(now)])
    with pytest.raises(ExceptionGroup, match="cleaning") as raised:
        cleaning.clean(NOW)
    assert done == [NOW]
    assert [str(problem) for problem in raised.value.exceptions] == ["The disk is gone."]
