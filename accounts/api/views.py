"""Projects and background work, for programs; and the document that describes the API."""

from functools import lru_cache
from typing import Any
from uuid import UUID

from django.utils.translation import override
from drf_spectacular.generators import SchemaGenerator
from rest_framework.response import Response

from accounts.access import May, get_job_for
from accounts.api.operations import ApiRequest, operation
from accounts.api.serializers import JobSerializer, ProjectSerializer
from accounts.models import Project
from core.api.queries import PageQuery, asked, page


@operation("GET", "List projects", may=May.BELONG, answer=ProjectSerializer, query=PageQuery)
def list_projects(request: ApiRequest) -> Response:
    """All that the caller may see: of a key, its one project."""
    projects = Project.objects.visible_to(request.user).select_related("team")
    return page(request, projects, ProjectSerializer, asked(PageQuery, request))


@operation("GET", "Follow background work", may=May.READ, answer=JobSerializer, refusals=(404,))
def get_job(request: ApiRequest, uid: UUID) -> Response:
    """Ask again until `state` is `done`, `failed` or `cancelled`; once a second is often enough."""
    job, _place = get_job_for(request.user, uid, May.READ)
    return Response(JobSerializer(job).data)


@operation("GET", "This API as an OpenAPI document", may=May.BELONG, answer={"type": "object"})
def get_schema(request: ApiRequest) -> Response:
    return Response(document())


@lru_cache(maxsize=1)
def document() -> dict[str, Any]:
    """In English, whoever asks first; a process writes it once."""
    with override("en"):
        found: dict[str, Any] = SchemaGenerator().get_schema(  # type: ignore[no-untyped-call]
            request=None, public=True
        )
    return found
