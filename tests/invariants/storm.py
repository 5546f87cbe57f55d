"""Raters over HTTP who break off in the middle of requests, against a server that is killed."""

import random
import re
import socket
import threading
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from bench.raters import POINT, SUBMIT
from bench.wire import Answer, Wire

COMMENT = re.compile(rb'name="comment"[^>]*>([^<]*)</textarea>')
PATIENCE = 100.0
"""Seconds after which what does not come back or to its end fails the test."""


@dataclass
class Log:
    """What the server has acknowledged, and what it must not have said."""

    submits: dict[str, str] = field(default_factory=dict)
    """Client key to comment."""
    drafts: int = 0
    broken_off: int = 0
    problems: list[str] = field(default_factory=list)


@dataclass
class StormyRater:
    """Rates until nothing is left; after each mishap asks again, as a browser would."""

    wire: Wire
    path: str
    chance: random.Random
    log: Log
    die: float = 0.05
    submit: str = ""
    points: dict[str, str] = field(default_factory=dict)
    key: str = ""
    drafted: str = ""
    ghosts: set[str] = field(default_factory=set)
    """Where a submit was sent whose answer never came."""

    def work(self) -> None:
        while not self.log.problems and self._look():
            while self.submit and not self.log.problems and self._cycle():
                pass

    def _look(self) -> bool:
        """Open the page; False when there is nothing to rate. A kept draft must be on it.

        Unless a submit is under way of which nobody knows: it takes the draft with it.
        """
        while True:
            answer = self._patiently("GET", self.path)
            if answer.status != 200:
                self.log.problems.append(f"The rater page answered {answer.status}.")
                return False
            before, drafted = self.submit, self.drafted
            if not self._take(answer):
                return b"hands until" in answer.body and self._wait()
            if drafted and self.submit == before and before not in self.ghosts:
                self.drafted = drafted
                shown = COMMENT.search(answer.body)
                if shown is None or drafted.encode() not in shown[1]:
                    self.log.problems.append(f"The draft {drafted} of {before} was lost.")
            return True

    def _wait(self) -> bool:
        self.submit = ""
        time.sleep(0.3)
        return True

    def _cycle(self) -> bool:
        """A draft now and then, a submit, and the next item; False: look at the page anew."""
        if self.chance.random() < 0.3 and not self._draft():
            return False
        comment = f"comment {self.key}"
        answer = self._send(self.submit, self._form(comment))
        if answer is None:
            self.ghosts.add(self.submit)
            return self.chance.random() < 0.5  # the same submit again, or the page anew
        if answer.status == 409 and self.submit in self.ghosts:
            return False  # what nobody knew of had come in meanwhile, and stands
        if answer.status != 200:
            self.log.problems.append(f"A submit answered {answer.status}: {answer.body[:300]!r}")
            return False
        self.log.submits[self.key] = comment
        return self._take(answer)

    def _draft(self) -> bool:
        words = f"draft {uuid.uuid4()}"
        form = self._form(words) | {
            "version": str(time.monotonic_ns() // 1_000_000 % 2_000_000_000)
        }
        answer = self._send(self.submit.replace("/submit/", "/draft/"), form)
        if answer is None:
            self.drafted = ""  # it may have come in, or not
            return False
        if answer.status == 200:
            self.log.drafts += 1
            self.drafted = words
        elif answer.status != 409:
            self.log.problems.append(f"A draft answered {answer.status}: {answer.body[:300]!r}")
        return True

    def _form(self, comment: str) -> dict[str, str]:
        return self.points | {"client_key": self.key, "comment": comment, "seconds": "1"}

    def _send(self, path: str, form: dict[str, str]) -> Answer | None:
        """None: the connection broke, or this rater breaks off; nobody knows what was done."""
        headers = {"HX-Request": "true", "X-CSRFToken": self.wire.cookies["csrftoken"]}
        try:
            if self.chance.random() < self.die:
                self.log.broken_off += 1
                self._break_off(path, form, headers)
                return None
            return self.wire.post(path, form, headers)
        except OSError:
            self.wire.close()
            return None

    def _break_off(self, path: str, form: dict[str, str], headers: dict[str, str]) -> None:
        body = urlencode(form).encode()
        jar = "; ".join(f"{name}={value}" for name, value in self.wire.cookies.items())
        lines = [f"POST {path} HTTP/1.1", f"Host: 127.0.0.1:{self.wire.port}", f"Cookie: {jar}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
        message = "\r\n".join(lines).encode() + b"\r\n\r\n" + body
        with socket.create_connection(("127.0.0.1", self.wire.port), timeout=PATIENCE) as line:
            line.sendall(message[: self.chance.choice((len(message), len(message) - 20, 60))])

    def _patiently(self, method: str, path: str) -> Answer:
        started = time.monotonic()
        while True:
            try:
                return self.wire.ask(method, path)
            except OSError:
                self.wire.close()
                if time.monotonic() - started > PATIENCE:
                    raise
                time.sleep(0.1)

    def _take(self, answer: Answer) -> bool:
        found = SUBMIT.search(answer.body)
        if found is None:
            self.submit = ""
            return False
        self.submit, self.key, self.drafted = found[1].decode(), str(uuid.uuid4()), ""
        kept: dict[str, list[str]] = {}
        for name, point in POINT.findall(answer.body):
            kept.setdefault(name.decode(), []).append(point.decode())
        self.points = {name: self.chance.choice(points) for name, points in kept.items()}
        return True


def all_at_once(raters: Sequence[StormyRater]) -> list[threading.Thread]:
    """Start them; join the threads when the killing is over."""

    def run(rater: StormyRater) -> None:
        try:
            rater.work()
        except Exception as error:  # a thread's error must fail the test, not vanish
            rater.log.problems.append(f"{type(error).__name__}: {error}")
        finally:
            rater.wire.close()

    threads = [threading.Thread(target=run, args=[rater], daemon=True) for rater in raters]
    for thread in threads:
        thread.start()
    return threads
