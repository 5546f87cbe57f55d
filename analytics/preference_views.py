"""Which variant a study prefers: the page and its JSON."""

from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from accounts.access import May
from accounts.pages import page
from analytics.reports.preferences_page import preferences_page
from analytics.views import attached, snapshot_of
from annotation.access import get_study_for
from core.http import AuthedRequest


@require_safe
def preferences(request: AuthedRequest, uid: UUID) -> HttpResponse:
    study, place = get_study_for(request.user, uid, May.READ)
    context = {"report": preferences_page(snapshot_of(study), study)}
    return page(request, place, "analytics/preferences.html", context, nav="agreement")


@require_safe
def preferences_json(request: AuthedRequest, uid: UUID) -> HttpResponse:
    study, _place = get_study_for(request.user, uid, May.READ)
    found = snapshot_of(study).data.get("preferences", [])
    how = {"ensure_ascii": False, "indent": 1}
    return attached(
        JsonResponse(found, safe=False, json_dumps_params=how), f"{study.slug}-preferences.json"
    )
