"""The doors of a survey's own page: no account, no session, no cookie, no script."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from surveys.hosted_visit import Visit
from surveys.models import Response
from surveys.refusals import SurveyRefusedError
from surveys.survey_link_tokens import link_of, resume_hash


@csrf_exempt  # `surveys.hosted_forms` says why nothing is lost
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def hosted(request: HttpRequest, slug: str) -> HttpResponse:
    """The first page for whoever has the address; each page's form comes back here."""
    visit = Visit(request, slug, timezone.now())
    try:
        return visit.answer() if request.method == "POST" else visit.begin()
    except SurveyRefusedError as error:
        return visit.refuse(error)


@login_not_required
@require_safe
def by_link(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    """The first page for whoever holds a link. Looking uses nothing up: mail scanners look too."""
    visit = Visit(request, slug, timezone.now())
    try:
        survey, _document = visit.open()
        link = link_of(survey, token)
        if link is None:
            raise SurveyRefusedError("not_found", visit.locale)
        return visit.begin(link)
    except SurveyRefusedError as error:
        return visit.refuse(error)


@login_not_required
@require_safe
def resume(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """Where a respondent stopped, for whoever kept the address."""
    visit = Visit(request, slug, timezone.now())
    try:
        survey, _document = visit.open()
        known = resume_hash(code)
        kept = survey.responses.filter(resume_hash=known, erased_at=None).first() if known else None
        if kept is None or kept.source == Response.Source.IMPORT:
            raise SurveyRefusedError("not_found", visit.locale)
        return visit.go_on(kept)
    except SurveyRefusedError as error:
        return visit.refuse(error)
