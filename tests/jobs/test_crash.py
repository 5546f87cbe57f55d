"""kill -9 of a real worker on the real broker costs a delay and nothing else."""

import pytest
from django.db import connection

from jobs.models import Job
from tests.jobs.effects import Effect, numbers
from tests.jobs.processes import database_url, kill_group, running, wait_until

STEPS, JOBS = 25, 2


def worker(home):
    """A worker with two processes on the broker of this run."""
    return running(
        *("-m", "celery", "--app=config", "--quiet", "worker", "--embedded"),
        *("--concurrency=2", "--loglevel=ERROR"),
        home=home,
        DATABASE_URL=database_url(connection),
    )


@pytest.mark.usefixtures("effects", "wakes")
def test_every_step_is_done_once_though_the_worker_is_killed(enqueue, tmp_path):
    output = tmp_path / "output"
    jobs = [enqueue("count", steps=STEPS, pause=0.04) for _ in range(JOBS)]
    with worker(tmp_path) as killed:
        wait_until(lambda: Effect.objects.count() > STEPS // 2, output=output)
        kill_group(killed)
    done = Job.objects.filter(state=Job.State.DONE)
    assert done.count() < JOBS
    with worker(tmp_path):
        wait_until(lambda: done.count() == JOBS, output=output)
    assert [numbers(job.pk) for job in jobs] == [list(range(STEPS))] * JOBS
