"""Plotly figures for exploring, from a stored report; colours and fonts are the page's business.

`static/js/charts.js` lays them out with the page's own tokens, so a figure carries only data and
the words of its axes. The same numbers stand in a table beneath each.
"""

import math
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from core.templatetags.numerals import is_japanese

MAX_ROWS = 60
"""Raters in one figure; more would not be legible."""
MAX_TICKS = 3
"""Steps between dates on one axis, so that they stand side by side on a phone too."""
DAY_IN_MILLISECONDS = 24 * 60 * 60 * 1000


def figures_of(
    criterion: Mapping[str, Any],
    activity: Sequence[tuple[str, str, int]],
    points: Sequence[str],
    names: Mapping[str, str],
) -> dict[str, Any]:
    """All figures of one criterion by name, as plotly's JSON; None where there is nothing."""
    return {
        "raters": _json(rater_bars(criterion, points, names)),
        "time": _json(rating_times(activity, names)),
        "pairs": _json(pair_heat(criterion, names)),
    }


def rater_bars(
    criterion: Mapping[str, Any], points: Sequence[str], names: Mapping[str, str]
) -> Any:
    """One bar a rater: the share of their ratings at each point, low to high."""
    import plotly.graph_objects as go

    lines = [line for line in criterion["raters"] if sum(line["counts"])][:MAX_ROWS]
    if not lines:
        return None
    raters = [names.get(line["rater"], line["rater"]) for line in lines]
    figure = go.Figure(
        [
            go.Bar(
                name=point,
                y=raters,
                x=[line["counts"][position] / sum(line["counts"]) for line in lines],
                text=[_("%(n)s ratings") % {"n": line["counts"][position]} for line in lines],
                textposition="none",
                orientation="h",
                hovertemplate="%{y}: %{x:.0%}, %{text}<extra>%{fullData.name}</extra>",
            )
            for position, point in enumerate(points)
        ],
        layout={"template": "none", "barmode": "stack"},
    )
    figure.update_xaxes(tickformat=".0%", range=[0, 1])
    figure.update_yaxes(type="category", autorange="reversed")
    return figure


def rating_times(activity: Sequence[tuple[str, str, int]], names: Mapping[str, str]) -> Any:
    """A strip a rater over the days on which they rated; a mark's area is the day's ratings."""
    import plotly.graph_objects as go

    raters = list(dict.fromkeys(rater for rater, _day, _n in activity))
    if not raters or len(raters) > MAX_ROWS:
        return None
    most = max(n for _rater, _day, n in activity)
    figure = go.Figure(
        go.Scatter(
            x=[day for _rater, day, _n in activity],
            y=[names.get(rater, rater) for rater, _day, _n in activity],
            mode="markers",
            marker={
                "size": [n for _rater, _day, n in activity],
                "sizemode": "area",
                "sizeref": 2 * most / 24**2,
                "sizemin": 3,
            },
            text=[_("%(n)s ratings") % {"n": n} for _rater, _day, n in activity],
            hovertemplate="%{y}, %{x}: %{text}<extra></extra>",
        ),
        layout={"template": "none"},
    )
    figure.update_xaxes(**day_axis([day for _rater, day, _n in activity]))
    figure.update_yaxes(autorange="reversed", type="category")
    return figure


def day_axis(days: Sequence[str]) -> dict[str, Any]:
    """An axis of whole days, dated as the page dates them; plotly by itself writes American."""
    form = "%Y/%m/%d" if is_japanese() else "%-d %b %Y"
    span = (date.fromisoformat(max(days)) - date.fromisoformat(min(days))).days
    every = max(1, math.ceil(span / MAX_TICKS))
    return {
        "tick0": min(days),
        "dtick": every * DAY_IN_MILLISECONDS,
        "tickformat": form,
        "hoverformat": form,
    }


def pair_heat(criterion: Mapping[str, Any], names: Mapping[str, str]) -> Any:
    """How often each two raters chose the same point, as a square."""
    import plotly.graph_objects as go

    pairs = criterion["rater_pairs"]
    met = {rater for pair in pairs for rater in (pair["first"], pair["second"])}
    raters = [line["rater"] for line in criterion["raters"] if line["rater"] in met]
    if not 2 < len(raters) <= MAX_ROWS:
        return None
    place = {rater: position for position, rater in enumerate(raters)}
    shares: list[list[float | None]] = [[None] * len(raters) for _rater in raters]
    words = [[""] * len(raters) for _rater in raters]
    for pair in pairs:
        first, second = place[pair["first"]], place[pair["second"]]
        for row, column in ((first, second), (second, first)):
            shares[row][column] = pair["agreement"]
            words[row][column] = _("%(n)s items in common") % {"n": pair["n"]}
    labels = [names.get(rater, rater) for rater in raters]
    figure = go.Figure(
        go.Heatmap(
            x=labels,
            y=labels,
            z=shares,
            text=words,
            zmin=0,
            zmax=1,
            xgap=2,
            ygap=2,
            colorbar={"tickformat": ".0%"},
            hovertemplate="%{y} × %{x}: %{z:.0%}, %{text}<extra></extra>",
        ),
        layout={"template": "none"},
    )
    figure.update_xaxes(type="category")
    figure.update_yaxes(type="category", autorange="reversed")
    return figure


def _json(figure: Any) -> Any:
    return None if figure is None else figure.to_plotly_json()
