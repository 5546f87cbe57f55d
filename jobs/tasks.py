"""What Celery runs: a knock on the door of the ledger. Which job is next, the ledger says."""

# celery ships no types.
# mypy: disable-error-code="untyped-decorator"

from celery import shared_task
from django.utils import timezone

from core import registry
from jobs import cleaning, ledger


@shared_task(name="jobs.run_job")
def run_job() -> None:
    """Run the oldest job that is due, and knock again while more of them wait.

    So a message lost by a crash or a broker costs the next sweep's few seconds, however many
    jobs wait; and a message too many finds nothing to do.
    """
    if job := ledger.claim():
        with ledger.lease_kept(job):
            ledger.execute(job)
        if ledger.any_due():
            ledger.wake()


@shared_task(name="jobs.sweep")
def sweep() -> None:
    ledger.sweep()
    registry.announce_apart("sweeping", now=timezone.now())


@shared_task(name="jobs.clean")
def clean() -> None:
    cleaning.clean(timezone.now())
