"""Starting what is measured, waiting for its first page, and ending it."""

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.wire import Wire

ROOT = Path(__file__).resolve().parent.parent
LONGEST_START = 120.0


@dataclass(frozen=True)
class Server:
    pid: int
    port: int
    page: str
    """One that it gives to anybody."""
    seconds_to_first_page: float


class NotStartedError(Exception):
    """A server that never answered, with what it said."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running(
    command: list[str], environment: Mapping[str, str], port: int, page: str, log: Path
) -> Iterator[Server]:
    started = time.perf_counter()
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=dict(environment), stdout=output, stderr=subprocess.STDOUT,
            start_new_session=True,
        )  # fmt: skip
    try:
        wait_for(page, port, process, log)
        yield Server(process.pid, port, page, time.perf_counter() - started)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_for(page: str, port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    started = time.monotonic()
    while time.monotonic() - started < LONGEST_START and process.poll() is None:
        wire = Wire(port)
        try:
            if wire.get(page).status == 200:
                return
        except OSError:
            pass
        finally:
            wire.close()
        time.sleep(0.02)
    raise NotStartedError(f"The server did not answer: {log.read_text(errors='replace')[-2000:]}")


@contextmanager
def serving(environment: Mapping[str, str]) -> Iterator[Server]:
    """`manage.py serve`: web server, worker and clock, as one starts the product."""
    port = free_port()
    command = [sys.executable, "manage.py", "serve", "--port", str(port)]
    log = Path(environment["TOUCHSTONE_HOME"], "serve.log")
    with running(command, environment, port, "/accounts/login/", log) as server:
        yield server


@contextmanager
def gunicorn(application: str, environment: Mapping[str, str], page: str) -> Iterator[Server]:
    """Two processes of four threads: how a web server stands in production on two cores."""
    port = free_port()
    command = [
        sys.executable, "-m", "gunicorn", f"--bind=127.0.0.1:{port}", "--worker-class=gthread",
        "--workers=2", "--threads=4", "--keep-alive=60", "--log-level=warning",
        "--no-control-socket", application,
    ]  # fmt: skip
    log = Path(environment["TOUCHSTONE_HOME"], f"gunicorn-{port}.log")
    with running(command, environment, port, page, log) as server:
        yield server


@contextmanager
def granian(application: str, environment: Mapping[str, str], page: str) -> Iterator[Server]:
    """The same processes and threads behind the web server of the extra `fast`."""
    port = free_port()
    command = [
        sys.executable, "-m", "granian", f"--port={port}", "--interface=wsgi", "--no-ws",
        "--workers=2", "--blocking-threads=4", "--log-level=warning", f"{application}:application",
    ]  # fmt: skip
    log = Path(environment["TOUCHSTONE_HOME"], f"granian-{port}.log")
    with running(command, environment, port, page, log) as server:
        yield server
