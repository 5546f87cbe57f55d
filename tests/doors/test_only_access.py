"""Doors fetch through `access.py`; none picks a row by a uid that somebody sent by itself."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
APPS = ("accounts", "conversations", "annotation", "analytics", "gold")
VIEWS = sorted(
    path
    for app in APPS
    for path in [
        *(ROOT / app).glob("views.py"),
        *(ROOT / app).glob("views/*.py"),
        *(ROOT / app).glob("api/*.py"),
    ]
)
FETCHES = {"get", "filter", "get_or_create", "update_or_create", "in_bulk"}
NAMES = {"uid", "pk", "id", "token", "slug", "uid__in", "pk__in", "id__in"}


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def fetches(path: Path) -> set[str]:
    """Calls like ``X.objects.get(uid=...)`` and ``get_object_or_404(...)``, as they read.

    What is looked up among the rows of an object, ``study.items.filter(uid=...)``, is no such
    call: access.py gave the object, and a uid of somebody else finds nothing among its rows.
    """
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.Call):
            continue
        called = ast.unparse(node.func)
        if called.endswith(("get_object_or_404", "get_list_or_404", "aget_object_or_404")):
            found.add(f"{name(path)}: {called}()")
        elif ".objects." in called and called.rsplit(".", 1)[-1] in FETCHES:
            for keyword in node.keywords:
                if keyword.arg in NAMES:
                    found.add(f"{name(path)}: {called}({keyword.arg}=)")
    return found


@pytest.mark.parametrize("path", VIEWS, ids=name)
def test_a_view_fetches_nothing_by_a_uid_but_through_access(path):
    assert fetches(path) == set()
