"""How two releases of a dataset differ, as a page and as JSON."""

from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from accounts.access import May
from accounts.pages import page
from core.http import AuthedRequest, whole
from gold.access import get_release_for
from gold.diff_page import diff_data, diff_page, nothing_before, release_against
from gold.models import Release


@require_safe
def diff(request: AuthedRequest, uid: UUID) -> HttpResponse:
    release, place = get_release_for(request.user, uid, May.READ)
    older = release_against(release, whole(request.GET.get("against")))
    context = {
        "release": release,
        "others": others_of(release),
        "found": older
        and diff_page(
            older,
            release,
            kind=request.GET.get("kind"),
            after=whole(request.GET.get("after")),
        ),
    }
    return page(request, place, "gold/diff.html", context, nav="gold")


@require_safe
def diff_json(request: AuthedRequest, uid: UUID) -> JsonResponse:
    """Counts, and the items of one kind in pages of 500: `kind`, `after`."""
    release, _place = get_release_for(request.user, uid, May.READ)
    older = release_against(release, whole(request.GET.get("against")))
    if older is None:
        raise nothing_before(release)
    after = whole(request.GET.get("after"))
    return JsonResponse(diff_data(older, release, kind=request.GET.get("kind"), after=after))


def others_of(release: Release) -> list[int]:
    """The numbers of the dataset's other releases, the newest first."""
    others = release.dataset.releases.exclude(pk=release.pk).order_by("-number")
    return list(others.values_list("number", flat=True))
