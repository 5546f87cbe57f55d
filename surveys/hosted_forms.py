"""The form of the hosted page: a signed token that says whose answers these are, and its fields.

The page is used without any cookie, hence without Django's CSRF cookie. Nothing is lost by that:
forgery across sites uses a right that the browser adds by itself, a cookie, and here there is none.
What a form may do follows from its token alone, which names one response that nobody else knows.
Whoever could forge a post would need the token, and whoever has the token may answer.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.core import signing
from django.http import QueryDict

from surveys.documents import Page
from surveys.models import Trust
from surveys.question_views import FIELD
from surveys.questions import COMMENT, Question, Type

SALT = "surveys.form"
LIFE = timedelta(days=30)


@dataclass(frozen=True)
class Ticket:
    """What one response was begun with; the page carries it, signed, from form to form."""

    uid: str
    survey: str
    version: int
    started: int
    link: str = ""
    respondent: str = ""
    trust: str = str(Trust.OPEN)
    conversation: str = ""
    variant: str = ""

    @property
    def response_uid(self) -> UUID:
        return UUID(self.uid)

    @property
    def started_at(self) -> datetime:
        return datetime.fromtimestamp(self.started, UTC)

    def signed(self) -> str:
        filled = {name: value for name, value in asdict(self).items() if value != ""}
        return signing.dumps(filled, salt=SALT, compress=True)

    def for_response(self, uid: UUID, version: int) -> "Ticket":
        return replace(self, uid=uid.hex, version=version)


def ticket_of(token: str, survey: str) -> Ticket | None:
    """The ticket of a form of this survey; None for one that is too old or not ours."""
    try:
        ticket = Ticket(**signing.loads(token[:4_000], salt=SALT, max_age=LIFE))
    except (signing.BadSignature, TypeError):
        return None
    return ticket if ticket.survey == survey else None


def posted_answers(form: QueryDict, page: Page) -> dict[str, Any]:
    """What a page's form says to each of its questions; None where nothing was answered."""
    answers: dict[str, Any] = {}
    for question in page.questions:
        if not question.is_asked:
            continue
        answers[question.name] = _posted(form, question)
        if question.other is not None:
            answers[question.name + COMMENT] = form.get(FIELD + question.name + COMMENT) or None
    return answers


def with_page(kept: Mapping[str, Any], posted: Mapping[str, Any]) -> dict[str, Any]:
    """The answers so far and this page's; what was emptied is gone."""
    merged = {**kept, **posted}
    return {name: value for name, value in merged.items() if value is not None}


def _posted(form: QueryDict, question: Question) -> Any:
    field = FIELD + question.name
    match question.type:
        case Type.MULTI:
            return form.getlist(field) or None
        case Type.MATRIX | Type.SUS:
            parts = {part: form.get(f"{field}.{part}") for part in question.parts}
            return {part: value for part, value in parts.items() if value} or None
        case Type.RANKING:
            return _ranking(form, question)
        case Type.STATEMENT:
            return True if form.get(field) == "true" else None
        case _:
            return form.get(field) or None


def _ranking(form: QueryDict, question: Question) -> Any:
    """The order, once every place is given once; until then the places, which are no ranking."""
    keys = [choice.value for choice in question.choices]
    places = {key: form.get(f"{FIELD}{question.name}.{key}", "") for key in keys}
    places = {key: place for key, place in places.items() if place}
    if sorted(places.values()) != sorted(str(n) for n in range(1, len(keys) + 1)):
        return places or None
    return sorted(keys, key=lambda key: int(places[key]))
