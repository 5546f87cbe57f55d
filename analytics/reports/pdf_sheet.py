"""Fonts, paragraphs and tables of a PDF.

Letters are those that every PDF reader has (Helvetica, and the Japanese fonts of Adobe's standard
set), so nothing is embedded and no font need be installed here.
"""

from collections.abc import Callable, Sequence
from html import escape
from typing import Any, TypeAlias

from core.templatetags.numerals import MINUS, NONE, is_japanese

LATIN = ("Helvetica", "Helvetica-Bold")
JAPANESE = ("HeiseiMin-W3", "HeiseiKakuGo-W5")
"""Regular and bold; every reader of PDF knows a font for these names."""
PADDING = 6
"""Around what stands on a page, as reportlab's frames have it: tables begin where words do."""
INK, MUTED, LINE = "#14181b", "#565d61", "#c6cbcd"

Paragraphs: TypeAlias = Callable[[object, str], Any]


def paragraphs() -> Paragraphs:
    """From words and a style's name to a paragraph; each stretch of words in a font that has it."""
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Paragraph

    base = {"fontName": LATIN[0], "textColor": INK, "wordWrap": "CJK" if is_japanese() else None}
    styles = {
        "title": ParagraphStyle("title", fontSize=18, leading=23, spaceAfter=4, **base),
        "finding": ParagraphStyle("finding", fontSize=12, leading=17, spaceAfter=8, **base),
        "head": ParagraphStyle(
            "head", fontSize=12, leading=16, spaceBefore=12, keepWithNext=1, **base
        ),
        "name": ParagraphStyle(
            "name", fontSize=10, leading=14, spaceBefore=8, keepWithNext=1, **base
        ),
        "text": ParagraphStyle("text", fontSize=9, leading=13, spaceAfter=3, **base),
        "cell": ParagraphStyle("cell", fontSize=8, leading=11, **base),
        "number": ParagraphStyle("number", fontSize=8, leading=11, alignment=2, **base),
    }
    bold = {"title", "head", "name"}

    def paragraph(words: object, style: str) -> Any:
        marked = _in_fonts(str(words), LATIN[style in bold], JAPANESE[style in bold])
        return Paragraph(marked, styles[style])

    return paragraph


def _in_fonts(words: str, latin: str, japanese: str) -> str:
    """Marks the stretches that only the Japanese font can show.

    A minus sign becomes a dash: PDF's own letters have none, and the Japanese one is two wide.
    """
    parts: list[tuple[str, str]] = []
    for letter in words.replace(MINUS, NONE):
        font = latin if _is_latin(letter) else japanese
        if parts and parts[-1][0] == font:
            parts[-1] = (font, parts[-1][1] + letter)
        else:
            parts.append((font, letter))
    return "".join(f'<font name="{font}">{escape(part)}</font>' for font, part in parts)


def _is_latin(letter: str) -> bool:
    try:
        letter.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


def table(
    put: Paragraphs,
    width: float,
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    shares: Sequence[int],
    numeric: set[int],
) -> Any:
    """A table with thin lines; `numeric` columns are set to the right, `shares` are per cent."""
    from reportlab.platypus import Table, TableStyle

    styles = ["number" if column in numeric else "cell" for column in range(len(head))]
    cells = [
        [put(cell, style) for cell, style in zip(row, styles, strict=True)] for row in (head, *rows)
    ]
    return Table(
        cells,
        colWidths=[(width - 2 * PADDING) * share / 100 for share in shares],
        hAlign="LEFT",
        repeatRows=1,
        splitInRow=1,  # a cell may be longer than a page
        style=TableStyle(
            [
                ("LINEBELOW", (0, 0), (-1, 0), 0.8, MUTED),
                ("LINEBELOW", (0, 1), (-1, -1), 0.3, LINE),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LEFTPADDING", (0, 0), (-1, -1), 0),
                ("RIGHTPADDING", (0, 0), (-1, -1), 6),
            ]
        ),
    )
