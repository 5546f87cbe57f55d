"""Check the locks without a network: every dependency is in, pinned by hash, with no address."""

import json
import re
import sys
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

LIBRARIES = Path("tests/libraries")
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


def node_problems(lock: str, wanted: dict[str, str]) -> list[str]:
    text = Path(lock).read_text()
    found = [f"{lock} holds an address ('://')."] if "://" in text else []
    root, *packages = json.loads(text)["packages"].items()
    for name, one in packages:
        if not one.get("integrity", "").startswith("sha512-"):
            found.append(f"{lock}: {name} has no hash.")
    if root[1].get("dependencies") != wanted:
        found.append(f"{lock} is for {root[1].get('dependencies')}, not for {wanted}.")
    return found


def main() -> None:
    project = tomllib.loads(Path("pyproject.toml").read_text())
    core = project["project"]["dependencies"]
    core += project["project"]["optional-dependencies"]["crosscheck"]
    groups = project["dependency-groups"]
    found = problems("requirements.lock", core)
    found += problems("requirements-dev.lock", sum(groups.values(), core))
    readers = tomllib.loads((LIBRARIES / "pyproject.toml").read_text())
    found += problems(f"{LIBRARIES}/requirements.lock", readers["project"]["dependencies"])
    node = json.loads((LIBRARIES / "package.json").read_text())
    found += node_problems(f"{LIBRARIES}/package-lock.json", node["dependencies"])
    if found:
        sys.exit("\n".join([*found, "Run `make lock` and commit what it writes."]))


if __name__ == "__main__":
    main()
