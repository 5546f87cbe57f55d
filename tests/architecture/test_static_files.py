"""Colour comes from the tokens, behaviour is small, and nothing is fetched from elsewhere."""

import re
from pathlib import Path

import pytest

STATIC = Path(__file__).resolve().parents[2] / "static"
STYLES = sorted(path for path in STATIC.rglob("*.css") if "vendor" not in path.parts)
SCRIPTS = sorted(path for path in STATIC.rglob("*.js") if "vendor" not in path.parts)
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
RAW_COLOUR = re.compile(
    r"#[0-9a-f]{3,8}\b|\b(?:rgba?|hsla?|oklch|oklab|lab|lch|hwb|color)\(|:\s*(?:white|black|red|gray|grey)\b",
    re.IGNORECASE,
)
ELSEWHERE = re.compile(r"url\(\s*[\"']?(?:https?:)?//|@import\s+[\"']?(?:https?:)?//")


def name(path: Path) -> str:
    return str(path.relative_to(STATIC))


@pytest.mark.parametrize("path", [p for p in STYLES if p.name != "tokens.css"], ids=name)
def test_a_raw_colour_stands_in_the_tokens_only(path):
    assert RAW_COLOUR.findall(COMMENT.sub("", path.read_text())) == []


@pytest.mark.parametrize("path", STYLES, ids=name)
def test_a_style_sheet_asks_no_other_host(path):
    assert ELSEWHERE.search(path.read_text()) is None


@pytest.mark.parametrize("path", SCRIPTS, ids=name)
def test_a_script_evaluates_no_text_and_writes_no_markup(path):
    used = re.findall(
        r"\beval\(|new Function\(|\.innerHTML\s*=|insertAdjacentHTML|document\.write",
        path.read_text(),
    )
    assert used == []
