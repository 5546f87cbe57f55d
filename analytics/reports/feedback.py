"""What end users said, from the roll-up alone: some sums by day and kind, whatever the size.

Headlines count signed feedback where there is any: what anybody could have sent decides nothing.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet, Sum

from accounts.models import Project
from analytics.reports.feedback_counts import SUMS, Counts
from analytics.reports.feedback_measures import (
    FEWEST,
    POINTS,
    Measure,
    coverage,
    headline,
    points_of,
    share,
)
from analytics.reports.feedback_people import People, people_of, variants_with_people
from analytics.reports.feedback_trend import Change, Plot, Point, changes, plot, trend
from analytics.reports.feedback_wanted import ALL_TRUST, Wanted
from surveys.models import FeedbackCell, Instrument, Kind, ReasonCell, Trust, WidgetKey
from surveys.reason_words import REASON_WORDS

UNSIGNED_ALARM = 0.2
"""Share of unsigned feedback from which on the page warns."""
VARIANTS = 12
REASONS = 100
CHOICES = 2_000


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table: what it is about, its counts, and what they come to."""

    key: str
    label: Any
    counts: Counts
    measure: Measure | None
    coverage: Measure
    is_small: bool = False
    """Too few people gave it: how many is all that is shown."""
    query: str = ""
    """The address of the report on it."""


@dataclass(frozen=True, slots=True)
class ReasonLine:
    """How many of those who gave one answer named a reason; several may be named."""

    value: int
    value_label: Any
    reason: str
    share: Measure
    some: int

    @property
    def label(self) -> Any:
        return REASON_WORDS.get(self.reason, self.reason)


@dataclass(frozen=True, slots=True)
class FeedbackReport:
    wanted: Wanted  # with the kind and trust that were filled in
    kinds: Sequence[Line]
    head: Line
    points: Sequence[tuple[Any, int]]
    trusts: Sequence[Line]
    unsigned: Measure
    none_signed: bool
    trend: Sequence[Point]
    changes: Sequence[Change]
    plot: Plot | None
    reasons: Sequence[ReasonLine]
    variants: Sequence[Line]
    n_variants: int
    people: People

    @property
    def is_mostly_unsigned(self) -> bool:
        return self.unsigned.value is not None and self.unsigned.value > UNSIGNED_ALARM


@dataclass(frozen=True, slots=True)
class Choices:
    """What the roll-up of a project can be filtered by."""

    variants: Sequence[str]
    languages: Sequence[str]
    locales: Sequence[str]
    widgets: Mapping[int, str]
    is_any: bool


def choices_of(project: Project) -> Choices:
    names = ("variant_name", "language", "locale", "widget")
    cells = FeedbackCell.objects.filter(project=project).order_by()
    rows = list(cells.values_list(*names).distinct()[:CHOICES])
    variants, languages, locales = (sorted({row[n] for row in rows} - {""}) for n in range(3))
    widgets = widget_names(project) if rows else {}
    return Choices(variants, languages, locales, widgets, bool(rows))


def widget_names(project: Project) -> dict[int, str]:
    return dict(WidgetKey.objects.filter(project=project).order_by("id").values_list("id", "name"))


def feedback_report(
    project: Project, wanted: Wanted, today: date, widgets: Mapping[int, str]
) -> FeedbackReport | None:
    """Nothing where nothing was shown or said in these bounds."""
    cells = FeedbackCell.objects.filter(wanted.rows(today), project=project).order_by()
    by_kind = sums_by_kind(cells)
    if not by_kind:
        return None
    kind = wanted.kind if wanted.kind in by_kind else most_answered(by_kind)
    by_trust = by_kind[kind]
    none_signed = not wanted.trust and not by_trust.get(Trust.SIGNED, Counts()).n
    trust = wanted.trust or (ALL_TRUST if none_signed else Trust.SIGNED.value)
    asked, wanted = wanted, wanted.with_(kind=kind, trust=trust)
    chosen = cells.filter(wanted.trusted(), kind=kind)
    rows = list(chosen.values("day", "widget", "instrument").annotate(**SUMS))
    counts = sum((Counts.of(row) for row in rows), Counts())
    points = trend(kind, rows, wanted.by)
    marked = changes(rows, widgets, notes_of(widgets))
    return FeedbackReport(
        wanted=wanted,
        kinds=[
            replace(
                line(name, Kind(name).label, name, trusted(by_kind[name], trust)),
                query=asked.with_(kind=name).query,
            )
            for name in Kind.values
            if name in by_kind
        ],
        head=line(kind, Kind(kind).label, kind, counts),
        points=points_of(kind, counts),
        trusts=[
            line(name, Trust(name).label, kind, by_trust[name])
            for name in Trust.values
            if name in by_trust
        ],
        unsigned=unsigned_share(by_trust),
        none_signed=none_signed,
        trend=points,
        changes=marked,
        plot=plot(points, marked),
        reasons=reasons_of(chosen, kind, counts),
        people=people_of(project, wanted, today),
        **variants_of(project, wanted, today, chosen),
    )


