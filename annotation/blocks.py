"""Balanced blocks of raters: everybody rates as much, and every two meet about equally often.

How severe a rater is can be told from what others said of the same items only. Where each item
goes to whoever comes first, the eager meet each other and the others hardly anybody; dealt out to
blocks, each pair of raters shares items. Few raters get every block that there is, many get a
cyclic design (`cyclic`); in both every rater stands in equally many blocks.
"""

import heapq
import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from math import comb

from django.utils.translation import gettext as _

from annotation.cyclic import best_circle
from annotation.draws import rank_of
from core.errors import InvalidError

MOST_SUBSETS = 60
"""Up to so many blocks all of them are taken: no design is better balanced."""
MOST_A_RATER = 24
"""Blocks of one rater in a cyclic design: each is a queue that the rater draws from."""


class BlocksError(InvalidError):
    """Blocks that cannot be made as asked, as a sentence."""


@dataclass(frozen=True)
class Blocks:
    """A design: which raters share the items of a block.

    `raters` is in the order of the seed; every block names `size` of them.
    """

    raters: tuple[str, ...]
    blocks: tuple[tuple[str, ...], ...]
    seed: int

    @classmethod
    def of(cls, named: Iterable[Sequence[str]], seed: int) -> "Blocks":
        """A design that was made before, from its blocks."""
        listed = tuple(map(tuple, named))
        raters = {rater for block in listed for rater in block}
        return cls(_in_order(raters, seed), listed, seed)

    @cached_property
    def loads(self) -> dict[str, int]:
        """In how many blocks each rater stands."""
        loads = Counter(rater for block in self.blocks for rater in block)
        return {rater: loads[rater] for rater in self.raters}

    @cached_property
    def meetings(self) -> Counter[tuple[str, str]]:
        """In how many blocks two raters meet, those who never do left out; names in order."""
        return Counter(pair for block in self.blocks for pair in combinations(sorted(block), 2))

    @property
    def fewest_meetings(self) -> int:
        """Of any two raters; 0 also where there is one rater alone."""
        pairs = comb(len(self.raters), 2)
        return min(self.meetings.values()) if pairs and len(self.meetings) == pairs else 0

    @property
    def most_meetings(self) -> int:
        return max(self.meetings.values(), default=0)

    def planned(self, counts: Sequence[int]) -> dict[str, int]:
        """How many items each rater gets when block i holds `counts[i]` of them."""
        planned = dict.fromkeys(self.raters, 0)
        for block, count in zip(self.blocks, counts, strict=True):
            for rater in block:
                planned[rater] += count
        return planned


def blocks(
    raters: Sequence[str],
    k: int,
    seed: int,
    *,
    limit: int = MOST_SUBSETS,
    each: int = MOST_A_RATER,
) -> Blocks:
    """Blocks of k raters that are balanced, the same for the same raters and seed.

    All subsets of k where there are at most `limit`. Otherwise a cyclic design in which nobody
    stands in more than `each` blocks (or in k, where k is more): of those that the search finds,
    the one in which the meetings of two raters vary least, measured by their mean; of equal ones
    the smallest.

    Args:
        raters: At least k identifiers, in any order, each once.
        k: Raters of one item, 1 or more.
        seed: Decides who stands where.
        limit: Most blocks where all subsets are taken.
        each: Most blocks of a rater in a cyclic design.

    Returns:
        The blocks; every rater stands in equally many.

    Raises:
        BlocksError: k is below 1, there are fewer than k raters, or one is named twice.

    Example:
        >>> design = blocks(["ann", "bo", "cy", "di"], 3, seed=1)
        >>> len(design.blocks), set(design.loads.values()), design.fewest_meetings
        (4, {3}, 2)
        >>> design = blocks([f"r{number}" for number in range(13)], 3, seed=1)
        >>> len(design.blocks), design.fewest_meetings, design.most_meetings
        (26, 1, 1)
    """
    order = _checked(raters, k, seed)
    v = len(order)
    if comb(v, k) <= limit:
        return Blocks(order, tuple(combinations(order, k)), seed)
    design = best_circle(v, k, each, random.Random(seed))  # noqa: S311  # lots, no secret
    turned = (
        tuple(order[(place + turn) % v] for place in starter)
        for starter in design.starters
        for turn in range(v)
    )
    return Blocks(order, tuple(turned), seed)


