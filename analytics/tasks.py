"""Background work of reports."""

from typing import Any

from django.utils import timezone

from analytics.reports.snapshots import take_snapshot
from annotation.models import Study
from jobs.ledger import Handle, runner


@runner
def run_agreement(handle: Handle, *, study: int) -> dict[str, Any]:
    """Compute a study's agreement anew; a second attempt begins again and gives the same."""

    def told(done: int, total: int) -> None:
        handle.step(done=done, total=total)

    found = Study.objects.select_related("project", "rubric_version").get(pk=study)
    snapshot = take_snapshot(found, now=timezone.now(), told=told)
    return {"study": str(found.uid), "computed_at": snapshot.computed_at.isoformat()}
