"""Feedback over time: a point a day or week, and a line where the instrument changed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from math import ceil, floor
from typing import Any

from django.utils.functional import Promise

from analytics.reports.feedback_counts import Counts
from analytics.reports.feedback_measures import Measure, coverage, headline

LEFT, RIGHT, TOP, BOTTOM = 44, 552, 12, 138
"""Where the plot lies in its box of 560 by 168."""
TICKS = 4
UNITS: Mapping[str, tuple[float, ...]] = {
    "percent": (0.05, 0.1, 0.25),
    "points": (5, 10, 25, 50),
    "score": (5, 10, 25, 50),
    "mean": (0.1, 0.25, 0.5, 1),
}
"""Between the ticks of an axis, by the form of what is drawn."""


@dataclass(frozen=True, slots=True)
class Point:
    day: date  # the first of the stretch
    counts: Counts
    measure: Measure | None
    coverage: Measure


@dataclass(frozen=True, slots=True)
class Change:
    """From this day on, a widget asked in other words."""

    day: date
    widget: int
    number: int
    name: str | Promise
    note: str


@dataclass(frozen=True, slots=True)
class Plot:
    """The lines of one picture, ready to draw; `form` is that of the measure."""

    form: str
    ticks: Sequence[tuple[str, float]]
    bands: Sequence[str]
    lines: Sequence[str]
    dots: Sequence[tuple[str, str]]
    changes: Sequence[tuple[str, Change]]
    first: date
    last: date


def start_of(day: date, by: str) -> date:
    return day if by == "day" else day - timedelta(days=day.weekday())


def trend(kind: str, rows: Iterable[Mapping[str, Any]], by: str) -> list[Point]:
    """One point a day or week (from Monday) with rows; rows hold `day` and the sums."""
    sums: dict[date, Counts] = defaultdict(Counts)
    for row in rows:
        sums[start_of(row["day"], by)] += Counts.of(row)
    return [
        Point(day, counts, headline(kind, counts), coverage(counts))
        for day, counts in sorted(sums.items())
    ]


def changes(
    rows: Iterable[Mapping[str, Any]],
    names: Mapping[int, str],
    notes: Mapping[tuple[int, int], str],
) -> list[Change]:
    """When each widget was first answered with other words than the words it had before.

    The element is shown before it has fetched its words: an impression without a number tells
    nothing of them.
    """
    seen: dict[tuple[int, int], date] = {}
    for row in rows:
        if not row["instrument"] and not Counts.of(row).n:
            continue
        key = row["widget"], row["instrument"]
        seen[key] = min(row["day"], seen.get(key, row["day"]))
    begun: set[int] = set()
    found = []
    for (widget, number), day in sorted(seen.items(), key=lambda one: (one[1], one[0])):
        if widget in begun:
            note = notes.get((widget, number), "")
            found.append(Change(day, widget, number, names.get(widget, ""), note))
        begun.add(widget)
    return found


def plot(points: Sequence[Point], marked: Sequence[Change]) -> Plot | None:
    """A picture of at least two points; stretches without enough answers are gaps."""
    drawn = [(point.day, drawable(point.measure)) for point in points]
    known = [(day, measure) for day, measure in drawn if measure]
    if len(known) < 2:
        return None
    form, first, last = known[0][1].form, points[0].day, points[-1].day
    lows, highs = [one.low for _day, one in known], [one.high for _day, one in known]
    low, high, step = axis(lows, highs, form)

    def x(day: date) -> str:
        return f"{LEFT + (RIGHT - LEFT) * (day - first).days / max(1, (last - first).days):.1f}"

    def y(value: Any) -> str:
        return f"{BOTTOM - (BOTTOM - TOP) * (value - low) / (high - low):.1f}"

    bands, lines = [], []
    for is_known, run in groupby(drawn, key=lambda one: one[1] is not None):
        if not is_known:
            continue
        stretch = [(x(day), one) for day, one in run if one]
        lines.append(" ".join(f"{at},{y(one.value)}" for at, one in stretch))
        upper = [f"{at},{y(one.high)}" for at, one in stretch]
        lower = [f"{at},{y(one.low)}" for at, one in stretch]
        bands.append(" ".join(upper + lower[::-1]))
    return Plot(
        form=form,
        ticks=[(y(tick), tick) for tick in ticks(low, high, step)],
        bands=bands,
        lines=lines,
        dots=[(x(day), y(one.value)) for day, one in known],
        changes=[(x(one.day), one) for one in marked if first <= one.day <= last],
        first=first,
        last=last,
    )


def drawable(measure: Measure | None) -> Measure | None:
    return measure if measure and measure.value is not None else None


def axis(lows: Sequence[Any], highs: Sequence[Any], form: str) -> tuple[float, float, float]:
    """Round ends around all intervals, and the step between two lines."""
    least, most = min(lows), max(highs)
    units = UNITS[form]
    step = next((unit for unit in units if (most - least) / unit <= TICKS), units[-1])
    low, high = floor(least / step + 1e-9) * step, ceil(most / step - 1e-9) * step
    return low, max(high, low + step), step


def ticks(low: float, high: float, step: float) -> list[float]:
    return [low + step * n for n in range(round((high - low) / step) + 1)]
