"""A file on its way in: upload, columns, check, confirm, done, taken back."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.db.models import Subquery
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from accounts.access import May, get_place_for
from accounts.pages import page
from conversations import services
from conversations.access import get_import_run_for
from conversations.forms import ColumnsForm, ImportForm, too_large
from conversations.importers import RefusedError
from conversations.run_page import run_context
from conversations.taking_back import free, in_use
from conversations.views.reading import key_in
from core.errors import TooLargeError
from core.http import AuthedRequest

IMPORTS_PAGE = 50
FORM_FIELDS = 64 * 1024
"""Bytes of an upload that are not the file."""
HEARD = 4
"""Times the limit up to which a body is heard out before it is refused."""
THROWN_AT_ONCE = 1024 * 1024

View = Callable[..., HttpResponseBase]


def bounded(view: View) -> View:
    """Refuse a body over the limit by what it says of itself, before a byte of it is kept.

    A browser that is still sending shows a broken connection in place of any answer, so that a
    body which is too large by a little is read to its end, and thrown away.
    """

    @wraps(view)
    def check_size(request: AuthedRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        said = request.headers.get("Content-Length", "")
        size = int(said) if said.isdecimal() else 0
        limit = settings.TOUCHSTONE_MAX_UPLOAD + FORM_FIELDS
        if size > limit:
            if size <= HEARD * limit:
                throw_away(request)
            raise TooLargeError(too_large(size), code="upload_too_large")
        return view(request, *args, **kwargs)

    return check_size


def throw_away(request: AuthedRequest) -> None:
    while request.read(THROWN_AT_ONCE):
        pass


@require_safe
def import_form(request: AuthedRequest, uid: UUID) -> HttpResponse:
    place = get_place_for(request.user, uid, May.MANAGE)
    context = {"form": ImportForm(), "limit": settings.TOUCHSTONE_MAX_UPLOAD}
    return page(request, place, "conversations/import.html", context, nav="conversations")


@csrf_exempt  # the token is in the body, which `bounded` must come before; csrf_protect reads it
@require_POST
@bounded
@csrf_protect
def upload(request: AuthedRequest, uid: UUID) -> HttpResponse:
    place = get_place_for(request.user, uid, May.MANAGE)
    form = ImportForm(request.POST, request.FILES)
    if form.is_valid():
        given = dict(form.cleaned_data)
        file: TemporaryUploadedFile = given.pop("file")
        given["encoding"] = given["encoding"] or "utf-8"
        try:
            run = services.begin_import(
                actor=request.user,
                project=place.project,
                path=Path(file.temporary_file_path()),
                file_name=file.name or "",
                now=timezone.now(),
                **given,
            )
            return redirect(run)
        except RefusedError as refusal:
            form.add_error("file", refusal.message)
    context = {"form": form, "limit": settings.TOUCHSTONE_MAX_UPLOAD}
    return page(
        request, place, "conversations/import.html", context, nav="conversations", status=422
    )


@require_safe
def import_list(request: AuthedRequest, uid: UUID) -> HttpResponse:
    place = get_place_for(request.user, uid, May.READ)
    runs = place.project.import_runs.select_related("started_by").order_by("-id")
    if older_than := key_in(request, "older_than"):
        edge = place.project.import_runs.filter(uid=older_than).values("pk")
        runs = runs.filter(pk__lt=Subquery(edge))
    shown = list(runs.defer("preview")[: IMPORTS_PAGE + 1])
    context = {
        "runs": shown[:IMPORTS_PAGE],
        "older": f"?older_than={shown[IMPORTS_PAGE - 1].uid}" if len(shown) > IMPORTS_PAGE else "",
        "may_manage": place.may(May.MANAGE),
    }
    return page(request, place, "conversations/imports.html", context, nav="conversations")


@require_safe
def import_run(request: AuthedRequest, uid: UUID) -> HttpResponse:
    run, place = get_import_run_for(request.user, uid, May.READ)
    context = run_context(run, place, after=request.GET.get("after", ""))
    return page(request, place, "conversations/import_run.html", context, nav="conversations")


@require_safe
def progress(request: AuthedRequest, uid: UUID) -> HttpResponse:
    """How far it is; once it is over, the browser loads the page anew."""
    run, place = get_import_run_for(request.user, uid, May.READ)
    context = run_context(run, place)
    if not context["moving"]:
        return HttpResponseClientRefresh() if request.htmx else redirect(run)
    return render(request, "conversations/_progress.html", context)


@require_POST
def columns(request: AuthedRequest, uid: UUID) -> HttpResponse:
    run, place = get_import_run_for(request.user, uid, May.MANAGE)
    services.require_columns(run)
    context = run_context(run, place, columns=True)
    form = ColumnsForm(request.POST, table=context["table"])
    if not form.is_valid():
        context["columns_form"] = form
        return page(
            request,
            place,
            "conversations/import_run.html",
            context,
            nav="conversations",
            status=422,
        )
    services.choose_columns(actor=request.user, run=run, mapping=form.mapping())
    return redirect(run)


@require_POST
def confirm(request: AuthedRequest, uid: UUID) -> HttpResponse:
    run, _place = get_import_run_for(request.user, uid, May.MANAGE)
    services.confirm_import(actor=request.user, run=run, now=timezone.now())
    return redirect(run)


@require_POST
def discard(request: AuthedRequest, uid: UUID) -> HttpResponse:
    run, place = get_import_run_for(request.user, uid, May.MANAGE)
    services.discard_import(actor=request.user, run=run, now=timezone.now())
    messages.success(request, _("“%(file)s” was discarded. Nothing came in.") % {"file": run})
    return redirect("conversations:list", place.project.uid)


@require_POST
def go_on(request: AuthedRequest, uid: UUID) -> HttpResponse:
    run, _place = get_import_run_for(request.user, uid, May.MANAGE)
    services.go_on(actor=request.user, run=run)
    return redirect(run)


@require_http_methods(["GET", "HEAD", "POST"])
def take_back(request: AuthedRequest, uid: UUID) -> HttpResponse:
    """Asks once more and says what would go and what would stay; then does it."""
    run, place = get_import_run_for(request.user, uid, May.MANAGE)
    if request.method == "POST":
        services.take_back(actor=request.user, run=run)
        return redirect(run)
    stored = run.conversations.all()
    context = {"run": run, "going": free(stored).count(), "staying": sum(in_use(stored).values())}
    return page(request, place, "conversations/take_back.html", context, nav="conversations")
