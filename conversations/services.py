"""What can happen to an import: begin, choose columns, confirm, go on, discard, take back."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import Project, User
from conversations import uploads
from conversations.columns import table_of
from conversations.importers import guess
from conversations.importers.registry import importer_named
from conversations.intake import SpoiledError, Tell, bring_in, check_run
from conversations.models import ImportRun
from conversations.redaction_rules import scan_imported
from conversations.refusals import Ledger
from conversations.seen import SeenOnDisk
from conversations.taking_back import remove_stored
from core import registry
from core.errors import DomainError
from jobs.ledger import enqueue_on_commit
from jobs.models import Job

State = ImportRun.State
MOVING = (State.CHECKING, State.IMPORTING)


def begin_import(
    *,
    actor: User | None,
    project: Project,
    path: Path,
    file_name: str,
    now: datetime,
    source: str = "",
    mapping: Mapping[str, str] | None = None,
    encoding: str = "utf-8",
    roles: Mapping[str, str] | None = None,
    all_or_nothing: bool = False,
    grow: bool = False,
    confirmed: bool = False,
    key: str = "",
) -> ImportRun:
    """Take an uploaded file in and let it be checked; a table waits until its columns are chosen.

    Nothing is stored in the project before somebody confirms, unless it comes `confirmed`. The
    `key` of a program that may send the same file twice is kept with the run. Refuses a file of
    no known shape.
    """
    run = ImportRun(
        project=project,
        file_name=uploads.shown_name(file_name),
        started_by=actor,
        created_at=now,
        options={
            "mapping": dict(mapping) if mapping is not None else None,
            "roles": dict(roles or {}),
            "encoding": encoding,
            "all_or_nothing": all_or_nothing,
            "grow": grow,
            "confirmed": confirmed,
            "key": key,
        },
    )
    run.path = str(uploads.take(run, path))
    try:
        with transaction.atomic():
            opened = uploads.source_of(run)
            run.bytes_total = opened.bytes_total
            run.source = importer_named(source).name if source else guess(opened)
            run.save()
            if run.source == "csv" and mapping is None:
                table_of(run)
            else:
                queue(run, "check")
    except BaseException:
        uploads.drop(run)
        raise
    return run


@transaction.atomic
def choose_columns(*, actor: User, run: ImportRun, mapping: Mapping[str, str]) -> ImportRun:
    """Say which column of a table is what; the file is checked with that, again if need be."""
    run = locked(run)
    require_columns(run)
    run.options = {
        **run.options,
        "mapping": dict(mapping),
        "columns": table_of(run).names,
    }
    begin_pass(run, State.CHECKING)
    run.preview = []
    run.save()
    queue(run, "check")
    return run


def require_columns(run: ImportRun) -> None:
    """Refuse a run that is no table, or whose file may be gone."""
    if run.source != "csv" or run.state not in (State.CHECKING, State.CHECKED):
        raise DomainError(
            _("The columns of “%(file)s” can no longer be chosen: it is %(state)s.")
            % {"file": run.file_name, "state": run.get_state_display()}
        )


@transaction.atomic
def confirm_import(*, actor: User | None, run: ImportRun, now: datetime) -> ImportRun:
    """Let the checked file come in. Confirming twice imports once."""
    run = locked(run)
    if run.state in (State.IMPORTING, State.DONE):
        return run
    require_state(run, State.CHECKED)
    if run.options.get("all_or_nothing") and run.n_refused:
        raise DomainError(refused_whole(run))
    if not run.n_new:
        raise DomainError(
            _("“%(file)s” holds no new conversation; there is nothing to import.")
            % {"file": run.file_name}
        )
    begin_pass(run, State.IMPORTING)
    run.confirmed_at = now
    run.save()
    queue(run, "import")
    return run


@transaction.atomic
def go_through(*, run: ImportRun, now: datetime) -> None:
    """After its check, what was confirmed before it: nobody looks, so every end is an end.

    A file that holds nothing new is done at once; one that was to come in whole and cannot, failed.
    """
    run = locked(run)
    if run.state != State.CHECKED:
        return
    if run.options.get("all_or_nothing") and run.n_refused:
        run.state, run.finished_at = State.FAILED, now
        run.problem = refused_whole(run)
        run.save(update_fields=["state", "finished_at", "problem"])
        transaction.on_commit(lambda: uploads.drop(run))
    elif run.n_new:
        confirm_import(actor=run.started_by, run=run, now=now)
    else:
        run.state, run.confirmed_at = State.IMPORTING, now
        run.save(update_fields=["state", "confirmed_at"])
        finish_import(run, now)


@transaction.atomic
def go_on(*, actor: User, run: ImportRun) -> ImportRun:
    """Queue the work again of a run whose job was given up or called off, from where it stopped."""
    run = locked(run)
    if run.state not in MOVING or is_worked_on(run):
        raise DomainError(_("“%(file)s” does not stand still.") % {"file": run.file_name})
    queue(run, "check" if run.state == State.CHECKING else "import")
    return run


@transaction.atomic
def discard_import(*, actor: User | None, run: ImportRun, now: datetime) -> ImportRun:
    """Throw away a file that was not confirmed; without an actor, because nobody came back."""
    run = locked(run)
    if run.state == State.DISCARDED:
        return run
    require_state(run, State.CHECKING, State.CHECKED)
    run.state, run.finished_at = State.DISCARDED, now
    run.save(update_fields=["state", "finished_at"])
    transaction.on_commit(lambda: uploads.drop(run))
    return run


@transaction.atomic
def take_back(*, actor: User, run: ImportRun) -> Job:
    """Remove what a run brought in, as far as nothing stands on it yet; a job does it."""
    run = locked(run)
    if is_worked_on(run):
        raise DomainError(
            _("“%(file)s” is still being worked on. Wait for its end, then take it back.")
            % {"file": run.file_name}
        )
    if run.state != State.IMPORTING:
        left_over = (State.TAKEN_BACK,) if run.conversations.exists() else ()
        require_state(run, State.DONE, State.FAILED, *left_over)
    record(actor, "import.taken_back", target=run, project=run.project, n=run.n_new)
    return queue(run, "take_back")


def run_check(run: ImportRun, tell: Tell) -> None:
    """The check itself, for a job; a job that died behind its end finds the run moved on."""
    if run.state != State.CHECKING:
        return
    with SeenOnDisk(uploads.seen_ids_of(run)) as seen:
        check_run(run, uploads.source_of(run), seen=seen, tell=tell)
    uploads.seen_ids_of(run).unlink(missing_ok=True)
    ImportRun.objects.filter(pk=run.pk, state=State.CHECKING).update(state=State.CHECKED)


def run_import(run: ImportRun, tell: Tell, now: datetime) -> None:
    """The import itself, for a job, a command or a fixture: to its end, from where it stopped."""
    if run.state != State.IMPORTING:
        return
    try:
        bring_in(run, uploads.source_of(run), now=now, tell=tell)
    except SpoiledError as spoiled:
        fail_whole(run, spoiled, now)
        raise
    finish_import(run, now)


@transaction.atomic
def finish_import(run: ImportRun, now: datetime) -> None:
    """Close the run, tell the team's trail and the floors above, and let the upload go."""
    run.state, run.finished_at = State.DONE, now
    if not ImportRun.objects.filter(pk=run.pk, state=State.IMPORTING).update(
        state=run.state, finished_at=now
    ):
        return
    record(
        run.started_by,
        "conversations.imported",
        target=run,
        project=run.project,
        new=run.n_new,
        unchanged=run.n_unchanged,
        refused=run.n_refused,
    )
    registry.announce("conversations_imported", project=run.project, run=run)
    scan_imported(run)
    transaction.on_commit(lambda: uploads.drop(run))


