"""Raters at work over HTTP: each submits on a connection of its own and gets the next item."""

import re
import statistics
import threading
import time
import uuid
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Protocol

import orjson

from bench.wire import Answer, UnexpectedAnswerError, Wire

SUBMIT = re.compile(rb'action="(/assignments/[0-9a-f-]{36}/submit/)"')
POINT = re.compile(rb'type="radio" name="(q\.[^"]+)" value="([^"]+)"')
KEY = re.compile(rb'name="client_key" value="([0-9a-f-]{36})"')
COMMENT = "about the length of a comment that somebody in the middle of work would write"

WARM = 3
"""Cycles before the clock runs: the first request of a process loads what all others use, and the
first of a thread opens its connection to the database."""
STEADY = 15
"""The same where the rate is what counts: PostgreSQL plans a statement anew until a connection has
sent it ten times, which nobody notices who works for longer than a minute."""


class Desk(Protocol):
    """What a rater sits at: the product's page, or the floor's view."""

    wire: Wire

    def begin(self) -> None:
        """Ask for the first item."""

    def cycle(self) -> bool:
        """Submit the item in hand and take the next one; False: there is none."""


class ProductDesk:
    """Answers every question that the page shows with its last point."""

    def __init__(self, wire: Wire, study: uuid.UUID) -> None:
        self.wire = wire
        self.path = f"/studies/{study}/rate/"
        self.submit = self.key = ""
        self.points: dict[str, str] = {}

    def begin(self) -> None:
        self._take(self.wire.get(self.path))
        self.headers = {"HX-Request": "true", "X-CSRFToken": self.wire.cookies["csrftoken"]}

    def cycle(self) -> bool:
        form = self.points | {
            "client_key": self.key,
            "comment": COMMENT,
            "seconds": "1",
        }
        return self._take(self.wire.post(self.submit, form, self.headers))

    def _take(self, answer: Answer) -> bool:
        if answer.status != 200:
            raise UnexpectedAnswerError(f"The rater page answered {answer.status}.")
        found, key = SUBMIT.search(answer.body), KEY.search(answer.body)
        if found is None or key is None:
            return False
        self.submit, self.key = found[1].decode(), key[1].decode()
        self.points = {name.decode(): key.decode() for name, key in POINT.findall(answer.body)}
        return True


class FloorDesk:
    def __init__(self, port: int, number: int) -> None:
        self.wire = Wire(port)
        self.wire.get(f"/enter/{number}/")

    def begin(self) -> None:
        self.item = orjson.loads(self.wire.get("/cycle/").body)["item"]
        self.headers = {
            "Content-Type": "application/json",
            "X-CSRFToken": self.wire.cookies["csrftoken"],
        }

    def cycle(self) -> bool:
        body = orjson.dumps({"item": self.item, "score": 4, "comment": COMMENT})
        answer = self.wire.ask("POST", "/cycle/", body, self.headers)
        if answer.status != 200:
            raise UnexpectedAnswerError(f"The floor answered {answer.status}.")
        self.item = orjson.loads(answer.body)["item"]
        return self.item is not None


@dataclass
class Shift:
    """What raters got done in a stretch of time."""

    seconds: float = 0.0
    acknowledged: int = 0
    milliseconds: list[float] = field(default_factory=list)
    failures: Counter[str] = field(default_factory=Counter)

    @property
    def rate(self) -> float:
        return self.acknowledged / self.seconds

    def percentile(self, percent: int) -> float:
        return statistics.quantiles(self.milliseconds, n=100, method="inclusive")[percent - 1]


def warm(desks: Sequence[Desk], cycles: int = WARM) -> int:
    """All desks at once, so that every thread of the server has worked before the clock runs.

    Says how many submits were answered.
    """

    def begin(desk: Desk) -> int:
        desk.begin()
        for done in range(1, cycles + 1):
            if not desk.cycle():
                return done
        return cycles

    with ThreadPoolExecutor(len(desks)) as pool:
        return sum(pool.map(begin, desks))


def work(desks: Sequence[Desk], seconds: float) -> Shift:
    """All desks at once for so many seconds; a submit that was answered counts."""
    shift, lock = Shift(), threading.Lock()
    start = time.perf_counter()

    def sit(desk: Desk) -> None:
        times: list[float] = []
        problem = ""
        try:
            while (asked := time.perf_counter()) < start + seconds:
                has_more = desk.cycle()
                times.append((time.perf_counter() - asked) * 1000)
                if not has_more:
                    break
        except (UnexpectedAnswerError, OSError) as error:
            problem = str(error)
        with lock:
            shift.milliseconds += times
            shift.acknowledged += len(times)
            shift.failures.update([problem] * bool(problem))

    threads = [threading.Thread(target=sit, args=(desk,)) for desk in desks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    shift.seconds = time.perf_counter() - start
    return shift
