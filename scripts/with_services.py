#!/usr/bin/env python
"""Run a command beside a throw-away PostgreSQL and Redis.

The command finds them in DATABASE_URL and CELERY_BROKER_URL; with --worker the database is migrated
and a real Celery worker stands beside it too. A process of its own, the host, starts the services
and holds one end of a pipe; when the other end closes, however this script ended (kill -9
included), the host stops them and removes their data.
"""

import argparse
import contextlib
import glob
import json
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from types import FrameType
from typing import IO, Any

START_SECONDS = 60
STOP_SECONDS = 15


class ServiceMissingError(Exception):
    """A program that this machine does not have, and how to get it."""


def postgres_program(name: str) -> str:
    """PATH first, then where Debian keeps the server programs off PATH, newest version first."""
    debian = sorted(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"), reverse=True)
    for found in (shutil.which(name), *debian):
        if found:
            return found
    raise ServiceMissingError(
        f"PostgreSQL's {name} is neither on PATH nor under /usr/lib/postgresql; install postgresql."
    )


def redis_program() -> str:
    for name in ("redis-server", "valkey-server"):
        if found := shutil.which(name):
            return found
    raise ServiceMissingError("redis-server is not on PATH; install redis-server (or valkey).")


def missing_services() -> list[str]:
    """One sentence for each service that cannot be started here."""
    missing = []
    for look in (partial(postgres_program, "initdb"), redis_program):
        try:
            look()
        except ServiceMissingError as error:
            missing.append(str(error))
    return missing


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def unprivileged() -> dict[str, Any]:
    """Popen arguments that leave root, under which PostgreSQL refuses to run."""
    if os.getuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            user = pwd.getpwnam(name)
            return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    raise ServiceMissingError(
        "PostgreSQL does not run as root, and there is no user postgres or nobody."
    )


class Services:
    """The started processes and their data folder, stopped newest first."""

    def __init__(self) -> None:
        # root's TMPDIR may stand in a folder that the user of PostgreSQL cannot enter
        self.home = Path(
            tempfile.mkdtemp(prefix="services-", dir="/tmp" if os.getuid() == 0 else None)
        )
        self.home.chmod(0o755)
        self.processes: list[subprocess.Popen[bytes]] = []

    def spawn(self, *command: str, log: str, **options: Any) -> None:
        with (self.home / log).open("wb") as output:
            self.processes.append(
                subprocess.Popen(
                    command,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                    **options,
                )
            )

    def start_postgres(self) -> str:
        port, data, user = free_port(), self.home / "postgres", unprivileged()
        data.mkdir()
        if user:
            os.chown(data, user["user"], user["group"])
        locale = "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8"
        made = subprocess.run(
            [
                postgres_program("initdb"), "-D", str(data / "db"), "-U", "touchstone",
                "-A", "trust", "-E", "UTF8", f"--locale={locale}", "--no-sync",
            ],
            capture_output=True, text=True, cwd="/", **user,
        )  # fmt: skip
        if made.returncode != 0:
            raise ServiceMissingError(f"initdb failed: {made.stderr.strip()}")
        fast = (
            "fsync=off",
            "synchronous_commit=off",
            "full_page_writes=off",
            "max_connections=200",
        )
        self.spawn(
            postgres_program("postgres"), "-D", str(data / "db"),
            "-h", "127.0.0.1", "-p", str(port), "-k", "",
            *(word for setting in fast for word in ("-c", setting)),
            log="postgres.log", cwd="/", **user,
        )  # fmt: skip
        server = f"postgres://touchstone@127.0.0.1:{port}"
        self.wait_for("postgres.log", lambda: create_database(f"{server}/postgres"))
        return f"{server}/touchstone"

    def start_redis(self) -> str:
        port = free_port()
        self.spawn(
            redis_program(), "--port", str(port), "--bind", "127.0.0.1", "--dir", str(self.home),
            "--save", "", "--appendonly", "no", log="redis.log",
        )  # fmt: skip
        self.wait_for("redis.log", lambda: socket.create_connection(("127.0.0.1", port), 1).close())
        return f"redis://127.0.0.1:{port}/0"

    def start_worker(self, environment: Mapping[str, str]) -> None:
        subprocess.run(
            [sys.executable, "manage.py", "migrate", "-v", "0"], check=True, env=environment
        )
        self.spawn(
            sys.executable, "-m", "celery", "-A", "config", "worker", "--concurrency", "2",
            "--loglevel", "warning", log="worker.log", env=environment,
        )  # fmt: skip

    def wait_for(self, log: str, ready: Callable[[], None]) -> None:
        started = time.monotonic()
        while True:
            try:
                ready()
                return
            except Exception as error:
                dead = self.processes[-1].poll() is not None
                if dead or time.monotonic() - started > START_SECONDS:
                    tail = (self.home / log).read_text(errors="replace")[-800:]
                    raise ServiceMissingError(
                        f"A service did not start ({error}): {tail}"
                    ) from error
            time.sleep(0.05)

    def stop(self) -> None:
        for process in reversed(self.processes):
            process.send_signal(signal.SIGINT)  # PostgreSQL: end sessions and stop at once
        for process in reversed(self.processes):
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
        shutil.rmtree(self.home, ignore_errors=True)


def create_database(server: str) -> None:
    import psycopg

    with psycopg.connect(server, connect_timeout=2, autocommit=True) as connection:
        connection.execute("CREATE DATABASE touchstone")


def host(lifeline: int, answer: IO[str], worker: bool) -> None:
    """Start everything, tell the addresses, and wait until the lifeline's other end is gone."""
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, signal.SIG_IGN)
    services = Services()
    try:
        found = {
            "DATABASE_URL": services.start_postgres(),
            "CELERY_BROKER_URL": services.start_redis(),
            "TOUCHSTONE_SECRET_KEY": os.environ.get("TOUCHSTONE_SECRET_KEY", secrets.token_hex(32)),
        }
        if worker:
            services.start_worker(os.environ | found)
        json.dump(found, answer)
        answer.close()
        os.read(lifeline, 1)
    except ServiceMissingError as error:
        json.dump({"error": str(error)}, answer)
    finally:
        services.stop()


