"""The only way to a widget, a survey or a route on somebody's behalf."""

from uuid import UUID

from django.utils.translation import gettext as _

from accounts.access import May, Place, reach
from accounts.models import User
from surveys.models import Route


def get_route_for(user: User, uid: UUID, may: May) -> tuple[Route, Place]:
    rows = Route.objects.select_related("study")
    absent = _("There is no such route, or it belongs to another team.")
    return reach(user, rows, "project", uid, may, absent=absent)
