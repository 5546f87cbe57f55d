"""Background work of feedback and surveys."""

from typing import Any

from django.utils import timezone

from jobs.ledger import Handle, runner
from surveys.importing.uploads import source_of
from surveys.models import ResponseImport, Route
from surveys.services.folding import fold_batch
from surveys.services.imported_responses import import_rows
from surveys.services.importing import close_import, version_for
from surveys.services.joining import join_batch, join_grown
from surveys.services.routing import follow
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
def run_import_responses(handle: Handle, *, run: int) -> dict[str, Any]:
    """Rows of a file, some at a time; the cursor is the line that was read last."""
    found = ResponseImport.objects.select_related("project__team", "survey", "started_by").get(
        pk=run
    )
    source, now = source_of(found), timezone.now()
    version = version_for(actor=found.started_by, run=found, now=now)
    import_rows(
        run=found,
        version=version,
        source=source,
        after=handle.cursor or 0,
        now=now,
        step=lambda line: handle.step(done=source.bytes_read, cursor=line),
    )
    close_import(run=found, now=now)
    return {"new": found.n_new, "unchanged": found.n_unchanged, "refused": found.n_refused}
