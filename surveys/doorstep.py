"""The short way in for browsers of end users: `/v1/` and nothing else.

Pages of other sites call these addresses, with a public key or a signed token and never with a
cookie. Sessions, forms and pages are no business of theirs, and would cost several times what
taking an event in does; so the first middleware answers them, and nothing behind it is asked.
Every answer may be read by any site, because none depends on who is signed in.
"""

import logging
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import orjson
from django.core.exceptions import SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, get_resolver
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation.trans_real import (
    get_supported_language_variant,
    parse_accept_lang_header,
)

from core.errors import DomainError, InvalidError, NotFoundError
from core.room import no_room

logger = logging.getLogger(__name__)
DOOR = "/v1/"
AGAIN_IN = 5
"""Seconds after which a sender tries again when the database took nothing."""

Respond = Callable[[HttpRequest], HttpResponse]


class DoorstepMiddleware:
    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(DOOR):
            return self.respond(request)
        with translation.override(language_of(request.META.get("HTTP_ACCEPT_LANGUAGE", ""))):
            response = _answered(request)
        headers = response.headers
        headers["Access-Control-Allow-Origin"] = "*"
        headers["Access-Control-Expose-Headers"] = "Retry-After"
        headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        headers["X-Content-Type-Options"] = "nosniff"
        headers.setdefault("Cache-Control", "no-store")
        return response


def _answered(request: HttpRequest) -> HttpResponse:
    try:
        match = get_resolver("surveys.browser_urls").resolve(request.path_info[len(DOOR) - 1 :])
        if request.method == "OPTIONS":
            return _what_may_be_asked()
        response: HttpResponse = match.func(request, *match.args, **match.kwargs)
        if response.status_code == 405:
            return _other_method(response.headers["Allow"])
    except Resolver404:
        words = _("There is no such address under /v1/. See the reference of ingest.")
        return refused(NotFoundError(words))
    except DomainError as refusal:
        return refused(refusal)
    except SuspiciousOperation:
        words = _("The request does not name this server. Check the address in the snippet.")
        return refused(InvalidError(words, code="bad_host"))
    except Exception as error:
        return _failed(error)
    return response


def refused(refusal: DomainError) -> HttpResponse:
    response = as_json(refusal.as_data(), status=refusal.status)
    if seconds := getattr(refusal, "retry_after", 0):
        response.headers["Retry-After"] = str(seconds)
    return response


def as_json(data: Any, status: int = 200) -> HttpResponse:
    return HttpResponse(orjson.dumps(data), content_type="application/json", status=status)


def _what_may_be_asked() -> HttpResponse:
    """The widget's own requests are simple ones that no browser asks about; others may."""
    response = HttpResponse(status=204)
    response.headers["Access-Control-Allow-Methods"] = "GET, POST, OPTIONS"
    response.headers["Access-Control-Allow-Headers"] = "Content-Type"
    response.headers["Access-Control-Max-Age"] = "86400"
    return response


def _other_method(allowed: str) -> HttpResponse:
    words = _("This address takes %(methods)s only.") % {"methods": allowed}
    refusal = DomainError(words, code="method_not_allowed")
    refusal.status = 405
    response = refused(refusal)
    response.headers["Allow"] = allowed
    return response


def _failed(error: Exception) -> HttpResponse:
    """A database that is away, locked or full: nothing was stored, and all may be sent again."""
    if no_room(error) or isinstance(error, OperationalError | InterfaceError):
        logger.warning("a request of a browser found no database", exc_info=True)
        words = _("The server cannot store anything right now. Nothing was taken; send it again.")
        refusal = DomainError(words, code="unavailable")
        refusal.status = 503
        response = refused(refusal)
        response.headers["Retry-After"] = str(AGAIN_IN)
        return response
    logger.error("a request of a browser failed", exc_info=True)
    words = _("This failed, and the fault is ours. The operators find the reason in the log.")
    refusal = DomainError(words, code="failed")
    refusal.status = 500
    return refused(refusal)


@lru_cache(maxsize=500)
def language_of(header: str) -> str:
    """The language of ours that a browser likes best."""
    for name, _weight in parse_accept_lang_header(header[:200]):
        try:
            return get_supported_language_variant(name)
        except LookupError:
            continue
    return "en"
