"""What leaves the house as a file: tables as CSV, the report as one page."""

from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import May
from analytics.models import has_newer_ratings
from analytics.reports.csv_tables import TABLES
from analytics.reports.limits import with_limits
from analytics.reports.page import page_of, rater_names
from analytics.reports.self_contained import self_contained
from analytics.views import asked_kind, attached, snapshot_for
from annotation.access import get_study_for
from core.csv_cells import lines
from core.errors import NotFoundError
from core.http import AuthedRequest


@require_safe
def table(request: AuthedRequest, uid: UUID, name: str) -> HttpResponse:
    """One table of the report."""
    study, place = get_study_for(request.user, uid, May.READ)
    if name not in TABLES:
        raise NotFoundError(
            _("The report has no table “%(name)s”; it has %(known)s.")
            % {"name": name, "known": ", ".join(TABLES)}
        )
    data = with_limits(snapshot_for(request.user, study).data, asked_kind(request))
    rows = TABLES[name](data, rater_names(data, place), place.may(May.MANAGE))
    answer = HttpResponse("".join(lines(rows)), content_type="text/csv; charset=utf-8")
    return attached(answer, f"{study.slug}-{name}.csv")


@require_safe
def report_pdf(request: AuthedRequest, uid: UUID) -> HttpResponse:
    """The report for print."""
    from analytics.reports import pdf

    study, place = get_study_for(request.user, uid, May.READ)
    snapshot = snapshot_for(request.user, study)
    file = pdf.report_pdf(page_of(snapshot, study, place, asked_kind(request)))
    answer = HttpResponse(file, content_type="application/pdf")
    return attached(answer, f"{study.slug}-agreement.pdf")


@require_safe
def report_html(request: AuthedRequest, uid: UUID) -> HttpResponse:
    """The report as one file that needs nothing else."""
    study, place = get_study_for(request.user, uid, May.READ)
    snapshot = snapshot_for(request.user, study)
    context = {
        "study": study,
        "report": page_of(snapshot, study, place, asked_kind(request)),
        "is_stale": has_newer_ratings(snapshot),
        "may_settle": place.may(May.SETTLE),
        "may_manage": place.may(May.MANAGE),
    }
    title = _("Agreement in %(study)s") % {"study": study}
    page = self_contained("analytics/report_file.html", context, request, title=title)
    return attached(HttpResponse(page), f"{study.slug}-agreement.html")
