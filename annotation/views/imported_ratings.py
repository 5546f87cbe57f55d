"""Ratings that exist already: upload, progress, what came of it."""

from pathlib import Path
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST, require_safe

from accounts.access import May, get_job_for, get_place_for
from accounts.pages import page
from annotation.imported_forms import RatingImportForm
from annotation.services.rating_uploads import begin_rating_import
from conversations.views.imports import bounded
from core.errors import InvalidError, NotFoundError
from core.http import AuthedRequest


@require_safe
def import_form(request: AuthedRequest, uid: UUID) -> HttpResponse:
    place = get_place_for(request.user, uid, May.MANAGE)
    form = RatingImportForm(project=place.project, initial={"study": request.GET.get("study")})
    return page(request, place, "annotation/ratings_import.html", {"form": form}, nav="studies")


@csrf_exempt  # the token is in the body, which `bounded` must come before; csrf_protect reads it
@require_POST
@bounded
@csrf_protect
def upload(request: AuthedRequest, uid: UUID) -> HttpResponse:
    place = get_place_for(request.user, uid, May.MANAGE)
    form = RatingImportForm(request.POST, request.FILES, project=place.project)
    if form.is_valid():
        file = form.cleaned_data.pop("file")
        try:
            job = begin_rating_import(
                actor=request.user,
                project=place.project,
                path=Path(file.temporary_file_path()),
                file_name=file.name,
                now=timezone.now(),
                **form.cleaned_data,
            )
        except InvalidError as refusal:
            form.add_error(None, refusal.message)
        else:
            return redirect("annotation:ratings_imported", job.uid)
    context = {"form": form}
    return page(
        request, place, "annotation/ratings_import.html", context, nav="studies", status=422
    )


@require_safe
def imported(request: AuthedRequest, uid: UUID) -> HttpResponse:
    """The import as it goes; once it is over, what came in and every refused line."""
    job, place = get_job_for(request.user, uid, May.MANAGE)
    if job.runner != "annotation.tasks.run_import_ratings":
        raise NotFoundError(_("There is no such import of ratings."))
    if request.htmx and job.is_finished:
        return HttpResponse(headers={"HX-Refresh": "true"})
    context = {
        "job": job,
        "name": job.args["name"],
        "taken": job.result or job.cursor,
        "is_bytes": True,
        "url": reverse("annotation:ratings_imported", args=[job.uid]),
    }
    template = (
        "components/_job_progress.html" if request.htmx else "annotation/ratings_imported.html"
    )
    return page(request, place, template, context, nav="studies")
