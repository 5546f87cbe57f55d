"""Exported files go with the job that offers them, outputs with whoever does not come back."""

from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings

from core.http import uid_in
from core.leftovers import days_before, remove, untouched
from gold.models import OutputFile, Run
from gold.runs.storing import drop_run
from gold.services.output_files import MOVING, State, discard_outputs, job_of, uploads
from jobs.models import Job

OPEN = (*MOVING, State.CHECKED)


def remove_lost_exports(now: datetime) -> None:
    since = days_before(now, settings.LEFTOVER_DAYS)
    for file in untouched(Path(settings.MEDIA_ROOT) / "exports", since):
        uid = uid_in(file.stem)
        if uid and not Job.objects.filter(uid=uid).exists():
            remove(file)


def name_jobs(uids: set[UUID]) -> None:
    """A file that stands still tells why by its job."""
    moving = OutputFile.objects.filter(state__in=MOVING).exclude(job_uid=None)
    uids.update(uid for uid in moving.values_list("job_uid", flat=True) if uid)


def remove_forgotten_outputs(now: datetime) -> None:
    """Files that nobody confirmed or that stand still, and folders of files that came to an end."""
    before = days_before(now, settings.UPLOAD_DAYS)
    for file in OutputFile.objects.filter(state__in=OPEN, created_at__lt=before):
        job = job_of(file)
        if job is None or job.is_finished:
            discard_outputs(file=file)
    needed = OutputFile.objects.filter(state__in=OPEN)
    for folder in untouched(uploads(), days_before(now, settings.LEFTOVER_DAYS)):
        uid = uid_in(folder.name)
        if uid and not needed.filter(uid=uid).exists():
            remove(folder)


def remove_broken_runs(now: datetime) -> None:
    """Pieces of runs that did not become whole, or that broke off while being taken away.

    Those of a file that is still open are the file's. The uid tells when a run really began.
    """
    milliseconds = int(days_before(now, settings.LEFTOVER_DAYS).timestamp() * 1000)
    of_files = OutputFile.objects.filter(state__in=OPEN).exclude(run=None).values("run")
    broken = Run.every.filter(is_whole=False, uid__lt=UUID(int=milliseconds << 80))
    for run in broken.exclude(pk__in=of_files):
        drop_run(run)
