"""Figures as SVG from templates: x in per cent, so that plots stretch and their text does not.

A figure never speaks by shade or place alone: each has an `aria-label` with its numbers.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from core.phrases import enumerated, labelled
from core.templatetags.numerals import bounds, interval, number, percent, thousands, written

SHAPES = {
    "circle": "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0z",  # a person
    "square": "M-4.5-4.5h9v9h-9z",  # a respondent
    "triangle": "M0-5.8 5.4 4H-5.4z",  # a judge
    "bar": "M-2-6h4v12h-4z",  # a rule or a metric
    "lozenge": "M0-6 6 0 0 6-6 0z",  # gold
}
ARROWS = {"low": "M6-5 0 0 6 5", "high": "M-6-5 0 0-6 5"}
"""At the end of an axis that a value or an interval runs beyond."""

MARGIN = 3.0
"""Per cent kept free at both ends of an axis, so that the outermost labels fit."""


@dataclass(frozen=True)
class Axis:
    """What the plots of one table share; a report makes it, `forest_cell` draws on it."""

    low: float = 0.0
    high: float = 1.0
    ticks: Sequence[float] = (0, 0.2, 0.4, 0.6, 0.8, 1)
    thresholds: Sequence[float] = ()
    zero: bool = False
    form: Literal["estimate", "signed", "percent"] = "estimate"
    digits: int = 1
    low_words: str = ""
    high_words: str = ""

    def x(self, value: float) -> str:
        """Place of a value, in per cent; values beyond the axis lie at its ends."""
        share = (value - self.low) / (self.high - self.low)
        return f"{MARGIN + (100 - 2 * MARGIN) * min(1.0, max(0.0, share)):.2f}%"

    def side(self, value: float) -> str:
        """`low` or `high` for a value that lies beyond that end of the axis."""
        slack = (self.high - self.low) * 1e-9
        return "low" if value < self.low - slack else "high" if value > self.high + slack else ""

    def tick_text(self, value: float) -> str:
        if self.form == "percent":
            return percent(value)
        return written(value, self.digits, sign=self.form == "signed")

    @classmethod
    def of_coefficients(cls, values: Iterable[Any], **words: Any) -> "Axis":
        """From 0 to 1 for agreement, or from as far below 0 as the values lie."""
        lowest = min((v for v in map(number, values) if v is not None), default=0.0)
        fifths = max(-5, math.floor(min(lowest, 0.0) * 5 + 1e-9))
        return cls(fifths / 5, 1.0, [tick / 5 for tick in range(fifths, 6)], **words)

    @classmethod
    def around_zero(cls, values: Iterable[Any], **words: Any) -> "Axis":
        """A symmetric axis for differences, wide enough for all values, with five round ticks."""
        reach = max((abs(v) for v in map(number, values) if v is not None), default=0.0)
        step = round_step(reach / 2) if reach else 0.1
        high = 2 * step
        digits = max(0, -math.floor(math.log10(step) + 1e-9))
        ticks = (-high, -step, 0, step, high)
        return cls(-high, high, ticks, zero=True, form="signed", digits=digits, **words)


def round_step(at_least: float) -> float:
    """The next of 1, 2, 4, 5 or 10 times a power of ten."""
    power = 10 ** math.floor(math.log10(at_least))
    return float(power * next(k for k in (1, 2, 4, 5, 10) if k * power >= at_least * (1 - 1e-9)))


@dataclass(frozen=True)
class Mark:
    """One estimate on a row: its point and interval as far as the axis reaches, arrows beyond."""

    y: int
    shape: str
    second: bool
    point: str
    low: str
    high: str
    caps: Sequence[str]
    arrows: Sequence[tuple[str, str]]

    @property
    def top(self) -> int:
        return self.y - 4

    @property
    def bottom(self) -> int:
        return self.y + 4


def value_of(estimated: Any) -> float | None:
    if isinstance(estimated, Mapping):
        return number(estimated.get("value"))
    return number(getattr(estimated, "value", estimated))


def mark(axis: Axis, estimated: Any, *, y: int, shape: str, second: bool = False) -> Mark | None:
    value = value_of(estimated)
    if value is None:
        return None
    low, high = bounds(estimated)
    ends = [end for end in (low, high) if end is not None]
    beyond = {axis.side(at) for at in (value, *ends)} - {""}
    return Mark(
        y=y,
        shape=SHAPES[shape],
        second=second,
        point="" if axis.side(value) else axis.x(value),
        low=axis.x(min(ends)) if ends else "",
        high=axis.x(max(ends)) if ends else "",
        caps=[axis.x(end) for end in ends if not axis.side(end)],
        arrows=[
            (axis.x(axis.low if side == "low" else axis.high), ARROWS[side])
            for side in sorted(beyond)
        ],
    )


def sentence(name: str, estimated: Any, axis: Axis) -> str:
    value = value_of(estimated)
    if value is None:
        return _("%(name)s cannot be computed") % {"name": name} if name else _("not computed")
    form: str | int = "percent" if axis.form == "percent" else 2
    text = percent(value) if axis.form == "percent" else written(value, 2, sign=axis.zero)
    between = interval(estimated, "signed" if axis.zero else form)
    named = f"{name} {text}".strip()
    if not between:
        return named
    return _("%(estimate)s, interval %(interval)s") % {"estimate": named, "interval": between}


def forest_cell(
    axis: Axis,
    label: str,
    estimate: Any,
    second: Any = None,
    name: str = "",
    second_name: str = "",
    shape: str = "circle",
) -> dict[str, Any]:
    """One row's plot: an estimate with its interval, and below it, hollow, a second one."""
    height = 34 if second is None else 52
    middle = height // 2
    marks = [mark(axis, estimate, y=middle if second is None else 18, shape=shape)]
    words = [sentence(name, estimate, axis)]
    if second is not None:
        marks.append(mark(axis, second, y=34, shape=shape, second=True))
        words.append(sentence(second_name, second, axis))
    return {
        "height": height,
        "label": labelled(label, pgettext("list", "; ").join(words)),
        "grid": [axis.x(tick) for tick in axis.ticks],
        "thresholds": [axis.x(at) for at in axis.thresholds],
        "zero": axis.x(0) if axis.zero else "",
        "marks": [found for found in marks if found],
    }


