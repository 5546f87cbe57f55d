"""A real `manage.py serve` on the database of the test."""

import os
import re
import signal
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

import psutil
import pytest
from django.db import connection

from bench.servers import free_port
from tests.jobs.processes import database_url, running, wait_until


@dataclass
class Served:
    """A served product: its port and its processes by what they do."""

    home: Path
    pid: int
    port: int
    processes: list[psutil.Process]
    """As they were at the start."""

    def family(self) -> list[psutil.Process]:
        return psutil.Process(self.pid).children(recursive=True)

    def leader(self, word: str) -> psutil.Process:
        """`gunicorn` or `celery`, the one that the supervisor started."""
        return next(
            one for one in psutil.Process(self.pid).children() if word in " ".join(one.cmdline())
        )

    def kill(self, word: str) -> None:
        """kill -9 of the leader and all that it forked."""
        os.killpg(wait_until(lambda: self._leader(word)).pid, signal.SIGKILL)

    def _leader(self, word: str) -> psutil.Process | None:
        try:
            return self.leader(word)
        except (StopIteration, psutil.NoSuchProcess):
            return None

    def output(self) -> str:
        return (self.home / "output").read_text()

    def answers(self) -> bool:
        with suppress(OSError), closing(HTTPConnection("127.0.0.1", self.port)) as page:
            page.request("GET", "/accounts/login/")
            return page.getresponse().status == 200
        return False


@dataclass
class BehindGranian(Served):
    """The application alone, behind the web server of the extra `fast`."""

    def kill(self, word: str) -> None:
        """kill -9 of one of its workers, which it starts again."""
        self.family()[0].kill()


@contextmanager
def behind_granian(home: Path) -> Iterator[Served]:
    home.mkdir(exist_ok=True)
    port, url = free_port(), database_url(connection)
    command = [
        *("-m", "granian", f"--port={port}", "--interface=wsgi", "--no-ws", "--workers=2"),
        *("--blocking-threads=4", "--respawn-failed-workers", "config.wsgi:application"),
    ]
    with running(*command, home=home, DATABASE_URL=url) as process:
        served = BehindGranian(home, process.pid, port, [])
        wait_until(served.answers, output=home / "output")
        yield served


@contextmanager
def serve(home: Path) -> Iterator[Served]:
    home.mkdir(exist_ok=True)
    output = home / "output"
    start = output.stat().st_size if output.exists() else 0

    def ready() -> re.Match[str] | None:
        assert process.poll() is None, output.read_text()
        return re.search(r"ready: http://127\.0\.0\.1:(\d+)/", output.read_text()[start:])

    url = database_url(connection)
    with running("manage.py", "serve", "--port=0", home=home, DATABASE_URL=url) as process:
        port = int(wait_until(ready, output=output)[1])
        served = Served(home, process.pid, port, [])
        served.processes += served.family()
        yield served
        served.processes += served.family() if process.poll() is None else []
    for member in served.processes:
        if member.is_running():
            member.kill()


@pytest.fixture
def serving(transactional_db: None, tmp_path: Path) -> Callable[[], object]:
    """``with serving() as served``: again and again on one home, as after a restart."""
    return lambda: serve(tmp_path / "home")


@pytest.fixture
def serving_behind_granian(transactional_db: None, tmp_path: Path) -> Callable[[], object]:
    return lambda: behind_granian(tmp_path / "home")
