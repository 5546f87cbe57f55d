"""One decorator makes a function an operation of the API and describes it in its document."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
    inline_serializer,
)
from rest_framework import serializers
from rest_framework.decorators import api_view, parser_classes
from rest_framework.request import Request

from accounts.access import May
from accounts.models import User
from core.api.bodies import FILE_PARSERS
from core.api.errors import RefusalSerializer
from core.api.queries import PageQuery, Query


class ApiRequest(Request):
    """Past the permission of every operation the caller is a user of ours: a person or a key's."""

    user: User


View = Callable[..., HttpResponseBase]
Serializer = type[serializers.Serializer[Any]]

REFUSALS = {
    401: "No key and no session, or a key that is unknown, revoked or expired.",
    403: "The role does not include this, or a session sent no CSRF token.",
    404: "Absent, or of another team or project: the two look alike.",
    409: "The state of the thing does not allow it.",
    422: "A parameter or the file does not fit; `fields` names which.",
    429: "Too many requests; `Retry-After` says when to come back.",
}
FILE_BODY = {
    "application/octet-stream": OpenApiTypes.BINARY,
    "multipart/form-data": {
        "type": "object",
        "properties": {"file": {"type": "string", "format": "binary"}},
        "required": ["file"],
    },
}


def operation(
    method: str,
    summary: str,
    *,
    may: May,
    answer: Serializer | Mapping[str, Any] | None = None,
    media: str = "application/json",
    status: int = 200,
    query: type[Query] | None = None,
    headers: Mapping[str, str] | None = None,
    takes_file: bool = False,
    body: Serializer | None = None,
    refusals: tuple[int, ...] = (),
) -> Callable[[View], View]:
    """Declare what is asked and answered. `may` is what the view requires; the door matrix holds
    the two together. With a `PageQuery` the answer is a page of it."""
    refused = {401, 429, *refusals}
    refused |= {403} if may is not May.BELONG or method != "GET" else set()
    refused |= {422} if query or takes_file or body else set()

    def declare(view: View) -> View:
        if takes_file:
            view = parser_classes(FILE_PARSERS)(view)
        described = extend_schema(
            operation_id=view.__name__,
            summary=summary,
            description="\n\n".join(filter(None, (inspect.getdoc(view), whom(may)))),
            tags=[view.__module__.split(".")[0]],
            parameters=[
                *([query] if query else []),
                *(
                    OpenApiParameter(name, location=OpenApiParameter.HEADER, description=words)
                    for name, words in (headers or {}).items()
                ),
            ],
            request=FILE_BODY if takes_file else body,
            responses={
                (status, media): answered(answer, query),
                **{
                    code: OpenApiResponse(RefusalSerializer, REFUSALS[code])
                    for code in sorted(refused)
                },
            },
        )
        made: View = described(api_view([method])(view))
        made.may = may  # type: ignore[attr-defined]
        return made

    return declare


def answered(answer: Serializer | Mapping[str, Any] | None, query: type[Query] | None) -> Any:
    if answer is None:
        return OpenApiTypes.BINARY
    if query is None or not issubclass(query, PageQuery) or isinstance(answer, Mapping):
        return answer
    fields: dict[str, Any] = {
        "next": serializers.URLField(allow_null=True, help_text="The next page; null at the end."),
        "results": answer(many=True),
    }
    return inline_serializer(f"{answer.__name__.removesuffix('Serializer')}Page", fields)


def whom(may: May) -> str:
    """Who may, for the reader of the document."""
    roles = ", ".join(sorted(str(role.value) for role in may.value))
    return f"For the roles: {roles}."
