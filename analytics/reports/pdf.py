"""A report as PDF, in the reader's language: the numbers of the page as tables, ready to print."""

from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from analytics.reports.kind_words import KindsPart
from analytics.reports.page import AgreementPage, CriterionPart
from analytics.reports.pdf_sheet import JAPANESE, LATIN, MUTED, Paragraphs, paragraphs, table
from core.phrases import consecutive, labelled
from core.templatetags.numerals import (
    NONE,
    estimate,
    interval,
    is_japanese,
    percent,
    signed,
    thousands,
)


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


def _story(page: AgreementPage, width: float) -> list[Any]:
    put = paragraphs()
    story = [
        put(page.study.project.name, "text"),
        put(_("Agreement in %(study)s") % {"study": page.study}, "title"),
        put(page.finding, "finding"),
        put(_facts(page), "text"),
        put(_("How far raters agree"), "head"),
        table(
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
    if page.limits.words:
        shown = _("Limits shown: %(kind)s.") % {"kind": page.limits.words}
        story.append(put(consecutive([shown, page.limits.kept]), "text"))
    story += [
        put(labelled(part.name, words), "text") for part in page.criteria for words in part.off
    ]
    if page.not_asked:
        story.append(put(page.not_asked, "text"))
    if page.note:
        story += [put(page.note["title"], "name"), put(page.note["words"], "text")]
    story += _without_excluded(put, page, width)
    for part in page.criteria:
        story += _of_criterion(put, part, width, shows_raters=page.shows_raters)
    story.append(put(_("Method"), "head"))
    story += [put(labelled(names, words), "text") for names, words in page.methods]
    return story


def _without_excluded(put: Paragraphs, page: AgreementPage, width: float) -> list[Any]:
    """Alpha with and without the raters who are left out."""
    if not page.with_excluded:
        return []
    head = [
        _("Criterion"), _("Alpha with everybody"), _("Alpha without"),
        _("Equal pairs with everybody"), _("Equal pairs without"), _("Ratings without"),
    ]  # fmt: skip
    rows = []
    for part in page.with_excluded:
        without = part.data["without_excluded"]
        alpha, percents = (
            without["coefficients"][key] for key in ("krippendorff_alpha", "percent_agreement")
        )
        rows.append(
            [
                part.name,
                f"{estimate(part.alpha['value'])} {interval(part.alpha)}",
                f"{estimate(alpha['value'])} {interval(alpha)}",
                f"{percent(part.percent['value'])} {interval(part.percent, 'percent')}",
                f"{percent(percents['value'])} {interval(percents, 'percent')}",
                thousands(without["n_ratings"]),
            ]
        )
    return [
        put(_("With and without the raters who are left out"), "head"),
        table(put, width, head, rows, (22, 17, 17, 17, 17, 10), {1, 2, 3, 4, 5}),
    ]


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


def _of_criterion(
    put: Paragraphs, part: CriterionPart, width: float, *, shows_raters: bool
) -> list[Any]:
    """Sentences, coefficients, distribution, raters and hardest items of one criterion."""
    story = [put(part.name, "head")]
    story += [put(words, "text") for words in part.plain.sentences]
    story += [put(words, "text") for words in (part.plain.paradox, part.parting) if words]
    if part.plain.lines:
        story.append(
            table(
                put,
                width,
                [_("Coefficient"), _("Value"), _("Plausible range"), _("What it says")],
                [
                    [
                        line.name,
                        estimate(line.result["value"]),
                        interval(line.result),
                        consecutive(filter(None, [line.says, line.off])),
                    ]
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
        story += [put(_("Distribution"), "name"), table(put, width, head, rows, (80, 20), {1})]
    if part.kinds:
        story += _kinds(put, part.kinds, width)
    if shows_raters and part.raters:
        story += _raters(put, part, width)
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
            table(put, width, head, rows, (8, 70, 22), {0}),
        ]
    return story


def _kinds(put: Paragraphs, kinds: KindsPart, width: float) -> list[Any]:
    """Agreement within and between kinds of raters."""
    story = [put(_("Kinds of raters"), "name")]
    if kinds.reason:
        return [*story, put(kinds.reason, "text")]
    story += [put(line.sentence, "text") for line in kinds.lines if line.sentence]
    head = [
        _("Compared"), _("Same point"), _("alpha"), _("Plausible range"), _("units compared"),
        _("Ratings"),
    ]  # fmt: skip
    rows = [
        [
            line.name,
            f"{percent(line.percent['value'])} {interval(line.percent, 'percent')}",
            estimate(line.alpha["value"]),
            interval(line.alpha) or line.reason,
            thousands(line.data["n_units"]),
            thousands(line.data["n_ratings"]),
        ]
        for line in kinds.lines
    ]
    return [*story, table(put, width, head, rows, (24, 16, 10, 30, 10, 10), {1, 2, 4, 5})]


def _raters(put: Paragraphs, part: CriterionPart, width: float) -> list[Any]:
    """Raters by how much they rated, every figure with its interval; for those who manage."""
    head = [_("Rater"), _("Ratings"), _("Kappa"), _("Severity"), _("Right on gold"), _("Off by")]
    rows = [
        [
            line["name"],
            thousands(line["n"]),
            _with_limits(line["against_rest"] or {}, estimate),
            _with_limits({**line, "value": line["severity"]}, signed, "signed"),
            _with_limits((line.get("accuracy") or {}).get("correct") or {}, percent, "percent"),
            _with_limits((line.get("accuracy") or {}).get("error") or {}, estimate),
        ]
        for line in part.raters
    ]
    words = _(
        "Kappa is agreement beyond chance with everybody else. Severity is in points above or "
        "below the middle of all raters. This is no ranking."
    )
    return [
        put(_("Raters"), "name"),
        put(words, "text"),
        table(put, width, head, rows, (22, 10, 17, 20, 15, 16), {1, 2, 3, 4, 5}),
    ]


def _with_limits(
    found: Mapping[str, Any], written: Callable[[Any], str], form: str | int = 2
) -> str:
    """A number with its interval; nothing of what has none, for it would be read as certain."""
    limits = interval(found, form)
    if not limits:
        return NONE
    return _("%(value)s (%(limits)s)") % {"value": written(found["value"]), "limits": limits}
