"""Which conversations would bring a dataset nearest to what comes in: pure, and the same each time.

One by one: the conversation whose slices are short most is taken, counted, and the shortage
measured anew, so that fifty picks do not fill one gap fifty times.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

Slices = tuple[str, ...]
"""The value of a conversation in each slice, in one order."""
Counts = Sequence[Mapping[str, int]]
"""How many conversations have each value, slice by slice in that order."""


@dataclass(frozen=True)
class Offered:
    """A conversation that could be added; of one input only the first is taken.

    Of those alike the ones of a group that nothing was taken from come first.
    """

    key: int
    slices: Slices
    input_key: str = ""
    group: str = ""


@dataclass(frozen=True)
class Pick:
    key: int
    shortages: tuple[tuple[int, str, float], ...]
    """Slice, value and by which share it was short, most first."""


def picks(offered: Iterable[Offered], held: Counts, comes_in: Counts, *, most: int) -> list[Pick]:
    """At most so many picks; none where nothing is short.

    >>> [one.key for one in picks(
    ...     [Offered(1, ("ja",)), Offered(2, ("en",)), Offered(3, ("ja",))],
    ...     [{"ja": 9, "en": 1}], [{"ja": 5, "en": 5}], most=2)]
    [2]
    """
    waiting: dict[Slices, list[Offered]] = defaultdict(list)
    for one in offered:
        waiting[one.slices].append(one)
    for alike in waiting.values():
        alike.reverse()  # the first is taken from the end
    counts = [dict(one) for one in held]
    totals = [sum(one.values()) for one in held]
    shares = [
        {value: n / max(1, sum(one.values())) for value, n in one.items()} for one in comes_in
    ]
    taken: list[Pick] = []
    inputs: set[str] = set()
    groups: set[str] = set()
    while waiting and len(taken) < most:
        short = {
            slices: [
                (place, value, _shortage(shares[place], counts[place], totals[place], value))
                for place, value in enumerate(slices)
            ]
            for slices in waiting
        }
        best = max(short, key=lambda slices: (sum(s for _p, _v, s in short[slices]), slices))
        if sum(max(0.0, s) for _p, _v, s in short[best]) <= 0:
            break
        one = _unlike(waiting[best], groups)
        if not waiting[best]:
            del waiting[best]
        if one.input_key and one.input_key in inputs:
            continue
        inputs.add(one.input_key)
        groups.add(one.group)
        reasons = sorted((s for s in short[best] if s[2] > 0), key=lambda s: -s[2])
        taken.append(Pick(one.key, tuple(reasons)))
        for place, value in enumerate(best):
            counts[place][value] = counts[place].get(value, 0) + 1
            totals[place] += 1
    return taken


def _unlike(alike: list[Offered], groups: Collection[str]) -> Offered:
    """The first whose group is new, else the first; it is taken from the list."""
    for place in range(len(alike) - 1, -1, -1):
        if not alike[place].group or alike[place].group not in groups:
            return alike.pop(place)
    return alike.pop()


def _shortage(
    shares: Mapping[str, float], counts: Mapping[str, int], total: int, value: str
) -> float:
    """By which share the value is short; below 0 where there is more of it than comes in."""
    return shares.get(value, 0.0) - (counts.get(value, 0) / total if total else 0.0)
