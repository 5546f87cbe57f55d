"""Templates obey the content policy, and say what they need."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
COMMENT = re.compile(r"\{#.*?#\}|\{% comment.*?endcomment %\}", re.DOTALL)
FORBIDDEN = {
    "an inline style": re.compile(r"<style[\s>]|\sstyle\s*=", re.IGNORECASE),
    "an inline script": re.compile(
        r"<script(?![^>]*\ssrc=)(?![^>]*\stype=[\"']application/json)", re.IGNORECASE
    ),
    "an event attribute": re.compile(r"\son[a-z]+\s*=\s*[\"']", re.IGNORECASE),
    "an htmx attribute that is evaluated": re.compile(
        r"\bhx-(?:on|vars)\b|[\"']\s*js:|\bhx-trigger=[\"'][^\"']*\["
    ),
    "another host": re.compile(r"(?:src|href)=[\"'](?:https?:)?//", re.IGNORECASE),
    "a text that escapes nothing": re.compile(r"\|\s*safe\b|\bautoescape off\b"),
}


def is_of_a_tag(path: Path) -> bool:
    """The template of a figure's tag; what it needs is the signature of the tag."""
    return "figures" in path.parts


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_a_template_holds_nothing_that_the_content_policy_refuses(path):
    text = COMMENT.sub("", path.read_text())
    assert [what for what, pattern in FORBIDDEN.items() if pattern.search(text)] == []


@pytest.mark.parametrize("path", [p for p in TEMPLATES if not is_of_a_tag(p)], ids=name)
def test_the_first_line_of_a_template_says_what_it_needs(path):
    assert path.read_text().startswith(("{#", "{% comment"))


def html_written_by_python() -> Iterator[Path]:
    for path in ROOT.rglob("*.py"):
        inside = path.relative_to(ROOT).parts
        if not inside[0].startswith((".", "var")) and inside[0] not in {"tests", "scripts"}:
            yield path


def test_python_marks_no_text_as_safe():
    """Markup comes from templates and `format_html`; neither can forget to escape."""
    markers = ("mark_safe(", "SafeString(", "SafeText(")
    found = {
        name(path) for path in html_written_by_python()
        if any(marker in path.read_text() for marker in markers)
    }  # fmt: skip
    assert found <= {
        "annotation/rating_sheet.py",  # a hexadecimal stand-in
        "core/templatetags/dialogue.py",  # joins what `prose` has escaped
        "core/templatetags/icons.py",
        "core/templatetags/prose.py",
    }
