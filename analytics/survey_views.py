"""The report of a survey: its page, what people wrote, and its tables and responses as files."""

from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Count, Max, Q
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import May
from accounts.models import User
from accounts.pages import page
from analytics.reports.survey import SurveyReport, survey_choices, survey_report
from analytics.reports.survey_people import SurveyWanted
from analytics.reports.survey_tables import SURVEY_TABLES
from analytics.reports.survey_written import questions_with_words, written_in
from analytics.survey_exports import TYPES, WRITERS
from analytics.survey_forms import SurveyFilterForm, SurveyWordsForm, margins_of
from analytics.views import attached
from core.csv_cells import lines
from core.errors import NotFoundError
from core.http import AuthedRequest, whole
from surveys.access import get_survey_for
from surveys.models import Response, Survey


@require_safe
def report(request: AuthedRequest, uid: UUID) -> HttpResponse:
    survey, place = get_survey_for(request.user, uid, May.READ)
    form, found = asked_report(request, survey)
    context = {
        "survey": survey,
        "form": form,
        "report": found,
        "live": pulse_of(survey),
        "tables": list(SURVEY_TABLES),
        "query": request.GET.urlencode(),
        "may_settle": place.may(May.SETTLE),
        "may_manage": place.may(May.MANAGE),
    }
    return page(request, place, "analytics/survey_report.html", context, nav="surveys")


def asked_report(
    request: HttpRequest, survey: Survey
) -> tuple[SurveyFilterForm | None, SurveyReport | None]:
    """No form either where nobody has begun to answer."""
    choices = survey_choices(survey)
    if not choices.is_any:
        return None, None
    form = SurveyFilterForm(request.GET, choices=choices)
    found = survey_report(
        survey,
        form.wanted(),
        language(),
        by=request.GET.get("by", ""),
        margins=margins_of(request.GET),
    )
    return form, found


def language() -> str:
    return (get_language() or "en").partition("-")[0]


def pulse_of(survey: Survey) -> dict[str, object]:
    """How many have begun and finished, from one query; `version` changes when either does."""
    rows = SurveyWanted().responses(survey)
    found = rows.aggregate(
        n=Count("pk"),
        complete=Count("pk", filter=Q(state=Response.State.COMPLETE)),
        last=Max("updated_at"),
    )
    stamp = found["last"].timestamp() if found["last"] else 0
    return {**found, "version": f"{found['n']}-{stamp:.3f}"}


@require_safe
def progress(request: AuthedRequest, uid: UUID) -> HttpResponse:
    """That more came in, when it did since `seen`; else nothing, so that nothing moves."""
    survey, place = get_survey_for(request.user, uid, May.READ)
    live = pulse_of(survey)
    if request.GET.get("seen") == live["version"]:
        return HttpResponse(status=204)
    context = {"survey": survey, "live": live, "is_newer": True}
    return page(request, place, "analytics/_survey_live.html", context, nav="surveys")


@require_safe
def words(request: AuthedRequest, uid: UUID) -> HttpResponse:
    survey, place = get_survey_for(request.user, uid, May.READ)
    form = SurveyWordsForm(request.GET, questions=questions_with_words(survey, language()))
    question, q = form.sought()
    before = whole(request.GET.get("before", ""))
    found = written_in(survey, language(), question, q, before)
    older = {"question": question, "q": q, "before": found.older}
    context = {
        "survey": survey,
        "form": form,
        "found": found,
        "is_sought": bool(question or q or before),
        "is_further": before is not None,
        "older": "?" + urlencode(older) if found.older else "",
    }
    return page(request, place, "analytics/survey_words.html", context, nav="surveys")


@require_safe
def table(request: AuthedRequest, uid: UUID, name: str) -> HttpResponse:
    """One table of the report as the address filters it."""
    survey, _place = get_survey_for(request.user, uid, May.READ)
    if name not in SURVEY_TABLES:
        raise NotFoundError(
            _("The report has no table “%(name)s”; it has %(known)s.")
            % {"name": name, "known": ", ".join(SURVEY_TABLES)}
        )
    _form, found = asked_report(request, survey)
    rows = SURVEY_TABLES[name](found) if found else ()
    answer = HttpResponse("".join(lines(rows)), content_type="text/csv; charset=utf-8")
    return attached(answer, f"{survey.slug}-{name}.csv")


@require_safe
def responses_csv(request: AuthedRequest, uid: UUID) -> HttpResponseBase:
    return streamed_responses(request.user, uid, "csv")


@require_safe
def responses_jsonl(request: AuthedRequest, uid: UUID) -> HttpResponseBase:
    return streamed_responses(request.user, uid, "jsonl")


@require_safe
def responses_parquet(request: AuthedRequest, uid: UUID) -> HttpResponseBase:
    return streamed_responses(request.user, uid, "parquet")


def streamed_responses(user: User, uid: UUID, form: str) -> HttpResponseBase:
    survey, _place = get_survey_for(user, uid, May.SETTLE)
    stream = StreamingHttpResponse(WRITERS[form](survey), content_type=TYPES[form])
    return attached(stream, f"{survey.slug}-responses.{form}")