def forest_axis(axis: Axis) -> dict[str, Any]:
    """The scale under (and, on a phone, above) the rows of one table."""
    return {
        "height": 40 if axis.low_words or axis.high_words else 24,
        "ticks": [{"x": axis.x(tick), "text": axis.tick_text(tick)} for tick in axis.ticks],
        "low": axis.x(axis.low),
        "high": axis.x(axis.high),
        "low_words": axis.low_words,
        "high_words": axis.high_words,
    }


def shade(position: int, n_points: int) -> int:
    """Which of five shades the 0-based point of a scale has: four points are 1 2 3 5."""
    if n_points == 4:
        return (1, 2, 3, 5)[min(max(position, 0), 3)]
    if n_points < 2:
        return 3
    return 1 + round(4 * min(max(position, 0), n_points - 1) / (n_points - 1))


def stack_bar(label: str, counts: Sequence[Any], names: Sequence[Any] = ()) -> dict[str, Any]:
    """A distribution over the points of a scale, low to high, as one bar of shares."""
    found = [number(count) or 0.0 for count in counts]
    total = sum(found)
    parts, left = [], 0.0
    for position, count in enumerate(found):
        width = 100 * count / total if total else 0.0
        tone = shade(position, len(found))
        text = f"{width:.0f}" if width >= 6 else ""
        parts.append(
            {
                "x": f"{left:.3f}%",
                "width": f"{width:.3f}%",
                "middle": f"{left + width / 2:.3f}%",
                "shade": tone,
                "on": "hi" if tone > 3 else "lo",
                "text": text,
            }
        )
        left += width
    labels = [str(name) for name in names] or [str(n + 1) for n in range(len(found))]
    figures = enumerated(
        labelled(name, thousands(count)) for name, count in zip(labels, found, strict=True)
    )
    return {"parts": parts if total else [], "label": labelled(label, figures)}


def heat_level(share: float, cells: int) -> int:
    """A cell's shade: how much more it holds than if all cells held the same."""
    if share <= 0:
        return 0
    return 1 + sum(share * cells >= step for step in (0.25, 0.45, 1, 3))


def heat_table(
    caption: str,
    points: Sequence[Any],
    shares: Sequence[Sequence[Any]],
    row_head: str = "",
    column_head: str = "",
) -> dict[str, Any]:
    """Two ratings of one item: shares of all pairs, rows and columns by point.

    A point is its short text, or a pair of it and its words.
    """
    heads = [point if isinstance(point, list | tuple) else (point, "") for point in points]
    cells = max(1, len(points) ** 2)
    rows = []
    for head, row in zip(heads, shares, strict=True):
        found = [number(share) or 0.0 for share in row]
        shown = [{"text": written(100 * v, 1), "level": heat_level(v, cells)} for v in found]
        rows.append({"head": head, "cells": shown})
    corner = f"{row_head} \\ {column_head}" if row_head and column_head else row_head
    return {"caption": caption, "heads": heads, "rows": rows, "corner": corner}


def marks(counts: Sequence[Any], names: Sequence[Any] = ()) -> dict[str, Any]:
    """How many raters stand at each point of a scale: one small cell a point."""
    found = [int(number(count) or 0) for count in counts]
    labels = [str(name) for name in names] or [str(n + 1) for n in range(len(found))]
    spoken = [
        ngettext("%(point)s: %(n)s rater", "%(point)s: %(n)s raters", n) % {"point": p, "n": n}
        for p, n in zip(labels, found, strict=True)
        if n
    ]
    levels = (0, 2, 4, 5)
    cells = [{"text": n or "", "level": levels[min(n, 3)]} for n in found]
    return {"cells": cells, "label": enumerated(spoken)}


def tile(text: Any, position: int, n_points: int, size: str = "") -> dict[str, Any]:
    """One score, shaded by its place on the scale."""
    return {"text": text, "shade": shade(position, n_points), "size": size}


def scale_key(names: Sequence[Any]) -> dict[str, Any]:
    """The key to the shades of a distribution."""
    return {"points": [{"name": n, "shade": shade(i, len(names))} for i, n in enumerate(names)]}


def meter(done: Any, total: Any, label: str = "") -> dict[str, Any]:
    """How much of something is done."""
    words = _("%(done)s of %(total)s") % {"done": thousands(done), "total": thousands(total)}
    return {"done": done, "total": total or 1, "label": labelled(label, words) if label else words}
