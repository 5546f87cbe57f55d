"""A file of ratings from its upload to the job that reads it."""

import shutil
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Project, User
from annotation.models import Study
from annotation.services.imported_ratings import create_imported_study
from conversations.importers import Source, guess_ratings
from conversations.uploads import shown_name
from core.errors import InvalidError
from core.http import uid_in
from core.leftovers import days_before, remove, untouched
from core.models import new_uid
from jobs.ledger import enqueue_on_commit
from jobs.models import Job


@transaction.atomic
def begin_rating_import(
    *,
    actor: User,
    project: Project,
    path: Path,
    file_name: str,
    study: Study | None,
    new_study: str,
    source: str = "",
    revise: bool = False,
    now: datetime,
) -> Job:
    """Keep the upload and queue the reading of it, into a study that is there or a new one."""
    name = shown_name(file_name)
    importer = source or guess_ratings(Source(path, name=name))
    if study is None:
        if not new_study:
            raise InvalidError(
                _("Name a study for the ratings, or choose one that is there."),
                fields={"new_study": _("Name a study, or choose one above.")},
            )
        study = create_imported_study(
            actor=actor, project=project, name=new_study, source=importer, now=now
        )
    upload = new_uid()
    folder_of(upload).mkdir(parents=True)
    shutil.move(path, folder_of(upload) / "file")
    args: dict[str, Any] = {
        "study": study.pk,
        "actor": actor.pk,
        "upload": str(upload),
        "name": name,
        "importer": importer,
        "revise": revise,
    }
    return enqueue_on_commit(
        "annotation.tasks.run_import_ratings",
        args=args,
        project_uid=project.uid,
        requested_by=actor.pk,
        total=1,
    )


def source_of(upload: UUID, name: str) -> Source:
    return Source(folder_of(upload) / "file", name=name)


def drop_upload(upload: UUID) -> None:
    shutil.rmtree(folder_of(upload), ignore_errors=True)


def remove_lost_uploads(now: datetime) -> None:
    """Folders that no job will read any more: it was given up, or died behind its last step."""
    since = days_before(now, settings.LEFTOVER_DAYS)
    jobs = Job.objects.unfinished().filter(runner="annotation.tasks.run_import_ratings")
    needed = {args["upload"] for args in jobs.values_list("args", flat=True)}
    for folder in untouched(uploads(), since):
        if uid_in(folder.name) and folder.name not in needed:
            remove(folder)


def folder_of(upload: UUID) -> Path:
    return uploads() / str(upload)


def uploads() -> Path:
    return Path(settings.MEDIA_ROOT) / "ratings"
