from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

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
            envelope = {"code": error.code, "message": error.message, "fields": error.fields}
            return JsonResponse({"error": envelope}, status=error.status)
        template = f"{error.status}.html" if error.status in {403, 404} else "422.html"
        if request.headers.get("HX-Request"):
            template = "components/_refusal.html"
        return render(request, template, {"error": error}, status=error.status)