@transaction.atomic
def fail_whole(run: ImportRun, spoiled: SpoiledError, now: datetime) -> None:
    """Undo a whole-or-nothing import that another one contradicted after its check."""
    remove_stored(run)
    Ledger(run).store(spoiled.errors)
    run.refresh_from_db()
    run.state, run.problem, run.finished_at = State.FAILED, spoiled.message, now
    run.n_refused += sum(not error.notice for error in spoiled.errors)
    run.n_new = 0
    run.save()
    transaction.on_commit(lambda: uploads.drop(run))


def close_taken_back(
    run: ImportRun, *, removed: int, kept: Mapping[str, int], now: datetime
) -> None:
    """Say on the run what went and what stayed, and why."""
    run.refresh_from_db()
    run.state, run.finished_at = State.TAKEN_BACK, run.finished_at or now
    run.options = {**run.options, "taken_back": {"removed": removed, "kept": dict(kept)}}
    run.save(update_fields=["state", "finished_at", "options"])
    transaction.on_commit(lambda: uploads.drop(run))


def queue(run: ImportRun, work: str) -> Job:
    job = enqueue_on_commit(
        f"conversations.tasks.run_{work}",
        args={"run": run.pk},
        project_uid=run.project.uid,
        requested_by=run.started_by_id,
        total=run.bytes_total if work != "take_back" else run.n_new,
    )
    ImportRun.objects.filter(pk=run.pk).update(job_uid=job.uid)
    run.job_uid = job.uid
    return job


def refused_whole(run: ImportRun) -> str:
    return _(
        "“%(file)s” is to come in whole or not at all, and %(refused)d of its lines would "
        "be refused. Mend them and upload the file again."
    ) % {"file": run.file_name, "refused": run.n_refused}


def begin_pass(run: ImportRun, state: ImportRun.State) -> None:
    """Counters and refused lines are of one pass over the file; the next counts anew."""
    run.refused_lines.all().delete()
    uploads.seen_ids_of(run).unlink(missing_ok=True)
    run.state, run.cursor = state, None
    run.n_new = run.n_unchanged = run.n_refused = run.bytes_read = 0


def is_worked_on(run: ImportRun) -> bool:
    """Whether a job of the run waits or runs; a command's run has none."""
    job = job_of(run)
    return job is not None and not job.is_finished


def job_of(run: ImportRun) -> Job | None:
    """The work on it that was queued last."""
    return Job.objects.filter(uid=run.job_uid).first() if run.job_uid else None


def locked(run: ImportRun) -> ImportRun:
    return (
        ImportRun.objects.select_for_update(of=("self",))
        .select_related("project__team", "started_by")
        .get(pk=run.pk)
    )


def require_state(run: ImportRun, *states: ImportRun.State) -> None:
    if run.state not in states:
        raise DomainError(
            _("“%(file)s” is %(state)s; this can no longer be done with it.")
            % {"file": run.file_name, "state": run.get_state_display()}
        )
