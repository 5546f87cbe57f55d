"""A file of outputs on its way in: taken in, looked through, confirmed or thrown away."""

import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from conversations.importers import LineError, Source
from conversations.uploads import shown_name
from core.errors import DomainError
from gold.models import OutputFile, RefusedOutput, Release, Run, RunOutput
from gold.runs.judging import PassRule, rule_from
from gold.runs.reading import read
from gold.runs.storing import (
    Tell,
    begin_run,
    drop_run,
    finish_run,
    looked_through,
    take_in,
)
from jobs.ledger import enqueue_on_commit
from jobs.models import Job

State = OutputFile.State
MOVING = (State.CHECKING, State.STORING)
KEPT, BATCH = 10_000, 500
"""Refused lines of one file that are kept; more are counted, but nobody mends so many by hand."""
SHOWN_CHARACTERS = 600


def uploads() -> Path:
    return Path(settings.MEDIA_ROOT) / "outputs"


def folder_of(file: OutputFile) -> Path:
    return uploads() / str(file.uid)


def drop(file: OutputFile) -> None:
    shutil.rmtree(folder_of(file), ignore_errors=True)


def source_of(file: OutputFile) -> Source:
    return Source(folder_of(file) / "file", name=file.file_name)


def begin_outputs(
    *,
    actor: User,
    release: Release,
    variant: str,
    rule: PassRule,
    note: str,
    path: Path,
    file_name: str,
    now: datetime,
) -> OutputFile:
    """Take an upload in and let it be looked through; nothing is kept before somebody confirms."""
    file = OutputFile(
        release=release,
        variant=variant,
        note=note,
        rule=rule.as_data(),
        file_name=shown_name(file_name),
        bytes_total=path.stat().st_size,
        created_by=actor,
        created_at=now,
    )
    folder_of(file).mkdir(parents=True)
    try:
        shutil.move(path, folder_of(file) / "file")
        with transaction.atomic():
            file.save()
            _queue(file, "check")
    except BaseException:
        drop(file)
        raise
    return file


def _queue(file: OutputFile, work: str) -> Job:
    job = enqueue_on_commit(
        f"gold.tasks.run_outputs_{work}",
        args={"file": file.pk},
        project_uid=file.release.dataset.project.uid,
        requested_by=file.created_by_id,
        total=int(file.found.get("outputs", 0)),
    )
    file.job_uid = job.uid
    file.save(update_fields=["job_uid"])
    return job


def check_outputs(file: OutputFile, tell: Tell) -> None:
    """For a job: what would become of the file. An attempt after another begins again."""
    if file.state != State.CHECKING:
        return
    file.refused.all().delete()
    keeping = _Keeping(file)
    try:
        taken, first = looked_through(
            file.release, rule_from(file.rule), read(source_of(file)), tell, keeping.refuse
        )
    except DomainError as refusal:
        keeping.close()
        _fail(file, refusal.message)
        return
    keeping.close()
    file.found = {**taken.as_data(), "first": [_shown(one) for one in first]}
    file.state = State.CHECKED
    file.save(update_fields=["found", "state"])


def _shown(output: RunOutput) -> dict[str, Any]:
    item = output.gold_item
    return {
        "gold": str(item.uid),
        "output": output.output[:SHOWN_CHARACTERS],
        "passed": output.passed,
    }


class _Keeping:
    """Refused lines on their way to the database, in batches."""

    def __init__(self, file: OutputFile) -> None:
        self.file, self.kept = file, 0
        self.waiting: list[RefusedOutput] = []

    def refuse(self, error: LineError) -> None:
        if self.kept >= KEPT:
            return
        self.kept += 1
        self.waiting.append(
            RefusedOutput(
                file=self.file, line=error.line, reason=error.reason, excerpt=error.excerpt
            )
        )
        if len(self.waiting) >= BATCH:
            self.close()

    def close(self) -> None:
        RefusedOutput.objects.bulk_create(self.waiting)
        self.waiting = []


@transaction.atomic
def confirm_outputs(*, actor: User, file: OutputFile) -> OutputFile:
    """Let what was looked through come in as a run. Confirming twice keeps it once.

    Where the work stands still, because it was given up or called off, it goes on.
    """
    file = locked(file)
    if file.state == State.DONE or (file.state == State.STORING and not stands_still(file)):
        return file
    _require(file, State.CHECKED, State.STORING)
    file.state, file.created_by = State.STORING, actor
    file.save(update_fields=["state", "created_by"])
    _queue(file, "store")
    return file


def store_outputs(file: OutputFile, tell: Tell, now: datetime) -> Run | None:
    """For a job: the run, piece by piece; an attempt after another goes on behind its pieces."""
    run = _run_of(file, now)
    if run is None or run.is_whole:
        return run
    try:
        taken = take_in(run, read(source_of(file)), tell)
    except DomainError as refusal:
        drop_run(run)
        _fail(file, refusal.message)
        return None
    with transaction.atomic():
        tell(taken.outputs)
        finish_run(run, taken)
        OutputFile.objects.filter(pk=file.pk).update(state=State.DONE)
        transaction.on_commit(lambda: drop(file))
    return run


@transaction.atomic
def _run_of(file: OutputFile, now: datetime) -> Run | None:
    """The one that an earlier attempt began, or a new one."""
    file = locked(file)
    if file.state == State.STORING and file.run is None:
        file.run = begin_run(
            actor=file.created_by,
            release=file.release,
            variant=file.variant,
            rule=file.rule,
            note=file.note,
            now=now,
        )
        file.save(update_fields=["run"])
    return file.run


def discard_outputs(*, file: OutputFile) -> OutputFile:
    """Throw away what was not kept, with the pieces of a run that came in; also by the clock."""
    with transaction.atomic():
        file = locked(file)
        if file.state == State.DISCARDED:
            return file
        if not stands_still(file):
            _require(file, State.CHECKING, State.CHECKED)
        file.state = State.DISCARDED
        file.save(update_fields=["state"])
        transaction.on_commit(lambda: drop(file))
    if file.run:
        drop_run(file.run)
    return file


@transaction.atomic
def _fail(file: OutputFile, why: str) -> None:
    """Of a file that somebody discarded meanwhile nothing is left to say."""
    moving = OutputFile.objects.filter(pk=file.pk, state__in=MOVING)
    moving.update(state=State.FAILED, problem=why)
    transaction.on_commit(lambda: drop(file))


def stands_still(file: OutputFile) -> bool:
    """It was coming in, and nobody is at it any more."""
    if file.state != State.STORING:
        return False
    job = job_of(file)
    return job is None or job.is_finished


def job_of(file: OutputFile) -> Job | None:
    return Job.objects.filter(uid=file.job_uid).first() if file.job_uid else None


def locked(file: OutputFile) -> OutputFile:
    rows = OutputFile.objects.select_for_update(of=("self",))
    return rows.select_related("release__dataset__project__team", "created_by", "run").get(
        pk=file.pk
    )


def _require(file: OutputFile, *states: OutputFile.State) -> None:
    if file.state not in states:
        raise DomainError(
            _("“%(file)s” is %(state)s; this can no longer be done with it.")
            % {"file": file.file_name, "state": file.get_state_display()}
        )
