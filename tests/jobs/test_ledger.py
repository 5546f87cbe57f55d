import threading
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.utils import timezone, translation
from django.utils.module_loading import autodiscover_modules

from jobs import ledger
from jobs.models import Job
from jobs.runners import RUNNERS, resolve
from jobs.testing import run_pending_jobs
from tests.jobs.effects import Effect, numbers

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("wakes", "effects")]


def lose_lease(job):
    """As if the worker had been killed long ago."""
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


def write_step(handle, number):
    with transaction.atomic():
        Effect.objects.create(job_id=handle.job.pk, number=number)
        handle.step(done=number + 1, cursor=number + 1)


def make_due():
    Job.objects.update(run_after=None)


def test_every_runner_of_the_product_resolves():
    autodiscover_modules("tasks")
    ours = {config.name for config in apps.get_app_configs()}
    names = [name for name in RUNNERS if name.partition(".")[0] in ours]
    assert [name for name in names if resolve(name) is not RUNNERS[name]] == []


def test_a_job_is_done_with_its_result_and_progress(enqueue):
    enqueue("count", steps=3)
    (job,) = run_pending_jobs()
    assert (job.state, job.result, job.done, job.total) == ("done", {"steps": 3}, 3, 3)
    assert numbers(job.pk) == [0, 1, 2]


def test_only_one_of_eight_claims_wins(enqueue):
    enqueue("count", steps=1)
    claims = []

    def claim():
        claims.append(ledger.claim())
        connection.close()

    threads = [threading.Thread(target=claim) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(claims) == 8
    assert len([job for job in claims if job]) == 1


def test_the_oldest_due_job_is_claimed_first(enqueue):
    first, second = enqueue("count", steps=1), enqueue("count", steps=1)
    assert [ledger.claim(), ledger.claim(), ledger.claim()] == [first, second, None]


def test_a_job_goes_on_at_its_cursor_after_its_worker_died(enqueue):
    job = enqueue("count", steps=5)
    handle = ledger.Handle(ledger.claim())
    write_step(handle, 0)
    lose_lease(job)
    assert ledger.sweep() == 1
    run_pending_jobs()
    assert numbers(job.pk) == [0, 1, 2, 3, 4]


def test_a_worker_that_lost_its_lease_writes_nothing(enqueue):
    job = enqueue("count", steps=3)
    stale = ledger.Handle(ledger.claim())
    lose_lease(job)
    ledger.sweep()
    assert ledger.claim() == job
    with pytest.raises(ledger.Lost):
        write_step(stale, 0)
    assert not stale.close(Job.State.DONE)
    assert numbers(job.pk) == []


def test_a_living_lease_is_left_alone(enqueue):
    enqueue("count", steps=1)
    ledger.claim()
    assert ledger.sweep() == 0


def test_a_restarted_worker_takes_back_what_its_predecessor_held(enqueue):
    job = enqueue("count", steps=1)
    ledger.claim()
    assert ledger.sweep(predecessors_died=True) == 1
    assert ledger.claim() == job


def test_a_restarted_worker_leaves_the_jobs_of_other_hosts(enqueue, monkeypatch):
    enqueue("count", steps=1)
    ledger.claim()
    monkeypatch.setattr("socket.gethostname", lambda: "elsewhere")
    assert ledger.sweep(predecessors_died=True) == 0


def test_the_sweep_wakes_a_worker_while_a_job_is_due(enqueue, wakes):
    enqueue("count", steps=1)
    wakes.clear()
    ledger.sweep()
    assert wakes == ["wake"]
    run_pending_jobs()
    ledger.sweep()
    assert wakes == ["wake"]


def test_a_failed_attempt_waits_longer_each_time_and_is_given_up(enqueue):
    job, waits = enqueue("break_at", step=0), []
    for _ in range(5):
        make_due()
        (job,) = run_pending_jobs()
        if job.run_after:
            waits.append((job.run_after - timezone.now()).total_seconds())
    assert [round(wait) for wait in waits] == [2, 4, 8, 16]
    assert (job.state, job.attempts) == ("failed", 5)
    assert "ValueError: step 0 cannot be done" in job.error
    assert "ValueError" not in job.note


def test_a_job_in_back_off_is_not_claimed(enqueue):
    enqueue("break_at", step=0)
    run_pending_jobs()
    assert ledger.claim() is None


def test_progress_restores_the_attempts(enqueue):
    enqueue("break_at", step=1)
    Job.objects.update(attempts=4)
    (job,) = run_pending_jobs()
    assert (job.state, job.attempts) == ("queued", 1)


def test_a_step_that_kills_its_worker_every_time_is_given_up(enqueue):
    job = enqueue("count", steps=1)
    for _ in range(5):
        ledger.claim()
        lose_lease(job)
        ledger.sweep()
    job.refresh_from_db()
    assert (job.state, ledger.claim()) == ("failed", None)
    assert "died 5 times" in job.note


def test_a_refusal_fails_at_once_with_its_sentence(enqueue):
    enqueue("refuse")
    (job,) = run_pending_jobs()
    assert (job.state, job.attempts) == ("failed", 1)
    assert job.note == "File 'a.csv' is empty. Choose a file with at least one row."


def test_a_cancelled_job_stops_at_its_next_step(enqueue):
    enqueue("be_called_off", steps=4)
    (job,) = run_pending_jobs()
    assert (job.state, numbers(job.pk)) == ("cancelled", [0, 1])


def test_a_cancelled_job_that_waits_is_never_begun(enqueue):
    job = enqueue("count", steps=1)
    assert ledger.cancel(job)
    assert ledger.claim() is None


def test_a_finished_job_cannot_be_cancelled(enqueue):
    enqueue("count", steps=1)
    (job,) = run_pending_jobs()
    assert not ledger.cancel(job)


def test_a_runner_sees_that_it_was_cancelled(enqueue):
    job = enqueue("count", steps=1)
    handle = ledger.Handle(ledger.claim())
    assert not handle.cancelled
    ledger.cancel(job)
    assert handle.cancelled


def test_a_retry_gives_way_to_a_later_request_of_its_key(enqueue):
    first = enqueue("break_at", coalesce_key="study:7", step=0)
    claimed = ledger.claim()
    later = enqueue("break_at", coalesce_key="study:7", step=0)
    ledger.execute(claimed)
    first.refresh_from_db()
    assert (first.state, later.state) == ("cancelled", "queued")


def test_what_a_dead_worker_leaves_to_a_later_request_is_told_in_the_askers_language(enqueue):
    with translation.override("ja"):
        first = enqueue("break_at", coalesce_key="study:7", step=0)
    lose_lease(ledger.claim())
    enqueue("break_at", coalesce_key="study:7", step=0)
    ledger.sweep()
    first.refresh_from_db()
    assert first.state == "cancelled"
    assert not first.note.isascii()


def test_a_long_step_keeps_its_lease(enqueue, settings):
    settings.JOB_LEASE_SECONDS = 0.15
    job = enqueue("count", steps=1, pause=0.5)
    claimed = ledger.claim()
    with ledger.lease_kept(claimed):
        ledger.execute(claimed)
    job.refresh_from_db()
    assert job.lease_until > job.started_at + timedelta(seconds=0.4)


@pytest.mark.parametrize(
    ("state", "done", "total", "percent"),
    [("queued", 0, 0, None), ("running", 1, 3, 33), ("running", 9, 3, 100), ("done", 0, 0, 100)],
)
def test_percent_is_known_when_the_total_is(state, done, total, percent):
    assert Job(state=state, done=done, total=total).percent == percent
