"""How a dataset grew, by what brought its items, and whether more would change anything."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import accumulate
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.phrases import consecutive
from core.templatetags.numerals import thousands, written
from gold.models import GoldDataset, GoldItem, Release, Run, Source
from gold.runs.outcomes import PEOPLE, RULE, SLICES, Judged, judged
from gold.runs.shown import BY, slice_words
from gold.saturation import LAST, Saturation, saturation

MANY_DAYS = 60
MOST_RUNS = 12


@dataclass(frozen=True, slots=True)
class Period:
    """A day or a month: what became gold, what was retired, and what was there at its end."""

    begins: date
    is_month: bool
    added: dict[str, int]
    retired: int
    total: int


@dataclass(frozen=True, slots=True)
class SliceCount:
    by: Any
    words: str
    n: int
    share: float
    newest: int


@dataclass(frozen=True, slots=True)
class Growth:
    periods: list[Period]
    sources: list[tuple[str, str, int]]
    slices: list[SliceCount]
    n: int
    n_newest: int
    saturation: Saturation | None
    release: Release | None


def growth_of(dataset: GoldDataset) -> Growth:
    names = ("language", "difficulty", "source", "tier", "split", "tags")
    rows = list(
        GoldItem.objects.filter(dataset=dataset)
        .order_by("approved_at", "pk")
        .values_list("approved_at", "retired_at", "payload__language", *names[1:])
    )
    facts = [
        (approved, retired, dict(zip(names, values, strict=True)))
        for approved, retired, *values in rows
    ]
    current = [known for _approved, retired, known in facts if retired is None]
    found, release = saturated(dataset)
    return Growth(
        periods=periods_of((day, gone, known["source"]) for day, gone, known in facts),
        sources=_sources(current),
        slices=_slices(current),
        n=len(current),
        n_newest=min(LAST, len(current)),
        saturation=found,
        release=release,
    )


def periods_of(rows: Iterable[tuple[datetime, datetime | None, str]]) -> list[Period]:
    """By day, or by month where the days are many; none is left out between the first and last."""
    day_of = timezone.localdate
    facts = [(day_of(a), day_of(r) if r else None, source) for a, r, source in rows]
    days = {day for a, r, _source in facts for day in (a, r) if day}
    is_month = len(days) > MANY_DAYS

    def start(day: date) -> date:
        return day.replace(day=1) if is_month else day

    added: dict[date, Counter[str]] = {start(day): Counter() for day in sorted(days)}
    retired: Counter[date] = Counter()
    for approved, gone, source in facts:
        added[start(approved)][source] += 1
        if gone:
            retired[start(gone)] += 1
    totals = accumulate(sum(counts.values()) - retired[day] for day, counts in added.items())
    return [
        Period(day, is_month, dict(counts), retired[day], total)
        for (day, counts), total in zip(added.items(), totals, strict=True)
    ]


def _sources(current: list[dict[str, Any]]) -> list[tuple[str, str, int]]:
    counts = Counter(one["source"] for one in current)
    return [(value, str(label), counts[value]) for value, label in Source.choices]


def _slices(current: list[dict[str, Any]]) -> list[SliceCount]:
    """How many items each slice has, and how many of the newest."""
    newest = current[-LAST:]
    lines = []
    for by, values in SLICES.items():
        if by == "source":
            continue
        all_of = Counter(value for one in current for value in values(one) if value)
        new_of = Counter(value for one in newest for value in values(one) if value)
        lines += [
            SliceCount(
                by=BY[by],
                words=slice_words(by, value),
                n=n,
                share=n / len(current),
                newest=new_of[value],
            )
            for value, n in sorted(all_of.items(), key=lambda one: (-one[1], one[0]))[:20]
        ]
    return lines


def saturated(dataset: GoldDataset) -> tuple[Saturation | None, Release | None]:
    """From the newest release on which two variants or more were judged, over what all answered."""
    runs = Run.objects.filter(release__dataset=dataset, n_judged__gt=0).select_related("release")
    newest: dict[int, dict[str, Run]] = {}
    for run in runs.order_by("release__number", "pk"):
        newest.setdefault(run.release_id, {})[run.variant] = run
    for of_release in reversed(newest.values()):
        if len(of_release) > 1:
            some = dict(sorted(of_release.items(), key=lambda one: -one[1].pk)[:MOST_RUNS])
            passed = alike({name: judged(run) for name, run in some.items()})
            return saturation(passed), next(iter(some.values())).release
    return None, None


def alike(runs: Mapping[str, Judged]) -> dict[str, list[bool]]:
    """What passed of the items that were judged in all runs: by the rule, or else by people."""
    found: dict[str, list[bool]] = {}
    for by in (RULE, PEOPLE):
        outcomes = {name: run.said(by) for name, run in runs.items()}
        common = sorted(set.intersection(*(set(one) for one in outcomes.values())))
        found = {name: [one[pk].passed for pk in common] for name, one in outcomes.items()}
        if common:
            break
    return found


def saturation_words(found: Saturation) -> str:
    """How much the last items changed the ranking of variants."""
    n = len(found.after.shares)
    counts = {"last": thousands(found.last), "n": thousands(n)}
    if found.swapped:
        turned = ngettext(
            "The last %(last)s items turned the order of %(pairs)s pair among %(n)s variants.",
            "The last %(last)s items turned the order of %(pairs)s pairs among %(n)s variants.",
            len(found.swapped),
        ) % {**counts, "pairs": thousands(len(found.swapped))}
    else:
        turned = _("The last %(last)s items left the ranking of %(n)s variants as it was.") % counts
    name, moved = found.largest
    by = _("“%(variant)s” moved most, by %(points)s points.") % {
        "variant": name,
        "points": written(100 * moved, 1, sign=True),
    }
    return consecutive([turned, by])


def _dated(period: Period) -> str:
    """As the table beside the figure names it."""
    form = "YEAR_MONTH_FORMAT" if period.is_month else "SHORT_DATE_FORMAT"
    return date_format(period.begins, form)


def figure_of(growth: Growth) -> Any:
    """Items by the time at which they became gold, stacked by what brought them."""
    import plotly.graph_objects as go

    periods = growth.periods
    if len(periods) < 2:
        return None
    sources = [(value, label) for value, label, _n in growth.sources]
    seen = [s for s in sources if any(one.added.get(s[0]) for one in periods)]
    figure = go.Figure(
        [
            go.Bar(
                name=label,
                x=[_dated(one) for one in periods],
                y=list(accumulate(one.added.get(value, 0) for one in periods)),
                hovertemplate="%{x}: %{y}<extra>%{fullData.name}</extra>",
            )
            for value, label in seen
        ],
        layout={"template": "none", "barmode": "stack"},
    )
    figure.update_xaxes(type="category")
    return figure
