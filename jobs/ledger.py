"""Durable background work: enqueue with the caller's transaction, claim, step, sweep.

The promise is *exactly once in effect*: a runner writes each step's rows and the job's cursor in
one transaction that is guarded by its claim. Whatever is killed, the next attempt begins at the
cursor, and a worker that lost its claim rolls back instead of writing twice.
"""

import logging
import sys
import threading
import traceback
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, close_old_connections, connection, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from core.errors import DomainError
from core.room import no_room
from jobs.models import Job
from jobs.runners import resolve, runner
from jobs.workplace import new_owner, owner_prefix

__all__ = [
    "Handle",
    "Lost",
    "any_due",
    "cancel",
    "claim",
    "enqueue_on_commit",
    "execute",
    "lease_kept",
    "runner",
    "sweep",
    "wake",
]

logger = logging.getLogger(__name__)
ERROR_LENGTH = 10_000
ROOM_AWAITED = timedelta(seconds=30)


class Lost(Exception):  # noqa: N818  # a signal to stop, nothing went wrong
    """The job is no longer this worker's: cancelled, or claimed by another after the lease."""


def enqueue_on_commit(
    runner: str,
    *,
    args: Mapping[str, Any],
    project_uid: uuid.UUID | None = None,
    total: int = 0,
    coalesce_key: str = "",
    requested_by: int | None = None,
    run_after: datetime | None = None,
) -> Job:
    """Write the job in the caller's transaction and wake a worker when that commits.

    With a `coalesce_key`, a job of that key that still waits is returned instead. It is locked
    until the caller commits, so that no worker begins it before the caller's changes can be seen;
    beside one that already runs a new one is queued. So the last change is never missed.
    """
    resolve(runner)
    with transaction.atomic():
        job = _queued_under(coalesce_key) or _create(
            runner=runner,
            args=dict(args),
            project_uid=project_uid,
            total=total,
            coalesce_key=coalesce_key,
            requested_by=requested_by,
            run_after=run_after,
            language=translation.get_language() or settings.LANGUAGE_CODE,
        )
        transaction.on_commit(wake)
    return job


def _queued_under(key: str) -> Job | None:
    if not key:
        return None
    return Job.objects.select_for_update().filter(state=Job.State.QUEUED, coalesce_key=key).first()


def _create(tries: int = 3, **fields: Any) -> Job:
    """Insert; when another transaction queued the same key in between, use its job."""
    try:
        with transaction.atomic():
            return Job.objects.create(**fields)
    except IntegrityError:
        if job := _queued_under(fields["coalesce_key"]):
            return job
        if not fields["coalesce_key"] or tries == 1:
            raise
    return _create(tries - 1, **fields)


def wake() -> None:
    """Tell some worker to look into the ledger; without a broker the next sweep does."""
    from jobs.tasks import run_job

    try:
        run_job.apply_async(retry=False)
    except Exception:
        logger.warning("no worker could be woken; the next sweep tries again", exc_info=True)


def any_due() -> bool:
    return Job.objects.due(timezone.now()).exists()


def claim() -> Job | None:
    """Take the oldest due job under a lease, or nothing; no two workers get the same one.

    Rows that another transaction holds are passed over: another worker is claiming them, or a
    coalescing enqueue is about to commit and wakes a worker itself.
    """
    now = timezone.now()
    with transaction.atomic():
        job = Job.objects.due(now).select_for_update(skip_locked=True).first()
        if job is None:
            return None
        job.state = Job.State.RUNNING
        job.owner = new_owner()
        job.lease_until = now + _lease()
        job.attempts += 1
        job.started_at = job.started_at or now
        job.note = ""  # that it waited is over
        job.save(update_fields=["state", "owner", "lease_until", "attempts", "started_at", "note"])
    return job


def _lease() -> timedelta:
    return timedelta(seconds=settings.JOB_LEASE_SECONDS)


