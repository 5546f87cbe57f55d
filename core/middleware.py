import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from core.errors import DomainError

Respond = Callable[[HttpRequest], HttpResponse]


class DomainErrorMiddleware:
    """Turn a refusal into the page, part or JSON that the asker understands."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.respond(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, DomainError):
            return None
        if request.path.startswith("/api/") or request.accepts("text/html") is False:
            return JsonResponse(error.as_data(), status=error.status)
        template = f"{error.status}.html" if error.status in {403, 404} else "422.html"
        if request.headers.get("HX-Request"):
            template = "components/_refusal.html"
        return render(request, template, {"error": error}, status=error.status)


class FormAddressMiddleware:
    """Say what an address of a form is for, to a person whom signing in has brought there.

    Whoever sends a form when the session is over signs in and is led to its address, which
    answers no GET: browsers show a fault of their own for an answer without a page.
    """

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.respond(request)
        is_person = request.method == "GET" and "text/html" in request.headers.get("Accept", "")
        if response.status_code != 405 or response.content or not is_person:
            return response
        error = DomainError(
            _(
                "This address takes what a form sends, and nothing was sent now. Go back to the "
                "page with the form and look whether what you entered was saved."
            )
        )
        told = render(request, "422.html", {"error": error}, status=405)
        told.headers["Allow"] = response.headers.get("Allow", "")
        return told


TURNS_TEXT = "[\u202a-\u202e\u2066-\u2069]"
"""Orders that turn the direction of what follows: a name can so show itself as another."""

TURNS_BYTES = re.compile(rb"\xe2\x80[\xaa-\xae]|\xe2\x81[\xa6-\xa9]")
KEPT_OR_TURNS = re.compile(
    rf"(<(textarea|title|option|script)\b.*?</\2>|<[^>]*>)|({TURNS_TEXT})", re.DOTALL
)


class VisibleTurnsMiddleware:
    """Show the orders that turn text by their code points, in whichever name a page holds them.

    One place for every template: whoever writes `{{ study }}` need not think of it. Attributes and
    fields of forms keep what was typed; there an order reaches no further than its own box.
    """

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.respond(request)
        is_page = response.headers.get("Content-Type", "").startswith("text/html")
        if is_page and not response.streaming and TURNS_BYTES.search(response.content):
            response.content = KEPT_OR_TURNS.sub(shown_turn, response.content.decode())
        return response


def shown_turn(found: re.Match[str]) -> str:
    kept, _tag, turn = found.groups()
    return kept or f'<span class="mark-char">U+{ord(turn):04X}</span>'
