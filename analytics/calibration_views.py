"""A calibration: agreement before its raters saw each other, and after."""

from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.access import May
from accounts.pages import page
from analytics.models import AgreementSnapshot, has_newer_ratings
from analytics.reports.calibration_page import calibration_page
from analytics.reports.snapshots import work_on
from analytics.views import attached, snapshot_of
from annotation.access import get_study_for
from core.http import AuthedRequest


@require_safe
def calibration(request: AuthedRequest, uid: UUID) -> HttpResponse:
    study, place = get_study_for(request.user, uid, May.READ)
    snapshot = AgreementSnapshot.objects.filter(study=study).first()
    is_known = bool(snapshot and snapshot.data.get("calibration"))
    job = work_on(study)
    context = {
        "study": study,
        "report": calibration_page(snapshot, study) if snapshot and is_known else None,
        "is_stale": bool(snapshot and has_newer_ratings(snapshot)),
        "job": job,
        "is_computing": bool(job and not job.is_finished),
        "may_settle": place.may(May.SETTLE),
        "json_url": reverse("analytics:calibration_json", args=[study.uid]),
    }
    return page(request, place, "analytics/calibration.html", context, nav="agreement")


@require_safe
def calibration_json(request: AuthedRequest, uid: UUID) -> HttpResponse:
    study, _place = get_study_for(request.user, uid, May.READ)
    snapshot = snapshot_of(study)
    data = calibration_page(snapshot, study).as_data() if "calibration" in snapshot.data else {}
    how = {"ensure_ascii": False, "indent": 1}
    return attached(JsonResponse(data, json_dumps_params=how), f"{study.slug}-calibration.json")
