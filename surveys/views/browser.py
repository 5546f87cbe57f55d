"""What widgets ask: events in, texts and live surveys out, and what their reader said before."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from core.text import digest, storable
from surveys.doorstep import as_json
from surveys.envelopes import body_of, envelope_of, respondent_in
from surveys.ingest_words import RequestRefusedError
from surveys.known_keys import KnownKey, known_key
from surveys.services.for_widgets import config_of, state_of
from surveys.services.ingest import buckets, take_in
from surveys.tokens import TokenError, read, respondent_key_of

CONFIG_SECONDS = 300


@csrf_exempt
@login_not_required
@require_POST
def ingest(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    envelope = envelope_of(body_of(request), now)
    taken = take_in(envelope, origin=request.META.get("HTTP_ORIGIN"), now=now)
    return as_json(
        {"accepted": taken.accepted, "duplicate": taken.duplicate, "errors": taken.errors},
        status=202,
    )


@login_not_required
@require_safe
def config(request: HttpRequest, public: str) -> HttpResponse:
    """How the widget looks and which surveys are live; asked again after five minutes at most."""
    told = config_of(_key(public), timezone.now())
    etag = f'"{digest(told)[:32]}"'
    is_known = etag in request.META.get("HTTP_IF_NONE_MATCH", "")
    response = HttpResponseNotModified() if is_known else as_json(told)
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = f"public, max-age={CONFIG_SECONDS}"
    return response


@csrf_exempt
@login_not_required
@require_POST
def state(request: HttpRequest) -> HttpResponse:
    """What a reader said, for whoever holds their token or knows the random id of their browser."""
    said = body_of(request)
    key = _key(said.get("key"))
    conversation = said.get("conversation")
    conversation = conversation if isinstance(conversation, str) else ""
    if not storable(conversation):
        raise RequestRefusedError("bad_text", field="conversation")
    if isinstance(token := said.get("token"), str) and token:
        try:
            claims = read(token, key, timezone.now().timestamp())
        except TokenError as error:
            raise RequestRefusedError(error.code) from None
        respondent, conversation = respondent_key_of(claims), claims.conversation
    else:
        respondent = respondent_in(said)
    if not respondent:
        raise RequestRefusedError("bad_respondent")
    if seconds := buckets.take([((key.pk, respondent), 1, key.per_minute_each)]):
        raise RequestRefusedError("too_many_requests", retry_after=seconds)
    told = state_of(key.project, respondent, conversation)
    if told["receipt"]:
        told["receipt"] = request.build_absolute_uri(told["receipt"])
    return as_json(told)


def _key(public: object) -> KnownKey:
    key = known_key(public) if isinstance(public, str) else None
    if key is None:
        raise RequestRefusedError("unknown_key")
    return key
