"""A clock that jumps by two hours under the lease of a job: its steps are written once."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from jobs import ledger
from jobs.models import Job
from jobs.testing import run_pending_jobs
from tests.jobs.effects import Effect, numbers

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("wakes", "effects")]
JUMP = timedelta(hours=2)


@pytest.fixture
def jump(monkeypatch):
    """Move the wall clock of everybody who asks for the time."""
    real, moved = timezone.now, timedelta()

    def by(how_far):
        nonlocal moved
        moved += how_far

    monkeypatch.setattr(timezone, "now", lambda: real() + moved)
    return by


def write(handle, number):
    with transaction.atomic():
        Effect.objects.create(job_id=handle.job.pk, number=number)
        handle.step(done=number + 1, cursor=number + 1)


def test_a_job_taken_over_after_a_jump_forward_is_written_by_one_of_the_two(enqueue, jump):
    job = enqueue("count", steps=5)
    slow = ledger.Handle(ledger.claim())
    write(slow, 0)
    jump(JUMP)
    assert ledger.sweep() == 1
    fast = ledger.claim()
    with pytest.raises(ledger.Lost):
        write(slow, 1)
    ledger.execute(fast)
    job.refresh_from_db()
    assert (job.state, numbers(job.pk)) == (Job.State.DONE, [0, 1, 2, 3, 4])


def test_after_a_jump_back_a_job_in_hand_is_not_given_to_a_second_worker(enqueue, jump):
    job = enqueue("count", steps=3)
    jump(JUMP)
    held = ledger.claim()
    jump(-JUMP)
    assert ledger.sweep() == 0
    assert ledger.claim() is None
    ledger.execute(held)
    job.refresh_from_db()
    assert (job.state, numbers(job.pk)) == (Job.State.DONE, [0, 1, 2])


def test_what_a_dead_worker_held_before_a_jump_back_comes_back_at_the_next_start(enqueue, jump):
    job = enqueue("count", steps=3)
    jump(JUMP)
    write(ledger.Handle(ledger.claim()), 0)
    jump(-JUMP)
    assert ledger.sweep(predecessors_died=True) == 1
    run_pending_jobs()
    job.refresh_from_db()
    assert (job.state, numbers(job.pk)) == (Job.State.DONE, [0, 1, 2])
