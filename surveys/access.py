"""The only way to a widget, a survey or a route on somebody's behalf."""

from uuid import UUID

from django.utils.translation import gettext as _

from accounts.access import May, Place, reach
from accounts.models import User
from surveys.models import (
    FeedbackEvent,
    ResponseImport,
    Route,
    Survey,
    SurveyLink,
    SurveyVersion,
    Webhook,
    WidgetKey,
)


def get_widget_key_for(user: User, uid: UUID, may: May) -> tuple[WidgetKey, Place]:
    rows = WidgetKey.objects.select_related("created_by")
    absent = _("There is no such key of a widget, or it belongs to another team.")
    return reach(user, rows, "project", uid, may, absent=absent)


def get_route_for(user: User, uid: UUID, may: May) -> tuple[Route, Place]:
    rows = Route.objects.select_related("study")
    absent = _("There is no such route, or it belongs to another team.")
    return reach(user, rows, "project", uid, may, absent=absent)


def get_response_import_for(user: User, uid: UUID, may: May) -> tuple[ResponseImport, Place]:
    rows = ResponseImport.objects.select_related("survey")
    absent = _("There is no such import, or it belongs to another team.")
    return reach(user, rows, "project", uid, may, absent=absent)


def get_survey_for(user: User, uid: UUID, may: May) -> tuple[Survey, Place]:
    absent = _("There is no such survey, or it belongs to another team.")
    return reach(user, Survey.objects.all(), "project", uid, may, absent=absent)


def get_survey_version_for(user: User, uid: UUID, may: May) -> tuple[SurveyVersion, Place]:
    rows = SurveyVersion.objects.select_related("survey", "published_by")
    absent = _("There is no such version of a survey, or it belongs to another team.")
    return reach(user, rows, "survey__project", uid, may, absent=absent)


def get_survey_link_for(user: User, uid: UUID, may: May) -> tuple[SurveyLink, Place]:
    """A link on behalf of the team; respondents come by its token."""
    rows = SurveyLink.objects.select_related("survey")
    absent = _("There is no such link, or it belongs to another team.")
    return reach(user, rows, "survey__project", uid, may, absent=absent)


def get_feedback_event_for(user: User, uid: UUID, may: May) -> tuple[FeedbackEvent, Place]:
    rows = FeedbackEvent.objects.all()
    absent = _("There is no such feedback, or it belongs to another team.")
    return reach(user, rows, "project", uid, may, absent=absent)


def get_webhook_for(user: User, uid: UUID, may: May) -> tuple[Webhook, Place]:
    absent = _("There is no such webhook, or it belongs to another team.")
    return reach(user, Webhook.objects.all(), "project", uid, may, absent=absent)
