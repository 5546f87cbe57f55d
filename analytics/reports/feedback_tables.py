"""The tables of the feedback report as rows for a file: what the page shows, and its gaps too."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from analytics.reports.feedback import FeedbackReport, Line
from analytics.reports.feedback_measures import Measure

Rows: TypeAlias = Iterator[Iterable[Any]]
COUNTED = ("shown", "answered_of_shown", "feedback", "comments", "taken_back")
MEASURED = ("value", "value_low", "value_high", "coverage", "coverage_low", "coverage_high")


def _limits(measure: Measure | None) -> list[Any]:
    return [measure.value, measure.low, measure.high] if measure else [None, None, None]


def _cells(line: Any) -> list[Any]:
    counts = line.counts
    counted = [counts.shown, counts.answered, counts.n, counts.comments, counts.retracted]
    return [*counted, *_limits(line.measure), *_limits(line.coverage)]


def _lines(name: str, found: Iterable[Line]) -> Rows:
    yield (name, *COUNTED, *MEASURED)
    for line in found:
        yield [line.key, *_cells(line)]


def _trend(report: FeedbackReport) -> Rows:
    yield ("from", "kind", *COUNTED, *MEASURED)
    for point in report.trend:
        yield [point.day.isoformat(), report.wanted.kind, *_cells(point)]


def _changes(report: FeedbackReport) -> Rows:
    yield ("day", "widget", "instrument", "note")
    for change in report.changes:
        yield [change.day.isoformat(), change.name, change.number, change.note]


def _reasons(report: FeedbackReport) -> Rows:
    yield ("kind", "value", "reason", "feedback_with_it", "feedback", "share", "low", "high")
    for one in report.reasons:
        yield [
            report.wanted.kind,
            one.value,
            one.reason,
            one.some,
            one.share.n,
            *_limits(one.share),
        ]


TABLES: Mapping[str, Callable[[FeedbackReport], Rows]] = {
    "kinds": lambda report: _lines("kind", report.kinds),
    "trust": lambda report: _lines("trust", report.trusts),
    "variants": lambda report: _lines("variant", report.variants),
    "trend": _trend,
    "changes": _changes,
    "reasons": _reasons,
}
"""By the name in the address."""
