"""Background work of feedback and surveys."""

from typing import Any

from django.utils import timezone

from jobs.ledger import Handle, runner
from surveys.models import Route
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
