"""Files of a release: which formats there are, writing one, and fetching it."""

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import May, get_job_for
from core.errors import NotFoundError
from core.http import AuthedRequest
from gold.access import get_release_for
from gold.admission.splits import named_split
from gold.exports import FORMATS, Format, Source, format_named, source_of
from gold.listing import label_choices
from gold.models import Release, Tier
from jobs.ledger import enqueue_on_commit
from jobs.models import Job

LAST = "gold_export_format"
"""Where a session keeps what was chosen last."""


@dataclass(frozen=True)
class Choice:
    form: Format
    snippet: str
    chosen: bool


@dataclass(frozen=True)
class Choices:
    """What the export part of a release's page offers."""

    formats: list[Choice]
    splits: list[str]
    tiers: list[tuple[str, str]]
    bars: list[tuple[str, list[tuple[str, str]]]]
    """Points by criterion, in words: how an answer is to be judged before others learn from it."""


def choices_of(request: AuthedRequest, release: Release) -> Choices:
    """Splits and tiers as the release states them; an older one states none."""
    last = request.session.get(LAST, next(iter(FORMATS)))
    source = Source(release, lambda positions: iter(()))
    stated = release.datasheet
    return Choices(
        formats=[
            Choice(one, one.snippet(source).strip(), chosen=one.key == last)
            for one in FORMATS.values()
        ],
        splits=sorted(stated.get("splits", {})),
        tiers=[(one.value, str(one.label)) for one in Tier if one in stated.get("tiers", {})],
        bars=label_choices(release.dataset),
    )


@require_POST
def export(request: AuthedRequest, uid: UUID) -> HttpResponse:
    """Write the file in the background; its progress page ends with the download."""
    release, place = get_release_for(request.user, uid, May.READ)
    tier = request.POST.get("tier", "")
    tier = tier if tier in Tier.values else ""
    split = request.POST.get("split", "")
    split = split and named_split(split)
    form = format_named(request.POST.get("form", ""), tier=tier)
    bar = request.POST.get("answers", "") if form.expects else ""
    source_of(release, bar=bar)  # refused here, and not by a job
    request.session[LAST] = form.key
    key = ":".join(
        ["gold.export", str(request.user.pk), str(release.pk), form.key, split, tier, bar]
    )
    job = under_way(key) or enqueue_on_commit(
        "gold.tasks.run_export",
        args={"release": release.pk, "form": form.key, "split": split, "tier": tier, "bar": bar},
        project_uid=place.project.uid,
        total=release.n_items,
        coalesce_key=key,
        requested_by=request.user.pk,
    )
    return redirect("accounts:job", job.uid)


def under_way(key: str) -> Job | None:
    """A release never changes, so a file of it that is being written is the one asked for."""
    return Job.objects.filter(coalesce_key=key, state=Job.State.RUNNING).first()


@require_safe
def download(request: AuthedRequest, uid: UUID) -> HttpResponseBase:
    """The file that an export job wrote."""
    job, _place = get_job_for(request.user, uid, May.READ)
    result = job.result or {}
    path = Path(settings.MEDIA_ROOT) / "exports" / Path(result.get("file", "")).name
    if not result.get("file") or not path.is_file():
        raise NotFoundError(_("This file is no longer here. Export it again."))
    return FileResponse(path.open("rb"), as_attachment=True, filename=result["name"])
