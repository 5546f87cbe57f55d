"""``manage.py serve``: the whole product on one machine, with one command and no other service."""

import errno
import fcntl
import os
import socket
import sys
from argparse import ArgumentParser
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections


class Command(BaseCommand):
    help = "Bring the database up to date, then run web server, worker and clock until stopped."
    # They import every view, a second of a start, and look at what only a programmer can change:
    # `scripts/check_django.py` runs them.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=settings.TOUCHSTONE_PORT)
        parser.add_argument(
            "--host", default="127.0.0.1", help="0.0.0.0 lets other machines of the network in"
        )
        parser.add_argument("--processes", type=int, default=2, help="of the web server")
        parser.add_argument("--threads", type=int, default=4, help="of each of them")
        parser.add_argument("--concurrency", type=int, default=2, help="jobs done at a time")
        parser.add_argument("--open", action="store_true", help="open a browser when it is ready")

    def handle(
        self,
        *,
        host: str,
        port: int,
        processes: int,
        threads: int,
        concurrency: int,
        **options: Any,
    ) -> None:
        """Take the home and the port, migrate, and become the supervisor.

        The process is replaced, so nothing after this call runs. Both the lock and the socket
        are kept over the replacement by their descriptors.
        """
        take_home()
        listening = listen(host, port)
        call_command("migrate", verbosity=0, interactive=False)
        collect_static()
        connections.close_all()
        self.stdout.flush()
        arguments = {
            "listening": listening.detach(),
            "processes": processes,
            "threads": threads,
            "concurrency": concurrency,
            "show": int(options["open"]),
        }
        os.chdir(settings.BASE_DIR)
        os.execv(  # noqa: S606  # our own interpreter, no shell
            sys.executable,
            [
                sys.executable,
                "-m",
                "jobs.supervisor",
                *(f"--{name}={value}" for name, value in arguments.items()),
            ],
        )


def take_home() -> None:
    """Hold the home for this process and its successor; two would take each other's jobs."""
    lock = os.open(settings.TOUCHSTONE_HOME / "serve.lock", os.O_RDWR | os.O_CREAT, 0o600)
    os.set_inheritable(lock, True)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        raise CommandError(
            f"Touchstone already runs from '{settings.TOUCHSTONE_HOME}'. Use that one, stop it, "
            "or set TOUCHSTONE_HOME to another folder."
        ) from None


def collect_static() -> None:
    """Copy and compress the static files, unless that was done for exactly these.

    Compressing takes seconds that a restart should not cost; a difference of any file's size or
    time does it again.
    """
    if getattr(settings, "WHITENOISE_USE_FINDERS", False):
        return
    collected = Path(settings.STATIC_ROOT, ".collected")
    wanted = static_fingerprint()
    if not collected.exists() or collected.read_text(encoding="utf-8") != wanted:
        call_command("collectstatic", verbosity=0, interactive=False)
        collected.write_text(wanted, encoding="utf-8")


def static_fingerprint() -> str:
    digest = sha256(str(settings.STORAGES).encode())
    for finder in get_finders():
        for path, storage in finder.list([]):
            known = Path(storage.path(path)).stat()
            digest.update(f"{path} {known.st_size} {known.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def listen(host: str, port: int) -> socket.socket:
    """Open the port before anything starts, so that the reason it cannot be had is told first."""
    if not 0 <= port <= 65535:
        raise CommandError(f"Port {port} does not exist. Choose one from 1024 to 65535.")
    try:
        address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.create_server(address[4][:2], family=address[0], backlog=2048)
    except socket.gaierror:
        raise CommandError(
            f"'{host}' is no address of this machine. Give --host 127.0.0.1 or 0.0.0.0."
        ) from None
    except OSError as problem:
        raise CommandError(refusal(problem, host, port)) from None
    listening.set_inheritable(True)
    return listening


def refusal(problem: OSError, host: str, port: int) -> str:
    if problem.errno == errno.EADDRINUSE:
        return (
            f"Port {port} is taken by another program. Choose another one: "
            f"manage.py serve --port {port + 1}, or set TOUCHSTONE_PORT."
        )
    if problem.errno == errno.EACCES:
        return (
            f"Port {port} may not be opened by this user. Choose one above 1023: "
            "manage.py serve --port 8000."
        )
    return f"Port {port} of '{host}' cannot be opened: {problem.strerror}. Choose another --host."
