"""Webhooks of a project: where they send, and what became of each message."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from accounts.access import May, Place, get_place_for
from accounts.pages import page
from core.http import AuthedRequest
from surveys.access import get_webhook_for
from surveys.models import Webhook
from surveys.services.webhooks import (
    change_webhook,
    delete_webhook,
    make_webhook,
    note_webhook_secret_shown,
    rotate_webhook,
    switch_webhook,
    try_webhook,
)
from surveys.webhook_forms import WebhookForm
from surveys.webhook_page import WebhookLine, log_of
from surveys.webhook_signing import secret_of


@require_safe
def webhooks(request: AuthedRequest, uid: UUID) -> HttpResponse:
    return _list(request, get_place_for(request.user, uid, May.MANAGE), WebhookForm())


def _list(
    request: AuthedRequest, place: Place, form: WebhookForm, *, status: int = 200
) -> HttpResponse:
    rows = place.project.webhooks.order_by("-enabled", "pk")
    context = {"webhooks": [WebhookLine(one) for one in rows], "form": form}
    return page(request, place, "surveys/webhooks.html", context, nav="feedback", status=status)


@require_POST
def make(request: AuthedRequest, uid: UUID) -> HttpResponse:
    place = get_place_for(request.user, uid, May.MANAGE)
    form = WebhookForm(request.POST)
    if not form.is_valid():
        return _list(request, place, form, status=422)
    made = make_webhook(actor=request.user, project=place.project, **form.facts)
    messages.success(request, _("The webhook is made. Give its secret to the receiver and try it."))
    return redirect(made)


@require_safe
def webhook(request: AuthedRequest, uid: UUID) -> HttpResponse:
    found, place = get_webhook_for(request.user, uid, May.MANAGE)
    return _page(request, place, found, WebhookForm.of(found))


def _page(
    request: AuthedRequest,
    place: Place,
    found: Webhook,
    form: WebhookForm,
    *,
    status: int = 200,
    secret: str = "",
) -> HttpResponse:
    context = {"webhook": found, "form": form, "log": log_of(found), "secret": secret}
    return page(request, place, "surveys/webhook.html", context, nav="feedback", status=status)


@require_safe
def log(request: AuthedRequest, uid: UUID) -> HttpResponse:
    """What became of the last messages, for a page that waits for one."""
    found, _place = get_webhook_for(request.user, uid, May.MANAGE)
    context = {"webhook": found, "log": log_of(found)}
    return render(request, "surveys/_webhook_log.html", context)


@require_POST
@cache_control(no_store=True)
def show_secret(request: AuthedRequest, uid: UUID) -> HttpResponse:
    found, place = get_webhook_for(request.user, uid, May.MANAGE)
    note_webhook_secret_shown(actor=request.user, webhook=found)
    return _page(request, place, found, WebhookForm.of(found), secret=secret_of(found))


@require_POST
def change(request: AuthedRequest, uid: UUID) -> HttpResponse:
    found, place = get_webhook_for(request.user, uid, May.MANAGE)
    form = WebhookForm(request.POST)
    if not form.is_valid():
        return _page(request, place, found, form, status=422)
    change_webhook(actor=request.user, webhook=found, now=timezone.now(), **form.facts)
    messages.success(request, _("Saved."))
    return redirect(found)


@require_POST
def attempt(request: AuthedRequest, uid: UUID) -> HttpResponse:
    found, _place = get_webhook_for(request.user, uid, May.MANAGE)
    try_webhook(actor=request.user, webhook=found, now=timezone.now())
    messages.success(request, _("A message of the kind “webhook.test” is on its way."))
    return redirect(found)


@require_POST
def switch(request: AuthedRequest, uid: UUID) -> HttpResponse:
    found, _place = get_webhook_for(request.user, uid, May.MANAGE)
    switch_webhook(actor=request.user, webhook=found, on=request.POST.get("on") == "1")
    return redirect(found)


@require_POST
def rotate(request: AuthedRequest, uid: UUID) -> HttpResponse:
    found, _place = get_webhook_for(request.user, uid, May.MANAGE)
    rotate_webhook(actor=request.user, webhook=found, now=timezone.now())
    messages.success(
        request, _("There is a new secret. For a day messages are signed with the old one too.")
    )
    return redirect(found)


@require_POST
def delete(request: AuthedRequest, uid: UUID) -> HttpResponse:
    found, place = get_webhook_for(request.user, uid, May.MANAGE)
    delete_webhook(actor=request.user, webhook=found)
    messages.success(request, _("The webhook is deleted."))
    return redirect("surveys:webhooks", place.project.uid)
