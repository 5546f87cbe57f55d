"""What may stand behind the question mark: checked, and an unknown name is refused.

A filter with a typing error that filters nothing would answer with the wrong rows and look right.
"""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.http import whole

PAGE = 50
LARGEST_PAGE = 200


class CursorField(serializers.CharField):
    """The key of the last row seen, written so that nobody takes it for something to count with."""

    def to_internal_value(self, data: Any) -> Any:
        text = super().to_internal_value(data)
        try:
            key = whole(urlsafe_b64decode(text.encode("ascii")).decode("ascii"))
        except (binascii.Error, ValueError):
            key = None
        if key is None:
            raise serializers.ValidationError(
                _("This is no cursor of this list. Follow “next”, or begin without a cursor.")
            )
        return key


def cursor_after(row: models.Model) -> str:
    return urlsafe_b64encode(str(row.pk).encode()).decode()


class Query(serializers.Serializer[Any]):
    """Parameters of an operation by name."""

    def to_internal_value(self, data: Any) -> Any:
        names = list(self.fields)
        for name in data:
            if name not in names:
                raise serializers.ValidationError(
                    {
                        name: _("There is no such parameter. There are: %(names)s.")
                        % {"names": ", ".join(names)}
                    }
                )
        return super().to_internal_value(data)


class PageQuery(Query):
    cursor = CursorField(required=False, help_text="From `next` of the page before.")
    page_size = serializers.IntegerField(
        min_value=1,
        max_value=LARGEST_PAGE,
        default=PAGE,
        help_text=f"Rows a page, at most {LARGEST_PAGE}.",
    )


def asked(query: type[Query], request: Request, **context: Any) -> Mapping[str, Any]:
    """The parameters of the request, or a refusal that names the first that is wrong."""
    parameters = query(data=request.query_params, context=context)
    parameters.is_valid(raise_exception=True)
    found: Mapping[str, Any] = parameters.validated_data
    return found


def page(
    request: Request,
    rows: models.QuerySet[Any],
    serializer: type[serializers.Serializer[Any]],
    wanted: Mapping[str, Any],
    **context: Any,
) -> Response:
    """Newest first, by key: a row that comes in meanwhile moves none to another page."""
    if (cursor := wanted.get("cursor")) is not None:
        rows = rows.filter(pk__lt=cursor)
    size = wanted["page_size"]
    found = list(rows.order_by("-pk")[: size + 1])
    shown = found[:size]
    following = None
    if len(found) > size:
        parameters = request.query_params.copy()
        parameters["cursor"] = cursor_after(shown[-1])
        following = request.build_absolute_uri(f"{request.path}?{parameters.urlencode()}")
    results = serializer(shown, many=True, context=context).data
    return Response({"next": following, "results": results})
