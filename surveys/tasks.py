"""Background work of feedback and surveys."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from jobs.ledger import Handle, runner
from surveys.importing.uploads import source_of
from surveys.models import ResponseImport, Route
from surveys.services.folding import fold_batch
from surveys.services.imported_responses import import_rows
from surveys.services.importing import close_import, version_for
from surveys.services.joining import join_batch, join_grown
from surveys.services.routing import follow
from surveys.services.stopped_imports import close_removed, remove_batch
from surveys.services.webhook_messages import send_due
from surveys.webhook_sending import post


@runner
def follow_routes(handle: Handle, *, project: int) -> dict[str, Any]:
    """Every open route of a project, step by step, each in a transaction of its own."""
    done = 0
    for route in Route.objects.filter(project=project, active=True).values_list("pk", flat=True):
        while moved := follow(route, timezone.now()):
            done += moved
            handle.step(done=done, cursor={"done": done})
    return {"events": done}


@runner
def fold_feedback(handle: Handle) -> dict[str, Any]:
    """Fold until nothing waits; each batch stands by itself, so a killed one is only begun anew."""
    done = 0
    while folded := fold_batch():
        done += folded
        handle.step(done=done)
    return {"events": done}


@runner
def join_feedback(handle: Handle, *, project: int, run: int) -> dict[str, Any]:
    """Join the feedback of a project with conversations that have just come in."""
    after = handle.cursor or ""
    while after := join_batch(project, after):
        handle.step(cursor=after)
    join_grown(project, run)
    return {}


@runner
def send_webhook(handle: Handle, *, webhook: int) -> dict[str, Any]:
    """What is due to one webhook; a message that a killed worker had in hand comes again."""
    return {"tried": send_due(webhook, send=post, step=handle.step)}


@runner
def run_import_responses(handle: Handle, *, run: int, after: int = 0) -> dict[str, Any]:
    """Rows of a file, some at a time; the cursor is the line that was read last."""
    found = ResponseImport.objects.select_related("project__team", "survey", "started_by").get(
        pk=run
    )
    if found.state == ResponseImport.State.DONE:  # killed behind its end
        return counts(found)
    source, now = source_of(found), timezone.now()
    version = version_for(actor=found.started_by, run=found, now=now)
    import_rows(
        run=found,
        version=version,
        source=source,
        after=handle.cursor or after,
        now=now,
        step=lambda line: handle.step(done=source.bytes_read, cursor=line),
    )
    close_import(run=found, now=now)
    return counts(found)


def counts(run: ResponseImport) -> dict[str, int]:
    return {"new": run.n_new, "unchanged": run.n_unchanged, "refused": run.n_refused}


@runner
def run_remove_responses(handle: Handle, *, run: int) -> dict[str, Any]:
    """What had come in of a file that was discarded; what is left to remove says how far it is."""
    found = ResponseImport.objects.select_related("project", "survey").get(pk=run)
    done = handle.job.done
    while True:
        with transaction.atomic():
            removed = remove_batch(found)
            done += removed
            handle.step(done=done)
        if not removed:
            break
    with transaction.atomic():
        close_removed(found)
        handle.step(done=done)
    return {"removed": done}
