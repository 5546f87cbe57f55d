"""Progress of background work, for those who may see the project it works on."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.access import May, get_job_for
from accounts.pages import page
from core.http import AuthedRequest
from jobs import ledger

HTMX_STOP_POLLING = 286


@require_safe
def job(request: AuthedRequest, uid: UUID) -> HttpResponse:
    job, place = get_job_for(request.user, uid, May.READ)
    return page(request, place, "accounts/job.html", {"job": job})


@require_safe
def job_part(request: AuthedRequest, uid: UUID) -> HttpResponse:
    job, _place = get_job_for(request.user, uid, May.READ)
    status = HTMX_STOP_POLLING if job.is_finished else 200
    context = {"job": job, "url": reverse("accounts:job_part", args=[job.uid])}
    return render(request, "components/_job_progress.html", context, status=status)


@require_POST
def cancel(request: AuthedRequest, uid: UUID) -> HttpResponse:
    job, _place = get_job_for(request.user, uid, May.MANAGE)
    ledger.cancel(job)
    return redirect("accounts:job", job.uid)
