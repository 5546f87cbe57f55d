"""A link in a mail or a chat that asks for a thumb: the page asks, and only a press is kept.

Scanners of mail open every link; so GET shows two buttons, and POST is what counts. The token in
the address says what it is about and who is asked, so the page needs no cookie and no account.
"""

import time
from datetime import timedelta
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from core.errors import InvalidError, NotFoundError
from core.models import new_uid
from surveys.hosted_page import POLICY
from surveys.incoming import Sender, row_of
from surveys.ingest_words import EventRefusedError, RequestRefusedError
from surveys.instruments import BUILT_IN
from surveys.known_keys import KnownKey, known_key
from surveys.models import FeedbackEvent, Kind, Trust
from surveys.services.ingest import buckets, stored
from surveys.services.soon import fold_soon
from surveys.tokens import WHY, Claims, TokenError, key_named_in, read, respondent_key_of

ERA = 1_700_000_000
"""`seq` counts seconds from here on, as the widget's does, so that the last press counts."""


@csrf_exempt  # whoever holds the address may answer; no cookie stands behind it
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, token: str) -> HttpResponse:
    key, claims = claimed(token)
    said = request.POST.get("value", "") if request.method == "POST" else ""
    if request.method == "POST":
        keep(key, claims, said, request.POST.get("comment", ""))
    locale = get_language() or "en"
    words = BUILT_IN.get(locale[:2], BUILT_IN["en"])
    context = {"words": words, "said": said, "locale": locale, "dir": "ltr", "title": words["ask"]}
    answer = render(request, "surveys/hosted/thumb.html", context)
    answer.headers["Content-Security-Policy"] = POLICY.format("'none'")
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer


def claimed(token: str) -> tuple[KnownKey, Claims]:
    key = known_key(key_named_in(token))
    if key is None:
        raise NotFoundError(str(WHY["token_malformed"]))
    try:
        return key, read(token, key, time.time())
    except TokenError as error:
        raise NotFoundError(str(WHY[error.code])) from None


def keep(key: KnownKey, claims: Claims, value: str, comment: str) -> None:
    """One press; pressing again is a change of mind."""
    now = timezone.now()
    event: dict[str, Any] = {
        "id": str(new_uid()),
        "type": FeedbackEvent.Type.FEEDBACK.value,
        "kind": Kind.THUMB.value,
        "value": value,
        "comment": comment,
        "seq": int(now.timestamp()) - ERA,
    }
    sender = Sender(
        project=key.project,
        key=key.pk,
        source=FeedbackEvent.Source.LINK.value,
        trust=Trust.SIGNED.value,
        respondent=respondent_key_of(claims),
        claims=claims,
        received=now,
        behind=timedelta(0),
        scrub=key.scrub,
    )
    try:
        row = row_of(event, sender)
    except EventRefusedError as refusal:
        raise InvalidError(refusal.as_data(None)["message"], code=refusal.code) from None
    wanted = [(key.pk, 1, key.per_minute), ((key.pk, row.respondent_key), 1, key.per_minute_each)]
    if seconds := buckets.take(wanted):
        raise RequestRefusedError("too_many_requests", retry_after=seconds)
    stored([row])
    fold_soon()
