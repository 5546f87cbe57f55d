"""Install a hash-pinned lock file into .venv, made here when it is missing: install.py LOCK

Runs on whatever ``python3`` a fresh machine has, so it uses only the standard library and keeps to
syntax that an old Python can read far enough to say that it is too old.

A lock names every package that is wanted, so nothing is resolved here: where pyproject.toml
overrides what a package asks for, an installer that resolved again would refuse the lock.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

VENV = Path(".venv")
VENV_PYTHON = VENV / "bin" / "python"
OLDEST = (3, 11)


def make_venv() -> None:
    if sys.version_info < OLDEST:
        sys.exit(
            "Touchstone needs Python 3.11 or newer; {} is {}.{}. Name another one: "
            "make setup PYTHON=/path/to/python3.11".format(sys.executable, *sys.version_info[:2])
        )
    if subprocess.call([sys.executable, "-m", "venv", str(VENV)]) != 0:
        shutil.rmtree(str(VENV), ignore_errors=True)
        sys.exit(
            "Python could not make a virtual environment; the lines above say why. "
            "On Debian and Ubuntu, install python3-venv and run the command again."
        )


def has_uv() -> bool:
    """Whether a ``uv`` on PATH really runs: a version manager's shim can stand there without it."""
    try:
        return subprocess.call(["uv", "--version"], stdout=subprocess.DEVNULL) == 0
    except OSError:
        return False


def install(lock: str, python: Path = VENV_PYTHON) -> None:
    args = ["install", "--quiet", "--require-hashes", "--no-deps", "-r", lock]
    if has_uv():
        if subprocess.call(["uv", "pip", *args, "--python", str(python)]) == 0:
            return
        print("uv could not install {}; trying pip.".format(lock), flush=True)
    environment = dict(os.environ, PIP_DISABLE_PIP_VERSION_CHECK="1")
    pip = [str(python), "-m", "pip", *args, "--retries", "5"]
    if subprocess.call(pip, env=environment) != 0:
        sys.exit("{} could not be installed; the lines above say why.".format(lock))


if __name__ == "__main__":
    if not VENV_PYTHON.exists():
        print("Making .venv", flush=True)
        make_venv()
    print("Installing {} into .venv (a minute or two, once)".format(sys.argv[1]), flush=True)
    install(sys.argv[1])
