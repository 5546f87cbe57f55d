"""One criterion and one item of a study's agreement: pages and JSON."""

from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import May
from accounts.pages import page
from analytics.reports.criterion_page import criterion_page
from analytics.reports.item_page import item_page
from analytics.reports.pairs_page import pairs_page
from analytics.views import attached, snapshot_for, snapshot_of
from annotation.access import get_item_for, get_study_for
from annotation.services.deciding import may_still_rate, refuse_unblinding
from annotation.services.reveals import How, look_at
from core.http import AuthedRequest

JSON = {"ensure_ascii": False, "indent": 1}


@require_safe
def criterion(request: AuthedRequest, uid: UUID, key: str) -> HttpResponse:
    study, place = get_study_for(request.user, uid, May.READ)
    context = {"report": criterion_page(snapshot_for(request.user, study), study, key)}
    return page(request, place, "analytics/criterion.html", context, nav="agreement")


@require_safe
def criterion_json(request: AuthedRequest, uid: UUID, key: str) -> HttpResponse:
    study, _place = get_study_for(request.user, uid, May.READ)
    found = criterion_page(snapshot_for(request.user, study), study, key).as_data()
    return attached(JsonResponse(found, json_dumps_params=JSON), f"{study.slug}-{key}.json")


@require_safe
def pairs(request: AuthedRequest, uid: UUID, key: str) -> HttpResponse:
    study, place = get_study_for(request.user, uid, May.READ)
    context = {"report": pairs_page(snapshot_of(study), study, place, key)}
    return page(request, place, "analytics/pairs.html", context, nav="agreement")


@require_safe
def item(request: AuthedRequest, uid: UUID) -> HttpResponse:
    found, place = get_item_for(request.user, uid, May.READ)
    is_hidden = may_still_rate(request.user, found)
    if not is_hidden:
        look_at(user=request.user, item=found, how=How.ITEM, now=timezone.now())
    context = {
        "report": item_page(found),
        "item": found,
        "is_hidden": is_hidden,
        "may_settle": place.may(May.SETTLE),
    }
    return page(request, place, "analytics/item.html", context, nav="agreement")


@require_safe
def item_json(request: AuthedRequest, uid: UUID) -> HttpResponse:
    found, _place = get_item_for(request.user, uid, May.READ)
    refuse_unblinding(request.user, found)
    look_at(user=request.user, item=found, how=How.ITEM, now=timezone.now())
    data = item_page(found).as_data()
    name = f"{found.study.slug}-item-{found.seq}.json"
    return attached(JsonResponse(data, json_dumps_params=JSON), name)
