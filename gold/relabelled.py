"""Gold's labels beside those of a second, blind rating: pure, label by label."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
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
        steps: How many points of the scale lie between them; None where it has no order.
    """

    criterion: str
    place: Place
    was: Any
    now: Any
    differs: bool
    steps: int | None = None


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


def steps(was: Any, now: Any, points: Sequence[str] | None) -> int | None:
    if not points or was not in points or now not in points:
        return None
    return abs(points.index(was) - points.index(now))
