"""Importing in the caller's own process: for the command, and for whoever loads a known file."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Project, User
from conversations import services
from conversations.importers import LineError, Source, guess
from conversations.importers.registry import importer_named
from conversations.intake import Tell, check
from conversations.models import ImportRun, RefusedLine
from conversations.refusals import KEPT, record_of
from conversations.seen import SeenOnDisk
from core.errors import DomainError
from core.text import digest


@dataclass
class Outcome:
    """What became of a file, or would."""

    n_new: int = 0
    n_unchanged: int = 0
    n_refused: int = 0
    run: ImportRun | None = None
    refused: list[LineError] = field(default_factory=list)

    def lines(self, most: int = KEPT) -> Iterator[LineError | RefusedLine]:
        if self.run is None:
            return islice(iter(self.refused), most)
        return self.run.refused_lines.order_by("id")[:most].iterator()

    def as_json(self, most: int) -> dict[str, Any]:
        return {
            "run": str(self.run.uid) if self.run else None,
            "new": self.n_new,
            "unchanged": self.n_unchanged,
            "refused": self.n_refused,
            "refused_lines": [record_of(line) for line in self.lines(most)],
        }


def nothing(done: int, total: int) -> None:
    """Tell nobody."""


def dry_run(
    *,
    project: Project,
    path: Path,
    source: str = "",
    mapping: Mapping[str, str] | None = None,
    encoding: str = "utf-8",
    grow: bool = False,
    tell: Tell = nothing,
) -> Outcome:
    """Check a file and store nothing at all; the refused lines of the outcome are in memory."""
    opened = Source(path, encoding=encoding)
    importer = importer_named(source).name if source else guess(opened)
    outcome = Outcome()
    with SeenOnDisk() as seen:
        findings = check(project, opened, importer, mapping=mapping or {}, seen=seen, grow=grow)
        for finding in findings:
            outcome.n_new += len(finding.new)
            outcome.n_unchanged += finding.unchanged
            outcome.n_refused += sum(not error.notice for error in finding.refused)
            room = KEPT - len(outcome.refused)
            outcome.refused += [without_raw(error) for error in finding.refused[:room]]
            tell(finding.bytes_read, opened.bytes_total)
    return outcome


def without_raw(error: LineError) -> LineError:
    """Ten thousand lines of a megabyte are not kept in memory; their beginnings are."""
    error.raw = None if error.raw and len(error.raw) > 4096 else error.raw
    return error


def import_file(
    *,
    actor: User | None,
    project: Project,
    path: Path,
    now: datetime,
    source: str = "",
    mapping: Mapping[str, str] | None = None,
    encoding: str = "utf-8",
    all_or_nothing: bool = False,
    grow: bool = False,
    tell: Tell = nothing,
) -> Outcome:
    """Import a file to its end; when an earlier call was killed, go on where it stopped."""
    opened = Source(path, encoding=encoding)
    importer = importer_named(source).name if source else guess(opened)
    if all_or_nothing:
        checked = dry_run(
            project=project, path=path, source=importer, mapping=mapping,
            encoding=encoding, grow=grow, tell=tell,
        )  # fmt: skip
        if checked.n_refused:
            raise DomainError(spoiled_by(checked, path))
    options = {
        "mapping": dict(mapping or {}),
        "encoding": encoding,
        "all_or_nothing": all_or_nothing,
        "grow": grow,
    }
    run = begin_or_resume(actor, project, opened, importer, options, now)
    services.run_import(run, tell, now)
    run.refresh_from_db()
    return Outcome(run.n_new, run.n_unchanged, run.n_refused, run=run)


def begin_or_resume(
    actor: User | None,
    project: Project,
    source: Source,
    importer: str,
    options: dict[str, Any],
    now: datetime,
) -> ImportRun:
    """The run of an interrupted call for the very same bytes, or a new one."""
    path = source.path.resolve()
    options = {**options, "fingerprint": fingerprint(source)}
    stopped = project.import_runs.filter(
        state=ImportRun.State.IMPORTING, job_uid=None, path=str(path), source=importer
    ).order_by("-id")
    for run in stopped.select_related("project__team", "started_by"):
        if run.options == options:
            return run
    return ImportRun.objects.create(
        project=project,
        file_name=path.name[-255:],
        path=str(path),
        source=importer,
        options=options,
        state=ImportRun.State.IMPORTING,
        started_by=actor,
        created_at=now,
        confirmed_at=now,
        bytes_total=source.bytes_total,
    )


def fingerprint(source: Source) -> str:
    """Tells whether a file or folder is as it was, without reading it."""
    files = sorted(source.path.rglob("*")) if source.path.is_dir() else [source.path]
    facts = [(file.name, file.stat().st_size, file.stat().st_mtime_ns) for file in files]
    return digest(facts)


def spoiled_by(checked: Outcome, path: Path) -> str:
    first = next(line for line in checked.lines() if not line.notice)
    return _(
        "Nothing came in: “%(file)s” is to come in whole, and %(count)d of its lines would be "
        "refused. The first is line %(line)d of %(name)s: %(reason)s"
    ) % {
        "file": path.name,
        "count": checked.n_refused,
        "line": first.line,
        "name": first.file,
        "reason": first.reason,
    }
