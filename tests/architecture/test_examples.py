"""An example in a docstring gives what it says, wherever it stands.

Those of the statistics are collected by pytest itself, with the folder in which they stand.
"""

import doctest
import importlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
APPS = ("accounts", "analytics", "annotation", "conversations", "core", "gold", "jobs", "surveys")
COLLECTED = ROOT / "analytics" / "stats"
EXAMPLE = re.compile(r"^ +>>> ", re.MULTILINE)
FLAGS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS


def modules() -> list[str]:
    files = [path for app in APPS for path in (ROOT / app).rglob("*.py")]
    files += (ROOT / "clients" / "python").rglob("*.py")
    return [
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removeprefix("clients.python.")
        for path in sorted(files)
        if COLLECTED not in path.parents and EXAMPLE.search(path.read_text())
    ]


@pytest.mark.parametrize("name", modules())
def test_an_example_gives_what_it_says(name: str) -> None:
    found = doctest.testmod(importlib.import_module(name), optionflags=FLAGS)
    assert (found.failed, found.attempted > 0) == (0, True)


def test_examples_are_found_in_every_part() -> None:
    assert {name.split(".")[0] for name in modules()} >= {"annotation", "gold", "surveys"}
