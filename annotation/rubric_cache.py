"""Published rubric versions, kept in the process: what is frozen cannot go stale."""

from functools import lru_cache
from typing import Any
from uuid import UUID

from annotation.models import Criterion, RubricVersion, Study
from core.making import Maker


def criteria_of(version: RubricVersion) -> tuple[Criterion, ...]:
    """In their order; read once a process, because every rating page and submit needs them."""
    if version.state != RubricVersion.State.PUBLISHED:
        return tuple(version.criteria.order_by("position"))
    return _published(version.uid)


@lru_cache(maxsize=256)
def _published(uid: UUID) -> tuple[Criterion, ...]:
    return tuple(Criterion.objects.filter(version__uid=uid).order_by("position"))


VERSIONS = Maker(RubricVersion)


def with_version(study: Study) -> Study:
    """The study with its version, which is a published one; the object is the caller's own."""
    if not Study.rubric_version.is_cached(study):
        study.rubric_version = VERSIONS(**_version_of(study.uid, study.rubric_version_id))
    return study


@lru_cache(maxsize=256)
def _version_of(_study: UUID, version: int) -> dict[str, Any]:
    """By the study's own uid as well: after a rollback a number can come back for another row."""
    names = [field.attname for field in RubricVersion._meta.concrete_fields]
    kept: dict[str, Any] = RubricVersion.objects.values(*names).get(pk=version)
    return kept
