"""Check the locks without a network: every dependency is in, pinned by hash, with no address."""

import re
import sys
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ENTRY = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)(?:\[[^]]*\])?==(?P<version>[^ ;\\]+)")


def locked(text: str) -> dict[str, set[str]]:
    """The versions of each package; one package may stand twice, for different Pythons."""
    versions: dict[str, set[str]] = {}
    for line in text.splitlines():
        if entry := ENTRY.match(line):
            versions.setdefault(canonicalize_name(entry["name"]), set()).add(entry["version"])
    return versions


def problems(lock: str, wanted: list[str]) -> list[str]:
    text = Path(lock).read_text()
    found = [f"{lock} holds an address ('://')."] if "://" in text else []
    for entry in re.split(r"\n(?=\S)", text.strip()):
        if "--hash=sha256:" not in entry:
            found.append(f"{lock}: {entry.splitlines()[0]} has no hash.")
    versions = locked(text)
    for requirement in map(Requirement, wanted):
        here = versions.get(canonicalize_name(requirement.name), set())
        if not any(requirement.specifier.contains(version) for version in here):
            held = ", ".join(sorted(here)) or "nothing"
            found.append(f"{lock} holds {held} for {requirement}.")
    return found


def main() -> None:
    project = tomllib.loads(Path("pyproject.toml").read_text())
    core = project["project"]["dependencies"]
    core += project["project"]["optional-dependencies"]["crosscheck"]
    groups = project["dependency-groups"]
    found = problems("requirements.lock", core)
    found += problems("requirements-dev.lock", sum(groups.values(), core))
    if found:
        sys.exit("\n".join([*found, "Run `make lock` and commit both files."]))


if __name__ == "__main__":
    main()
