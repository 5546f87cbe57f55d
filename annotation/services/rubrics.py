"""What can happen to a rubric: made, rewritten as a draft, published as a frozen version."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import Project, User
from accounts.services import free_slug
from annotation import rubric_schema
from annotation.criteria import as_data
from annotation.models import Criterion, CriterionHold, Rubric, RubricVersion
from annotation.services.holds import lift_hold
from core.errors import DomainError, InvalidError, NotFoundError
from core.text import storable

MAX_NOTE = 2_000


@transaction.atomic
def create_rubric(
    *,
    actor: User | None,
    project: Project,
    data: Mapping[str, Any],
    template: str = "",
    slug: str = "",
) -> RubricVersion:
    """A rubric with its first draft, in the JSON shape of `rubric_shape`; criteria may follow."""
    slug = slug or _free_slug(project, data)
    full = _readable({**data, "key": slug})
    rubric = Rubric.objects.create(
        project=project, name=full["name"], slug=slug, template=template, created_by=actor
    )
    version = RubricVersion.objects.create(
        rubric=rubric, number=1, name=full["name"], intro=full["intro"]
    )
    write_criteria(version, full)
    record(actor, "rubric.created", target=rubric, project=project, template=template)
    return version


@transaction.atomic
def start_draft(*, actor: User | None, rubric: Rubric) -> RubricVersion:
    """The draft of the next version, beginning as the newest; one draft at a time."""
    rubric = Rubric.objects.select_for_update().get(pk=rubric.pk)
    newest = rubric.versions.order_by("-number").first()
    if newest is None:
        raise NotFoundError(_("This rubric has no version."))
    if newest.state == RubricVersion.State.DRAFT:
        return newest
    draft = RubricVersion.objects.create(
        rubric=rubric, number=newest.number + 1, name=newest.name, intro=newest.intro
    )
    write_criteria(draft, rubric_data(newest))
    record(actor, "rubric.draft_started", target=draft, project=rubric.project)
    return draft


@transaction.atomic
def save_draft(
    *,
    actor: User | None,
    version: RubricVersion,
    data: Mapping[str, Any],
    note: str | None = None,
    seen: str = "",
) -> RubricVersion:
    """Replace the draft's words and criteria; a draft may be unfinished, never unreadable.

    `seen` is the `draft_hash` of what the writer began from: what somebody else saved meanwhile is
    not written over unseen.
    """
    version = RubricVersion.objects.select_for_update().select_related("rubric").get(pk=version.pk)
    refuse_published(version)
    if seen and seen != draft_hash(version):
        raise DomainError(
            _(
                "“%(rubric)s” was saved by somebody else while you were writing. Nothing of yours "
                "is lost: save again to keep your text instead of theirs."
            )
            % {"rubric": version.rubric},
            code="draft_changed",
        )
    full = _readable({**data, "key": version.rubric.slug})
    version.name, version.intro = full["name"], full["intro"]
    if note is not None:
        version.note = _checked_note(note)
    version.save(update_fields=["name", "intro", "note"])
    if last_published(version.rubric) is None:
        _name_rubric(version)
    version.criteria.all().delete()
    write_criteria(version, full)
    record(actor, "rubric.draft_saved", target=version, project=version.rubric.project)
    return version


@transaction.atomic
def publish_version(
    *,
    actor: User | None,
    version: RubricVersion,
    now: datetime,
    lift: Collection[str] = (),
) -> RubricVersion:
    """Freeze the draft; from here on only a new version can change a word.

    `lift` names criteria that were sent back for these words: their wait ends with it.
    """
    version = RubricVersion.objects.select_for_update().get(pk=version.pk)
    refuse_published(version)
    data = rubric_data(version)
    problems = rubric_schema.errors_of(rubric_schema.validate_rubric(data))
    if problems:
        raise InvalidError(
            _("The rubric cannot be published yet: %(problem)s") % {"problem": problems[0].message},
            fields={problem.path: problem.message for problem in problems},
        )
    version.state = RubricVersion.State.PUBLISHED
    version.content_hash = rubric_schema.content_hash(data)
    version.published_at, version.published_by = now, actor
    version.save(update_fields=["state", "content_hash", "published_at", "published_by"])
    _name_rubric(version)
    record(
        actor,
        "rubric.published",
        target=version,
        project=version.rubric.project,
        content_hash=version.content_hash,
    )
    if lift and actor:
        _lift(actor, version.rubric, lift, now)
    return version


@transaction.atomic
def discard_draft(*, actor: User, version: RubricVersion) -> None:
    """Throw the draft away; a rubric whose only version it was goes with it."""
    refuse_published(version)
    rubric = version.rubric
    record(actor, "rubric.draft_discarded", target=version, project=rubric.project)
    version.criteria.all().delete()
    version.delete()
    if not rubric.versions.exists():
        rubric.delete()


@transaction.atomic
def archive_rubric(*, actor: User, rubric: Rubric, now: datetime) -> None:
    """Take the rubric off the list; its versions, studies and ratings stay as they are."""
    if not Rubric.objects.filter(pk=rubric.pk, archived_at=None).update(archived_at=now):
        return  # by another click or person, who stands in the trail
    rubric.archived_at = now
    record(actor, "rubric.archived", target=rubric, project=rubric.project)


@transaction.atomic
def unarchive_rubric(*, actor: User, rubric: Rubric) -> None:
    if not Rubric.objects.filter(pk=rubric.pk).exclude(archived_at=None).update(archived_at=None):
        return
    rubric.archived_at = None
    record(actor, "rubric.unarchived", target=rubric, project=rubric.project)


def open_holds(rubric: Rubric) -> QuerySet[CriterionHold]:
    """Criteria of any version of the rubric that wait for better words, oldest first."""
    return (
        CriterionHold.objects.filter(criterion__version__rubric=rubric, lifted_at=None)
        .select_related("criterion", "item", "study", "actor")
        .order_by("at")
    )


def last_published(rubric: Rubric) -> RubricVersion | None:
    published = rubric.versions.filter(state=RubricVersion.State.PUBLISHED)
    return published.order_by("-number").first()


def refuse_published(version: RubricVersion) -> None:
    if version.state == RubricVersion.State.PUBLISHED:
        raise DomainError(
            _("“%(version)s” is published and never changes. Start a new version instead.")
            % {"version": version}
        )


def rubric_data(version: RubricVersion) -> dict[str, Any]:
    """The version in the JSON shape of templates, exports and the editor."""
    return {
        "key": version.rubric.slug,
        "name": version.name or version.rubric.name,
        "intro": version.intro,
        "criteria": [as_data(criterion) for criterion in version.criteria.order_by("position")],
    }


def draft_hash(version: RubricVersion) -> str:
    """Changes with every change of the draft."""
    return rubric_schema.content_hash(rubric_data(version))


def draft_problems(data: Mapping[str, Any]) -> list[rubric_schema.RubricProblem]:
    """What is wrong with a draft; that it has no criterion yet is not."""
    return [
        problem
        for problem in rubric_schema.validate_rubric(data)
        if problem.path != "criteria" or data.get("criteria") != []
    ]


def _checked_note(note: str) -> str:
    if len(note) > MAX_NOTE or not storable(note):
        raise DomainError(
            _(
                "Why this version was made is told in at most %(limit)d characters that can be "
                "stored; yours has %(n)d. Shorten it."
            )
            % {"limit": MAX_NOTE, "n": len(note)}
        )
    return note.strip()


def _name_rubric(version: RubricVersion) -> None:
    """Lists and raters know a rubric by the name that was published last, never by a draft's."""
    version.rubric.name = version.name or version.rubric.name
    version.rubric.save(update_fields=["name"])


