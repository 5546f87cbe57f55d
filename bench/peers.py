"""Libraries that do the same work, where they are installed."""

import time
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any, TypeVar

from bench.figures import Figure, Goal

Found = TypeVar("Found")


def peer(name: str) -> Any | None:
    """The module of a peer; None where it is not installed."""
    return import_module(name) if find_spec(name.partition(".")[0]) else None


def timed(work: Callable[[], Found]) -> tuple[float, Found]:
    start = time.perf_counter()
    found = work()
    return time.perf_counter() - start, found


def times_faster(what: str, theirs: float, ours: list[float], *, goal: float, how: str) -> Figure:
    """How many times as long the peer takes, against each of our runs."""
    return Figure(
        f"{what}: times faster",
        [theirs / seconds for seconds in ours],
        "x",
        goal=Goal(at_least=goal),
        beside=f"the peer takes {theirs:.3g} s, {how}",
    )


def same_answer(what: str, difference: float) -> Figure:
    """The largest difference between a peer's answer and ours."""
    return Figure(f"{what}: largest difference", [difference], "", goal=Goal(at_most=1e-6))


def not_installed(name: str) -> str:
    return f"{name} is not installed: not compared"
