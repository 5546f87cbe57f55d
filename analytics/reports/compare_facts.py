"""What stands around a comparison: who was assigned, whose word it is, and what changed meanwhile.

All from the roll-up `FeedbackCell` and the assignments, so it costs the same at any size.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, Max, Min, Sum

from accounts.models import Project
from analytics.reports.compare_sums import ALL_TRUST, Asked
from surveys.models import Experiment, FeedbackCell, Trust
from surveys.trying import TRYING

LATEST = 100
"""Variants among which the two of most use are looked for."""
ANSWERS = sum((F(f"v{position}") for position in range(1, 11)), F("v0"))


@dataclass(frozen=True, slots=True)
class Assigned:
    """People assigned to each variant, and the shares by which they were."""

    a: int
    b: int
    share_a: float
    share_b: float
    plans: int = 1
    """How often the shares changed, plus one."""


@dataclass(frozen=True, slots=True)
class Instruments:
    """The widgets' words that a variant was shown with, by widget and number."""

    of_a: tuple[tuple[int, int], ...]
    of_b: tuple[tuple[int, int], ...]

    @property
    def differ(self) -> bool:
        """Whether words changed, or one side had others: who answers may have changed with it."""
        numbers: dict[int, set[int]] = {}
        for widget, number in (*self.of_a, *self.of_b):
            numbers.setdefault(widget, set()).add(number)
        changed = any(len(found) > 1 for found in numbers.values())
        return changed or bool(self.of_a and self.of_b and self.of_a != self.of_b)


@dataclass(frozen=True, slots=True)
class Facts:
    """Of the feedback asked for.

    Attributes:
        by_trust: Answers by level of trust, of all levels.
        instruments: Words of the widget.
        languages: Of the conversations, those of most answers first; "" for those not here.
        since: First day on which both were shown, where one had begun before; else None.
        began: First day of either.
    """

    by_trust: Mapping[str, int]
    instruments: Instruments
    languages: Sequence[str]
    since: date | None
    began: date | None

    @property
    def unsigned(self) -> float | None:
        """Share of answers that nobody vouches for."""
        n = sum(self.by_trust.values())
        return 1 - self.by_trust.get(Trust.SIGNED, 0) / n if n else None


def variants_of(project: Project, kind: str) -> list[str]:
    """Names that feedback of a kind was given on, those of most answers first."""
    rows = (
        FeedbackCell.objects.filter(project=project, kind=kind)
        .exclude(variant_name="")
        .values("variant_name")
        .annotate(n=Sum(ANSWERS))
        .order_by("-n", "variant_name")
    )
    return [row["variant_name"] for row in rows]


def latest_two(project: Project, kind: str) -> tuple[str, str] | None:
    """The two that were answered last, the one that came later behind the one that was there.

    What a team tries out on the page of its widget is left aside, and so is what nobody answered
    where two others have answers: the page would open with nothing to tell.
    """
    rows = list(
        FeedbackCell.objects.filter(project=project, kind=kind)
        .exclude(variant_name__in=("", TRYING))
        .values("variant_name")
        .annotate(n=Sum(ANSWERS), first=Min("day"), last=Max("day"))
        .order_by("-last", "-n", "variant_name")[:LATEST]
    )
    rows = sorted(rows, key=lambda row: not row["n"])[:2]
    found = [row["variant_name"] for row in sorted(rows, key=lambda row: row["first"])]
    return (found[0], found[1]) if len(found) == 2 else None


def began_together(asked: Asked) -> tuple[date | None, date | None]:
    """First day of either variant, and of both where that is later."""
    days = (
        _cells(asked, any_trust=asked.trust == ALL_TRUST)
        .values("variant_name")
        .annotate(first=Min("day"))
        .values_list("first", flat=True)
    )
    firsts = sorted(days)
    if not firsts:
        return None, None
    return firsts[0], firsts[-1] if len(firsts) > 1 and firsts[-1] > firsts[0] else None


def facts_of(asked: Asked) -> Facts:
    """About the days of `asked`; its own `since` is taken as it is."""
    began, both = began_together(asked)
    cells = _cells(asked, any_trust=True)
    by_trust: dict[str, int] = {}
    languages: dict[str, int] = {}
    words: dict[str, set[tuple[int, int]]] = {name: set() for name in asked.variants}
    groups = cells.values("variant_name", "trust", "language", "widget", "instrument")
    for row in groups.annotate(n=Sum(ANSWERS), shown=Sum("n_shown")):
        by_trust[row["trust"]] = by_trust.get(row["trust"], 0) + row["n"]
        if asked.trust not in (ALL_TRUST, row["trust"]):
            continue
        languages[row["language"]] = languages.get(row["language"], 0) + row["n"]
        if row["n"] or (
            row["shown"] and row["instrument"]
        ):  # it is shown before it knows its words
            words[row["variant_name"]].add((row["widget"], row["instrument"]))
    of_a, of_b = (tuple(sorted(words[name])) for name in asked.variants)
    ordered = sorted(languages, key=lambda one: -languages[one])
    return Facts(by_trust, Instruments(of_a, of_b), ordered, asked.since or both, began)


def assigned_to(project: Project, a: str, b: str) -> Assigned | None:
    """Those of all experiments that deal both variants; None where nobody told us."""
    plans = [
        plan
        for plan in Experiment.objects.filter(project=project)
        if plan.shares.get(a, 0) > 0 and plan.shares.get(b, 0) > 0
    ]
    if not plans:
        return None
    counts = {plan.pk: {a: 0, b: 0} for plan in plans}
    rows = (
        Experiment.objects.filter(pk__in=counts, assignments__variant_name__in=(a, b))
        .values("pk", "assignments__variant_name")
        .annotate(n=Count("assignments"))
    )
    for row in rows:
        counts[row["pk"]][row["assignments__variant_name"]] = row["n"]
    dealt = [(plan, counts[plan.pk]) for plan in plans if any(counts[plan.pk].values())]
    expected = [_expected(plan.shares, found, a, b) for plan, found in dealt]
    return Assigned(
        a=sum(found[a] for _plan, found in dealt),
        b=sum(found[b] for _plan, found in dealt),
        share_a=sum(one for one, _other in expected) or 1.0,
        share_b=sum(other for _one, other in expected) or 1.0,
        plans=len(dealt),
    )


def answers_by_day(asked: Asked) -> dict[str, list[tuple[date, int]]]:
    """Answers of each variant by the day on which they were first given."""
    found: dict[str, list[tuple[date, int]]] = {name: [] for name in asked.variants}
    rows = _cells(asked, any_trust=asked.trust == ALL_TRUST).values("variant_name", "day")
    for row in rows.annotate(n=Sum(ANSWERS)).order_by("day"):
        found[row["variant_name"]].append((row["day"], row["n"]))
    return found


def _expected(
    shares: Mapping[str, float], found: Mapping[str, int], a: str, b: str
) -> tuple[float, float]:
    """How the people of one plan who got either variant should be split."""
    n = found[a] + found[b]
    share = shares[a] / (shares[a] + shares[b])
    return n * share, n * (1 - share)


def _cells(asked: Asked, *, any_trust: bool) -> Any:
    cells = FeedbackCell.objects.filter(
        project=asked.project, kind=asked.formula.kind, variant_name__in=asked.variants
    )
    if not any_trust:
        cells = cells.filter(trust=asked.trust)
    if asked.since:
        cells = cells.filter(day__gte=asked.since)
    if asked.until:
        cells = cells.filter(day__lte=asked.until)
    return cells
