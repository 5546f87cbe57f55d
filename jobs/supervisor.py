"""``python -m jobs.supervisor``: keep the web server and the worker of one machine running.

`manage.py serve` prepares the database and becomes this process. It imports the standard library
only, because it must outlive every failure of the product and cost nearly no memory.

It holds the listening socket itself and hands it down. So a port that is taken is known before
anything starts, and a request that arrives while a killed web server is started again waits in
the socket's queue instead of being refused.
"""

import argparse
import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import webbrowser
from contextlib import suppress
from dataclasses import dataclass
from types import FrameType

from jobs.tether import DESCRIPTOR

# A web server ends the requests it has. A worker in the middle of a job may be killed at any time,
# and an idle one needs seconds to notice that it should stop.
WEB_GRACE_SECONDS = 10.0
WORKER_GRACE_SECONDS = 3.0
STEADY_SECONDS = 30.0
LONGEST_BACK_OFF = 30.0
WORKER_MEMORY_KIB = 256_000


@dataclass
class Child:
    """One process group: a leader that is restarted whenever it ends, and what it forks."""

    name: str
    module: str
    arguments: list[str]
    grace: float
    descriptors: tuple[int, ...] = ()
    process: subprocess.Popen[bytes] | None = None
    failures: int = 0
    started: float = 0.0
    start_at: float = 0.0

    def start(self, tether: int) -> None:
        self.started, self.start_at = time.monotonic(), 0.0
        self.process = subprocess.Popen(
            [sys.executable, "-m", "jobs.tether", self.module, *self.arguments],
            env={**os.environ, DESCRIPTOR: str(tether)},
            pass_fds=(tether, *self.descriptors),
            process_group=0,
        )

    @property
    def runs(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def terminate(self) -> None:
        if self.process is not None and self.runs:
            self.process.terminate()

    def kill_group(self) -> None:
        """Also what a dead leader left: it may still hold a job or the socket."""
        if self.process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)

    def tend(self, now: float, tether: int) -> None:
        """Start the child again after its end, later each time it ends soon."""
        if self.runs:
            if now - self.started > STEADY_SECONDS:
                self.failures = 0
        elif not self.start_at:
            self.kill_group()
            pause = min(LONGEST_BACK_OFF, 0.5 * 2**self.failures)
            self.failures += 1
            self.start_at = now + pause
            code = self.process.returncode if self.process else None
            say(f"The {self.name} ended with code {code}; it starts again in {pause:g} s.")
        elif now >= self.start_at:
            self.start(tether)


class Supervisor:
    """Children under one tether, until a signal asks for the end; a second one does not wait."""

    def __init__(self, children: list[Child]) -> None:
        self.children = children
        self.signals = 0
        self.tether, self._held = os.pipe()

    def run(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            if signal.getsignal(number) != signal.SIG_IGN:  # as nohup leaves it
                signal.signal(number, self._asked_to_stop)
        for child in self.children:
            child.start(self.tether)
        while not self.signals:
            time.sleep(0.1)
            for child in self.children:
                child.tend(time.monotonic(), self.tether)
        self._stop()

    def _asked_to_stop(self, number: int, frame: FrameType | None) -> None:
        self.signals += 1

    def _stop(self) -> None:
        for child in self.children:
            child.terminate()
        asked = time.monotonic()
        while any(child.runs for child in self.children):
            waited = time.monotonic() - asked
            for child in self.children:
                if self.signals > 1 or waited > child.grace:
                    child.kill_group()
            time.sleep(0.05)
        for child in self.children:
            child.kill_group()


def say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()


def announce_when_ready(host: str, port: int, show: bool) -> None:
    """Say the address once the first page answers, and with `show` open a browser there.

    Only where there is a screen: on a bare terminal a text browser would take the terminal over.
    """
    near = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  # compared, not bound
    while True:
        try:
            page = http.client.HTTPConnection(near, port, timeout=10)
            page.request("GET", "/", headers={"Host": "localhost"})
            status = page.getresponse().status
            page.close()
        except (OSError, http.client.HTTPException):
            status = 0
        if 0 < status < 500:
            break
        time.sleep(0.2)
    shown = f"[{near}]" if ":" in near else near
    address = f"http://{shown}:{port}/"
    say(f"Touchstone is ready: {address} (Ctrl-C stops it)")
    has_screen = sys.platform == "darwin" or {"DISPLAY", "WAYLAND_DISPLAY"} & set(os.environ)
    if show and has_screen:
        webbrowser.open(address)


def web(listening: int, processes: int, threads: int) -> Child:
    """Two processes by default: Python runs one thread of a process at a time.

    They take up requests from the one socket; gunicorn starts one that was killed anew.
    """
    options = {
        "bind": f"fd://{listening}",
        "worker-class": "gthread",
        "workers": str(processes),
        "threads": str(threads),
        "graceful-timeout": str(int(WEB_GRACE_SECONDS) - 2),
        "log-level": "warning",
    }
    arguments = [f"--{name}={value}" for name, value in options.items()]
    return Child(
        "web server",
        "gunicorn",
        [*arguments, "--no-control-socket", "config.wsgi"],
        WEB_GRACE_SECONDS,
        descriptors=(listening,),
    )


def worker(concurrency: int) -> Child:
    return Child(
        "worker",
        "celery",
        [
            "--app=config",
            "--quiet",
            "worker",
            "--embedded",
            f"--concurrency={concurrency}",
            f"--max-memory-per-child={WORKER_MEMORY_KIB}",
            "--loglevel=WARNING",
            "--without-gossip",
            "--without-mingle",
        ],
        WORKER_GRACE_SECONDS,
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="jobs.supervisor")
    parser.add_argument("--listening", type=int, required=True, help="descriptor of the socket")
    parser.add_argument("--processes", type=int, required=True)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--concurrency", type=int, required=True)
    parser.add_argument("--show", type=int, default=0, help="1: open a browser when it is ready")
    given = parser.parse_args()
    with socket.socket(fileno=given.listening) as listening:
        host, port = listening.getsockname()[:2]
        announcer = (host, port, bool(given.show))
        threading.Thread(target=announce_when_ready, args=announcer, daemon=True).start()
        server = web(given.listening, given.processes, given.threads)
        Supervisor([server, worker(given.concurrency)]).run()


if __name__ == "__main__":
    main()
