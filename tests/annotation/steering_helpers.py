"""What the tests of a manager's steering share: a study that is under way, and jobs worked off."""

from typing import Any

from annotation.models import Assignment, Item, Study, StudyRater
from annotation.services.assignment import claim_next
from jobs.models import Job
from jobs.testing import run_pending_jobs
from tests.annotation.rating_helpers import NOW, claim, submit


def work_off() -> None:
    """Carry out what waits in the ledger; a job that fails fails the test."""
    assert all(job.state == Job.State.DONE for job in run_pending_jobs())


def rate_all(chair: StudyRater, score: str = "3", count: int = 99, **fields: Any) -> None:
    """A rater rates what is there for them, up to `count` items."""
    for _item in range(count):
        chair = StudyRater.objects.select_related("study", "rater").get(pk=chair.pk)
        claimed = claim_next(study_rater=chair, now=NOW)
        if not isinstance(claimed, Assignment):
            return
        submit(whole(claimed), {"helpful": score}, **fields)


def hold(chair: StudyRater) -> Assignment:
    return whole(claim(StudyRater.objects.select_related("study", "rater").get(pk=chair.pk)))


def whole(assignment: Assignment) -> Assignment:
    """As the door fetches it."""
    return Assignment.objects.select_related("item__study", "study", "rater").get(pk=assignment.pk)


def seen(study: Study) -> list[tuple[int, int, str]]:
    """Of each item its free places, its ratings that count, and its state."""
    rows = Item.objects.filter(study=study).order_by("seq")
    return list(rows.values_list("slots_open", "n_submitted", "state"))
