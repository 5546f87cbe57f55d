"""A job row names its runner by dotted path; every name written in the code must have one."""

import ast
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
from django.apps import apps
from django.utils.module_loading import autodiscover_modules

from jobs.runners import RUNNERS

ROOT = Path(__file__).resolve().parents[2]


def pattern(node: ast.expr) -> str:
    """A string as it is; an f-string with a star for what is put in; anything else is a star."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(pattern(part) for part in node.values)
    return "*"


def enqueued(path: Path) -> Iterator[str]:
    source = path.read_text()
    if "enqueue_on_commit" not in source:
        return  # parsing every file would take seconds of every worker's start
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and node.args:
            called = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if called == "enqueue_on_commit":
                yield pattern(node.args[0])


def patterns() -> list[str]:
    own = (Path(app.path) for app in apps.get_app_configs() if Path(app.path).parent == ROOT)
    return sorted({name for app in own for file in app.rglob("*.py") for name in enqueued(file)})


@pytest.mark.parametrize("name", patterns())
def test_a_runner_that_is_enqueued_exists(name):
    autodiscover_modules("tasks")
    assert name.partition("*")[0].count(".") >= 2, "Name at least the module by a string."
    assert [known for known in RUNNERS if fnmatchcase(known, name)]
