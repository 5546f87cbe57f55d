"""How people answered a contested item: what it says in place of a label."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from annotation.criteria import spoken
from annotation.models import Criterion
from gold.models import GoldItem, Tier
from gold.why import in_words, units_in


@dataclass(frozen=True)
class Answered:
    """One criterion, of one turn where it has one, with how often each answer was given."""

    name: str
    turn: int | None
    counts: list[tuple[str, int]]


def answered(gold_item: GoldItem) -> list[Answered]:
    """In the order of the rubric; nothing of an item whose labels are settled."""
    if gold_item.tier != Tier.CONTESTED:
        return []
    labels = gold_item.payload["labels"]
    criteria = gold_item.candidate.item.study.rubric_version.criteria.order_by("position")
    return [one for criterion in criteria for one in _of(criterion, labels.get(criterion.key))]


def _of(criterion: Criterion, label: Any) -> Iterator[Answered]:
    name = spoken(criterion.name, criterion.key)
    for unit in units_in(label):
        counts = [(in_words(criterion, key), n) for key, n in _ordered(criterion, unit)]
        yield Answered(name, unit.get("turn"), counts)


def _ordered(criterion: Criterion, unit: Mapping[str, Any]) -> list[tuple[str, int]]:
    """In the order of the scale: PostgreSQL gives keys back in an order of its own."""
    places = {point["key"]: place for place, point in enumerate(criterion.points)}
    return sorted(unit["distribution"].items(), key=lambda one: (places.get(one[0], 0), one[0]))
