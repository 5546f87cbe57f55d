"""Gold's labels beside those of a second, blind rating: pure, label by label."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

Labels = Mapping[str, Any]
Place = tuple[Any, ...]
CLOSE = 1e-9


@dataclass(frozen=True)
class Compared:
    """One label of one item, as gold has it and as it was said now.

    Attributes:
        criterion: Its key.
        place: Turn and passage, or the answers compared; empty for the whole conversation.
        was: Gold's value.
        now: What the second rating settled on.
        differs: Whether they are two values.
        steps: How far they lie apart on the points of the scale; None where it has no order.
    """

    criterion: str
    place: Place
    was: Any
    now: Any
    differs: bool
    steps: float | None = None


def compared(gold: Labels, again: Labels, points: Mapping[str, Sequence[str]]) -> list[Compared]:
    """The labels that both have, by criterion and place.

    `points` are those of the criteria whose points have an order.

    >>> gold = {"helpful": {"value": "4"}, "turns": [{"turn": 1, "value": "a"}]}
    >>> again = {"helpful": {"value": "2"}, "turns": [{"turn": 1, "value": "a"}]}
    >>> [(one.criterion, one.differs, one.steps) for one in compared(
    ...     gold, again, {"helpful": ["1", "2", "3", "4"]})]
    [('helpful', True, 2), ('turns', False, None)]
    """
    old, new = dict(values(gold)), dict(values(again))
    return [
        Compared(
            key,
            place,
            old[key, place],
            new[key, place],
            differs=not same(old[key, place], new[key, place]),
            steps=steps(old[key, place], new[key, place], points.get(key)),
        )
        for key, place in sorted(old.keys() & new.keys(), key=str)
    ]


def values(labels: Labels) -> Iterator[tuple[tuple[str, Place], Any]]:
    """Each label's value under its criterion and place."""
    for key, label in labels.items():
        if isinstance(label, list):
            for one in label:
                yield (key, place_of(one)), one["value"]
        elif label is not None:
            yield (key, ()), label["value"]


def place_of(label: Mapping[str, Any]) -> Place:
    if "answers" in label:
        return tuple(label["answers"])
    return tuple(label[name] for name in ("turn", "passage") if name in label)


def same(was: Any, now: Any) -> bool:
    """Sets of labels have no order, and numbers may differ by what arithmetic loses."""
    if isinstance(was, list) and isinstance(now, list):
        return sorted(map(str, was)) == sorted(map(str, now))
    if isinstance(was, int | float) and isinstance(now, int | float):
        return abs(was - now) <= CLOSE
    return bool(was == now)


def steps(was: Any, now: Any, points: Sequence[str] | None) -> float | None:
    """Between two points, or means of points that are numbers."""
    one, other = (position(value, points or ()) for value in (was, now))
    return None if one is None or other is None else round(abs(one - other), 6)


def position(value: Any, points: Sequence[str]) -> float | None:
    """Where a value lies on a scale.

    >>> position("3", ["1", "2", "3"]), position(2.5, ["1", "2", "4"]), position("x", ["1"])
    (2, 1.25, None)
    """
    if value in points:
        return points.index(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        numbers = [float(point) for point in points]
    except ValueError:
        return None
    for place, (low, high) in enumerate(pairwise(numbers)):
        if low != high and min(low, high) <= value <= max(low, high):
            return place + (value - low) / (high - low)
    return None
