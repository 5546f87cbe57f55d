"""Real processes for the few tests that kill some."""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from django.conf import settings

ROOT = Path(__file__).resolve().parent.parent.parent


def wait_until(condition, *, seconds=90.0, output=None):
    """Poll a fact about another process; when it never comes true, show what that one printed."""
    deadline = time.monotonic() + seconds
    while not (answer := condition()):
        said = output.read_text() if output and output.exists() else ""
        assert time.monotonic() < deadline, f"it did not come true in time; printed:\n{said}"
        time.sleep(0.05)
    return answer


def database_url(connection):
    """The test database of this run, said so that another process opens the same one."""
    given = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite://{Path(given['NAME']).resolve()}"
    person = f"{quote(given['USER'])}:{quote(given['PASSWORD'])}"
    host = given["HOST"] or "localhost"
    return f"postgres://{person}@{host}:{given['PORT'] or 5432}/{given['NAME']}"


@contextmanager
def running(*arguments, home, **environment):
    """A Python module of ours in a process group of its own, printing into `home/output`."""
    with open(home / "output", "a", encoding="utf-8") as output:
        process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=ROOT,
            env={
                **os.environ,
                "TOUCHSTONE_HOME": str(home),
                "TOUCHSTONE_SECRET_KEY": settings.SECRET_KEY,
                **environment,
            },
            stdout=output,
            stderr=subprocess.STDOUT,
            process_group=0,
        )
    try:
        yield process
    finally:
        kill_group(process)


def kill_group(process):
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(10)
