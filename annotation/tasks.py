"""Background work of studies."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from annotation.models import Study, StudyRater
from annotation.rating_intake import Taken
from annotation.services.draws import draw_items, draw_summary
from annotation.services.extending import extend_items
from annotation.services.holds import resettle
from annotation.services.imported_ratings import import_ratings
from annotation.services.policies import deal_to_lanes
from annotation.services.rating_uploads import drop_upload, source_of
from annotation.services.setting_aside import move_aside, move_back
from conversations.importers import Source
from conversations.models import Variant
from jobs.ledger import Handle, runner


@runner
def run_draw(
    handle: Handle, *, study: int, actor: int | None, variants: list[int], **wanted: Any
) -> dict[str, Any]:
    """A draw from a large pool, whole or not at all; the cursor keeps a retry from a second one."""
    if handle.cursor:
        return dict(handle.cursor)
    chosen = {one.pk: one for one in Variant.objects.filter(pk__in=variants)}
    with transaction.atomic():
        ledger = draw_items(
            actor=User.objects.filter(pk=actor).first() if actor else None,
            study=Study.objects.get(pk=study),
            variants=[chosen[pk] for pk in variants] or None,
            now=timezone.now(),
            **wanted,
        )
        summary = draw_summary(ledger)
        handle.step(done=ledger.size, total=ledger.size, cursor=summary)
    return summary


@runner
def run_resettle(handle: Handle, *, study: int, after: int) -> dict[str, Any]:
    """Settle by the rule what waited for a criterion, some items a step."""
    found = Study.objects.get(pk=study)
    last: int | None = handle.cursor.get("after", after) if handle.cursor else after
    while last is not None:
        with transaction.atomic():
            last = resettle(study=found, after=last, now=timezone.now())
            handle.step(done=0, cursor={"after": last})
    return {}


@runner
def run_import_ratings(
    handle: Handle,
    *,
    study: int,
    actor: int | None,
    upload: str,
    name: str,
    importer: str,
    revise: bool,
) -> dict[str, Any]:
    """Read an uploaded file of ratings; a second attempt goes on where the first one stopped."""

    def checkpoint(taken: Taken, source: Source) -> None:
        handle.step(done=source.bytes_read, total=source.bytes_total, cursor=taken.as_data())

    found = Study.objects.select_related("project", "rubric_version").get(pk=study)
    taken = import_ratings(
        actor=User.objects.filter(pk=actor).first() if actor else None,
        study=found,
        source=source_of(UUID(upload), name),
        importer=importer,
        revise=revise,
        now=timezone.now(),
        taken=Taken(**handle.cursor) if handle.cursor else None,
        checkpoint=checkpoint,
    )
    drop_upload(UUID(upload))
    return {"study": str(found.uid), "name": found.name, **taken.as_data()}


@runner
def run_deal_to_lanes(handle: Handle, *, study: int, after: int) -> dict[str, Any]:
    """Put what was drawn into the lanes that a study has now."""
    found = Study.objects.get(pk=study)
    last: int | None = handle.cursor["after"] if handle.cursor else after
    while last is not None:
        with transaction.atomic():
            last = deal_to_lanes(study=found, after=last)
            handle.step(done=last or found.next_seq - 1, cursor={"after": last})
    return {"study": str(found.uid), "name": found.name}


@runner
def run_extend(handle: Handle, *, study: int, more: int, after: int, up_to: int) -> dict[str, Any]:
    """Ask more raters about the items of a large study, some items a step."""
    found = Study.objects.get(pk=study)
    last: int | None = handle.cursor["after"] if handle.cursor else after
    while last is not None:
        with transaction.atomic():
            last = extend_items(study=found, more=more, after=last, up_to=up_to)
            handle.step(done=last or up_to, cursor={"after": last})
    return {"study": str(found.uid), "name": found.name}


@runner
def run_set_aside(
    handle: Handle, *, study_rater: int, receiver: int | None, reason: str, until: str
) -> dict[str, Any]:
    """Set the rest of a rater's ratings aside; those that have moved are not found again."""
    chair = _chair(study_rater)
    other = _chair(receiver) if receiver else None
    done, moved = int(handle.job.done), 1
    while moved:
        with transaction.atomic():
            moved = move_aside(
                chair, other, reason, until=datetime.fromisoformat(until), now=timezone.now()
            )
            done += moved
            handle.step(done=done)
    return {"study": str(chair.study.uid), "name": chair.study.name}


@runner
def run_take_in(handle: Handle, *, study_rater: int, after: int) -> dict[str, Any]:
    """Let the rest of what was set aside count again, where its place is free."""
    chair = _chair(study_rater)
    last: int | None = handle.cursor["after"] if handle.cursor else after
    while last is not None:
        with transaction.atomic():
            last, _taken = move_back(chair, after=last, now=timezone.now())
            handle.step(cursor={"after": last})
    return {"study": str(chair.study.uid), "name": chair.study.name}


def _chair(pk: int) -> StudyRater:
    return StudyRater.objects.select_related("study__project", "rater").get(pk=pk)
