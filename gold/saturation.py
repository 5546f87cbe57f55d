"""How much the newest items still change: a set is large enough when the ranking of variants stays.

Pure. Variants are ranked by the share of items that they pass; items stand in the order in which
they became gold.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

LAST = 50


@dataclass(frozen=True, slots=True)
class Standing:
    """Shares that passed over the first `n` items, best first."""

    n: int
    shares: tuple[tuple[str, float], ...]

    @property
    def order(self) -> tuple[str, ...]:
        return tuple(name for name, _share in self.shares)


@dataclass(frozen=True, slots=True)
class Saturation:
    """The standing without the last items and with them.

    `swapped` are pairs of variants whose order turned; `tau` is Kendall's, 1 where none did (pairs
    that tie on either side count for neither). `largest` is the variant whose share moved most.
    """

    last: int
    before: Standing
    after: Standing
    swapped: tuple[tuple[str, str], ...]
    tau: float | None
    largest: tuple[str, float]
    steps: tuple[Standing, ...]


def saturation(passed: Mapping[str, Sequence[bool]], last: int = LAST) -> Saturation | None:
    """What the last items changed; None with fewer than two variants or four items.

    With fewer than twice `last` items, the last half is looked at.

    Args:
        passed: Of each variant, whether each item passed; all over the same items in one order.
        last: Items that count as the last.

    >>> found = saturation({"a": [True, True, False, False], "b": [False, True, True, True]}, 2)
    >>> found.before.order, found.after.order, found.swapped, found.tau
    (('a', 'b'), ('b', 'a'), (('a', 'b'),), -1.0)
    """
    sizes = {len(one) for one in passed.values()}
    if len(passed) < 2 or len(sizes) != 1 or (n := sizes.pop()) < 4:
        return None
    last = min(last, n // 2)
    before, after = standing(passed, n - last), standing(passed, n)
    was, now = dict(before.shares), dict(after.shares)
    swapped, kept = [], 0
    for one, other in combinations(sorted(passed), 2):
        turned = (was[one] - was[other]) * (now[one] - now[other])
        if turned < 0:
            swapped.append((one, other))
        kept += turned > 0
    told = kept + len(swapped)
    largest = max(sorted(passed), key=lambda name: abs(now[name] - was[name]))
    return Saturation(
        last=last,
        before=before,
        after=after,
        swapped=tuple(swapped),
        tau=(kept - len(swapped)) / told if told else None,
        largest=(largest, now[largest] - was[largest]),
        steps=tuple(standing(passed, at) for at in steps_to(n)),
    )


def standing(passed: Mapping[str, Sequence[bool]], n: int) -> Standing:
    shares = {name: sum(one[:n]) / n for name, one in passed.items()}
    return Standing(n, tuple(sorted(shares.items(), key=lambda one: (-one[1], one[0]))))


def steps_to(n: int) -> list[int]:
    """Some ten sizes at which a standing is shown, the whole last.

    >>> steps_to(120)
    [20, 40, 60, 80, 100, 120]
    """
    step = next((size for size in (1, 2, 5, 10, 20, 50, 100, 200, 500) if n <= 10 * size), 1_000)
    while n > 20 * step:
        step *= 10
    return [*range(step, n, step), n]
