"""Throw-away services leave nothing behind, however the script that started them ends."""

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from scripts.with_services import missing_services

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = [sys.executable, "scripts/with_services.py", "--"]
TELL = [sys.executable, "-uc", "import os, time; print(os.environ['DATABASE_URL']); time.sleep(60)"]


@pytest.fixture(autouse=True)
def _services_are_installed():
    if missing := missing_services():
        pytest.skip(" ".join(missing))


def test_the_exit_code_is_that_of_the_command():
    ended = subprocess.run([*SCRIPT, sys.executable, "-c", "exit(3)"], cwd=ROOT, check=False)
    assert ended.returncode == 3


def kill_command(started: list[psutil.Process]) -> None:
    """After SIGKILL nobody told it; its parent is gone, its name is Python's."""
    for process in started:
        with contextlib.suppress(psutil.NoSuchProcess):
            if process.cmdline()[:2] == TELL[:2]:
                process.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_the_services_end_with_the_script(number):
    with subprocess.Popen([*SCRIPT, *TELL], cwd=ROOT, stdout=subprocess.PIPE) as script:
        assert script.stdout
        assert script.stdout.readline().startswith(b"postgres://")
        started = psutil.Process(script.pid).children(recursive=True)
        names = {process.name() for process in started}
        os.kill(script.pid, number)
        script.wait(30)
    kill_command(started)
    _, alive = psutil.wait_procs(started, timeout=30)
    assert {"postgres", "redis-server"} <= names
    assert alive == []