def _lift(actor: User, rubric: Rubric, keys: Collection[str], now: datetime) -> None:
    """One lift frees all items of a study that wait for the same criterion."""
    waiting = open_holds(rubric).filter(criterion__key__in=keys)
    for hold in {(hold.study_id, hold.criterion_id): hold for hold in waiting}.values():
        lift_hold(actor=actor, hold=hold, now=now)


def write_criteria(version: RubricVersion, full: Mapping[str, Any]) -> None:
    Criterion.objects.bulk_create(
        Criterion(
            version=version,
            position=position,
            meaning_hash=rubric_schema.meaning_hash(data),
            **data,
        )
        for position, data in enumerate(full["criteria"])
    )


def _readable(data: Mapping[str, Any]) -> dict[str, Any]:
    """The full form of what may be stored as a draft, or all that keeps it from being stored."""
    if problems := rubric_schema.errors_of(draft_problems(data)):
        raise InvalidError(
            _("The rubric cannot be saved: %(problem)s") % {"problem": problems[0].message},
            fields={problem.path: problem.message for problem in problems},
        )
    return rubric_schema.normalise(data)


def _free_slug(project: Project, data: Mapping[str, Any]) -> str:
    name = data.get("name")
    words = name.get("en") if isinstance(name, Mapping) else ""
    wanted = next((text for text in (data.get("key"), words) if isinstance(text, str)), "")
    return free_slug(wanted, project.rubrics, "rubric")