def deal(n_items: int, design: Blocks, seed: int, already: Sequence[int] = ()) -> list[int]:
    """To which block each of `n_items` goes, in the order of the items.

    Blocks fill evenly: each item goes to a block that holds fewest, among those to one whose
    raters have least to do, and then by lot. A later call goes on from the counts it is given, so
    items may come in several draws and any first part of them is balanced too.

    Args:
        n_items: 0 or more.
        design: The blocks.
        seed: Decides between equals.
        already: How many items each block holds; none when left out.

    Returns:
        Places in `design.blocks`, `n_items` of them.

    Raises:
        BlocksError: `already` has another length than the design, or counts below 0.

    Example:
        >>> design = blocks(["ann", "bo", "cy"], 2, seed=1)
        >>> places = deal(6, design, seed=1)
        >>> [places.count(block) for block in range(3)]
        [2, 2, 2]
        >>> sorted(deal(2, design, seed=1, already=[2, 3, 2]))
        [0, 2]
    """
    counts = _checked_counts(design, already)
    lots = random.Random(seed)  # noqa: S311  # lots, no secret
    loads = design.planned(counts)
    dealt: list[int] = []
    while len(dealt) < n_items:
        level = min(counts)
        open_blocks = [place for place, count in enumerate(counts) if count == level]
        for place in _least_busy_first(open_blocks, design, loads, lots):
            dealt.append(place)
            counts[place] += 1
            if len(dealt) == n_items:
                break
    return dealt


def _checked(raters: Sequence[str], k: int, seed: int) -> tuple[str, ...]:
    """The raters in the order of the seed."""
    twice = [rater for rater, times in Counter(raters).items() if times > 1]
    if twice:
        raise BlocksError(
            _("“%(rater)s” is named twice. Name each rater once.") % {"rater": twice[0]}
        )
    if k < 1:
        raise BlocksError(
            _("A block of %(size)d raters is empty. Ask for at least 1 rater an item.")
            % {"size": k}
        )
    if len(raters) < k:
        raise BlocksError(
            _(
                "Each item needs %(size)d raters, and the study has %(raters)d. "
                "Name more raters, or ask for fewer an item."
            )
            % {"size": k, "raters": len(raters)}
        )
    return _in_order(raters, seed)


def _in_order(raters: Iterable[str], seed: int) -> tuple[str, ...]:
    return tuple(sorted(raters, key=lambda rater: rank_of(seed, rater)))


def _checked_counts(design: Blocks, already: Sequence[int]) -> list[int]:
    counts = list(already) or [0] * len(design.blocks)
    if len(counts) != len(design.blocks) or min(counts) < 0:
        raise BlocksError(
            _("Counts of %(given)d blocks do not fit a design of %(blocks)d. Give one for each.")
            % {"given": len(counts), "blocks": len(design.blocks)}
        )
    return counts


def _least_busy_first(
    open_blocks: list[int], design: Blocks, loads: dict[str, int], lots: random.Random
) -> list[int]:
    """The open blocks, each time the one whose raters have least to do; loads follow.

    Loads only grow, so a block taken from the heap that is busier than it was goes back with what
    it is now, and the first that has not changed is the least busy of all.
    """

    def busy(place: int) -> tuple[int, int]:
        each = [loads[rater] for rater in design.blocks[place]]
        return max(each, default=0), sum(each)

    heap = [(busy(place), lots.random(), place) for place in open_blocks]
    heapq.heapify(heap)
    order = []
    while heap:
        was, lot, place = heap[0]
        now = busy(place)
        if now != was:
            heapq.heapreplace(heap, (now, lot, place))
            continue
        heapq.heappop(heap)
        order.append(place)
        for rater in design.blocks[place]:
            loads[rater] += 1
    return order
