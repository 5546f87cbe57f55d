"""The figures of one rater: for those who manage the study, and for the rater alone."""

from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django_htmx.http import retarget

from accounts.access import May
from accounts.pages import page
from analytics.models import AgreementSnapshot, has_newer_ratings
from analytics.reports.page import rater_names
from analytics.reports.rater_page import RaterPage, rater_page
from analytics.reports.rater_words import flag_lines
from analytics.reports.snapshots import work_on
from analytics.views import attached, snapshot_of
from annotation.access import get_desk_for, get_rater_for, get_study_for
from annotation.models import Study
from core.errors import NotFoundError
from core.http import AuthedRequest


@require_safe
def rater(request: AuthedRequest, uid: UUID, rater: UUID) -> HttpResponse:
    study, found, place = get_rater_for(request.user, uid, rater, May.MANAGE)
    context = {
        "report": rater_page(snapshot_of(study), study, found),
        "is_own": False,
        "json_url": reverse("analytics:rater_json", args=[study.uid, found.uid]),
    }
    return page(request, place, "analytics/rater.html", context, nav="agreement")


@require_safe
def rater_json(request: AuthedRequest, uid: UUID, rater: UUID) -> HttpResponse:
    study, found, _place = get_rater_for(request.user, uid, rater, May.MANAGE)
    return _as_json(rater_page(snapshot_of(study), study, found))


@require_safe
def rater_flags(request: AuthedRequest, uid: UUID) -> HttpResponse:
    """What stands out about each rater in the last report: a page, and a part of the study's.

    It computes nothing, but says how old it is and lets a newer one be computed in its place. While
    that goes on, the bar of the work asks here for itself; when it is done, for the whole part.
    """
    study, place = get_study_for(request.user, uid, May.MANAGE)
    job = work_on(study)
    is_computing = bool(job and not job.is_finished)
    is_asked_by_bar = (request.htmx.trigger or "").startswith("job-")
    if is_asked_by_bar and is_computing:
        return render(request, "components/_job_progress.html", {"job": job, "url": request.path})
    snapshot = AgreementSnapshot.objects.filter(study=study).first()
    context = {
        "study": study,
        "lines": flag_lines(snapshot.data, rater_names(snapshot.data, place)) if snapshot else [],
        "computed_at": snapshot.computed_at if snapshot else None,
        "n_raters": snapshot.data["n_raters"] if snapshot else 0,
        "is_stale": bool(snapshot and has_newer_ratings(snapshot)),
        "job": job,
        "is_computing": is_computing,
    }
    if not request.htmx:
        return page(request, place, "analytics/rater_flags.html", context, nav="agreement")
    part = render(request, "analytics/_rater_flags.html", context)
    return retarget(part, "#rater-flags") if is_asked_by_bar else part


@require_safe
def my_figures(request: AuthedRequest, uid: UUID) -> HttpResponse:
    desk, place = get_desk_for(request.user, uid)
    context = {
        "report": rater_page(_known(desk.study), desk.study, desk.rater, is_own=True),
        "is_own": True,
        "json_url": reverse("analytics:my_figures_json", args=[desk.study.uid]),
    }
    return page(request, place, "analytics/rater.html", context)


@require_safe
def my_figures_json(request: AuthedRequest, uid: UUID) -> HttpResponse:
    desk, _place = get_desk_for(request.user, uid)
    return _as_json(rater_page(_known(desk.study), desk.study, desk.rater, is_own=True))


def _known(study: Study) -> AgreementSnapshot:
    """What was computed last; a rater cannot have it computed."""
    snapshot = AgreementSnapshot.objects.filter(study=study).first()
    if snapshot is None:
        raise NotFoundError(
            _(
                "There are no figures in “%(study)s” yet. Whoever manages the study can compute "
                "them."
            )
            % {"study": study}
        )
    return snapshot


def _as_json(report: RaterPage) -> HttpResponse:
    how = {"ensure_ascii": False, "indent": 1}
    answer = JsonResponse(report.as_data(), json_dumps_params=how)
    return attached(answer, f"{report.study.slug}-rater.json")
