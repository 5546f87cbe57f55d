"""Widget keys as ingest needs them, kept in memory for a few seconds.

A key that is withdrawn, a site that is added or a rate that is changed counts in every process
after at most `SECONDS`.
"""

from collections import OrderedDict
from dataclasses import dataclass
from time import monotonic
from uuid import UUID

from core.text import storable
from surveys.models import FeedbackRules, WidgetKey

SECONDS = 5.0
KEPT = 1_000


@dataclass(frozen=True, slots=True)
class KnownKey:
    pk: int
    key: str
    generation: int
    project: int
    project_uid: UUID
    origins: frozenset[str]
    per_minute: int
    per_minute_each: int
    scrub: bool


_known: OrderedDict[str, tuple[float, KnownKey | None]] = OrderedDict()


def known_key(public: str) -> KnownKey | None:
    """The key, or None where it is unknown or withdrawn."""
    now = monotonic()
    until, found = _known.get(public, (0.0, None))
    if until > now:
        return found
    found = _fetched(public)
    _known[public] = (now + SECONDS, found)
    while len(_known) > KEPT:
        _known.popitem(last=False)
    return found


def _fetched(public: str) -> KnownKey | None:
    if len(public) > 40 or not storable(public):
        return None
    row = WidgetKey.objects.filter(key=public, revoked_at=None).select_related("project").first()
    if row is None:
        return None
    rules = FeedbackRules.objects.filter(project=row.project_id).values_list("scrub", flat=True)
    return KnownKey(
        pk=row.pk,
        key=row.key,
        generation=row.generation,
        project=row.project_id,
        project_uid=row.project.uid,
        origins=frozenset(row.origins),
        per_minute=row.per_minute,
        per_minute_each=row.per_minute_each,
        scrub=rules.first() is not False,
    )


def forget() -> None:
    """For tests, which change keys under one process."""
    _known.clear()
