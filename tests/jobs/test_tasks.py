"""The Celery tasks: what a message does when a worker takes it."""

import pytest

from jobs.models import Job
from jobs.tasks import run_job, sweep

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("effects")]


def test_a_message_runs_one_job_and_knocks_again_for_the_next(enqueue, wakes):
    enqueue("count", steps=1)
    enqueue("count", steps=1)
    wakes.clear()
    run_job()
    assert wakes == ["wake"]
    assert sorted(Job.objects.values_list("state", flat=True)) == ["done", "queued"]


def test_the_last_job_knocks_no_more(enqueue, wakes):
    enqueue("count", steps=1)
    wakes.clear()
    run_job()
    assert wakes == []


def test_a_message_too_many_finds_nothing_to_do(wakes):
    run_job()
    assert wakes == []


def test_the_sweep_finds_a_job_whose_message_was_lost(enqueue, wakes):
    enqueue("count", steps=1)
    wakes.clear()
    sweep()
    assert wakes == ["wake"]
