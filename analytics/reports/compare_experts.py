"""What experts and machines say of the same two variants, on the axis of the end users.

Scales differ, so a difference is told as a share of its scale's length: from the lowest point to
the highest is 100.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, FloatField, Sum
from django.db.models.functions import Coalesce

from accounts.models import Project
from analytics.stats.estimates import Estimate
from analytics.stats.feedback.sums import ClusterSums
from annotation.models import Criterion, Layer, RaterKind, Score, Verdict
from core.scales import Kind

ORDERED = (Kind.BINARY.value, Kind.ORDINAL.value)
EXPERTS = "experts"
MACHINES = (RaterKind.JUDGE, RaterKind.METRIC, RaterKind.RULE)
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Said:
    """One kind of rater on one criterion: difference in shares of the scale, `b` minus `a`."""

    kind: str
    key: str
    name: dict[str, str]
    points: int
    a: ClusterSums
    b: ClusterSums
    difference: Estimate

    @property
    def mean_a(self) -> float:
        """Mean point, the lowest being 1."""
        return self.a.ratio + 1

    @property
    def mean_b(self) -> float:
        return self.b.ratio + 1


def said_of(project: Project, a: str, b: str) -> Sequence[Said]:
    """Criteria in order on which both variants have settled scores, then those of machines.

    Criteria of equal wording are one, whichever study or version asked them. What settled as a mean
    counts as the mean it is.
    """
    about = {
        "item__study__project": project,
        "item__conversation__variant__name__in": (a, b),
        "item__conversation_b": None,
        "criterion__kind__in": ORDERED,
        "current": True,
    }
    verdicts = Verdict.objects.filter(**about).exclude(value=None, number=None)
    scores = Score.objects.filter(
        **about, value__isnull=False, layer=Layer.BLIND, kind__in=MACHINES
    )
    keys = (
        "criterion__meaning_hash",
        "item__conversation__variant__name",
        "item__group_key",
    )
    place = Coalesce("number", "value", output_field=FloatField())
    experts = verdicts.values(*keys).annotate(n=Count("pk"), x=Sum(place))
    machines = scores.values(*keys, "kind").annotate(n=Count("pk"), x=Sum("value"))
    return [
        *_said(project, ((EXPERTS, row) for row in experts), a, b),
        *_said(project, ((row["kind"], row) for row in machines), a, b),
    ]


def _said(project: Project, rows: Iterable[tuple[str, Any]], a: str, b: str) -> list[Said]:
    from analytics.stats.feedback.differences import clustered_difference

    groups: dict[Key, dict[str, list[tuple[int, float]]]] = {}
    for kind, row in rows:
        sides = groups.setdefault((kind, row["criterion__meaning_hash"]), {a: [], b: []})
        sides[row["item__conversation__variant__name"]].append((row["n"], row["x"]))
    both = {key: sides for key, sides in groups.items() if sides[a] and sides[b]}
    asked = _criteria(project, {meaning for _kind, meaning in both})
    order = {kind: place for place, kind in enumerate((EXPERTS, *MACHINES))}
    found = []
    for kind, meaning in sorted(both, key=lambda key: (order[key[0]], _place(asked[key[1]]))):
        sides, criterion = both[kind, meaning], asked[meaning]
        one, other = (ClusterSums.of(*zip(*sides[name], strict=True)) for name in (a, b))
        length = len(criterion.points) - 1
        difference = _scaled(clustered_difference(other, one), length)
        found.append(Said(kind, criterion.key, criterion.name, length + 1, one, other, difference))
    return found


def _criteria(project: Project, meanings: Collection[str]) -> dict[str, Criterion]:
    """By what they ask; of those that ask the same the newest."""
    same = Criterion.objects.filter(version__rubric__project=project, meaning_hash__in=meanings)
    return {one.meaning_hash: one for one in same.order_by("pk")}


def _place(criterion: Criterion) -> tuple[int, int]:
    """Newest rubrics first, and in each the order in which it asks."""
    return -criterion.version_id, criterion.position


def _scaled(estimate: Estimate, length: int) -> Estimate:
    def share(value: float | None) -> float | None:
        return None if value is None else value / max(1, length)

    return replace(
        estimate,
        value=share(estimate.value),
        low=share(estimate.low),
        high=share(estimate.high),
    )
