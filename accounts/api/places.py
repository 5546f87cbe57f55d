"""Which project an operation is about whose address names none: the one that the key opens."""

from uuid import UUID

from django.utils.translation import gettext as _
from rest_framework import serializers

from accounts.access import May, Place, get_place_for
from accounts.api.operations import ApiRequest
from accounts.models import ApiKey
from core.api.queries import Query
from core.errors import InvalidError


class ProjectQuery(Query):
    project = serializers.UUIDField(
        required=False, help_text="Its uid; a key knows its own project, a session must say."
    )


def place_of(request: ApiRequest, may: May, wanted: UUID | None) -> Place:
    """The project asked for, else that of the key, if the role allows what comes next."""
    if wanted is None and isinstance(request.auth, ApiKey):
        wanted = request.auth.project.uid
    if wanted is None:
        raise InvalidError(
            _("No project is named. Send “project” with its uid, or call with an API key."),
            fields={"project": _("Name the project.")},
        )
    return get_place_for(request.user, wanted, may)
