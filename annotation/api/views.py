"""Rubrics, studies and ratings that exist already, for programs."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.response import Response

from accounts.access import May, get_job_for, get_place_for
from accounts.api.operations import ApiRequest, operation
from annotation.access import get_rubric_version_for, get_study_for
from annotation.api.serializers import (
    RatingImportQuery,
    RatingImportSerializer,
    RubricSerializer,
    StudyLineSerializer,
    StudySerializer,
)
from annotation.models import RubricVersion
from annotation.rating_intake import Taken
from annotation.rubric_schema import normalise
from annotation.services.rating_uploads import begin_rating_import
from annotation.services.rubrics import rubric_data
from annotation.study_progress import progress_of
from conversations.views.imports import bounded
from core.api.bodies import file_of
from core.api.queries import PageQuery, asked, page
from core.errors import NotFoundError
from jobs.models import Job


@operation(
    "GET",
    "List rubrics",
    may=May.READ,
    answer=RubricSerializer,
    query=PageQuery,
    refusals=(404,),
)
def list_rubrics(request: ApiRequest, uid: UUID) -> Response:
    """Each with its versions, the newest first."""
    place = get_place_for(request.user, uid, May.READ)
    versions = Prefetch("versions", RubricVersion.objects.order_by("-number"))
    rubrics = place.project.rubrics.prefetch_related(versions)
    return page(request, rubrics, RubricSerializer, asked(PageQuery, request))


@operation(
    "GET",
    "Read a rubric version",
    may=May.READ,
    answer={"type": "object"},
    refusals=(404,),
)
def get_rubric_version(request: ApiRequest, uid: UUID) -> Response:
    """In the one JSON shape of rubrics: what a template holds, a page exports and a draft takes."""
    version, _place = get_rubric_version_for(request.user, uid, May.READ)
    return Response(normalise(rubric_data(version)))


@operation(
    "GET",
    "List studies",
    may=May.READ,
    answer=StudyLineSerializer,
    query=PageQuery,
    refusals=(404,),
)
def list_studies(request: ApiRequest, uid: UUID) -> Response:
    place = get_place_for(request.user, uid, May.READ)
    studies = place.project.studies.select_related("rubric_version")
    return page(request, studies, StudyLineSerializer, asked(PageQuery, request))


@operation(
    "GET",
    "Read a study and how far it is",
    may=May.READ,
    answer=StudySerializer,
    refusals=(404,),
)
def get_study(request: ApiRequest, uid: UUID) -> Response:
    study, _place = get_study_for(request.user, uid, May.READ)
    study.progress = progress_of(study)  # type: ignore[attr-defined]
    return Response(StudySerializer(study).data)


@bounded
@operation(
    "POST",
    "Send a file of ratings into a study",
    may=May.MANAGE,
    answer=RatingImportSerializer,
    status=202,
    query=RatingImportQuery,
    takes_file=True,
    refusals=(404,),
)
def import_ratings(request: ApiRequest, uid: UUID) -> Response:
    """Ratings that exist already, with their raters; read in the background.

    The same rating again is unchanged; another by the same rater on the same item is refused, or
    with `revise=true` becomes a revision.
    """
    study, place = get_study_for(request.user, uid, May.MANAGE)
    given = asked(RatingImportQuery, request)
    with file_of(request) as (path, name):
        job = begin_rating_import(
            actor=request.user,
            project=place.project,
            path=path,
            file_name=name or given["name"],
            study=study,
            new_study="",
            source=given.get("source", ""),
            revise=given["revise"],
            now=timezone.now(),
        )
    return Response(told(job), status=202)


@operation(
    "GET",
    "Follow an import of ratings",
    may=May.MANAGE,
    answer=RatingImportSerializer,
    refusals=(404,),
)
def get_rating_import(request: ApiRequest, uid: UUID) -> Response:
    """Until `state` is `done`, `failed` or `cancelled`; with what came in and what was refused."""
    job, _place = get_job_for(request.user, uid, May.MANAGE)
    if job.runner != "annotation.tasks.run_import_ratings":
        raise NotFoundError(_("There is no such import of ratings."))
    return Response(told(job))


def told(job: Job) -> Any:
    """The job with its counts, as far as it is."""
    known = job.result or job.cursor or {}
    taken = replace(Taken(), **{name: known[name] for name in vars(Taken()) if name in known})
    work = {name: getattr(job, name) for name in ("uid", "state", "percent", "note")}
    return RatingImportSerializer(taken.as_data() | work).data
