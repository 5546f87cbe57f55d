"""What end users said: the report, and its tables as files."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import May, Place, get_place_for
from accounts.models import Project
from accounts.pages import page
from analytics.feedback_exports import TYPES, WRITERS
from analytics.feedback_forms import FeedbackFilterForm
from analytics.reports.feedback import FeedbackReport, choices_of, feedback_report
from analytics.reports.feedback_measures import METHODS
from analytics.reports.feedback_tables import TABLES
from analytics.views import attached
from core.csv_cells import lines
from core.errors import NotFoundError
from core.http import AuthedRequest


@require_safe
def feedback(request: AuthedRequest, uid: UUID) -> HttpResponse:
    place = get_place_for(request.user, uid, May.READ)
    form, report = asked_report(request, place.project)
    context = {
        "form": form,
        "report": report,
        "method": METHODS.get(report.wanted.kind) if report else None,
        "tables": list(TABLES),
        "may_settle": place.may(May.SETTLE),
        "may_manage": place.may(May.MANAGE),
    }
    return page(request, place, "analytics/feedback.html", context, nav="feedback")


@require_safe
def feedback_table(request: AuthedRequest, uid: UUID, name: str) -> HttpResponse:
    """One table of the report as the address filters it."""
    place = get_place_for(request.user, uid, May.READ)
    if name not in TABLES:
        raise NotFoundError(
            _("The report has no table “%(name)s”; it has %(known)s.")
            % {"name": name, "known": ", ".join(TABLES)}
        )
    _form, report = asked_report(request, place.project)
    rows = TABLES[name](report) if report else ()
    answer = HttpResponse("".join(lines(rows)), content_type="text/csv; charset=utf-8")
    return attached(answer, f"{place.project.slug}-feedback-{name}.csv")


def asked_report(
    request: HttpRequest, project: Project
) -> tuple[FeedbackFilterForm | None, FeedbackReport | None]:
    """No form either where the project has no feedback at all."""
    choices = choices_of(project)
    if not choices.is_any:
        return None, None
    form = FeedbackFilterForm(request.GET, choices=choices)
    today = timezone.localdate()
    return form, feedback_report(project, form.wanted(), today, choices.widgets)


@require_safe
def feedback_csv(request: AuthedRequest, uid: UUID) -> HttpResponseBase:
    return streamed_feedback(get_place_for(request.user, uid, May.SETTLE), "csv")


@require_safe
def feedback_jsonl(request: AuthedRequest, uid: UUID) -> HttpResponseBase:
    return streamed_feedback(get_place_for(request.user, uid, May.SETTLE), "jsonl")


@require_safe
def feedback_parquet(request: AuthedRequest, uid: UUID) -> HttpResponseBase:
    return streamed_feedback(get_place_for(request.user, uid, May.SETTLE), "parquet")


def streamed_feedback(place: Place, form: str) -> HttpResponseBase:
    stream = StreamingHttpResponse(WRITERS[form](place.project), content_type=TYPES[form])
    return attached(stream, f"{place.project.slug}-feedback.{form}")
