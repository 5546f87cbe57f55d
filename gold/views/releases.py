"""Releases: what was published, and how it differs."""

from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from accounts.access import May
from accounts.pages import page
from core.http import AuthedRequest, whole
from gold.access import get_release_for
from gold.services.releases import difference
from gold.shown import relabelled_lines
from gold.views.exports import choices_of

ITEMS_SHOWN = 100


@require_safe
def release_page(request: AuthedRequest, uid: UUID) -> HttpResponse:
    release, place = get_release_for(request.user, uid, May.READ)
    older = release.parent
    if (other := whole(request.GET.get("against"))) is not None:
        older = release.dataset.releases.filter(number=other).first()
    items = release.items.select_related("gold_item").order_by("position")
    if (after := whole(request.GET.get("after"))) is not None:
        items = items.filter(position__gt=after)
    shown = list(items[: ITEMS_SHOWN + 1])
    found = difference(older, release) if older else None
    context = {
        "release": release,
        "older": older,
        "difference": found,
        "relabelled": relabelled_lines(found, release) if found else [],
        "others": release.dataset.releases.exclude(pk=release.pk).order_by("-number"),
        "items": shown[:ITEMS_SHOWN],
        "after": shown[ITEMS_SHOWN - 1].position if len(shown) > ITEMS_SHOWN else None,
        "exports": choices_of(request, release),
    }
    return page(request, place, "gold/release.html", context, nav="gold")
