"""Resolve what is wanted into hash-pinned locks; refuse one that holds an address.

Beside the application's two stand those of tests/libraries, for Python and for Node.
"""

import json
import subprocess
import sys
from pathlib import Path

COMPILE = [
    *("uv", "pip", "compile", "pyproject.toml", "--universal"),
    *("--python-version", "3.11", "--generate-hashes", "--quiet"),
    *("--no-emit-index-url", "--no-header", "--no-annotate"),
]
CROSSCHECK = ["--extra", "crosscheck"]
GROUPS = [word for group in ("test", "lint", "peers", "readers") for word in ("--group", group)]
LIBRARIES = Path("tests/libraries")
LOCKS = {
    Path("requirements.lock"): CROSSCHECK,
    Path("requirements-dev.lock"): [*CROSSCHECK, *GROUPS, "-c", "requirements.lock"],
    LIBRARIES / "requirements.lock": [],
}
NODE_LOCK = LIBRARIES / "package-lock.json"
NPM = [
    *("npm", "install", "--package-lock-only", "--omit-lockfile-registry-resolved"),
    *("--force", "--no-audit", "--no-fund", "--loglevel", "error"),
]


def trimmed(lock: dict[str, object], packages: dict[str, dict[str, object]]) -> dict[str, object]:
    """Without what is optional, several times the rest, and where one may give money."""
    kept = {
        name: {
            key: fact for key, fact in one.items() if key not in ("funding", "optionalDependencies")
        }
        for name, one in packages.items()
        if not one.get("optional")
    }
    return lock | {"packages": kept}


def main() -> None:
    for lock, extra in LOCKS.items():
        subprocess.run([*COMPILE, *extra, "-o", lock.name], cwd=lock.parent, check=True)
    subprocess.run(NPM, cwd=LIBRARIES, check=True)
    found = json.loads(NODE_LOCK.read_text())
    NODE_LOCK.write_text(json.dumps(trimmed(found, found["packages"]), indent=1) + "\n")
    for lock in (*LOCKS, NODE_LOCK):
        if "://" in lock.read_text():
            sys.exit(f"{lock} holds an address; a lock names packages and hashes only.")


if __name__ == "__main__":
    main()
