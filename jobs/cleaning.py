"""What nobody needs any more: old jobs here, and on the floors above what they register."""

from datetime import datetime
from uuid import UUID

from django.conf import settings

from core import registry
from core.leftovers import days_before
from jobs.models import Job

BATCH = 1_000
"""Jobs removed in one statement: SQLite has one writer, and it should not wait long."""


def clean(now: datetime) -> None:
    """Remove old jobs, then let each app remove its own; whatever is killed goes on next time."""
    needed: set[UUID] = set()
    registry.announce("jobs_in_use", uids=needed)
    remove_jobs(days_before(now, settings.JOB_DAYS), needed)
    registry.announce_apart("cleaning", now=now)


def remove_jobs(before: datetime, needed: set[UUID]) -> None:
    """Jobs that ended before then. Nothing brings a finished job back, so none can be in work."""
    old = Job.objects.finished().filter(finished_at__lt=before).order_by("pk")
    last = 0
    while page := list(old.filter(pk__gt=last).values_list("pk", "uid")[:BATCH]):
        last = page[-1][0]
        Job.objects.filter(pk__in=[pk for pk, uid in page if uid not in needed]).delete()
