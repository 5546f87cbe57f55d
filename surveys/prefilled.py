"""What the address of a hosted survey says beforehand: an answer, and who comes.

`?satisfied=4` ticks an answer, as the links of an e-mail do: the page shows it, and only sending
the form keeps it, so that a mail scanner that opens every link has answered nothing. `?k=…&t=…` is
a widget's key and a token signed by the application's server.
"""

from datetime import datetime
from typing import Any

from django.http import HttpRequest

from surveys.answer_cleaning import Refused, taken_answer
from surveys.documents import Document
from surveys.known_keys import known_key
from surveys.models import Survey, SurveyLink, Trust
from surveys.questions import TEXT_TYPES, Type
from surveys.tokens import TokenError, read

NEVER = TEXT_TYPES | {Type.STATEMENT, Type.MATRIX, Type.SUS, Type.RANKING}
"""Words and consent are the respondent's own to give."""


def prefilled(request: HttpRequest, document: Document) -> dict[str, Any]:
    """The answers that the address ticks; what does not fit is passed over."""
    answers: dict[str, Any] = {}
    for question in document.pages[0].questions:
        given = request.GET.getlist(question.name)
        if not given or question.type in NEVER:
            continue
        value = given if question.type == Type.MULTI else given[0]
        try:
            answers |= dict(taken_answer(question, {question.name: value}, "en"))
        except Refused:
            continue
    return answers


def named_by_application(
    request: HttpRequest, survey: Survey, link: SurveyLink | None, now: datetime
) -> dict[str, str]:
    """Respondent, trust, conversation and variant for a `Ticket`; a token that proves nothing is
    passed over, and the respondent is then somebody unknown."""
    if link is not None:
        named = {name: str(link.context.get(name) or "") for name in ("conversation", "variant")}
        return named | ({"trust": str(Trust.SIGNED)} if link.subject else {})
    key = known_key(request.GET.get("k", ""))
    if key is None or key.project != survey.project_id:
        return {}
    try:
        claims = read(request.GET.get("t", ""), key, now.timestamp())
    except TokenError:
        return {}
    return {
        "respondent": f"s:{claims.subject}" if claims.subject else "",
        "trust": str(Trust.SIGNED),
        "conversation": claims.conversation,
        "variant": claims.variant,
    }
