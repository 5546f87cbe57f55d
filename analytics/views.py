"""Agreement: its page, the figures to explore, and what leaves the house."""

from typing import TypeVar
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import May, get_place_for
from accounts.models import User
from accounts.pages import page
from analytics.charts import figures_of
from analytics.models import AgreementSnapshot, has_newer_ratings
from analytics.reports.excerpts import without_hidden
from analytics.reports.excluded import others_left_out_since
from analytics.reports.limits import checked_kind, with_limits
from analytics.reports.overview import overview_of
from analytics.reports.page import page_of, rater_names
from analytics.reports.snapshots import request_snapshot, work_on
from analytics.reports.tables import csv_rows, named_data
from analytics.settled import has_newer_gold
from annotation.access import get_study_for
from annotation.models import Item, Study
from annotation.study_list import find_studies
from core.csp import plots_allowed
from core.csv_cells import lines
from core.errors import NotFoundError
from core.http import AuthedRequest

Answer = TypeVar("Answer", bound=HttpResponseBase)
ASKED_FROM = {"calibration": "analytics:calibration", "flags": "analytics:rater_flags"}
"""Pages beside the report itself that let it be computed, by the word that their forms send."""


@require_safe
def reports(request: AuthedRequest, uid: UUID) -> HttpResponse:
    place = get_place_for(request.user, uid, May.READ)
    begun = [state for state in Study.State if state != Study.State.DRAFT]
    found = find_studies(place.project.studies.filter(state__in=begun), request.GET, begun)
    context = {"found": found, "studies": overview_of(found.studies)}
    return page(request, place, "analytics/reports.html", context, nav="agreement")


@plots_allowed
@require_safe
def agreement(request: AuthedRequest, uid: UUID) -> HttpResponse:
    study, place = get_study_for(request.user, uid, May.READ)
    snapshot = AgreementSnapshot.objects.filter(study=study).first()
    if snapshot is not None:
        snapshot.data = without_hidden(snapshot.data, study, request.user)
    job = work_on(study)
    context = {
        "study": study,
        "report": page_of(snapshot, study, place, asked_kind(request)) if snapshot else None,
        "is_stale": bool(snapshot and has_newer_ratings(snapshot)),
        "is_behind_gold": bool(snapshot and has_newer_gold(study, snapshot.computed_at)),
        "others_left_out": bool(
            snapshot
            and others_left_out_since(study, snapshot.data["criteria"], snapshot.computed_at)
        ),
        "job": job,
        "is_computing": bool(job and not job.is_finished),
        "n_disputed": study.items.filter(state=Item.State.DISPUTED).count(),
        "may_settle": place.may(May.SETTLE),
        "may_manage": place.may(May.MANAGE),
    }
    return page(request, place, "analytics/agreement.html", context, nav="agreement")


@require_POST
def compute(request: AuthedRequest, uid: UUID) -> HttpResponse:
    """One report, of which several pages show a part: each comes back where it was asked for."""
    study, _place = get_study_for(request.user, uid, May.SETTLE)
    request_snapshot(actor=request.user, study=study)
    return redirect(ASKED_FROM.get(request.POST.get("from", ""), "analytics:agreement"), study.uid)


@require_safe
def progress(request: AuthedRequest, uid: UUID) -> HttpResponse:
    """How far the computation is; when it is done the whole page is loaded anew."""
    study, _place = get_study_for(request.user, uid, May.READ)
    job = work_on(study)
    if job is None:
        return HttpResponse(headers={"HX-Refresh": "true"})
    context = {"job": job, "url": reverse("analytics:agreement_progress", args=[study.uid])}
    return render(request, "components/_job_progress.html", context)


@require_safe
def figures(request: AuthedRequest, uid: UUID, criterion: str) -> HttpResponse:
    study, place = get_study_for(request.user, uid, May.READ)
    snapshot = snapshot_of(study)
    report = page_of(snapshot, study, place)
    for part in report.criteria:
        if part.key == criterion:
            found = figures_of(part.data, snapshot.data["activity"], part.points, report.names)
            return JsonResponse(found)
    raise NotFoundError(
        _("The report of study “%(study)s” has no criterion “%(key)s”.")
        % {"study": study, "key": criterion}
    )


@require_safe
def agreement_json(request: AuthedRequest, uid: UUID) -> HttpResponse:
    study, place = get_study_for(request.user, uid, May.READ)
    snapshot = snapshot_for(request.user, study)
    data = named_data(
        with_limits(snapshot.data, asked_kind(request))["criteria"],
        rater_names(snapshot.data, place),
        manages=place.may(May.MANAGE),
    )
    how = {"ensure_ascii": False, "indent": 1}
    return attached(
        JsonResponse(data, safe=False, json_dumps_params=how), f"{study.slug}-agreement.json"
    )


@require_safe
def agreement_csv(request: AuthedRequest, uid: UUID) -> HttpResponse:
    study, _place = get_study_for(request.user, uid, May.READ)
    rows = csv_rows(with_limits(snapshot_of(study).data, asked_kind(request))["criteria"])
    response = HttpResponse("".join(lines(rows)), content_type="text/csv; charset=utf-8")
    return attached(response, f"{study.slug}-agreement.csv")


def attached(response: Answer, name: str) -> Answer:
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def asked_kind(request: HttpRequest) -> str:
    """The kind of limits that the address asks for: `?interval=jackknife`."""
    return checked_kind(request.GET.get("interval", ""))


def snapshot_for(reader: User, study: Study) -> AgreementSnapshot:
    """As this reader may see it, who may be one of the study's raters."""
    snapshot = snapshot_of(study)
    snapshot.data = without_hidden(snapshot.data, study, reader)
    return snapshot


def snapshot_of(study: Study) -> AgreementSnapshot:
    snapshot = AgreementSnapshot.objects.filter(study=study).first()
    if snapshot is None:
        raise NotFoundError(
            _("The agreement of study “%(study)s” has not been computed yet. Do so on its page.")
            % {"study": study}
        )
    return snapshot
