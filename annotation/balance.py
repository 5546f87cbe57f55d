"""Sharing comparisons out among sets of variants: all connected, and all met equally often."""

import heapq
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from itertools import combinations

Variants = tuple[str, ...]
"""Variants whose answers are compared, in order of name."""


class Pieces:
    """Nodes in pieces; joining some makes one piece of theirs.

    >>> pieces = Pieces("abcd")
    >>> pieces.join("ab")
    >>> pieces.join("bc")
    >>> pieces.are_one("ac"), pieces.largest_first("abcd")
    (True, [('a', 'b', 'c'), ('d',)])
    """

    def __init__(self, nodes: Iterable[str]) -> None:
        self._parent = {node: node for node in nodes}

    def join(self, nodes: Iterable[str]) -> None:
        roots = {self._root(node) for node in nodes}
        self._parent |= dict.fromkeys(roots, min(roots))

    def are_one(self, nodes: Iterable[str]) -> bool:
        return len({self._root(node) for node in nodes}) <= 1

    def largest_first(self, nodes: Iterable[str]) -> list[tuple[str, ...]]:
        """These nodes by piece, pieces of equal size by name."""
        found: dict[str, list[str]] = {}
        for node in sorted(nodes):
            found.setdefault(self._root(node), []).append(node)
        return sorted(map(tuple, found.values()), key=lambda piece: (-len(piece), piece))

    def _root(self, node: str) -> str:
        while (parent := self._parent[node]) != node:
            self._parent[node] = node = self._parent[parent]
        return node


class Balance:
    """Who met how often so far, and which set of variants is next in turn.

    Next is a set that joins what was apart; else one whose variants met least, then one of
    variants seen least, then lot decides. Nothing of this ever shrinks as comparisons are added.
    """

    def __init__(self, lots: Mapping[Variants, int], held: Iterable[Variants]) -> None:
        before = list(held)
        self.lots = lots
        self.pieces = Pieces({name for one in (*lots, *before) for name in one})
        self.meetings: Counter[tuple[str, str]] = Counter()
        self.appearances: Counter[str] = Counter()
        for one in before:
            self.add(one)

    def add(self, variants: Variants) -> None:
        self.pieces.join(variants)
        self.meetings.update(combinations(variants, 2))
        self.appearances.update(variants)

    def share_out(self, size: int, room: Mapping[Variants, int]) -> Counter[Variants]:
        """How many comparisons each set gives, none more than it has room for.

        Args:
            size: Comparisons wanted.
            room: What each set could give at most.

        Returns:
            Numbers that add up to `size`, or to all there is room for. They are added here.

        Example:
            >>> balance = Balance({("a", "b"): 3, ("a", "c"): 2, ("b", "c"): 1}, held=[("a", "b")])
            >>> balance.share_out(3, {("a", "b"): 9, ("a", "c"): 9, ("b", "c"): 1})
            Counter({('a', 'c'): 2, ('b', 'c'): 1})
        """
        heap = [(self._turn(one), one) for one, left in room.items() if left]
        heapq.heapify(heap)
        quotas: Counter[Variants] = Counter()
        given = 0
        while heap and given < size:
            was, one = heap[0]
            if self._turn(one) == was:
                self.add(one)
                quotas[one] += 1
                given += 1
            if quotas[one] < room[one]:
                heapq.heapreplace(heap, (self._turn(one), one))
            else:
                heapq.heappop(heap)
        return quotas

    def _turn(self, variants: Variants) -> tuple[bool, int, int, int, int]:
        """Smaller comes first."""
        seen = [self.appearances[name] for name in variants]
        return (
            self.pieces.are_one(variants),
            sum(self.meetings[pair] for pair in combinations(variants, 2)),
            max(seen),
            sum(seen),
            self.lots[variants],
        )


def apart_from_most(variants: Collection[str], comparisons: Iterable[Variants]) -> tuple[str, ...]:
    """The variants that these comparisons do not connect with the largest piece.

    Example:
        >>> apart_from_most("abcd", [("a", "b"), ("b", "c")])
        ('d',)
    """
    listed = list(comparisons)
    pieces = Pieces({*variants, *(name for one in listed for name in one)})
    for one in listed:
        pieces.join(one)
    return tuple(name for piece in pieces.largest_first(variants)[1:] for name in piece)
