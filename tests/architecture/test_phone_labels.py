"""On a phone a cell says which column it is of: in the words of the column's head."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
HEAD = re.compile(r'<th scope="col"[^>]*>\{% translate "([^"]+)"(?: context "([^"]+)")? %\}')
LABEL = re.compile(r"data-l=\"\{% translate '([^']+)'(?: context '([^']+)')? %\}\"")


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize(
    "path", [path for path in TEMPLATES if "data-l=" in path.read_text()], ids=name
)
def test_a_cell_is_named_with_the_context_of_its_column(path):
    """Else Japanese calls a column of people and the cells in it by two words."""
    text = path.read_text()
    heads: dict[str, set[str]] = {}
    for words, context in HEAD.findall(text):
        heads.setdefault(words, set()).add(context)
    wrong = [
        (words, context)
        for words, context in LABEL.findall(text)
        if words in heads and context not in heads[words]
    ]
    assert wrong == []


def test_there_are_cells_to_look_at():
    assert sum(len(LABEL.findall(path.read_text())) for path in TEMPLATES) > 50
