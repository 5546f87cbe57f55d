"""Background work of feedback and surveys."""

from typing import Any

from django.utils import timezone

from jobs.ledger import Handle, runner
from surveys.models import Route
from surveys.services.folding import fold_batch
from surveys.services.joining import join_batch, join_grown
from surveys.services.routing import follow


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
