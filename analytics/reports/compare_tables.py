"""Every table of a comparison as rows for CSV: numbers unrounded, empty where there is none."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from accounts.models import Project
from analytics.reports.compare import Comparison
from analytics.reports.compare_data import as_data
from analytics.reports.compare_days import days_of
from analytics.reports.compare_experts import said_of
from analytics.reports.compare_sums import Asked
from analytics.reports.why import reason_words
from core.templatetags.prose import plain

Rows = Iterator[Sequence[Any]]
ESTIMATE = ("value", "low", "high", "n")


def _cells(values: Sequence[Any]) -> list[Any]:
    return ["" if value is None else value for value in values]


def _estimate(found: Any) -> list[Any]:
    return [getattr(found, name) for name in ESTIMATE]


def _variants(project: Project, found: Comparison, asked: Asked) -> Rows:
    columns = ("variant", "assigned", "people_shown", "shown", "answered_of_shown", "people", "n")
    yield (*columns, "mean", "low", "high")
    data = as_data(found)
    for side in (data["a"], data["b"]):
        mean = [side["mean"][name] for name in ("value", "low", "high")]
        yield _cells([*(side[name] for name in columns), *mean])


def _differences(project: Project, found: Comparison, asked: Asked) -> Rows:
    yield ("what", *ESTIMATE, "p", "method", "reason")
    named = {
        "sequence": found.difference,
        "planned": found.planned,
        "within_strata": found.strata and found.strata.within,
        "response_rate": found.response,
    }
    for name, one in named.items():
        if one:
            yield _cells([name, *_estimate(one), one.p, one.method, reason_words(one.reason)])


def _strata(project: Project, found: Comparison, asked: Asked) -> Rows:
    """Small strata with their counts alone."""
    yield ("stratum", "n_a", "n_b", "difference", "low", "high", "weight")
    for line in found.strata.lines if found.strata else ():
        gap = line.difference
        numbers = [None] * 4 if line.is_small else [gap.value, gap.low, gap.high, line.weight]
        yield _cells([line.name, line.a.n, line.b.n, *numbers])


def _days(project: Project, found: Comparison, asked: Asked) -> Rows:
    yield ("day", "n_a", "people_a", "n_b", "people_b", "difference", "low", "high")
    for day in days_of(asked):
        gap = day.difference
        sides = [day.a.n, day.a.respondents, day.b.n, day.b.respondents]
        yield _cells([day.day.isoformat(), *sides, gap.value, gap.low, gap.high])


def _raters(project: Project, found: Comparison, asked: Asked) -> Rows:
    """Differences as a share of the length of the scale, means as points from 1."""
    yield ("raters", "criterion", "points", "mean_a", "mean_b", "difference", "low", "high", "n")
    for one in said_of(project, found.a.name, found.b.name):
        gap = one.difference
        cells = [one.kind, plain(one.name), one.points, one.mean_a, one.mean_b]
        yield _cells([*cells, gap.value, gap.low, gap.high, gap.n])


TABLES: Mapping[str, Callable[[Project, Comparison, Asked], Rows]] = {
    "variants": _variants,
    "differences": _differences,
    "strata": _strata,
    "days": _days,
    "raters": _raters,
}
"""By the name in the address."""
