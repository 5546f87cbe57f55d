"""What a comparison needs of the feedback: sums by variant, made inside the database.

Two statements nested: one row a respondent, and of these one row a variant (or stratum). The inner
one runs along the index `feedback_by_person`, one variant at a time: so respondents come in order,
neither database sorts them, and a million rows leave it as a dozen numbers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Count, F, Q, QuerySet, Sum, TextField, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce, NullIf

from accounts.models import Project
from analytics.reports.compare_formulas import Formula
from analytics.stats.feedback.sums import ClusterSums
from surveys.models import CurrentFeedback, Trust

ALL_TRUST = "all"
MOST_STRATA = 50
COLUMNS = ("language", "locale")
"""Strata that feedback holds in columns of its own; any other key is one of its context."""

OF_ANSWERS = """
  SUM(CASE WHEN n > 0 THEN 1 ELSE 0 END), SUM(n), SUM(x), SUM(n * n), SUM(x * x), SUM(n * x)"""
"""`n` answers of a respondent and `x` what they add up to."""
TOTALS = f"""
SELECT {OF_ANSWERS},
  SUM(CASE WHEN s > 0 THEN 1 ELSE 0 END), SUM(s), SUM(t), SUM(s * s), SUM(t * t), SUM(s * t)
FROM ({{inner}}) AS people
"""  # noqa: S608  # words of ours
"""`s` times shown and `t` times answered of these."""
STRATA = f"SELECT stratum, {OF_ANSWERS} FROM ({{inner}}) AS people GROUP BY stratum"  # noqa: S608
BOTH = """
SELECT COUNT(*) FROM ({fewer}) AS fewer
WHERE EXISTS (SELECT 1 FROM ({more}) AS more WHERE more.respondent = fewer.respondent)
"""
"""Looked up for one side, so that only the shorter side has to be read whole."""


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

    def rows(self, variant: str) -> "QuerySet[CurrentFeedback]":
        found = CurrentFeedback.objects.filter(
            project=self.project, kind=self.formula.kind, variant_name=variant
        ).order_by()
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
    return {name: _sums_of(asked, name) for name in {*asked.variants}}


def strata_of(asked: Asked, by: str) -> Mapping[str, Mapping[str, ClusterSums]]:
    """Of the answers in each stratum, the largest first; what names none is the stratum ""."""
    found: dict[str, dict[str, ClusterSums]] = {}
    for name in asked.variants:
        for stratum, *numbers in reduced(STRATA, inner=_answers_in(asked, name, by)):
            found.setdefault(stratum or "", {})[name] = cluster_sums(numbers)
    ordered = sorted(found, key=lambda one: (-sum(sums.n for sums in found[one].values()), one))
    return {
        stratum: {name: found[stratum].get(name, NOTHING) for name in asked.variants}
        for stratum in ordered
    }


def respondents_of_both(asked: Asked, sums: Mapping[str, Sums]) -> int:
    """How many answered or saw both variants, so that neither is theirs."""
    fewer, more = sorted(asked.variants, key=lambda name: sums[name].showings.n)
    people = {
        "fewer": asked.rows(fewer).values("respondent").distinct(),
        "more": asked.rows(more).values("respondent"),
    }
    [[n]] = reduced(BOTH, **people)
    return int(n)


def _sums_of(asked: Asked, variant: str) -> Sums:
    people = (
        asked.rows(variant)
        .values("respondent")
        .annotate(
            n=Count("value"),
            x=summed(asked.formula),
            s=Count("shown", filter=Q(shown=True)),
            t=Count("value", filter=Q(shown=True)),
        )
    )
    [numbers] = reduced(TOTALS, inner=people)
    return Sums(cluster_sums(numbers[:6]), cluster_sums(numbers[6:]))


def _answers_in(asked: Asked, variant: str, by: str) -> "QuerySet[CurrentFeedback, Any]":
    """One row a respondent and stratum."""
    rows = asked.rows(variant).filter(value__isnull=False)
    found: QuerySet[CurrentFeedback, Any] = (
        rows.annotate(stratum=stratum_of(by))
        .values("respondent", "stratum")
        .annotate(n=Count("value"), x=summed(asked.formula))
    )
    return found


def summed(formula: Formula) -> Any:
    """What the answers of a group count together."""
    return Coalesce(Sum(formula.expression()), Value(0))


def stratum_of(by: str) -> Any:
    """As text: of a number SQLite gives the number, and of a null of JSON the word."""
    if by in COLUMNS:
        return F(by)
    return NullIf(Cast(KeyTextTransform(by, "context"), TextField()), Value("null", TextField()))


def reduced(statement: str, **queries: "QuerySet[CurrentFeedback, Any]") -> list[Sequence[Any]]:
    """The rows of a statement around queries, which it names in the order in which they are given.

    Above the ORM stands only what it cannot write: a query over a grouped one, in which groups are
    made of groups.
    """
    compiled = {name: query.query.sql_with_params() for name, query in queries.items()}
    inner = {name: sql for name, (sql, _parameters) in compiled.items()}
    given = [one for _sql, parameters in compiled.values() for one in parameters]
    with connection.cursor() as cursor:
        cursor.execute(statement.format(**inner), given)
        return list(cursor.fetchall())


def cluster_sums(numbers: Sequence[Any]) -> ClusterSums:
    """Of six sums as a database gives them: null where there was nothing to add."""
    people, n, x, nn, xx, nx = (int(number or 0) for number in numbers)
    return ClusterSums(people, n, float(x), nn, float(xx), float(nx))
