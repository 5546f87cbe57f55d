"""What can happen to a rubric: made, rewritten as a draft, published as a frozen version."""

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import Project, User
from accounts.services import free_slug
from annotation import rubric_schema
from annotation.criteria import as_data
from annotation.models import Criterion, Rubric, RubricVersion
from core.errors import DomainError, InvalidError, NotFoundError

TEMPLATES = Path(__file__).resolve().parent.parent / "rubric_templates"


@cache
def templates() -> dict[str, dict[str, Any]]:
    """The templates that ship, by key, in the order in which they are offered."""
    files = sorted(TEMPLATES.glob("*.json"))
    found = [json.loads(file.read_text(encoding="utf-8")) for file in files]
    return {data["key"]: rubric_schema.normalise(data) for data in found}


def get_template(key: str) -> dict[str, Any]:
    try:
        return templates()[key]
    except KeyError:
        raise NotFoundError(
            _("There is no template “%(key)s”. There are %(keys)s.")
            % {"key": key, "keys": ", ".join(templates())}
        ) from None


@transaction.atomic
def create_rubric(
    *,
    actor: User | None,
    project: Project,
    data: Mapping[str, Any],
    template: str = "",
    slug: str = "",
) -> RubricVersion:
    """A rubric with its first draft, in the JSON shape of `rubric_shape`."""
    full = rubric_schema.normalise(data)
    taken = project.rubrics.values_list("slug", flat=True)
    rubric = Rubric.objects.create(
        project=project,
        name=full["name"],
        slug=slug or free_slug(full["key"] or full["name"].get("en", ""), taken, "rubric"),
        template=template,
        created_by=actor,
    )
    version = RubricVersion.objects.create(rubric=rubric, number=1, intro=full["intro"])
    write_criteria(version, full)
    record(actor, "rubric.created", target=rubric, project=project, template=template)
    return version


@transaction.atomic
def start_draft(*, actor: User, rubric: Rubric) -> RubricVersion:
    """The draft of the next version, beginning as the newest; one draft at a time."""
    newest = rubric.versions.order_by("-number").first()
    if newest is None:
        raise NotFoundError(_("This rubric has no version."))
    if newest.state == RubricVersion.State.DRAFT:
        return newest
    draft = RubricVersion.objects.create(
        rubric=rubric, number=newest.number + 1, intro=newest.intro
    )
    write_criteria(draft, rubric_data(newest))
    record(actor, "rubric.draft_started", target=draft, project=rubric.project)
    return draft


@transaction.atomic
def save_draft(
    *, actor: User | None, version: RubricVersion, data: Mapping[str, Any], note: str = ""
) -> RubricVersion:
    """Replace the draft's words and criteria; a draft may be unfinished, never unreadable."""
    version = RubricVersion.objects.select_for_update().get(pk=version.pk)
    refuse_published(version)
    problems = rubric_schema.errors_of(rubric_schema.validate_rubric(data))
    if problems:
        raise InvalidError(
            _("The rubric cannot be saved: %(problem)s") % {"problem": problems[0].message},
            fields={problem.path: problem.message for problem in problems},
        )
    full = rubric_schema.normalise(data)
    version.intro, version.note = full["intro"], note
    version.save(update_fields=["intro", "note"])
    version.rubric.name = full["name"]
    version.rubric.save(update_fields=["name"])
    version.criteria.all().delete()
    write_criteria(version, full)
    record(actor, "rubric.draft_saved", target=version, project=version.rubric.project)
    return version


@transaction.atomic
def publish_version(*, actor: User | None, version: RubricVersion, now: datetime) -> RubricVersion:
    """Freeze the draft; from here on only a new version can change a word."""
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
    record(
        actor,
        "rubric.published",
        target=version,
        project=version.rubric.project,
        content_hash=version.content_hash,
    )
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
        "name": version.rubric.name,
        "intro": version.intro,
        "criteria": [as_data(criterion) for criterion in version.criteria.order_by("position")],
    }


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
