"""Uploads that nobody came back for, and what a crash left of others."""

from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction

from conversations.models import ImportRun
from conversations.services import MOVING, discard_import, job_of, locked
from core import registry
from core.http import uid_in
from core.leftovers import days_before, remove, untouched

State = ImportRun.State
UNCONFIRMED = (State.CHECKING, State.CHECKED)


def connect() -> None:
    """Register the handlers; called once when the app is ready."""
    registry.on("jobs_in_use", name_jobs)
    registry.on("cleaning", clean)


def name_jobs(uids: set[UUID]) -> None:
    """A run that stands still tells why by its job."""
    moving = ImportRun.objects.filter(state__in=MOVING).exclude(job_uid=None)
    uids.update(uid for uid in moving.values_list("job_uid", flat=True) if uid)


def clean(now: datetime) -> None:
    forgotten = days_before(now, settings.UPLOAD_DAYS)
    for run in ImportRun.objects.filter(state__in=UNCONFIRMED, created_at__lt=forgotten):
        discard_forgotten(run, forgotten, now)
    abandoned = days_before(now, settings.LEFTOVER_DAYS)
    remove_folders(abandoned)
    for file in untouched(Path(settings.FILE_UPLOAD_TEMP_DIR), abandoned, "*.upload*"):
        remove(file)


@transaction.atomic
def discard_forgotten(run: ImportRun, before: datetime, now: datetime) -> None:
    """Under the run's lock: somebody may be confirming it, or choosing its columns once more."""
    run = locked(run)
    if run.state not in UNCONFIRMED or run.options.get("confirmed"):
        return
    job = job_of(run)
    if job is None or (job.finished_at and job.finished_at < before):
        discard_import(actor=None, run=run, now=now)


def remove_folders(before: datetime) -> None:
    """Folders of no run, or of one that ended: its transaction was there, the removal not."""
    for folder in untouched(Path(settings.MEDIA_ROOT) / "imports", before):
        if (uid := uid_in(folder.name)) and not may_read(uid):
            remove(folder)


def may_read(uid: UUID) -> bool:
    states = (*UNCONFIRMED, State.IMPORTING)
    return ImportRun.objects.filter(uid=uid, state__in=states).exists()
