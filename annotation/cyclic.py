"""Starting blocks on a circle, turned once around it: balanced designs of any size.

Two places meet as often as their distance along the circle occurs within the starting blocks, so
a design is judged by counts of distances alone. The search moves one place of one block at a time,
keeps what does not make the sum of squared meetings larger, and stops where it is as small as any
design of that size could make it.

Source: Bose (1939), Annals of Eugenics 9(4), doi:10.1111/j.1469-1809.1939.tb02219.x (differences);
John and Williams (1995), Cyclic and Computer Generated Designs, 2nd ed., chapters 2 and 3.
"""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from math import comb, gcd, sqrt

ATTEMPTS = 4
STEPS = 4_000

Starter = list[int]
"""A starting block: places on the circle, 0 first."""


@dataclass
class Circle:
    """Starting blocks among `v` places, and how often each distance occurs in them."""

    v: int
    starters: list[Starter]
    counts: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self.counts = [0] * (self.v // 2 + 1)
        for starter in self.starters:
            for place, one in enumerate(starter):
                self.shift(1, one, starter[:place])

    def shift(self, step: int, place: int, others: Iterable[int]) -> int:
        """Count the distances of a place from others, or take them off; by how much `rough` grows.

        Two places opposite each other meet twice when a block that holds both is turned, and there
        are half as many such pairs.
        """
        grown = 0
        for other in others:
            distance = abs(place - other)
            distance = min(distance, self.v - distance)
            count = self.counts[distance]
            weight = 2 if 2 * distance == self.v else 1
            grown += weight * (step * 2 * count + 1)
            self.counts[distance] = count + step
        return grown

    def met(self) -> Iterator[int]:
        """How often two places meet, for each distance that they can have."""
        for distance in range(1, self.v // 2 + 1):
            yield self.counts[distance] * (2 if 2 * distance == self.v else 1)

    @property
    def is_even(self) -> bool:
        """No design of the size can be better balanced: meetings differ by one at most."""
        met = list(self.met())
        return not met or max(met) - min(met) <= 1

    @property
    def is_joined(self) -> bool:
        """Everybody is connected with everybody through those they meet."""
        return gcd(self.v, *(place for starter in self.starters for place in starter)) == 1

    @property
    def has_twins(self) -> bool:
        """Some block comes up again when turned."""
        turned = {
            frozenset((place + turn) % self.v for place in starter)
            for starter in self.starters
            for turn in range(self.v)
        }
        return len(turned) < self.v * len(self.starters)

    @property
    def variation(self) -> float:
        """Standard deviation of the meetings of two places over their mean; 0 when nobody meets."""
        met = list(self.met())
        weights = [0.5 if 2 * distance == self.v else 1.0 for distance in range(1, len(met) + 1)]
        mean = sum(map(float.__mul__, weights, map(float, met))) / (sum(weights) or 1)
        if not mean:
            return 0.0
        squares = sum(w * (one - mean) ** 2 for w, one in zip(weights, met, strict=True))
        return sqrt(squares / sum(weights)) / mean


def best_circle(v: int, k: int, each: int, lots: random.Random) -> Circle:
    """The circle on which meetings vary least by their mean, the smallest of equal ones.

    Args:
        v: Places.
        k: Places of a block, 1 to v.
        each: Most blocks of a place, unless a single starting block gives more.
        lots: Where the search begins and goes.
    """
    most = max(1, min(each // k, comb(v, k) // v))
    best = search(v, k, 1, lots)
    for n_starters in range(2, most + 1):
        if best.variation == 0:
            break
        found = search(v, k, n_starters, lots)
        if found.variation < best.variation - 1e-12:
            best = found
    return best


def search(v: int, k: int, n_starters: int, lots: random.Random) -> Circle:
    """The best circle of several attempts: joined and without twins first, then the most even."""
    found: list[Circle] = []
    for _attempt in range(ATTEMPTS):
        circle = _climb(v, k, n_starters, lots)
        found.append(circle)
        if circle.is_even and circle.is_joined and not circle.has_twins:
            break
    return min(found, key=lambda one: (not one.is_joined, one.has_twins, one.variation))


def _climb(v: int, k: int, n_starters: int, lots: random.Random) -> Circle:
    circle = Circle(v, [[0, *lots.sample(range(1, v), k - 1)] for _starter in range(n_starters)])
    if k in (1, v):
        return circle
    for step in range(STEPS):
        if step % 20 == 0 and circle.is_even:
            break
        starter = lots.choice(circle.starters)
        place = lots.randrange(1, k)
        new = lots.randrange(1, v)
        if new in starter:
            continue
        old = starter[place]
        others = starter[:place] + starter[place + 1 :]
        grown = circle.shift(-1, old, others) + circle.shift(1, new, others)
        if grown > 0:
            circle.shift(-1, new, others)
            circle.shift(1, old, others)
        else:
            starter[place] = new
    return circle
