"""What the in-page survey asks: the document it draws, and answers in."""

from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from core.text import digest
from surveys.browser_documents import browser_document
from surveys.documents import parse_document
from surveys.doorstep import as_json
from surveys.envelopes import body_of
from surveys.ingest_words import RequestRefusedError
from surveys.models import Survey
from surveys.refusals import SurveyRefusedError, refuse_full, refuse_survey
from surveys.response_intake import sent_response
from surveys.services.ingest import buckets
from surveys.services.responses import save_response
from surveys.services.surveys import published_version
from surveys.survey_days import with_places
from surveys.tokens import receipt_token

DOCUMENT_SECONDS = 60


@csrf_exempt
@login_not_required
@require_POST
def responses(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Answers so far or whole, under the id that the browser made; the highest `seq` wins."""
    now = timezone.now()
    sent = sent_response(body_of(request), uid, request.META.get("HTTP_ORIGIN"), now)
    wanted = [
        (sent.key.pk, 1, sent.key.per_minute),
        ((sent.key.pk, sent.arrival.respondent_key or uid), 1, sent.key.per_minute_each),
    ]
    if seconds := buckets.take(wanted):
        raise RequestRefusedError("too_many_requests", retry_after=seconds)
    saved = save_response(survey=sent.survey, arrival=sent.arrival, now=now)
    told = {
        "outcome": saved.outcome,
        "seq": saved.response.seq,
        "state": saved.response.state,
    }
    if saved.response.respondent is not None:
        receipt = reverse("surveys:own", args=[receipt_token(saved.response.respondent)])
        told["receipt"] = request.build_absolute_uri(receipt)
    return as_json(told, status=202)


@login_not_required
@require_safe
def document(request: HttpRequest, slug: str) -> HttpResponse:
    """The newest version in one language, for whoever could open its page too.

    `asked=1` is said by a page that would ask of its own accord: the day's places are for those.
    """
    locale, now = request.GET.get("locale", "en")[:10], timezone.now()
    survey = Survey.objects.filter(slug=slug, is_open=True).first()
    version = published_version(survey) if survey else None
    if survey is None or version is None:
        raise SurveyRefusedError("not_found", locale)
    refuse_survey(survey, now, locale)
    refuse_full(survey, locale)
    if request.GET.get("asked") and not with_places([survey], now):
        raise SurveyRefusedError("cap", locale, words="paused")
    told = {
        "survey": survey.slug,
        "version": version.number,
        **browser_document(parse_document(version.document), locale),
    }
    etag = f'"{digest(told)[:32]}"'
    is_known = etag in request.META.get("HTTP_IF_NONE_MATCH", "")
    response = HttpResponseNotModified() if is_known else as_json(told)
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = f"public, max-age={DOCUMENT_SECONDS}"
    return response
