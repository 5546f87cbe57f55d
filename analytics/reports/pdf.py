"""A report as PDF, in the reader's language: the numbers of the page as tables, ready to print.

Letters are those that every PDF reader has (Helvetica, and the Japanese fonts of Adobe's standard
set), so nothing is embedded and no font need be installed here.
"""

from collections.abc import Callable, Sequence
from html import escape
from io import BytesIO
from typing import Any, TypeAlias

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from analytics.reports.page import AgreementPage, CriterionPart
from core.templatetags.numerals import (
    MINUS,
    NONE,
    estimate,
    interval,
    is_japanese,
    percent,
    thousands,
)

LATIN = ("Helvetica", "Helvetica-Bold")
JAPANESE = ("HeiseiMin-W3", "HeiseiKakuGo-W5")
"""Regular and bold; every reader of PDF knows a font for these names."""
INK, MUTED, LINE = "#14181b", "#565d61", "#c6cbcd"

Paragraphs: TypeAlias = Callable[[object, str], Any]


def report_pdf(page: AgreementPage) -> bytes:
    """The report as the bytes of a file."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.units import mm
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.platypus import SimpleDocTemplate

    for font in JAPANESE:
        pdfmetrics.registerFont(UnicodeCIDFont(font))
    file = BytesIO()
    document = SimpleDocTemplate(
        file,
        pagesize=A4,
        leftMargin=18 * mm,
        rightMargin=18 * mm,
        topMargin=16 * mm,
        bottomMargin=18 * mm,
        title=_("Agreement in %(study)s") % {"study": page.study},
        lang="ja" if is_japanese() else "en",
    )
    document.build(_story(page, document.width), onFirstPage=_foot, onLaterPages=_foot)
    return file.getvalue()


def _foot(canvas: Any, document: Any) -> None:
    """The number of the page."""
    canvas.saveState()
    canvas.setFont(LATIN[0], 8)
    canvas.setFillColor(MUTED)
    canvas.drawRightString(document.pagesize[0] - document.rightMargin, 24, str(document.page))
    canvas.restoreState()


def _paragraphs() -> Paragraphs:
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


def _story(page: AgreementPage, width: float) -> list[Any]:
    put = _paragraphs()
    story = [
        put(page.study.project.name, "text"),
        put(_("Agreement in %(study)s") % {"study": page.study}, "title"),
        put(page.finding, "finding"),
        put(_facts(page), "text"),
        put(_("How far raters agree"), "head"),
        _table(
            put,
            width,
            [_("Criterion"), _("alpha"), _("Plausible range"), _("Same point"), _("Raters agree")],
            [
                [
                    part.name,
                    estimate(part.alpha["value"]),
                    interval(part.alpha) or part.reason,
                    f"{percent(part.percent['value'])} {interval(part.percent, 'percent')}",
                    part.verdict_words,
                ]
                for part in page.criteria
            ],
            (28, 10, 20, 18, 24),
            {1, 3},
        ),
    ]
    if page.note:
        story += [put(page.note["title"], "name"), put(page.note["words"], "text")]
    for part in page.criteria:
        story += _of_criterion(put, part, width)
    story.append(put(_("Method"), "head"))
    story += [put(f"{names}: {words}", "text") for names, words in page.methods]
    return story


def _facts(page: AgreementPage) -> str:
    return _(
        "%(items)s items, %(raters)s raters, %(scores)s scores, rubric version %(version)s; "
        "computed %(day)s"
    ) % {
        "items": thousands(page.data["n_items"]),
        "raters": thousands(page.data["n_raters"]),
        "scores": thousands(page.data["n_scores"]),
        "version": page.study.rubric_version.number,
        "day": date_format(page.computed_at, "DATE_FORMAT"),
    }


def _of_criterion(put: Paragraphs, part: CriterionPart, width: float) -> list[Any]:
    """Sentences, coefficients, distribution and hardest items of one criterion."""
    story = [put(part.name, "head")]
    story += [put(words, "text") for words in part.plain.sentences]
    story += [put(words, "text") for words in (part.plain.paradox, part.parting) if words]
    if part.plain.lines:
        story.append(
            _table(
                put,
                width,
                [_("Coefficient"), _("Value"), _("Plausible range"), _("What it says")],
                [
                    [line.name, estimate(line.result["value"]), interval(line.result), line.says]
                    for line in part.plain.lines
                ],
                (26, 10, 18, 46),
                {1},
            )
        )
    counts = part.data["distribution"]
    if sum(counts):
        rows = [[point, thousands(n)] for point, n in zip(part.points, counts, strict=True)]
        head = [_("Point"), _("Ratings")]
        story += [put(_("Distribution"), "name"), _table(put, width, head, rows, (80, 20), {1})]
    if part.hardest:
        rows = [
            [
                str(line.seq),
                line.excerpt.question or line.excerpt.reply,
                " ".join(map(str, line.counts)),
            ]
            for line in part.hardest
        ]
        head = [_("Item"), _("Question and reply"), _("Raters at each point")]
        story += [
            put(_("The items people disagree on most"), "name"),
            _table(put, width, head, rows, (8, 70, 22), {0}),
        ]
    return story


def _table(
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
        colWidths=[width * share / 100 for share in shares],
        repeatRows=1,
        style=TableStyle(
            [
                ("LINEBELOW", (0, 0), (-1, 0), 0.8, MUTED),
                ("LINEBELOW", (0, 1), (-1, -1), 0.3, LINE),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LEFTPADDING", (0, 0), (-1, -1), 2),
                ("RIGHTPADDING", (0, 0), (-1, -1), 6),
            ]
        ),
    )
