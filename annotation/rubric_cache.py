"""Criteria of published rubric versions, kept in the process: what is frozen cannot go stale."""

from functools import lru_cache
from uuid import UUID

from annotation.models import Criterion, RubricVersion


def criteria_of(version: RubricVersion) -> tuple[Criterion, ...]:
    """In their order; read once a process, because every rating page and submit needs them."""
    if version.state != RubricVersion.State.PUBLISHED:
        return tuple(version.criteria.order_by("position"))
    return _published(version.uid)


@lru_cache(maxsize=256)
def _published(uid: UUID) -> tuple[Criterion, ...]:
    return tuple(Criterion.objects.filter(version__uid=uid).order_by("position"))
