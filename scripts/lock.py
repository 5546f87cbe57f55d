"""Resolve pyproject.toml into the two hash-pinned locks; refuse one that holds an address."""

import subprocess
import sys
from pathlib import Path

COMPILE = [
    *("uv", "pip", "compile", "pyproject.toml", "--extra", "crosscheck", "--universal"),
    *("--python-version", "3.11", "--generate-hashes", "--quiet"),
    *("--no-emit-index-url", "--no-header", "--no-annotate"),
]
GROUPS = [word for group in ("test", "lint", "peers", "readers") for word in ("--group", group)]
LOCKS = {
    "requirements.lock": [],
    "requirements-dev.lock": [*GROUPS, "-c", "requirements.lock"],
}


def main() -> None:
    for lock, extra in LOCKS.items():
        subprocess.run([*COMPILE, *extra, "-o", lock], check=True)
        if "://" in Path(lock).read_text():
            sys.exit(f"{lock} holds an address; a lock names packages and hashes only.")


if __name__ == "__main__":
    main()
