"""The client stands alone: nothing of ours, no dependency, and Python 3.9 can read it."""

import ast
import sys
from pathlib import Path

import pytest

HOME = Path(__file__).parents[2] / "clients/python/touchstone"
FILES = sorted(HOME.rglob("*.py"))
FOR_DJANGO = HOME / "django"
"""Tags of templates, for applications that have Django already."""


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(HOME)))
def test_every_file_imports_the_standard_library_alone(file):
    allowed = sys.stdlib_module_names | {"touchstone"}
    if FOR_DJANGO in file.parents:
        allowed |= {"django"}
    tree = ast.parse(file.read_text(encoding="utf-8"), feature_version=(3, 9))
    named = [
        name
        for node in ast.walk(tree)
        for name in (
            [one.name for one in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom) and not node.level
            else []
        )
    ]
    assert {name.partition(".")[0] for name in named} <= allowed


def test_the_package_declares_no_dependency():
    project = (HOME.parent / "pyproject.toml").read_text(encoding="utf-8")
    assert "dependencies = []" in project
    assert 'requires-python = ">=3.9"' in project
