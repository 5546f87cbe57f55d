"""What the in-page survey sends, read into an `Arrival`: who sends it, for which survey, what."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from core.text import storable, storable_value
from surveys.envelopes import moment_in, respondent_in
from surveys.ingest_words import RequestRefusedError, origin_name
from surveys.known_keys import KnownKey, known_key
from surveys.models import Mode, Response, Survey, Trust
from surveys.refusals import SurveyRefusedError
from surveys.sampling import is_sampled
from surveys.services.responses import Arrival
from surveys.tokens import Claims, TokenError, read, respondent_key_of

HIGHEST = 2**31 - 1


@dataclass(frozen=True)
class Sent:
    survey: Survey
    key: KnownKey
    arrival: Arrival


def sent_response(said: dict[str, Any], uid: UUID, origin: str | None, now: datetime) -> Sent:
    """The survey and the arrival that a browser's body names, or a refusal of the whole."""
    key = known_key(said["key"]) if isinstance(said.get("key"), str) else None
    if key is None:
        raise RequestRefusedError("unknown_key")
    locale = said["locale"][:10] if isinstance(said.get("locale"), str) else "en"
    slug = said.get("survey")
    is_slug = isinstance(slug, str) and storable(slug)
    survey = Survey.objects.filter(project=key.project, slug=slug if is_slug else "").first()
    if survey is None:
        raise SurveyRefusedError("not_found", locale)
    claims = _claims(said.get("token"), key, now)
    respondent = respondent_key_of(claims) if claims else respondent_in(said)
    is_asked = _object(said, "sample").get("mode") == Mode.SOLICITED
    if is_asked and respondent and not is_sampled(respondent, survey.salt, survey.sample_p):
        is_asked = False  # shown by somebody else's rule: its probability is not ours to state
    arrival = Arrival(
        uid=uid,
        seq=_whole(said, "seq"),
        answers=_object(said, "answers"),
        version=_whole(said, "version"),
        source=Response.Source.WIDGET,
        finished=said.get("finished") is True,
        locale=locale,
        order=said.get("order"),
        respondent_key=respondent,
        trust=Trust.SIGNED if claims else _unsigned(key, origin),
        mode=Mode.SOLICITED if is_asked else Mode.UNSOLICITED,
        p=survey.sample_p if is_asked else None,
        conversation_key=claims.conversation if claims else _text(said, "conversation", 255),
        variant_name=(claims and claims.variant) or _text(said, "variant", 120),
        context=_storable(said, "context"),
        started_at=moment_in(said["started_at"])
        if isinstance(said.get("started_at"), str)
        else None,
    )
    return Sent(survey, key, arrival)


def _claims(token: object, key: KnownKey, now: datetime) -> Claims | None:
    if not token:
        return None
    try:
        return read(token if isinstance(token, str) else "?", key, now.timestamp())
    except TokenError as error:
        raise RequestRefusedError(error.code) from None


def _unsigned(key: KnownKey, origin: str | None) -> str:
    if not key.origins:
        return str(Trust.OPEN)
    if origin in key.origins:
        return str(Trust.ORIGIN)
    raise RequestRefusedError("origin_not_allowed", origin=origin_name(origin))


def _object(said: dict[str, Any], name: str) -> dict[str, Any]:
    value = said.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise RequestRefusedError("no_object", field=name)
    return value


def _storable(said: dict[str, Any], name: str) -> dict[str, Any]:
    value = _object(said, name)
    if not storable_value(value):
        raise RequestRefusedError("bad_text", field=name)
    return value


def _whole(said: dict[str, Any], name: str) -> int:
    value = said.get(name)
    if type(value) is not int or not 1 <= value <= HIGHEST:
        raise RequestRefusedError("bad_number", field=name, low=1, high=HIGHEST)
    return value


def _text(said: dict[str, Any], name: str, longest: int) -> str:
    """A key that the page names: one too long names nothing."""
    value = said.get(name)
    return value if isinstance(value, str) and len(value) <= longest and storable(value) else ""
