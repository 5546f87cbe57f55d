"""Memory and CPU of a tree of processes, read from /proc; Linux only, like the figures."""

import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

PROC = Path("/proc")
TICKS = os.sysconf("SC_CLK_TCK")


def tree(roots: Iterable[int]) -> set[int]:
    found: set[int] = set()
    waiting = list(roots)
    while waiting:
        pid = waiting.pop()
        if pid not in found:
            found.add(pid)
            waiting += children(pid)
    return found


def children(pid: int) -> Iterator[int]:
    for task in PROC.glob(f"{pid}/task/*/children"):
        try:
            yield from map(int, task.read_text().split())
        except OSError:
            continue  # it ended while we looked


def pss_mb(roots: Iterable[int]) -> float:
    """Proportional memory: what forked processes share is counted once."""
    total = 0
    for pid in tree(roots):
        try:
            words = PROC.joinpath(str(pid), "smaps_rollup").read_text().split()
        except OSError:
            continue
        total += int(words[words.index("Pss:") + 1])
    return total / 1024


def cpu_seconds(roots: Iterable[int]) -> float:
    """Of the living tree, and of children that it has already buried."""
    total = 0
    for pid in tree(roots):
        try:
            after_name = PROC.joinpath(str(pid), "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        total += sum(map(int, after_name[11:15]))
    return total / TICKS


def busy_seconds() -> float:
    """CPU that the whole machine has used since it started."""
    ticks = [int(word) for word in PROC.joinpath("stat").read_text().split("\n")[0].split()[1:9]]
    return (sum(ticks) - ticks[3] - ticks[4]) / TICKS


class Watch:
    """Peak memory and CPU of a tree during a block, and what else the machine was doing.

    `others` is the share of the machine that neither the tree nor this process used: a figure
    taken while it is high says more about the neighbours than about us.
    """

    def __init__(self, *roots: int, every: float = 0.2) -> None:
        self.roots, self.every, self.peak_mb = roots, every, 0.0
        self._done = threading.Event()
        self._sampler = threading.Thread(target=self._sample, daemon=True)

    def __enter__(self) -> Self:
        self._cpu, self._busy = cpu_seconds(self.roots), busy_seconds()
        self._own, self._start = time.process_time(), time.perf_counter()
        self._sampler.start()
        return self

    def _sample(self) -> None:
        while not self._done.wait(self.every):
            self.peak_mb = max(self.peak_mb, pss_mb(self.roots))

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.seconds = time.perf_counter() - self._start
        self._done.set()
        self._sampler.join()
        self.peak_mb = max(self.peak_mb, pss_mb(self.roots))
        self.cpu = cpu_seconds(self.roots) - self._cpu
        own = time.process_time() - self._own
        idle_or_ours = busy_seconds() - self._busy - self.cpu - own
        cores = os.cpu_count() or 1
        self.others = round(max(0.0, idle_or_ours) / max(self.seconds, 1e-6) / cores, 2)


def peak_mb_of(work: Callable[[], object]) -> float:
    """Memory that a piece of work in this process takes above what is held before it."""
    before = pss_mb([os.getpid()])
    with Watch(os.getpid(), every=0.01) as watch:
        work()
    return max(0.0, watch.peak_mb - before)
