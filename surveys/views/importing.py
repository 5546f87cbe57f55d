"""Answers that exist already: upload, columns, what would come in, done."""

from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST, require_safe

from accounts.access import May, Place, get_place_for
from accounts.pages import page
from conversations.views.imports import bounded
from core.csv_cells import lines
from core.errors import DomainError
from core.http import AuthedRequest
from surveys.access import get_response_import_for
from surveys.importing import uploads
from surveys.importing.forms import PlanForms, ResponseFileForm
from surveys.importing.plan import written_plan
from surveys.importing.preview import preview_of
from surveys.importing.table import Table
from surveys.models import ResponseImport
from surveys.services import importing, stopped_imports

REFUSED = ("line", "column", "code", "reason", "raw")


@require_safe
def import_form(request: AuthedRequest, uid: UUID) -> HttpResponse:
    place = get_place_for(request.user, uid, May.MANAGE)
    form = ResponseFileForm(initial={"language": (get_language() or "en")[:2]})
    return _file_page(request, place, form)


def _file_page(
    request: AuthedRequest, place: Place, form: ResponseFileForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "limit": settings.TOUCHSTONE_MAX_UPLOAD,
        "runs": (runs := list(importing.latest_imports(place.project))),
        "standing": stopped_imports.standing_still(runs),
    }
    template = "surveys/response_file.html"
    return page(request, place, template, context, nav="surveys", status=status)


@csrf_exempt  # the token is in the body, which `bounded` must come before; csrf_protect reads it
@require_POST
@bounded
@csrf_protect
def upload(request: AuthedRequest, uid: UUID) -> HttpResponse:
    place = get_place_for(request.user, uid, May.MANAGE)
    form = ResponseFileForm(request.POST, request.FILES)
    if form.is_valid():
        given: dict[str, Any] = dict(form.cleaned_data)
        file: TemporaryUploadedFile = given.pop("file")
        given["encoding"] = given["encoding"] or "utf-8"
        given["header_rows"] = given["header_rows"] or 0
        try:
            run = importing.begin_import(
                actor=request.user,
                project=place.project,
                path=Path(file.temporary_file_path()),
                file_name=file.name or "",
                now=timezone.now(),
                **given,
            )
            return redirect(run)
        except DomainError as refusal:
            form.add_error("file", refusal.message)
    return _file_page(request, place, form, status=422)


@require_safe
def response_import(request: AuthedRequest, uid: UUID) -> HttpResponse:
    run, place = get_response_import_for(request.user, uid, May.MANAGE)
    context = context_of(run)
    return page(request, place, "surveys/response_import.html", context, nav="surveys")


@require_POST
def columns(request: AuthedRequest, uid: UUID) -> HttpResponse:
    """What the columns become; what would come in then stands on the page."""
    run, place = get_response_import_for(request.user, uid, May.MANAGE)
    context = context_of(run, data=request.POST)
    forms: PlanForms | None = context.get("forms")
    plan = forms.chosen() if forms else None
    if plan is None:
        return page(
            request, place, "surveys/response_import.html", context, nav="surveys", status=422
        )
    importing.choose_columns(run=run, plan=plan)
    return redirect(f"{run.get_absolute_url()}#preview")


@require_POST
def confirm(request: AuthedRequest, uid: UUID) -> HttpResponse:
    run, _place = get_response_import_for(request.user, uid, May.MANAGE)
    importing.confirm_import(actor=request.user, run=run, now=timezone.now())
    return redirect(run)


@require_POST
def discard(request: AuthedRequest, uid: UUID) -> HttpResponse:
    run, place = get_response_import_for(request.user, uid, May.MANAGE)
    left = stopped_imports.discard_import(actor=request.user, run=run, now=timezone.now())
    if left:
        return redirect(left)
    messages.success(request, _("“%(file)s” was discarded. Nothing came in.") % {"file": run})
    return redirect("surveys:import", place.project.uid)


@require_POST
def go_on(request: AuthedRequest, uid: UUID) -> HttpResponse:
    run, _place = get_response_import_for(request.user, uid, May.MANAGE)
    stopped_imports.go_on(actor=request.user, run=run)
    return redirect(run)


@require_safe
def progress(request: AuthedRequest, uid: UUID) -> HttpResponse:
    """How far it is; once it is over, the browser loads the page anew."""
    run, place = get_response_import_for(request.user, uid, May.MANAGE)
    context = context_of(run)
    job = context["job"]
    if job is None or job.is_finished:
        return HttpResponse(headers={"HX-Refresh": "true"}) if request.htmx else redirect(run)
    return page(request, place, "components/_job_progress.html", context, nav="surveys")


@require_safe
def refused_csv(request: AuthedRequest, uid: UUID) -> HttpResponseBase:
    run, _place = get_response_import_for(request.user, uid, May.MANAGE)
    rows = [REFUSED, *([one[name] for name in REFUSED] for one in run.refused)]
    answer = StreamingHttpResponse(lines(rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="refused.csv"'
    return answer


def context_of(run: ResponseImport, data: Any = None) -> dict[str, Any]:
    """The state of an import; its columns and what would come in, as long as nothing did."""
    job = importing.job_of(run)
    context: dict[str, Any] = {
        "run": run,
        "job": job,
        "moving": job is not None and not job.is_finished,
        "stopped": stopped_imports.stands_still(run, job),
        "url": reverse("surveys:response_import_progress", args=[run.uid]),
        "earlier": importing.earlier(run),
        "is_there": uploads.is_there(run),
        "is_bytes": run.state == ResponseImport.State.IMPORTING,
    }
    if run.state == ResponseImport.State.PLANNING and context["is_there"]:
        plan = written_plan(run.plan)
        table = Table(uploads.source_of(run), plan.header_rows)
        context["forms"] = PlanForms(plan, table, data)
        context["preview"] = preview_of(table, plan)
        context["has_id"] = any(part.what == "id" for part in plan.parts)
    return context
