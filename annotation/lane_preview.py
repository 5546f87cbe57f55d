"""What lanes would take in, before they are saved: counted on the items, else on the pool."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from annotation import pool
from annotation.lanes import Lane, sorter
from annotation.models import Study

LOOKED_AT = 5_000
"""Conversations that a preview looks at: the first that were drawn, or the newest of the pool."""
CHUNK = 1_000


@dataclass(frozen=True)
class Preview:
    """`lines` holds each lane with its count; `looked_at` of `total` conversations were sorted."""

    lines: list[tuple[Lane, int]]
    looked_at: int
    total: int
    is_drawn: bool


def preview(study: Study, lanes: Sequence[Lane]) -> Preview:
    """Items are in the order of their draw, so the first of them are a sample of all."""
    drawn = study.next_seq - 1
    lane_of = sorter(lanes)
    counts = Counter(lane_of(facts) for facts in (_drawn(study) if drawn else _in_pool(study)))
    return Preview(
        lines=[(lane, counts[number]) for number, lane in enumerate(lanes)],
        looked_at=counts.total(),
        total=drawn or study.project.conversations.filter(continued_by=None).count(),
        is_drawn=bool(drawn),
    )


def _drawn(study: Study) -> Iterator[Mapping[str, Any]]:
    items = study.items.order_by("seq").values_list("conversation", flat=True)[:LOOKED_AT]
    keys = list(items)
    for start in range(0, len(keys), CHUNK):
        chunk = keys[start : start + CHUNK]
        answers = pool.answers(chunk)
        yield from (answers[key].facts for key in chunk)


def _in_pool(study: Study) -> Iterator[Mapping[str, Any]]:
    rows = study.project.conversations.filter(continued_by=None).order_by("-pk")
    for row in rows.values(*pool.COLUMNS)[:LOOKED_AT]:
        yield pool.facts_of(row)
