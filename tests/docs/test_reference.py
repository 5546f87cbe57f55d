"""The reference holds every setting and every command."""

import re
import subprocess
import sys

import pytest

from tests.docs.pages import ROOT, headings

READER = re.compile(r"env\.(?:text|flag|number|words|networks|secret)\(\s*\"([A-Z_]+)\"")


def settings() -> list[str]:
    return sorted(set(READER.findall((ROOT / "config" / "settings.py").read_text())))


@pytest.mark.parametrize("name", settings())
def test_a_setting_has_its_heading(name):
    assert name in headings(ROOT / "docs" / "reference" / "settings.md")


def test_the_reference_documents_no_setting_that_is_gone():
    documented = headings(ROOT / "docs" / "reference" / "settings.md")
    assert {name for name in documented if name.isupper()} <= set(settings())


def test_the_commands_say_what_their_page_says():
    checked = subprocess.run(
        [sys.executable, "scripts/reference.py", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stderr
