import threading

import pytest
from django.db import connection, transaction
from django.utils import translation

from jobs import ledger
from jobs.models import Job
from jobs.testing import run_pending_jobs

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("wakes")]


def test_a_job_wakes_a_worker_only_when_its_transaction_commits(enqueue, wakes):
    with transaction.atomic():
        enqueue("count", steps=1)
        assert wakes == []
    assert wakes == ["wake"]


def test_a_job_is_rolled_back_with_its_transaction(enqueue, wakes):
    with transaction.atomic():
        enqueue("count", steps=1)
        transaction.set_rollback(True)
    assert (Job.objects.count(), wakes) == (0, [])


def test_a_function_that_is_no_runner_is_refused_where_it_is_enqueued(enqueue):
    with pytest.raises(LookupError, match="is not a runner"):
        enqueue("unregistered")


@pytest.mark.parametrize("name", ["nowhere.tasks.run", "count", ""])
def test_a_runner_in_no_module_is_refused_where_it_is_enqueued(name):
    with pytest.raises(LookupError, match="No module holds"):
        ledger.enqueue_on_commit(name, args={})


def test_requests_of_one_key_become_one_queued_job(enqueue):
    first = enqueue("count", coalesce_key="study:7", steps=1)
    again = enqueue("count", coalesce_key="study:7", steps=1)
    assert (again, Job.objects.count()) == (first, 1)


def test_jobs_without_a_key_are_never_joined(enqueue):
    assert enqueue("count", steps=1) != enqueue("count", steps=1)


def test_a_request_beside_a_running_job_of_its_key_is_queued_anew(enqueue):
    first = enqueue("count", coalesce_key="study:7", steps=1)
    assert ledger.claim() == first
    assert enqueue("count", coalesce_key="study:7", steps=1) != first


def test_a_coalesced_job_is_not_begun_before_the_second_caller_commits(enqueue):
    """Else its runner reads the data before the caller's change, and that change is missed."""
    enqueue("count", coalesce_key="study:7", steps=1)
    claimed, joined = [], threading.Event()

    def claim():
        joined.wait(5)
        claimed.append((ledger.claim(), committed.is_set()))
        connection.close()

    worker, committed = threading.Thread(target=claim), threading.Event()
    worker.start()
    with transaction.atomic():
        enqueue("count", coalesce_key="study:7", steps=1)
        joined.set()
        worker.join(0.3)
        committed.set()
    worker.join(10)
    (job, after_commit) = claimed[0]
    assert job is None or after_commit


def test_simultaneous_requests_of_one_key_become_one_job(enqueue):
    start, jobs = threading.Barrier(6), []

    def request():
        start.wait(10)
        jobs.append(enqueue("count", coalesce_key="study:7", steps=1).pk)
        connection.close()

    threads = [threading.Thread(target=request) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(jobs) == 6
    assert len(set(jobs)) == Job.objects.count() == 1


def test_a_job_speaks_the_language_of_who_asked(enqueue):
    with translation.override("ja"):
        enqueue("speak")
    (job,) = run_pending_jobs()
    assert job.result == {"language": "ja"}


def test_a_broken_broker_does_not_break_the_request(monkeypatch):
    from jobs.tasks import run_job

    def refuse(**options):
        raise ConnectionError("broker is down")

    monkeypatch.undo()
    monkeypatch.setattr(run_job, "apply_async", refuse)
    ledger.wake()
