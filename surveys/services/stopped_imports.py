"""An import of answers that stands still: on from where it stopped, or out with what came in."""

from collections.abc import Collection, Iterable
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef, ProtectedError
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import User
from core.errors import DomainError
from core.frozen import thawed
from jobs.models import Job
from surveys.importing import uploads
from surveys.models import Answer, Respondent, Response, ResponseImport, Survey
from surveys.services.importing import job_of, queue

State = ResponseImport.State
AT_ONCE = 200


@transaction.atomic
def go_on(*, actor: User, run: ResponseImport) -> Job:
    """Queue the work again whose job was given up or called off, from where it stopped."""
    run = _locked(run)
    job = job_of(run)
    if job is None or not stands_still(run, job):
        raise DomainError(_("“%(file)s” does not stand still.") % {"file": run})
    if run.state == State.DISCARDED:
        return _queue_removal(run, actor)
    if not uploads.is_there(run):
        raise DomainError(
            _("“%(file)s” is not kept any more. Discard it, then upload it again.") % {"file": run}
        )
    after = job.cursor or job.args.get("after", 0)
    return queue(run, actor, "import", total=job.total, after=after)


@transaction.atomic
def discard_import(*, actor: User, run: ResponseImport, now: datetime) -> ResponseImport | None:
    """Throw a file away; what had come in of it goes, by a job. None where nothing is left."""
    run = _locked(run)
    if run.state == State.DISCARDED:
        return run
    job = job_of(run)
    if run.state == State.DONE or (job is not None and not job.is_finished):
        raise DomainError(_("“%(file)s” is being read already, or was.") % {"file": run})
    transaction.on_commit(partial(uploads.drop, ResponseImport(uid=run.uid)))
    if run.state == State.PLANNING:
        run.delete()
        return None
    run.state, run.finished_at = State.DISCARDED, now
    run.save(update_fields=["state", "finished_at"])
    record(
        actor,
        "responses.discarded",
        target=run,
        project=run.project,
        file=run.file_name,
        new=run.n_new,
    )
    _queue_removal(run, actor)
    return run


def _queue_removal(run: ResponseImport, actor: User) -> Job:
    return queue(run, actor, "remove", total=run.responses.filter(erased_at=None).count())


def stands_still(run: ResponseImport, job: Job | None) -> bool:
    """Whether work on it ended before it was done; only a command's import has no job."""
    if job is None or not job.is_finished:
        return False
    return run.state == State.IMPORTING or (
        run.state == State.DISCARDED and job.state != Job.State.DONE
    )


@transaction.atomic
def remove_batch(run: ResponseImport) -> int:
    """Some of the responses that a run brought in; 0 when no more are there.

    What somebody erased keeps its empty place, so that no file brings it again.
    """
    rows = list(
        run.responses.select_for_update(of=("self",))
        .filter(erased_at=None)
        .order_by("pk")
        .values_list("pk", "survey", "respondent")[:AT_ONCE]
    )
    keys = [pk for pk, _survey, _respondent in rows]
    Answer.objects.filter(response__in=keys).delete()
    Response.objects.filter(pk__in=keys).delete()
    for survey in {survey for _pk, survey, _respondent in rows}:
        gone = sum(one == survey for _pk, one, _respondent in rows)
        Survey.objects.filter(pk=survey).update(n_complete=F("n_complete") - gone)
    _remove_unheard({respondent for _pk, _survey, respondent in rows if respondent})
    return len(rows)


def _remove_unheard(respondents: Collection[int]) -> None:
    """Respondents of whom nothing else is kept."""
    rows = Respondent.objects.filter(pk__in=respondents)
    for relation in Respondent._meta.related_objects:
        model: Any = relation.related_model
        rows = rows.filter(
            ~Exists(model._default_manager.filter(**{relation.field.name: OuterRef("pk")}))
        )
    rows.delete()


def close_removed(run: ResponseImport) -> None:
    """Nothing is left to do for it, so its job is let go."""
    _remove_empty_survey(run)
    ResponseImport.objects.filter(pk=run.pk).update(job_uid=None)


def _remove_empty_survey(run: ResponseImport) -> None:
    """The survey that a discarded file made, if nothing else ever came into it."""
    survey = run.survey
    others = ResponseImport.objects.filter(survey=survey).exclude(pk=run.pk)
    if survey is None or not survey.imported or survey.responses.exists() or others.exists():
        return
    ResponseImport.objects.filter(pk=run.pk).update(survey=None)
    try:
        with transaction.atomic(), thawed("discarded import"):
            survey.versions.all().delete()
            survey.delete()
    except ProtectedError:  # somebody built on it
        ResponseImport.objects.filter(pk=run.pk).update(survey=survey)


def standing_still(runs: Iterable[ResponseImport]) -> set[UUID]:
    """Which of these wait for somebody's word."""
    runs = list(runs)
    jobs = {job.uid: job for job in Job.objects.filter(uid__in=[r.job_uid for r in runs])}
    return {run.uid for run in runs if run.job_uid and stands_still(run, jobs.get(run.job_uid))}


def name_jobs(uids: set[UUID]) -> None:
    """A run that stands still tells why by its job, so that is kept."""
    moving = ResponseImport.objects.filter(state__in=(State.IMPORTING, State.DISCARDED))
    uids.update(uid for uid in moving.values_list("job_uid", flat=True) if uid)


def _locked(run: ResponseImport) -> ResponseImport:
    rows = ResponseImport.objects.select_related("project")
    return rows.select_for_update(of=("self",)).get(pk=run.pk)
