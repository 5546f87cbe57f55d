"""Files that exports wrote, and what becomes of them when somebody is forgotten."""

from collections.abc import Collection, Iterable
from functools import partial
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction

from core.leftovers import remove
from jobs.models import Job

RUNNER = "gold.tasks.run_export"


def forget_exported(releases: Collection[int]) -> None:
    """Remove what was exported of these releases, once the caller's transaction commits.

    Also half a file: the job that is writing it misses it at its end and begins again.
    """
    jobs = Job.objects.filter(runner=RUNNER, args__release__in=list(releases))
    uids = list(jobs.values_list("uid", flat=True))
    transaction.on_commit(partial(_remove, uids))


def _remove(jobs: Iterable[UUID]) -> None:
    folder = Path(settings.MEDIA_ROOT) / "exports"
    for uid in jobs:
        for path in folder.glob(f"{uid}.*"):
            remove(path)
