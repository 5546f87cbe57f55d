"""What a manager needs to know of the pool before drawing from it: how many, and what to name."""

from dataclasses import dataclass

from annotation.models import Study
from annotation.pool import compares_pairs
from conversations.listing import languages_of

SEEN = 50
"""Conversations looked at for the names of their metadata: enough to remind, cheap at any size."""
NAMED = 12


@dataclass(frozen=True)
class PoolFacts:
    """`left` is what the study does not hold yet; None where pairs are drawn, of which there are
    too many ways to count them for a page."""

    left: int | None
    languages: list[str]
    variants: list[str]
    metadata: list[str]


def pool_facts(study: Study) -> PoolFacts:
    project = study.project
    newest = project.conversations.order_by("-id").values_list("metadata", flat=True)[:SEEN]
    names = sorted({name for metadata in newest for name in metadata or ()})
    return PoolFacts(
        left=None if compares_pairs(study) else _conversations_left(study),
        languages=languages_of(project)[:NAMED],
        variants=list(project.variants.order_by("name").values_list("name", flat=True)[:NAMED]),
        metadata=names[:NAMED],
    )


def _conversations_left(study: Study) -> int:
    held = study.items.values("conversation").distinct().count()
    return study.project.conversations.filter(continued_by=None).count() - held
