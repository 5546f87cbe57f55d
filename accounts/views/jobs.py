"""Progress of background work, for those who may see the project it works on."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import May, get_job_for
from accounts.pages import page
from core.http import AuthedRequest
from jobs import ledger
from jobs.models import Job

HTMX_STOP_POLLING = 286


@require_safe
def job(request: AuthedRequest, uid: UUID) -> HttpResponse:
    job, place = get_job_for(request.user, uid, May.READ)
    context = shown(job) | {"may_manage": place.may(May.MANAGE)}
    return page(request, place, "accounts/job.html", context)


@require_safe
def job_part(request: AuthedRequest, uid: UUID) -> HttpResponse:
    job, _place = get_job_for(request.user, uid, May.READ)
    status = HTMX_STOP_POLLING if job.is_finished else 200
    return render(request, "components/_job_progress.html", shown(job), status=status)


def shown(job: Job) -> dict[str, Any]:
    """The job with the way to what it made, which the part must bring when the job ends."""
    context: dict[str, Any] = {"job": job, "url": reverse("accounts:job_part", args=[job.uid])}
    made = job.result or {}
    if name := made.get("file"):
        words = _("Download %(file)s") % {"file": made.get("name", name)}
        return context | {
            "result_url": reverse("gold:download", args=[job.uid]),
            "result_words": words,
        }
    if study := made.get("study"):
        to_study = {"result_url": reverse("annotation:study", args=[study])}
        return context | to_study | {"result_words": _("Go to the study")}
    if release := made.get("release"):
        to_release = {"result_url": reverse("gold:release", args=[release])}
        return context | to_release | {"result_words": _("Go to the release")}
    return context


@require_POST
def cancel(request: AuthedRequest, uid: UUID) -> HttpResponse:
    job, _place = get_job_for(request.user, uid, May.MANAGE)
    ledger.cancel(job)
    return redirect("accounts:job", job.uid)
