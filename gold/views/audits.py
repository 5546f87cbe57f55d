"""Audits of labels: a sample of gold is rated once more, blind, and what differs is counted."""

import secrets
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import May, Place
from accounts.pages import page
from annotation.services.raters import rater_for
from core.http import AuthedRequest
from gold.access import get_audit_for, get_dataset_for
from gold.audit_page import audit_line, audit_shown
from gold.audits import measured, versions_of
from gold.manifest import HEAVY_THROUGH
from gold.models import GoldDataset
from gold.release_forms import AuditForm
from gold.services import audits


@require_safe
def audit_list(request: AuthedRequest, uid: UUID) -> HttpResponse:
    dataset, place = get_dataset_for(request.user, uid, May.READ)
    form = audit_form(dataset, place, initial={"seed": secrets.randbelow(10**6)})
    return show_audits(request, dataset, place, form)


def audit_form(dataset: GoldDataset, place: Place, *args: Any, **options: Any) -> AuditForm:
    return AuditForm(*args, place=place, versions=versions_of(dataset), **options)


def show_audits(
    request: AuthedRequest, dataset: GoldDataset, place: Place, form: AuditForm, status: int = 200
) -> HttpResponse:
    found = dataset.audits.select_related("study", "release").defer(*HEAVY_THROUGH).order_by("-pk")
    context = {
        "dataset": dataset,
        "part": "audits",
        "lines": [audit_line(one) for one in found],
        "form": form,
        "may_manage": place.may(May.MANAGE),
    }
    return page(request, place, "gold/audits.html", context, nav="gold", status=status)


@require_POST
def create_audit(request: AuthedRequest, uid: UUID) -> HttpResponse:
    dataset, place = get_dataset_for(request.user, uid, May.MANAGE)
    form = audit_form(dataset, place, request.POST)
    if not form.is_valid():
        return show_audits(request, dataset, place, form, status=422)
    chosen = form.cleaned_data
    audit = audits.create_audit(
        actor=request.user,
        dataset=dataset,
        version=chosen["version"],
        size=chosen["size"],
        seed=chosen["seed"],
        overlap=chosen["overlap"],
        raters=[rater_for(member.user, dataset.project) for member in chosen["raters"]],
        now=timezone.now(),
    )
    messages.success(request, _("The sample is drawn and its raters can begin."))
    return redirect(audit)


@require_safe
def audit_page(request: AuthedRequest, uid: UUID) -> HttpResponse:
    audit, place = get_audit_for(request.user, uid, May.READ)
    context = {
        "audit": audit,
        "found": audit_shown(audit),
        "may_manage": place.may(May.MANAGE),
    }
    return page(request, place, "gold/audit.html", context, nav="gold")


@require_safe
def audit_json(request: AuthedRequest, uid: UUID) -> JsonResponse:
    """What was measured; while the audit goes on, as far as it is."""
    audit, _place = get_audit_for(request.user, uid, May.READ)
    return JsonResponse(
        {
            "audit": str(audit.uid),
            "dataset": str(audit.dataset.uid),
            "study": str(audit.study.uid),
            "seed": audit.seed,
            "drawn_at": audit.created_at.isoformat(),
            "finished_at": audit.finished_at and audit.finished_at.isoformat(),
            **(audit.result or measured(audit)),
        }
    )


@require_POST
def finish(request: AuthedRequest, uid: UUID) -> HttpResponse:
    audit, _place = get_audit_for(request.user, uid, May.MANAGE)
    audit = audits.finish_audit(actor=request.user, audit=audit, now=timezone.now())
    messages.success(request, _("The estimate is taken; the next release states it."))
    return redirect(audit)
