"""For tests of any app: do the queued work here and now, without a broker or a worker."""

from jobs import ledger
from jobs.models import Job


def run_pending_jobs(limit: int = 100) -> list[Job]:
    """Execute due jobs, and those they enqueue, oldest first; the jobs as they ended.

    A job that failed and waits for its next attempt is returned as queued and not tried again.
    """
    ended: list[Job] = []
    while len(ended) < limit and (job := ledger.claim()):
        ledger.execute(job)
        job.refresh_from_db()
        ended.append(job)
    return ended
