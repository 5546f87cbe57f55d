"""Releases: what was published, how it differs, and files of it."""

from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import May, get_job_for
from accounts.pages import page
from core.errors import InvalidError, NotFoundError
from core.http import AuthedRequest, whole
from gold.access import get_release_for
from gold.exports import FORMATS
from gold.services.releases import difference
from gold.shown import relabelled_lines
from jobs.ledger import enqueue_on_commit

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
        "formats": FORMATS,
    }
    return page(request, place, "gold/release.html", context, nav="gold")


@require_POST
def export(request: AuthedRequest, uid: UUID) -> HttpResponse:
    """Write the file in the background; its progress page ends with the download."""
    release, place = get_release_for(request.user, uid, May.READ)
    form = request.POST.get("form", "")
    if form not in FORMATS:
        raise InvalidError(
            _("“%(form)s” is no format. Choose one of %(forms)s.")
            % {"form": form[:20], "forms": ", ".join(FORMATS)}
        )
    job = enqueue_on_commit(
        "gold.tasks.run_export",
        args={"release": release.pk, "form": form},
        project_uid=place.project.uid,
        total=release.n_items,
        requested_by=request.user.pk,
    )
    return redirect("accounts:job", job.uid)


@require_safe
def download(request: AuthedRequest, uid: UUID) -> HttpResponseBase:
    """The file that an export job wrote."""
    job, _place = get_job_for(request.user, uid, May.READ)
    result = job.result or {}
    path = Path(settings.MEDIA_ROOT) / "exports" / Path(result.get("file", "")).name
    if not result.get("file") or not path.is_file():
        raise NotFoundError(_("This file is no longer here. Export it again."))
    return FileResponse(path.open("rb"), as_attachment=True, filename=result["name"])
