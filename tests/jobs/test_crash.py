"""kill -9 of a real worker on the real broker costs a delay and nothing else."""

import pytest
from django.db import connection

from jobs.models import Job
from tests.jobs.effects import Effect, numbers
from tests.jobs.processes import database_url, kill_group, start, wait_until

STEPS, JOBS = 25, 2


@pytest.fixture
def start_worker(tmp_path):
    """A worker with two processes on the broker of this run; every one is ended with the test."""
    workers = []

    def start_one():
        command = ["-m", "celery", "--app=config", "--quiet", "worker", "--embedded"]
        worker = start(
            *command,
            "--concurrency=2",
            "--loglevel=ERROR",
            home=tmp_path,
            DATABASE_URL=database_url(connection),
        )
        workers.append(worker)
        return worker

    yield start_one
    for worker in workers:
        if worker.poll() is None:
            kill_group(worker)


def test_every_step_is_done_once_though_the_worker_is_killed(effects, wakes, enqueue, start_worker):
    jobs = [enqueue("count", steps=STEPS, pause=0.04) for _ in range(JOBS)]
    worker = start_worker()
    wait_until(lambda: Effect.objects.count() > STEPS // 2)
    kill_group(worker)
    assert Job.objects.filter(state=Job.State.DONE).count() < JOBS
    start_worker()
    wait_until(lambda: Job.objects.filter(state=Job.State.DONE).count() == JOBS)
    assert [numbers(job.pk) for job in jobs] == [list(range(STEPS))] * JOBS
