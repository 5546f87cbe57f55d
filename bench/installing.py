"""The disk that the product takes: a fresh environment from its lock, as `make setup` makes it."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.figures import Figure, Goal, exactly
from bench.servers import ROOT


def run(size: int, runs: int) -> Iterator[Figure]:
    """Once, whatever `runs` says: the same lock always takes the same space."""
    with tempfile.TemporaryDirectory(prefix="touchstone-bench-venv-") as folder:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        subprocess.run(
            [
                f"{folder}/bin/python", "-m", "pip", "install", "--quiet", "--require-hashes",
                "--disable-pip-version-check", "-r", str(ROOT / "requirements.lock"),
            ],
            check=True,
        )  # fmt: skip
        files = [path.stat() for path in Path(folder).rglob("*") if not path.is_symlink()]
    yield exactly(
        "Environment of requirements.lock",
        sum(file.st_blocks * 512 for file in files) / 1024**2,
        "MB",
        goal=Goal(at_most=650),
        beside="peers: Label Studio 993, doccano 607, potato 469 MB",
    )
