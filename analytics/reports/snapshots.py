"""Keeping a study's report: computed in the background, shown at once."""

from collections.abc import Callable
from datetime import datetime

from accounts.models import User
from analytics.models import AgreementSnapshot, newest_rating, submitted_in
from analytics.reports.agreement import REPLICATES, SEED, agreement_of
from analytics.reports.overview import brief_of
from annotation.models import Study
from jobs.ledger import enqueue_on_commit
from jobs.models import Job


def take_snapshot(
    study: Study,
    *,
    now: datetime,
    replicates: int = REPLICATES,
    seed: int = SEED,
    told: Callable[[int, int], None] = lambda done, total: None,
) -> AgreementSnapshot:
    """Compute the report and keep it in the place of the earlier one.

    The watermarks are read first: a rating that comes in meanwhile is counted as newer, never lost.
    """
    newest, n_submitted = newest_rating(), submitted_in(study.pk)
    data = agreement_of(study, replicates=replicates, seed=seed, told=told).as_snapshot()
    snapshot, _made = AgreementSnapshot.objects.update_or_create(
        study=study,
        defaults={
            "computed_at": now,
            "last_rating": newest,
            "n_submitted": n_submitted,
            "seed": seed,
            "replicates": replicates,
            "data": data,
            "brief": brief_of(data),
        },
    )
    return snapshot


def request_snapshot(*, actor: User, study: Study) -> Job:
    """Queue the computation; a request that still waits is joined."""
    return enqueue_on_commit(
        "analytics.tasks.run_agreement",
        args={"study": study.pk},
        project_uid=study.project.uid,
        coalesce_key=coalesce_key(study),
        requested_by=actor.pk,
    )


def work_on(study: Study) -> Job | None:
    """The computation that is under way or failed last, unless a later one is done."""
    newest = (
        Job.objects.filter(project_uid=study.project.uid, coalesce_key=coalesce_key(study))
        .order_by("-created_at")
        .first()
    )
    over = (Job.State.DONE, Job.State.CANCELLED)
    return newest if newest and newest.state not in over else None


def coalesce_key(study: Study) -> str:
    return f"agreement:{study.pk}"
