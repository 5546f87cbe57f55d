"""What widgets ask: events in, texts and live surveys out, and what their reader said before."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from surveys.doorstep import as_json
from surveys.envelopes import body_of, envelope_of
from surveys.services.ingest import take_in

View = Any


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
