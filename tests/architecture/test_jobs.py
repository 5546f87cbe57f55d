"""A job row names its runner by dotted path; every name in the code must resolve."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps

from jobs.runners import resolve

ROOT = Path(__file__).resolve().parents[2]
DOTTED = re.compile(r"[a-z_]+(\.[a-z_]+)+")


def own_apps() -> list[str]:
    return [app.name for app in apps.get_app_configs() if Path(app.path).parent == ROOT]


def text(node: ast.AST, constants: dict[str, str]) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return constants.get(node.id) if isinstance(node, ast.Name) else None


def enqueued(path: Path) -> Iterator[str]:
    """First argument of each `enqueue_on_commit` call: a string, or a constant of the module."""
    tree = ast.parse(path.read_text())
    constants = {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args:
            called = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if called == "enqueue_on_commit":
                found = text(node.args[0], constants)
                assert found, f"{path}:{node.lineno}: name the runner by a string."
                yield found


def names() -> list[str]:
    files = (path for app in own_apps() for path in sorted((ROOT / app).rglob("*.py")))
    return sorted({name for path in files for name in enqueued(path)})


@pytest.mark.parametrize("name", names())
def test_a_runner_that_is_enqueued_exists(name):
    assert DOTTED.fullmatch(name)
    assert resolve(name)
