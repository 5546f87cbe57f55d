"""What the page of one import shows, by the state the import is in."""

from dataclasses import dataclass
from typing import Any

import orjson
from django.db.models import Count

from accounts.access import May, Place
from accounts.models import Project
from conversations.columns import suggested, table_of
from conversations.faults import Fault, fault_in
from conversations.forms import ColumnsForm
from conversations.importers import RATING_READERS
from conversations.models import Conversation, ImportRun, Redaction, RefusedLine
from conversations.redacting import unscanned
from conversations.redaction_rules import scan_key
from conversations.services import MOVING, job_of
from core.http import whole
from jobs.models import Job

LINES = 50
SHOWN = 3
State = ImportRun.State


def unfinished(project: Project) -> list[ImportRun]:
    """Imports that are being read, or wait for somebody to confirm them; the newest first."""
    runs = project.import_runs.filter(state__in=(State.CHECKED, *MOVING))
    return list(runs.order_by("-id")[:SHOWN])


@dataclass(frozen=True)
class ShownLine:
    """A refused line with its fault, and the stored conversation it contradicts."""

    line: RefusedLine
    fault: Fault
    known: Conversation | None


def run_context(
    run: ImportRun, place: Place, *, after: str = "", columns: bool = False
) -> dict[str, Any]:
    job = job_of(run)
    working = job is not None and not job.is_finished
    waits_for_columns = run.state == State.CHECKING and run.source == "csv" and job is None
    lines = shown_lines(run, after) if not working else []
    context: dict[str, Any] = {
        "run": run,
        "job": job,
        "moving": working,
        "taking_back": working and job is not None and job.runner.endswith("run_take_back"),
        "stopped": job is not None and job.is_finished and run.state in MOVING,
        "by_command": run.state == State.IMPORTING and job is None,
        "n_read": run.n_new + run.n_unchanged + run.n_refused,
        "lines": [one for one in lines[:LINES] if not one.line.notice],
        "notices": [one.line for one in lines[:LINES] if one.line.notice],
        "next_lines": lines[LINES - 1].line.pk if len(lines) > LINES else None,
        "may_manage": place.may(May.MANAGE),
        "may_choose_columns": run.source == "csv" and run.state in (State.CHECKING, State.CHECKED),
        "seconds": seconds_of(run),
        "holds_ratings": run.source in RATING_READERS and run.source not in {"jsonl", "csv"},
    }
    if run.state == State.DONE and run.n_new and context["may_manage"]:
        context["found"] = found_in(run)
    if columns or (waits_for_columns and context["may_manage"]):
        table = context["table"] = table_of(run)
        context["columns_form"] = ColumnsForm(table=table, suggested=suggested(run.project, table))
    return context


@dataclass(frozen=True)
class Found:
    """What the looking through behind an import has found so far, and the work on it."""

    n_conversations: int
    n_places: int
    is_scanned: bool
    job: Job | None


def found_in(run: ImportRun) -> Found:
    """They are looked through in order, so that the last one tells whether all were."""
    open_rows = Redaction.objects.open().filter(project=run.project_id, conversation__run=run)
    counts = open_rows.aggregate(
        conversations=Count("conversation", distinct=True), places=Count("pk")
    )
    jobs = Job.objects.filter(
        project_uid=run.project.uid, coalesce_key=scan_key(run.project_id, run.pk)
    )
    last = run.conversations.order_by("-pk").values_list("pk", flat=True)[:1]
    return Found(
        n_conversations=counts["conversations"],
        n_places=counts["places"],
        is_scanned=not unscanned(list(last)),
        job=jobs.unfinished().order_by("-created_at").first(),
    )


def seconds_of(run: ImportRun) -> float | None:
    if run.finished_at is None or run.confirmed_at is None:
        return None
    return (run.finished_at - run.confirmed_at).total_seconds()


def shown_lines(run: ImportRun, after: str) -> list[ShownLine]:
    rows = run.refused_lines.order_by("id")
    if (key := whole(after)) is not None:
        rows = rows.filter(pk__gt=key)
    found = list(rows[: LINES + 1])
    if key is None and len(found) <= LINES:
        found.sort(key=lambda line: (line.file, line.line))  # ids that repeat are found last
    known = contradicted(run, found)
    return [
        ShownLine(
            line,
            fault_in(line.code, bytes(line.raw) if line.raw else None, line.reason, line.excerpt),
            known.get(line.pk),
        )
        for line in found
    ]


def contradicted(run: ImportRun, lines: list[RefusedLine]) -> dict[int, Conversation]:
    """The stored conversations whose ids these lines took, by line: so that both are shown."""
    ids = {
        line.pk: orjson.loads(bytes(line.raw)).get("id", "")
        for line in lines
        if line.code == "id_taken" and line.raw
    }
    if not ids:
        return {}
    stored = {
        one.external_id: one
        for one in Conversation.objects.for_list().filter(
            project=run.project, external_id__in=set(ids.values())
        )
    }
    return {pk: stored[name] for pk, name in ids.items() if name in stored}
