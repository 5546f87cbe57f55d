"""The tables of a survey's report as rows for a file."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from analytics.reports.feedback_measures import Measure
from analytics.reports.survey import SurveyReport

Rows: TypeAlias = Iterator[Iterable[Any]]
MEASURE = ("n", "value", "low", "high")


def _cells(measure: Measure | None) -> list[Any]:
    if measure is None:
        return [None, None, None, None]
    return [measure.n, measure.value, measure.low, measure.high]


def _scores(report: SurveyReport) -> Rows:
    yield ("question", "title", "score", *MEASURE, "method")
    for one in report.scores:
        for measure in (one.measure, one.second):
            if measure:
                cells = _cells(measure)
                yield [one.question.name, one.title, measure.label, *cells, one.method]
    for block in report.reliability:
        yield ["", block.title, "Cronbach's alpha", *_cells(block.alpha), "Feldt interval"]


def _questions(report: SurveyReport) -> Rows:
    yield ("question", "title", "type", "answered", "missing", "answer", "count", *MEASURE)
    for one in report.questions:
        head = [one.question.name, one.title, one.question.type, one.n, one.missing]
        for bar in one.bars:
            yield [*head, bar.label, bar.n, *_cells(bar.share)]
        if one.mean:
            yield [*head, "mean", one.mean.n, *_cells(one.mean)]
        if not one.bars and not one.mean:
            yield [*head, "", one.words or None, None, None, None, None]


def _rows(report: SurveyReport) -> Rows:
    yield ("question", "row", "point", "count", "mean_of_row", "low", "high")
    for one in report.questions:
        for row in one.rows:
            for point, count in zip(one.points, row.counts, strict=True):
                mean = [row.mean.value, row.mean.low, row.mean.high]
                yield [one.question.name, row.label, point, count, *mean]


def _trend(report: SurveyReport) -> Rows:
    yield ("question", "week_from", *MEASURE)
    for trend in report.trends:
        for week in trend.weeks:
            yield [trend.title, week.day.isoformat(), *_cells(week.measure)]


def _funnel(report: SurveyReport) -> Rows:
    yield ("step", "people", "share_of_step_before", "low", "high")
    for step in report.funnel.steps if report.funnel else ():
        of = step.of
        yield [step.label, step.n, *([of.value, of.low, of.high] if of else [None, None, None])]


def _breaks(report: SurveyReport) -> Rows:
    yield ("last_question", "people", "share_of_begun", "low", "high")
    for one in report.funnel.breaks if report.funnel else ():
        yield [one.title, one.n, one.share.value, one.share.low, one.share.high]


def _care(report: SurveyReport) -> Rows:
    yield ("score", "whose", *MEASURE)
    for one in report.care.scores if report.care else ():
        yield [one.title, "everybody", *_cells(one.everybody)]
        yield [one.title, "without flagged", *_cells(one.without)]


def _segments(report: SurveyReport) -> Rows:
    yield ("property", "value", "people", "score", *MEASURE)
    if report.segments is None:
        return
    for row in report.segments.rows:
        for title, measure in zip(report.segments.titles, row.measures, strict=True):
            yield [report.segments.property.name, row.value, row.n, title, *_cells(measure)]


def _weighted(report: SurveyReport) -> Rows:
    yield ("score", "weights", *MEASURE)
    for one in report.weighted.scores if report.weighted else ():
        yield [one.title, "none", *_cells(one.plain)]
        yield [one.title, "raked", *_cells(one.weighted)]


def _styles(report: SurveyReport) -> Rows:
    yield ("language", "people", "habit", *MEASURE)
    for one in report.styles:
        for measure in (one.extremes, one.middle, one.same):
            yield [one.locale, one.n, measure.label, *_cells(measure)]


SURVEY_TABLES: Mapping[str, Callable[[SurveyReport], Rows]] = {
    "scores": _scores,
    "questions": _questions,
    "rows": _rows,
    "trend": _trend,
    "funnel": _funnel,
    "break-offs": _breaks,
    "care": _care,
    "segments": _segments,
    "weighted": _weighted,
    "styles": _styles,
}
"""By the name in the address."""
