"""What a comparison needs of the feedback: sums by variant, made inside the database.

Two statements nested: one row a respondent, and of these one row a variant (and stratum). The inner
one runs along the index `feedback_by_variant`, so a million rows cost one pass and leave the
database as a dozen numbers.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Sum, Value
from django.db.models import When as If
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce

from accounts.models import Project
from analytics.reports.compare_formulas import Formula
from analytics.stats.feedback.sums import ClusterSums
from surveys.models import CurrentFeedback, Trust

ALL_TRUST = "all"
MOST_STRATA = 50
COLUMNS = ("language", "locale")
"""Strata that feedback holds in columns of its own; any other key is one of its context."""

OUTER = """
SELECT {keys},
  SUM(CASE WHEN n > 0 THEN 1 ELSE 0 END), SUM(n), SUM(x), SUM(n * n), SUM(x * x), SUM(n * x),
  SUM(CASE WHEN s > 0 THEN 1 ELSE 0 END), SUM(s), SUM(t), SUM(s * s), SUM(t * t), SUM(s * t)
FROM ({inner}) AS people GROUP BY {keys}
"""
"""`n` answers and `x` what they add up to; `s` times shown and `t` times answered of these."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which feedback counts. `since` and `until` are days on which it was first given."""

    project: Project
    formula: Formula
    a: str
    b: str
    trust: str = Trust.SIGNED
    since: date | None = None
    until: date | None = None

    @property
    def variants(self) -> tuple[str, str]:
        return self.a, self.b

    def rows(self) -> "QuerySet[CurrentFeedback]":
        found = CurrentFeedback.objects.filter(
            project=self.project, kind=self.formula.kind, variant_name__in=self.variants
        )
        if self.trust != ALL_TRUST:
            found = found.filter(trust=self.trust)
        if self.since:
            found = found.filter(day__gte=self.since)
        if self.until:
            found = found.filter(day__lte=self.until)
        return found


NOTHING = ClusterSums(0, 0, 0.0, 0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Sums:
    """Of one variant: what was answered, and how often of the times that it was shown."""

    answers: ClusterSums = field(default=NOTHING)
    showings: ClusterSums = field(default=NOTHING)


def sums_of(asked: Asked) -> Mapping[str, Sums]:
    """The sums of both variants by name; one without feedback has empty ones."""
    found = {name: sums for name, _stratum, sums in _rows(asked, None)}
    return {name: found.get(name, Sums()) for name in asked.variants}


def strata_of(asked: Asked, by: str) -> Mapping[str, Mapping[str, Sums]]:
    """The same by stratum, the largest first; what names none is the stratum ""."""
    found: dict[str, dict[str, Sums]] = {}
    for name, stratum, sums in _rows(asked, by):
        found.setdefault(stratum, {})[name] = sums
    ordered = sorted(found, key=lambda one: -sum(s.answers.n for s in found[one].values()))
    return {
        stratum: {name: found[stratum].get(name, Sums()) for name in asked.variants}
        for stratum in ordered
    }


def respondents_of_both(asked: Asked) -> int:
    """How many answered or saw both variants, so that neither is theirs."""
    rows = asked.rows().order_by()
    first = rows.filter(variant_name=asked.a).values("respondent").distinct()
    second = rows.filter(variant_name=asked.b).values("respondent").distinct()
    return first.intersection(second).count()


def _rows(asked: Asked, by: str | None) -> Iterator[tuple[str, str, Sums]]:
    inner, parameters = people(asked, by).query.sql_with_params()
    keys = "variant_name, stratum" if by else "variant_name"
    statement = OUTER.format(inner=inner, keys=keys)
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        for row in cursor.fetchall():
            numbers, stratum = row[-12:], row[1] if by else ""
            yield row[0], stratum or "", Sums(_sums(numbers[:6]), _sums(numbers[6:]))


def people(asked: Asked, by: str | None) -> "QuerySet[CurrentFeedback, Any]":
    """One row a respondent, variant and stratum: n, x, s and t."""
    keys: list[str] = ["variant_name", "respondent"]
    rows = asked.rows().order_by()
    if by:
        rows = rows.annotate(stratum=stratum_of(by))
        keys.append("stratum")
    one = Value(1)
    seen = Case(If(Q(shown=True), then=one), default=Value(0), output_field=IntegerField())
    answered = Case(
        If(Q(shown=True, value__isnull=False), then=one),
        default=Value(0),
        output_field=IntegerField(),
    )
    found: QuerySet[CurrentFeedback, Any] = rows.values(*keys).annotate(
        n=Count("value"),
        x=Coalesce(Sum(asked.formula.expression()), Value(0)),
        s=Sum(seen),
        t=Sum(answered),
    )
    return found


def stratum_of(by: str) -> Any:
    return F(by) if by in COLUMNS else KeyTextTransform(by, "context")


def _sums(numbers: Sequence[Any]) -> ClusterSums:
    people, n, x, nn, xx, nx = (int(number or 0) for number in numbers)
    return ClusterSums(people, n, float(x), nn, float(xx), float(nx))
