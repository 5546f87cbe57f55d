"""Every refusal of the API in one envelope: ``{"error": {"code", "message", "fields"}}``.

A code is for programs and never changes, a message for people and comes in their language. Codes
of services are their own (`core.errors`); the rest are listed here.
"""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions, serializers
from rest_framework.response import Response

from core.errors import DomainError

CODES = {
    400: "malformed",
    401: "not_authenticated",
    403: "not_allowed",
    404: "not_found",
    405: "method_not_allowed",
    422: "invalid",
    429: "throttled",
}
WHOLE = "request"
"""The field of what is wrong with a request as a whole."""


class CsrfError(exceptions.APIException):
    """A session asked to change something without the token of one of our pages."""

    status_code = 403
    default_code = "csrf"


class FaultSerializer(serializers.Serializer[Any]):
    code = serializers.CharField(help_text="Stable; for programs.")
    message = serializers.CharField(help_text="A sentence in the language of Accept-Language.")
    fields = serializers.DictField(  # type: ignore[assignment]
        child=serializers.CharField(), help_text="What is wrong with which parameter."
    )


class RefusalSerializer(serializers.Serializer[Any]):
    error = FaultSerializer()


def in_envelope(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """The handler of all exceptions of API views; None for a fault of our own, which is a 500."""
    if isinstance(error, DomainError):
        return Response(error.as_data(), status=error.status)
    if isinstance(error, Http404 | PermissionDenied):
        error = (
            exceptions.NotFound() if isinstance(error, Http404) else exceptions.PermissionDenied()
        )
    if isinstance(error, SuspiciousOperation):
        error = exceptions.ParseError(
            _("The request cannot be read: it has more or larger fields than a form may have.")
        )
    if not isinstance(error, exceptions.APIException):
        return None
    response = Response(said(error).as_data(), status=status_of(error))
    if header := getattr(error, "auth_header", None):
        response["WWW-Authenticate"] = header
    if wait := getattr(error, "wait", None):
        response["Retry-After"] = f"{wait:.0f}"
    return response


def status_of(error: exceptions.APIException) -> int:
    return 422 if isinstance(error, exceptions.ValidationError) else error.status_code


def said(error: exceptions.APIException) -> DomainError:
    """An error of the framework as one of ours."""
    status = status_of(error)
    if isinstance(error, exceptions.ValidationError):
        fields = dict(flat(error.detail))
        return DomainError(sentence(fields), code=CODES[status], fields=fields)
    if isinstance(error, exceptions.NotAuthenticated):
        words = _("Sign in, or send an API key as Authorization: Bearer ts_….")
    elif isinstance(error, exceptions.MethodNotAllowed):
        words = _("This address does not answer this method. See the Allow header.")
    elif isinstance(error, exceptions.Throttled):
        words = _("Too many requests. Wait for the seconds that the Retry-After header names.")
    else:
        words = str(error.detail)
    code = error.default_code if isinstance(error, CsrfError) else CODES.get(status, "refused")
    return DomainError(words, code=code)


def sentence(fields: Mapping[str, str]) -> str:
    """The first fault, with the name of its parameter."""
    name, words = next(iter(fields.items()), (WHOLE, ""))
    return words if name == WHOLE else f"{name}: {words}"


def flat(detail: Any, path: str = "") -> list[tuple[str, str]]:
    """Nested details as paths with the first words of each.

    Example:
        >>> flat({"map": ["Not a list."], "non_field_errors": ["No."]})
        [('map', 'Not a list.'), ('request', 'No.')]
        >>> flat({"map": {1: ["Too long."]}})
        [('map.1', 'Too long.')]
    """
    if isinstance(detail, dict):
        own = {"non_field_errors": ""}
        return [
            found
            for name, inner in detail.items()
            for found in flat(inner, ".".join(filter(None, (path, own.get(name, str(name))))))
        ]
    words = detail[0] if isinstance(detail, list) and detail else detail
    return [(path or WHOLE, str(words))]
