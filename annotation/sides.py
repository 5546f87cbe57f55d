"""Where the answers of an item stand: before a rater as drawn, before whoever settles as by lot.

One notion for pairs and rankings: the positions of the answers in the order in which they are
shown. Of every two, one stands left of the other; two are called left and right, more have letters.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from annotation.answers import Answer, Question, Unit
from annotation.asks import Option, is_about_sides, point_options, side_options
from annotation.models import Item
from annotation.rankings import letter
from core.text import digest

PAIR = (0, 1)


@dataclass(frozen=True)
class Sides:
    order: tuple[int, ...] = PAIR

    @classmethod
    def of_display(cls, display: Mapping[str, Any]) -> "Sides":
        """As one rater saw them."""
        if order := display.get("order"):
            return cls(tuple(order))
        return cls(PAIR[::-1] if display.get("swapped") else PAIR)

    @classmethod
    def of_item(cls, item: Item) -> "Sides":
        """As everybody sees them who looks at what raters said: the same order, another by item."""
        order = list(range(max(item.n_answers, 2)))
        if item.n_answers > 1:
            random.Random(digest(item.uid.hex)).shuffle(order)  # noqa: S311  # not a secret
        return cls(tuple(order))

    def is_swapped(self, unit: Unit) -> bool:
        """Whether the second of the two answers of a unit stands left of the first."""
        first, second = (unit.turn, unit.passage) if len(self.order) > 2 else PAIR
        if first < 0:
            return False
        return self.order.index(second) < self.order.index(first)

    def names(self, unit: Unit) -> tuple[str, str] | None:
        """Letters of the two answers, the one that stands left first; None of a pair."""
        if not self._is_ranked(unit):
            return None
        left, right = self.sorting(unit)
        return letter(left), letter(right)

    def sorting(self, unit: Unit) -> tuple[int, int]:
        """Units in the order of the page: of a ranking, by the places of the two answers."""
        if not self._is_ranked(unit):
            return unit.turn, unit.passage
        left, right = sorted(map(self.order.index, unit))
        return left, right

    def _is_ranked(self, unit: Unit) -> bool:
        return len(self.order) > 2 and unit.turn >= 0

    def options(self, question: Question, answer: Answer) -> list[Option]:
        """The points to choose from, in the words of the page."""
        if not is_about_sides(question.criterion):
            return point_options(question, answer)
        unit = question.unit
        return side_options(question, answer, self.is_swapped(unit), self.names(unit))