class Handle:
    """What a runner holds of its job: where to go on, and the way to say how far it came."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self._mine = Job.objects.filter(pk=job.pk).held_by(job.owner)

    @property
    def cursor(self) -> Any:
        """Where an earlier attempt stopped; None at the first."""
        return self.job.cursor

    @property
    def cancelled(self) -> bool:
        """Whether a person called the job off, for runners that are long between two steps."""
        return Job.objects.filter(pk=self.job.pk, state=Job.State.CANCELLED).exists()

    def step(
        self,
        *,
        done: int | None = None,
        total: int | None = None,
        cursor: Any = None,
        note: str | None = None,
    ) -> None:
        """Record progress inside the `transaction.atomic()` that writes the step's rows.

        Raises `Lost`, and so rolls the step back, once the job is not this worker's any more.
        Attempts count from the last step: a long import that lived through ten restarts has not
        failed ten times, while a step that kills its worker every time is given up.
        """
        given = {"done": done, "total": total, "cursor": cursor, "note": note}
        changes = {name: value for name, value in given.items() if value is not None}
        self.renew(**changes, attempts=1)
        for name, value in changes.items():
            setattr(self.job, name, value)
        self.job.attempts = 1

    def renew(self, **changes: Any) -> None:
        if not self._mine.update(lease_until=timezone.now() + _lease(), **changes):
            raise Lost

    def close(self, state: Job.State, **changes: Any) -> bool:
        """End the job; False when it had been lost before."""
        return bool(self._mine.update(state=state, finished_at=timezone.now(), **changes))

    def put_back(self, *, run_after: datetime | None, **changes: Any) -> None:
        """Queue the job again, unless a later request of its key already waits to do the same."""
        try:
            with transaction.atomic():
                self._mine.update(state=Job.State.QUEUED, owner="", run_after=run_after, **changes)
        except IntegrityError:
            self.close(Job.State.CANCELLED, note=_("A later request does the same work."), error="")


@contextmanager
def lease_kept(job: Job) -> Iterator[None]:
    """Renew the lease from a thread, however long one step takes."""
    stop = threading.Event()

    def renew() -> None:
        while not stop.wait(settings.JOB_LEASE_SECONDS / 3):
            try:
                Handle(job).renew()
            except Lost:
                break
            except Exception:
                logger.warning("lease not renewed job=%s", job.uid, exc_info=True)
                close_old_connections()
        connection.close()

    thread = threading.Thread(target=renew, name=f"lease-{job.uid}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(timeout=5)


def execute(job: Job) -> None:
    """Run a claimed job to its end, its next attempt or its refusal.

    Everything a person will read is written in the language of the one who asked.
    """
    handle = Handle(job)
    with translation.override(job.language):
        try:
            result = resolve(job.runner)(handle, **job.args)
        except Lost:
            logger.info("job lost job=%s", job.uid)
        except DomainError as refusal:
            handle.close(Job.State.FAILED, note=refusal.message)
        except Exception:
            logger.exception("job failed job=%s attempt=%s", job.uid, job.attempts)
            _after_failure(handle)
        else:
            handle.close(Job.State.DONE, result=result, error="")


def _after_failure(handle: Handle) -> None:
    job, error = handle.job, traceback.format_exc()[-ERROR_LENGTH:]
    if no_room(sys.exc_info()[1]):
        _wait_for_room(handle, error)
        return
    if job.attempts >= job.max_attempts:
        note = _(
            "The work failed %(attempts)s times at the same place and was given up. "
            "What was done before stays. The operator finds the cause in the log under %(uid)s."
        ) % {"attempts": job.attempts, "uid": job.uid}
        handle.close(Job.State.FAILED, note=note, error=error)
        return
    seconds = back_off(job.attempts)
    note = _("Attempt %(attempt)s of %(most)s failed; the next begins in %(seconds)s seconds.") % {
        "attempt": job.attempts,
        "most": job.max_attempts,
        "seconds": seconds,
    }
    handle.put_back(run_after=timezone.now() + timedelta(seconds=seconds), note=note, error=error)


def _wait_for_room(handle: Handle, error: str) -> None:
    """A full disk says nothing about the work, so it is no attempt, however long it lasts."""
    note = _(
        "The server cannot write to its disk: it is full, or may only be read. The work goes on "
        "by itself, from where it stopped, once the operator has made room."
    )
    later = timezone.now() + ROOM_AWAITED
    handle.put_back(run_after=later, note=note, error=error, attempts=handle.job.attempts - 1)


def back_off(attempts: int) -> int:
    """Seconds until the attempt after this many: 2, 4, 8 and so on, at most ten minutes."""
    return int(min(600, 2**attempts))


def cancel(job: Job) -> bool:
    """Call the job off; a worker on it stops at its next step. False when it was over already.

    What earlier steps wrote stays: undoing it is the business of who asked for the work.
    """
    live = Job.objects.filter(pk=job.pk, state__in=[Job.State.QUEUED, Job.State.RUNNING])
    return bool(live.update(state=Job.State.CANCELLED, owner="", finished_at=timezone.now()))


def sweep(*, predecessors_died: bool = False) -> int:
    """Put back what a crash left behind and wake a worker if anything is due.

    `predecessors_died` is said by the only worker of an embedded start: no process of this host
    and home can still hold a job, so those come back without waiting for the lease. A host that
    shares the database is not touched.
    """
    now = timezone.now()
    abandoned = Job.objects.abandoned(now)
    if predecessors_died:
        abandoned |= Job.objects.filter(state=Job.State.RUNNING, owner__startswith=owner_prefix())
    jobs = list(abandoned)
    for job in jobs:
        _take_back(job)
    if any_due():
        wake()
    return len(jobs)


def _take_back(job: Job) -> None:
    handle = Handle(job)
    with translation.override(job.language):
        if job.attempts < job.max_attempts:
            handle.put_back(run_after=None)
            return
        note = _(
            "The worker died %(attempts)s times at the same place and the work was given up. "
            "What was done before stays. The operator finds the cause in the log under %(uid)s."
        ) % {"attempts": job.attempts, "uid": job.uid}
        handle.close(Job.State.FAILED, note=note)