@contextlib.contextmanager
def running_services(*, worker: bool = False) -> Iterator[dict[str, str]]:
    """The environment in which the services are found, for as long as the block runs."""
    lifeline, hold = os.pipe()
    answer, tell = os.pipe()
    child = os.fork()
    if child == 0:
        os.setsid()
        os.close(hold)
        os.close(answer)
        try:
            host(lifeline, os.fdopen(tell, "w"), worker)
        finally:
            os._exit(0)
    os.close(lifeline)
    os.close(tell)
    try:
        with os.fdopen(answer) as told:
            words = told.read()
        found: dict[str, str] = json.loads(words or '{"error": "The services did not start."}')
        if "error" in found:
            sys.exit(found["error"])
        yield found
    finally:
        os.close(hold)
        os.waitpid(child, 0)


def run(command: list[str], environment: Mapping[str, str]) -> int:
    """Run the command; a SIGTERM to this script is passed on, and its end awaited."""
    process = subprocess.Popen(command, env=environment)

    def pass_on(number: int, frame: FrameType | None) -> None:
        process.send_signal(number)

    signal.signal(signal.SIGTERM, pass_on)
    while True:
        with contextlib.suppress(KeyboardInterrupt):  # the terminal sent it to the command as well
            return process.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worker", action="store_true", help="migrate, and start a Celery worker")
    parser.add_argument("command", nargs="+", help="what to run, after --")
    options = parser.parse_args()
    with running_services(worker=options.worker) as found:
        code = run(options.command, os.environ | found)
    sys.exit(code if code >= 0 else 128 - code)


if __name__ == "__main__":
    main()
