"""Right or wrong: what raters said beside what was known beforehand.

An answer may lie as far from the expected one as its tolerance says, where answers are in an
order. What is expected and has no answer is wrong: the rater could not judge it, or a wrong answer
before it hid the question.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from annotation.models import ExpectedAnswer, Score
from core.scales import Kind, Stored

ROUNDING = 1e-9
Key = tuple[int, int, int]
"""Criterion, turn, passage."""


def meets(kind: str, expected: Stored, said: Stored, tolerance: float) -> bool:
    """Whether one answer is right.

    Both as scores store them; of points in order, an expected number may lie between two.
    """
    wanted, given = _plain(expected), _plain(said)
    if wanted is None or given is None:
        return False
    if kind in {Kind.ORDINAL, Kind.NUMERIC}:
        return abs(given - wanted) <= tolerance + ROUNDING
    return given == wanted


def _plain(stored: Stored) -> float | None:
    return stored.value if stored.number is None else stored.number


def marks_of(ratings: Mapping[int, int]) -> dict[int, dict[Key, bool]]:
    """Which answers of each rating are right, by rating; `ratings` gives the item of each.

    Items without expected answers give nothing to mark.
    """
    expected: dict[int, list[ExpectedAnswer]] = defaultdict(list)
    for one in ExpectedAnswer.objects.filter(item__in=set(ratings.values())).select_related(
        "criterion"
    ):
        expected[one.item_id].append(one)
    said: dict[tuple[int, Key], Stored] = {
        (rating, (criterion, turn, passage)): Stored(value, number)
        for rating, criterion, turn, passage, value, number in Score.objects.filter(
            rating__in=ratings
        ).values_list("rating_id", "criterion_id", "turn", "passage", "value", "number")
    }
    return {
        rating: {
            key_of(one): meets(
                one.criterion.kind,
                Stored(one.value, one.number),
                said.get((rating, key_of(one)), Stored()),
                one.tolerance,
            )
            for one in expected[item]
        }
        for rating, item in ratings.items()
    }


def key_of(one: ExpectedAnswer | Score) -> Key:
    return (one.criterion_id, one.turn, one.passage)


def by_criterion(marks: Mapping[Key, bool]) -> dict[str, bool]:
    """A criterion of an item is right when all its units are."""
    found: dict[str, bool] = {}
    for (criterion, _turn, _passage), is_right in marks.items():
        name = str(criterion)
        found[name] = found.get(name, True) and is_right
    return found


def n_right(marks: Iterable[Mapping[Key, bool]]) -> tuple[int, int]:
    """(right, asked): items of which all is right, of those with something expected."""
    asked = [one for one in marks if one]
    return sum(all(one.values()) for one in asked), len(asked)
