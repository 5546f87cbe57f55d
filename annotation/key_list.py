"""The items of a training or a set of control items: which have a key, and how raters did."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count
from django.utils.text import Truncator

from annotation.marking import marks_of
from annotation.models import Item, Layer, Rating, Study
from annotation.rating_page import blind_turns
from conversations.redacting import said

PAGE = 100
OPENING = 80


@dataclass(frozen=True)
class KeyedItem:
    """An item with how many lines its key has, and how many of its ratings were all right."""

    item: Item
    n_expected: int
    n_right: int
    n_rated: int

    @property
    def opening(self) -> str:
        turns = blind_turns(said(self.item.conversation), self.item.study.blinding)
        first = next((turn.content for turn in turns if turn.content), "")
        return Truncator(first).chars(OPENING)

    @property
    def is_suspect(self) -> bool:
        """Most get it wrong: the key may be at fault, and not the raters."""
        return self.n_rated >= 5 and 2 * self.n_right < self.n_rated


def keyed_list(study: Study, after: int = 0) -> Sequence[KeyedItem]:
    """One page of the study's items, and one more if there are others behind it."""
    items = list(
        study.items.filter(seq__gt=after)
        .select_related("conversation")
        .annotate(n_expected=Count("expected"))
        .order_by("seq")[: PAGE + 1]
    )
    ratings = Rating.objects.filter(
        item__in=items, layer__in=[Layer.TRAINING, Layer.CONTROL], current=True
    )
    item_of = dict(ratings.values_list("pk", "item_id"))
    rated: dict[int, list[bool]] = {}
    for rating, marks in marks_of(item_of).items():
        if marks:
            rated.setdefault(item_of[rating], []).append(all(marks.values()))
    found = []
    for item in items:
        item.study = study
        marks_on = rated.get(item.pk, [])
        found.append(KeyedItem(item, item.n_expected, sum(marks_on), len(marks_on)))
    return found