def sums_by_kind(cells: QuerySet[FeedbackCell]) -> dict[str, dict[str, Counts]]:
    found: dict[str, dict[str, Counts]] = defaultdict(dict)
    for row in cells.values("kind", "trust").annotate(**SUMS):
        counts = Counts.of(row)
        if counts.n or counts.shown:
            found[row["kind"]][row["trust"]] = counts
    return dict(found)


def most_answered(by_kind: Mapping[str, Mapping[str, Counts]]) -> str:
    def answers(kind: str) -> tuple[int, int]:
        counts = trusted(by_kind[kind], ALL_TRUST)
        return counts.n, counts.shown

    return max((kind for kind in Kind.values if kind in by_kind), key=answers)


def trusted(by_trust: Mapping[str, Counts], trust: str) -> Counts:
    chosen = [counts for name, counts in by_trust.items() if trust in (ALL_TRUST, name)]
    return sum(chosen, Counts())


def line(key: str, label: Any, kind: str, counts: Counts, *, is_small: bool = False) -> Line:
    measure = None if is_small else headline(kind, counts)
    return Line(key, label, counts, measure, coverage(counts), is_small)


def unsigned_share(by_trust: Mapping[str, Counts]) -> Measure:
    n = sum(counts.n for counts in by_trust.values())
    signed = by_trust[Trust.SIGNED].n if Trust.SIGNED in by_trust else 0
    return share(Trust.OPEN.label, n - signed, n)


def notes_of(widgets: Mapping[int, str]) -> dict[tuple[int, int], str]:
    rows = Instrument.objects.filter(key__in=widgets).values_list("key", "number", "note")
    return {(key, number): note for key, number, note in rows}


def reasons_of(cells: QuerySet[FeedbackCell], kind: str, counts: Counts) -> list[ReasonLine]:
    """Shares of the feedback that gave the answer, not of the ticks: together they may pass 1."""
    rows = (
        ReasonCell.objects.filter(Q(cell__in=cells.values("pk")))
        .values_list("value", "reason")
        .annotate(some=Sum("n"))
        .filter(some__gt=0)
        .order_by("value", "-some", "reason")[:REASONS]
    )
    return [
        ReasonLine(
            value, value_label(kind, value), reason, share(reason, some, counts.values[value]), some
        )
        for value, reason, some in rows
    ]


def value_label(kind: str, value: int) -> Any:
    named = POINTS.get(kind, ())
    return named[value] if value < len(named) else str(value)


def variants_of(
    project: Project, wanted: Wanted, today: date, cells: QuerySet[FeedbackCell]
) -> dict[str, Any]:
    """The variants with the most feedback; none of them where no variant is named."""
    rows = list(cells.values("variant_name").annotate(**SUMS).order_by("-sum_n_shown")[:1_000])
    found = sorted(
        ((row["variant_name"], Counts.of(row)) for row in rows), key=lambda one: -one[1].n
    )
    if not any(name for name, _counts in found):
        return {"variants": [], "n_variants": 0}
    shown = [(name, counts) for name, counts in found if counts.n][:VARIANTS]
    asked = [name for name, counts in shown if counts.n >= FEWEST]
    enough = variants_with_people(project, wanted, today, asked)
    lines = [
        line(name, name, wanted.kind, counts, is_small=name in asked and name not in enough)
        for name, counts in shown
    ]
    return {"variants": lines, "n_variants": len(found)}
