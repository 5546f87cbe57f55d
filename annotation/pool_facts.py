"""What a manager needs to know of the pool before drawing from it: how many, and what to name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from annotation.models import Study
from annotation.pool import compares_pairs
from conversations.listing import languages_of
from conversations.models import Conversation, ConversationQuerySet
from conversations.redacting import told_of

SEEN = 50
"""Conversations looked at for the names of their metadata: enough to remind, cheap at any size."""
NAMED = 12
VALUES = 3
LONGEST = 30


@dataclass(frozen=True)
class PoolFacts:
    """`left` is what the study does not hold yet; None where pairs are drawn, of which there are
    too many ways to count them for a page."""

    left: int | None
    languages: list[str]
    variants: list[str]
    metadata: list[tuple[str, list[str]]]
    """Names, each with a few of its values: what a filter can ask for."""


def pool_facts(study: Study) -> PoolFacts:
    project = study.project
    newest = _that_came_in(study).order_by("-id").only("project", "metadata", "redacted")[:SEEN]
    return PoolFacts(
        left=None if compares_pairs(study) else _conversations_left(study),
        languages=languages_of(project)[:NAMED],
        variants=list(project.variants.order_by("name").values_list("name", flat=True)[:NAMED]),
        metadata=_seen([told_of(one) or {} for one in newest])[:NAMED],
    )


def _seen(all_metadata: Sequence[Mapping[str, Any]]) -> list[tuple[str, list[str]]]:
    values: dict[str, dict[str, None]] = {}
    for metadata in all_metadata:
        for name, value in metadata.items():
            plain = isinstance(value, str | int | float) and len(str(value)) <= LONGEST
            values.setdefault(name, {}).update({_written(value): None} if plain else {})
    return [(name, _few(list(found))) for name, found in sorted(values.items())]


def _written(value: str | float) -> str:
    """As a filter writes it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _few(values: list[str]) -> list[str]:
    return values if len(values) <= VALUES else [*values[:VALUES], "…"]


def _that_came_in(study: Study) -> ConversationQuerySet:
    return Conversation.objects.came_in().filter(project=study.project_id)


def _conversations_left(study: Study) -> int:
    pool = _that_came_in(study).filter(continued_by=None)
    held = pool.filter(pk__in=study.items.values("conversation")).count()
    return pool.count() - held
