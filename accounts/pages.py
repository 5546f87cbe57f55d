"""Answering with a page of a project: the one place that tells the bar where the reader stands."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.access import Place


def page(
    request: HttpRequest,
    place: Place,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    nav: str = "",
    status: int = 200,
) -> HttpResponse:
    """Render `template` for somebody who stands in `place`; `nav` names the current entry."""
    request.place, request.nav = place, nav  # type: ignore[attr-defined]
    return render(request, template, {**(context or {}), "place": place}, status=status)
