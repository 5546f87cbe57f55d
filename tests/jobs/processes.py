"""Real processes for the few tests that kill some."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from django.conf import settings

ROOT = Path(__file__).resolve().parent.parent.parent


def wait_until(condition, seconds=20.0):
    """Poll a fact about another process; a test must not hang when it never comes true."""
    deadline = time.monotonic() + seconds
    while not (answer := condition()):
        assert time.monotonic() < deadline, "it did not come true in time"
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


def start(*arguments, home, **environment):
    """Run a Python module of ours in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={
            **os.environ,
            "TOUCHSTONE_HOME": str(home),
            "TOUCHSTONE_SECRET_KEY": settings.SECRET_KEY,
            **environment,
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        process_group=0,
    )


def kill_group(process):
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(10)
    process.stdout.close()
