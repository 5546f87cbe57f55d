"""One page of the hosted survey: what was posted, put to what is kept already."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction

from surveys.hosted_forms import with_page
from surveys.models import Response, Survey
from surveys.services.responses import Arrival, Saved, save_response


@transaction.atomic
def save_page(
    *, survey: Survey, arrival: Arrival, posted: Mapping[str, Any], now: datetime
) -> Saved:
    """Keep a page's answers beside those of the other pages; each post is the newest of its own.

    The row is locked first, so that two pages posted at once lose nothing of each other.
    """
    kept = (
        Response.objects.select_for_update(of=("self",))
        .filter(uid=arrival.uid, survey=survey)
        .first()
    )
    seq = kept.seq + 1 if kept else 1
    answers = with_page(kept.answers if kept else {}, posted)
    return save_response(survey=survey, arrival=replace(arrival, seq=seq, answers=answers), now=now)
