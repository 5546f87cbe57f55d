import sys

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views import defaults
from django.views.decorators.http import require_safe

from core.errors import DomainError, NotFoundError
from core.room import no_room

API = "/api/"


@login_not_required
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form is too old, or another site sent it: say what to do, change nothing."""
    error = DomainError(
        _(
            "The page was open too long, or cookies are blocked, so nothing was saved. "
            "Reload the page and send it again."
        ),
        code="csrf",
    )
    is_part = request.headers.get("HX-Request")
    template = "components/_refusal.html" if is_part else "403.html"
    return render(request, template, {"error": error}, status=403)


@login_not_required
def locked_out(
    request: HttpRequest, response: HttpResponse | None = None, credentials: object = None
) -> HttpResponse:
    """After too many wrong passwords, which django-axes counts by name and address together."""
    error = DomainError(
        _(
            "Too many wrong passwords were given for this e-mail address. Wait %(minutes)d "
            "minutes, then sign in again; if you have forgotten the password, ask the owner of "
            "your team."
        )
        % {"minutes": round(60 * settings.AXES_COOLOFF_TIME)}
    )
    return render(request, "422.html", {"error": error}, status=429)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """No URL of ours: a page for people, the envelope for programs."""
    if not request.path.startswith(API):
        return defaults.page_not_found(request, exception)
    words = _("The API has no such address. Addresses that name no file end with a slash.")
    return JsonResponse(NotFoundError(words).as_data(), status=404)


def failed(request: HttpRequest) -> HttpResponse:
    """Our own fault, told without a word of the inside; a disk without room is none of ours."""
    if no_room(sys.exc_info()[1]):
        return told_no_room(request)
    if not request.path.startswith(API):
        return defaults.server_error(request)
    words = _("This failed, and the fault is ours. The operators find the reason in the log.")
    return JsonResponse(DomainError(words, code="failed").as_data(), status=500)


def told_no_room(request: HttpRequest) -> HttpResponse:
    """Whatever transaction it struck was rolled back, so it is safe to send all of it again."""
    error = DomainError(
        _(
            "The server cannot write to its disk (it is full, or may only be read), so nothing "
            "of this was saved. Tell the operator, and send it again when there is room."
        ),
        code="no_room",
    )
    if request.path.startswith(API) or request.accepts("text/html") is False:
        return JsonResponse(error.as_data(), status=507)
    is_part = request.headers.get("HX-Request")
    template = "components/_refusal.html" if is_part else "507.html"
    return HttpResponse(render_to_string(template, {"error": error}), status=507)


@login_not_required
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """For load balancers and `serve`: the process answers."""
    return JsonResponse({"ok": True})
