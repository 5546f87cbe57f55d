"""What senders of events are told, by code: the rule and the way out, a sentence each.

The codes are documented in `docs/reference/ingest.md` and stay as they are. Sentences are put into
words last, in the language that the sender asks for: nearly every event is taken.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from core.text import storable
from surveys import tokens

OF_EVENTS: Mapping[str, str | Promise] = {
    "not_an_event": _("An event is a JSON object with an id and a type. Send objects alone."),
    "bad_id": _(
        "The event has no id of its own. Give each event a UUID, and the same one when it is sent "
        "again."
    ),
    "unknown_type": _("There is no event of type “%(value)s”. The types are: %(allowed)s."),
    "unknown_kind": _("There is no feedback of kind “%(value)s”. The kinds are: %(allowed)s."),
    "bad_value": _(
        "“%(value)s” is no value of the kind %(kind)s. Its values are: %(allowed)s; null takes "
        "feedback back."
    ),
    "bad_choice": _("A choice is a key of 1 to %(most)d characters. Send the key of the option."),
    "no_words": _("The kind “text” says something in words. Send them as the comment."),
    "bad_time": _("“%(value)s” is no time. Write it in ISO 8601, such as 2026-11-22T12:00:01Z."),
    "bad_number": _("“%(field)s” must be a whole number from %(low)d to %(high)d."),
    "no_conversation": _(
        "The event does not say what it is about. Name the conversation in its target, or sign it."
    ),
    "too_long": _(
        "“%(field)s” has %(length)d characters, and at most %(most)d are taken. Shorten it."
    ),
    "bad_text": _(
        "“%(field)s” must be text without NUL characters or halves of surrogate pairs. Correct it."
    ),
    "bad_locale": _("“%(value)s” is no language. Write a tag such as ja or en-GB."),
    "bad_reasons": _(
        "Reasons are a list of at most %(most)d different keys of at most %(length)d characters."
    ),
    "bad_context": _(
        "The context is an object of at most %(most)d names with texts of at most %(length)d "
        "characters, numbers or true and false; nothing stands inside of another."
    ),
    "bad_order": _("The shown order is a list of at most %(most)d short texts."),
    "bad_sample": _("A sample has the mode solicited or unsolicited, and p above 0 and up to 1."),
    "no_survey": _(
        "An event of a survey names it: its slug, and the number of its version from 1 on."
    ),
    "bad_respondent": _(
        "A respondent is “b:” or “m:” and 8 to 100 letters, digits, hyphens and underscores. Who "
        "is signed in, only a token can say."
    ),
    "origin_not_allowed": _(
        "This key does not take feedback from %(origin)s. Add the site to the key, or send a "
        "signed token."
    ),
    **tokens.WHY,
}

OF_REQUESTS: Mapping[str, tuple[int, str | Promise]] = {
    "bad_content_type": (
        415,
        _("Send the events as text/plain or application/json; nothing else is read."),
    ),
    "not_json": (400, _("The body is no JSON object. Send one, as the reference describes it.")),
    "bad_envelope": (
        400,
        _("The body must be one object with a key and a list of events; nothing was taken."),
    ),
    "no_object": (
        400,
        _("“%(field)s” must be an object of names and values, so nothing was taken. Correct it."),
    ),
    "bad_number": (400, OF_EVENTS["bad_number"]),
    "body_too_large": (
        413,
        _("The body is larger than %(most)d bytes, so nothing was taken. Send less at once."),
    ),
    "too_many_events": (
        413,
        _("There are %(count)d events, and at most %(most)d come at once. Send them in parts."),
    ),
    "unknown_key": (
        401,
        _("The key is unknown or was withdrawn. Copy the snippet of the project's page again."),
    ),
    "origin_not_allowed": (403, OF_EVENTS["origin_not_allowed"]),
    "too_many_requests": (
        429,
        _("More came than is taken in a minute, so nothing was taken. Wait, then send it again."),
    ),
    "bad_respondent": (400, OF_EVENTS["bad_respondent"]),
    "bad_text": (400, OF_EVENTS["bad_text"]),
    **{code: (401, words) for code, words in tokens.WHY.items()},
}


def origin_name(origin: str | None) -> str:
    """The site that a request says it comes from; programs say none."""
    return origin[:100] if origin else gettext("a sender that names no site")


class EventRefusedError(Exception):
    """One event that is not taken; the others of its request are."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts

    def as_data(self, uid: Any) -> dict[str, Any]:
        is_name = isinstance(uid, str) and len(uid) <= 40 and storable(uid)
        message = str(OF_EVENTS[self.code]) % self.facts
        return {
            "id": uid if is_name else None,
            "code": self.code,
            "message": message.encode(errors="replace").decode(),  # it may name half a pair
        }


class RequestRefusedError(DomainError):
    """A whole request that is not taken; nothing of it was kept."""

    def __init__(self, code: str, *, words: str = "", retry_after: int = 0, **facts: Any) -> None:
        status, sentence = OF_REQUESTS[words or code]
        super().__init__(str(sentence) % facts, code=code)
        self.status, self.retry_after = status, retry_after
