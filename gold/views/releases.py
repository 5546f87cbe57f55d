"""Releases: publishing one, and what one says of itself."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import May
from accounts.pages import page
from core.http import AuthedRequest, whole
from gold import forms
from gold.access import get_dataset_for, get_release_for
from gold.audits import in_words
from gold.changes import named, stated
from gold.coverage_page import coverage_shown
from gold.rubric_names import versions_stated
from gold.services.releases import is_large, publish_release, request_release
from gold.views.datasets import show_dataset
from gold.views.exports import choices_of

ITEMS_SHOWN = 100
CHANGES_SHOWN = 20


@require_POST
def publish(request: AuthedRequest, uid: UUID) -> HttpResponse:
    """At once while the dataset is small; else in the background, and the page follows it."""
    dataset, place = get_dataset_for(request.user, uid, May.MANAGE)
    form = forms.ReleaseForm(request.POST)
    if not form.is_valid():
        return show_dataset(request, dataset, place, form)
    note = form.cleaned_data["note"]
    if is_large(dataset):
        job = request_release(actor=request.user, dataset=dataset, note=note)
        return redirect("accounts:job", job.uid)
    release = publish_release(actor=request.user, dataset=dataset, now=timezone.now(), note=note)
    messages.success(
        request,
        _("Release %(number)d is published and never changes.") % {"number": release.number},
    )
    return redirect(release)


@require_safe
def release_page(request: AuthedRequest, uid: UUID) -> HttpResponse:
    release, place = get_release_for(request.user, uid, May.READ)
    items = release.items.select_related("gold_item").order_by("position")
    if (after := whole(request.GET.get("after"))) is not None:
        items = items.filter(position__gt=after)
    shown = list(items[: ITEMS_SHOWN + 1])
    context = {
        "release": release,
        "counts": stated(release),
        "revised": named(release, release.changes.get("revised", [])[:CHANGES_SHOWN]),
        "retired": named(release, release.changes.get("retired", [])[:CHANGES_SHOWN]),
        "label_error": in_words(release.label_error) if release.label_error else "",
        "rubrics": versions_stated(release),
        "coverage": coverage_shown(release.coverage),
        "items": shown[:ITEMS_SHOWN],
        "after": shown[ITEMS_SHOWN - 1].position if len(shown) > ITEMS_SHOWN else None,
        "exports": choices_of(request, release),
    }
    return page(request, place, "gold/release.html", context, nav="gold")
