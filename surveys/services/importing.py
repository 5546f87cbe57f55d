"""Answers that exist already: a file, the plan of its columns, and the responses it makes."""

from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import Project, User
from conversations.importers import Source
from conversations.uploads import shown_name
from core.errors import DomainError
from core.text import digest
from jobs.ledger import enqueue_on_commit
from jobs.models import Job
from surveys.importing import uploads
from surveys.importing.documents import document_of
from surveys.importing.plan import Plan, checked, plan_from
from surveys.importing.proposing import proposed
from surveys.importing.table import Table
from surveys.models import ResponseImport, Survey, SurveyVersion
from surveys.services.imported_responses import require_reading
from surveys.services.surveys import create_survey, publish_survey

State = ResponseImport.State
SHOWN = 50


@transaction.atomic
def begin_import(
    *,
    actor: User | None,
    project: Project,
    path: Path,
    file_name: str,
    language: str,
    now: datetime,
    encoding: str = "utf-8",
    header_rows: int = 0,
) -> ResponseImport:
    """Keep the upload and say what its columns seem to be; nothing of it is stored yet."""
    name = shown_name(file_name)
    table = Table(Source(path, name=name, encoding=encoding), header_rows)
    run = noted(
        actor=actor,
        project=project,
        table=table,
        digest=uploads.digest_of(path),
        language=language,
        now=now,
    )
    uploads.take(run, path)
    return run


def noted(
    *,
    actor: User | None,
    project: Project,
    table: Table,
    digest: str,
    language: str,
    now: datetime,
) -> ResponseImport:
    """The file as it is going to be read: as its like was last, else as it seems.

    Also where its like was not read to its end, so that a command that was killed goes on when it
    is given again; and where that was discarded, so that what somebody erased stays erased.
    """
    table.require_rows()
    header = header_of(table)
    begun = ResponseImport.objects.filter(project=project).exclude(state=State.PLANNING)
    like = begun.filter(header=header).order_by("-id").first()
    name = table.source.name or table.source.path.name
    title = name.rsplit(".", 1)[0][:120] or name
    plan = plan_from(like.plan) if like else proposed(table, title, language)
    return ResponseImport.objects.create(
        project=project,
        file_name=name,
        digest=digest,
        header=header,
        encoding=table.source.encoding,
        plan=plan.as_data(),
        survey=like.survey if like else None,
        started_by=actor,
        created_at=now,
    )


def header_of(table: Table) -> str:
    return digest([[column.question, column.option] for column in table.columns])


def finished(project: Project) -> QuerySet[ResponseImport]:
    return ResponseImport.objects.filter(project=project, state=State.DONE)


@transaction.atomic
def choose_columns(*, run: ResponseImport, plan: Plan) -> ResponseImport:
    """What the columns become; a survey that asks something else than them is let go."""
    run = _waiting(run)
    run.plan = checked(plan).as_data()
    if run.survey and not _asks(run.survey, plan):
        run.survey = None
    run.save(update_fields=["plan", "survey"])
    return run


@transaction.atomic
def confirm_import(*, actor: User, run: ResponseImport, now: datetime) -> Job:
    """Make the survey, or take the one that asks the same, and queue the reading of the file."""
    run = _waiting(run)
    if not uploads.is_there(run):
        raise DomainError(
            _("“%(file)s” is not kept any more. Upload it again: its columns are remembered.")
            % {"file": run}
        )
    version_for(actor=actor, run=run, now=now)
    run.state = State.IMPORTING
    run.save(update_fields=["state", "survey"])
    return queue(run, actor, "import", total=uploads.source_of(run).bytes_total)


def queue(run: ResponseImport, actor: User, work: str, *, total: int, **args: int) -> Job:
    job = enqueue_on_commit(
        f"surveys.tasks.run_{work}_responses",
        args={"run": run.pk, **args},
        project_uid=run.project.uid,
        requested_by=actor.pk,
        total=total,
    )
    run.job_uid = job.uid
    run.save(update_fields=["job_uid"])
    return job


def version_for(*, actor: User | None, run: ResponseImport, now: datetime) -> SurveyVersion:
    """The published version that the plan makes, in the survey of the run or in a new one."""
    plan = plan_from(run.plan)
    if run.survey is None:
        document = document_of(plan)
        run.survey = create_survey(
            actor=actor, project=run.project, name=plan.title, document=document, imported=True
        )
        publish_survey(actor=actor, survey=run.survey, now=now)
        Survey.objects.filter(pk=run.survey.pk).update(state=Survey.State.CLOSED, is_open=False)
    elif not _asks(run.survey, plan):
        raise DomainError(
            _("“%(survey)s” asks something else than these columns. Import into a new survey.")
            % {"survey": run.survey}
        )
    return published(run.survey)


def published(survey: Survey) -> SurveyVersion:
    return survey.versions.filter(state=SurveyVersion.State.PUBLISHED).order_by("-number")[0]


def _asks(survey: Survey, plan: Plan) -> bool:
    """Whether the survey asks just what the plan does; what it is called does not matter."""
    document = document_of(plan)
    return digest(document["pages"]) == digest(published(survey).document["pages"])


@transaction.atomic
def close_import(*, run: ResponseImport, now: datetime) -> None:
    require_reading(run)
    run.state, run.finished_at = State.DONE, now
    run.save(update_fields=["state", "finished_at"])
    record(
        run.started_by,
        "responses.imported",
        target=run.survey or run,
        project=run.project,
        file=run.file_name,
        new=run.n_new,
        unchanged=run.n_unchanged,
        refused=run.n_refused,
    )
    transaction.on_commit(lambda: uploads.drop(run))


def earlier(run: ResponseImport) -> ResponseImport | None:
    """The import that read this very file before, if one did."""
    done = finished(run.project).filter(digest=run.digest).exclude(pk=run.pk)
    return done.select_related("survey").order_by("-id").first()


def latest_imports(project: Project) -> "QuerySet[ResponseImport]":
    """What was uploaded last, without what was refused of it."""
    rows = ResponseImport.objects.filter(project=project).defer("refused", "plan")
    return rows.select_related("survey", "started_by").order_by("-id")[:SHOWN]


def job_of(run: ResponseImport) -> Job | None:
    return Job.objects.filter(uid=run.job_uid).first() if run.job_uid else None


def _waiting(run: ResponseImport) -> ResponseImport:
    found = ResponseImport.objects.select_for_update(of=("self",)).get(pk=run.pk)
    if found.state != State.PLANNING:
        raise DomainError(_("“%(file)s” is being read already, or was.") % {"file": run})
    return found
