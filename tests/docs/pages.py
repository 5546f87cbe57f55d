"""The Markdown of the repository, read as a reader's browser would."""

import re
import unicodedata
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)")
HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*$", re.MULTILINE)


def pages() -> list[Path]:
    return sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def links(page: Path) -> list[str]:
    return LINK.findall(FENCE.sub("", page.read_text()))


@cache
def anchors(page: Path) -> frozenset[str]:
    """The ids that GitHub gives headings: lower case, no punctuation, hyphens for spaces."""
    found = set()
    for heading in HEADING.findall(FENCE.sub("", page.read_text())):
        words = re.sub(r"[`*]", "", heading).lower()
        kept = "".join(c for c in words if c in "-_ " or unicodedata.category(c)[0] in {"L", "N"})
        found.add(kept.replace(" ", "-"))
    return frozenset(found)


def headings(page: Path) -> set[str]:
    return {re.sub(r"[`*]", "", text) for text in HEADING.findall(FENCE.sub("", page.read_text()))}
