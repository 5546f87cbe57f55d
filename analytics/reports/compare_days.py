"""How the sequence came about: the same limits at the end of each day, from the first one on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _

from analytics.charts import day_axis
from analytics.reports.compare_formulas import Formula
from analytics.reports.compare_kept import kept
from analytics.reports.compare_sums import NOTHING, Asked, cluster_sums, reduced, summed
from analytics.reports.compare_words import difference, limits
from analytics.stats.estimates import Estimate
from analytics.stats.feedback.sums import ClusterSums

MOST_DAYS = 400

BY_DAY = """
SELECT day, SUM(CASE WHEN until_n = n THEN 1 ELSE 0 END), SUM(n), SUM(x),
  SUM(until_n * until_n - (until_n - n) * (until_n - n)),
  SUM(until_x * until_x - (until_x - x) * (until_x - x)),
  SUM(until_n * until_x - (until_n - n) * (until_x - x))
FROM (
  SELECT day, n, x, SUM(n) OVER person AS until_n, SUM(x) OVER person AS until_x
  FROM ({inner}) AS days
  WINDOW person AS (PARTITION BY respondent ORDER BY day)
) AS sums GROUP BY day
"""
"""What each day adds to the sums, squares over people included: so days add up to the whole."""


@dataclass(frozen=True, slots=True)
class Day:
    day: date
    a: ClusterSums
    b: ClusterSums
    difference: Estimate


@dataclass(frozen=True, slots=True)
class DayLine:
    """One day as its table tells it."""

    day: date
    n_a: int
    n_b: int
    value: str
    limits: str


def day_lines(days: Sequence[Day], formula: Formula) -> Sequence[DayLine]:
    """Newest first: that is what is looked for."""
    return [
        DayLine(
            day.day,
            day.a.n,
            day.b.n,
            difference(day.difference, formula),
            limits(day.difference, formula),
        )
        for day in reversed(days)
    ]


def days_of(asked: Asked) -> Sequence[Day]:
    """Each day with feedback on either variant, with all that had been given until its end."""
    from analytics.stats.feedback.differences import clustered_sequence

    until = dict.fromkeys(asked.variants, NOTHING)
    by_day: dict[date, dict[str, ClusterSums]] = {}
    for name, day, added in kept(asked, "days", lambda: _added(asked)):
        until[name] = until[name] + added
        by_day.setdefault(day, {}).update(until)
    found = [
        Day(day, sums[asked.a], sums[asked.b], clustered_sequence(sums[asked.b], sums[asked.a]))
        for day, sums in by_day.items()
    ]
    return found[-MOST_DAYS:]


def _added(asked: Asked) -> list[tuple[str, date, ClusterSums]]:
    """By day, the oldest first."""
    found = []
    for name in asked.variants:
        rows = (
            asked.rows(name)
            .filter(value__isnull=False)
            .values("day", "respondent")
            .annotate(n=Count("value"), x=summed(asked.formula))
        )
        found += [
            (name, _date(day), cluster_sums(numbers))
            for day, *numbers in reduced(BY_DAY, inner=rows)
        ]
    return sorted(found, key=lambda one: one[1])


def _date(day: Any) -> date:
    """SQLite hands a day of a statement of ours over as text."""
    return day if isinstance(day, date) else date.fromisoformat(day)


def figure(days: Sequence[Day], scale: int) -> Any:
    """The limits as a band around the difference, for plotly; None before there are any."""
    import plotly.graph_objects as go

    shown = [day for day in days if day.difference.low is not None]
    if not shown:
        return None
    x = [day.day.isoformat() for day in shown]
    high = [day.difference.high * scale for day in shown]  # type: ignore[operator]
    low = [day.difference.low * scale for day in shown]  # type: ignore[operator]
    value = [day.difference.value * scale for day in shown]  # type: ignore[operator]
    band = {"mode": "lines", "line": {"width": 0.5}, "hoverinfo": "skip"}
    plot = go.Figure(
        [
            go.Scatter(x=x, y=high, **band),
            go.Scatter(x=x, y=low, fill="tonexty", **band),
            go.Scatter(x=x, y=value, mode="lines+markers", name=_("difference")),
        ],
        layout={"template": "none", "height": 320},
    )
    plot.update_xaxes(**day_axis(x))
    return plot.to_plotly_json()
