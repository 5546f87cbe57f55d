"""How much one key and one respondent may send: token buckets in the process's own memory.

A bucket holds a minute's worth and is filled evenly, so a burst after silence passes. Each process
counts for itself: several of them together let through as many times more. Nothing is counted by
address, behind which a whole office or school may sit.
"""

from collections import OrderedDict
from collections.abc import Hashable
from math import ceil
from threading import Lock
from time import monotonic

KEPT = 20_000
"""Buckets; the longest untouched ones are forgotten, which is to say full."""


class Buckets:
    def __init__(self, kept: int = KEPT) -> None:
        self.kept = kept
        self.levels: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()
        self.lock = Lock()

    def take(self, wanted: list[tuple[Hashable, int, int]], now: float | None = None) -> int:
        """Take from all these buckets, (name, how much, per minute), or from none of them.

        Returns:
            0, or the seconds after which asking again makes sense.
        """
        now = monotonic() if now is None else now
        with self.lock:
            left = [
                (name, self._level(name, rate, now) - min(amount, rate), rate)
                for name, amount, rate in wanted
            ]
            missing = max((-level * 60 / max(rate, 1) for _name, level, rate in left), default=0)
            if missing > 0:
                return max(1, ceil(min(missing, 60)))
            for name, level, _rate in left:
                self.levels[name] = (level, now)
                self.levels.move_to_end(name)
            while len(self.levels) > self.kept:
                self.levels.popitem(last=False)
        return 0

    def _level(self, name: Hashable, rate: int, now: float) -> float:
        level, at = self.levels.get(name, (float(rate), now))
        return min(float(rate), level + (now - at) * rate / 60)

    def forget(self) -> None:
        with self.lock:
            self.levels.clear()
