"""The content policy: one for every page, and the one exception from it, by name."""

from collections.abc import Callable
from functools import cached_property
from typing import Any

from csp.constants import HEADER, UNSAFE_INLINE
from csp.decorators import csp_update
from csp.middleware import CSPMiddleware
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

View = Callable[..., Any]


class ContentPolicyMiddleware(CSPMiddleware):
    """The policy of the settings, put together once; a view that differs is the library's."""

    def process_request(self, request: HttpRequest) -> None:
        """No nonce: the policy knows none, because no page holds a script of its own."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if any(name.startswith("_csp_") for name in vars(response)):
            super().process_response(request, response)
        else:
            response.headers.setdefault(HEADER, self.usual)
        return response

    @cached_property
    def usual(self) -> str:
        policy: str = super().process_response(HttpRequest(), HttpResponse()).headers[HEADER]
        return policy


def plots_allowed(view: View) -> View:
    """Let a page draw with plotly, which writes styles into the page; scripts stay our own files.

    A test lists the views that carry it.
    """
    allowed: View = csp_update({"style-src": UNSAFE_INLINE})(view)
    allowed.plots_allowed = True  # type: ignore[attr-defined]
    return allowed
