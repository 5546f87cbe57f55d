"""Items that ratings of a file are about, by what they show."""

from collections import defaultdict
from collections.abc import Collection, Iterable

from annotation.models import Item, ItemAnswer, Study

ItemKey = tuple[int, ...]
"""The conversations of an item by position: one, the two of a pair, or all of a ranking."""


def by_key(items: Iterable[Item]) -> dict[ItemKey, Item]:
    """Items by what they show."""
    items = list(items)
    several: dict[int, list[int]] = defaultdict(list)
    rows = ItemAnswer.objects.filter(item__in=[one.pk for one in items if one.n_answers > 2])
    for item, conversation in rows.order_by("position").values_list("item", "conversation"):
        several[item].append(conversation)
    return {_key(item, several): item for item in items}


def _key(item: Item, several: dict[int, list[int]]) -> ItemKey:
    if item.n_answers > 2:
        return tuple(several[item.pk])
    return tuple(pk for pk in (item.conversation_id, item.conversation_b_id) if pk is not None)


def known_keys(study: Study, conversations: Collection[int]) -> dict[frozenset[int], ItemKey]:
    """What the study holds of these conversations, whatever the order of several answers is."""
    items = study.items.filter(conversation__in=conversations).only(
        "n_answers", "conversation_id", "conversation_b_id"
    )
    return {frozenset(key): key for key in by_key(items)}
