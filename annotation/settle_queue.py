"""The adjudicator's queue: disputed items of a study that wait for this person, and their order."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from accounts.models import User
from annotation.models import Criterion, CriterionHold, Item, Rating, Score, Study, Verdict
from annotation.models.ratings import COUNTED, HUMAN
from annotation.rubric_cache import criteria_of
from core.scales import Kind

IN_ORDER, MOST_FIRST = "seq", "most"
ORDERED_AT_MOST = 2_000
"""Items whose disagreement is computed to sort them; of a longer queue, the first so many."""


@dataclass(frozen=True)
class Place:
    """Where an item stands in the queue; `number` is 0 when it is no longer part of it."""

    number: int
    total: int
    previous: UUID | None
    following: UUID | None


@dataclass(frozen=True)
class Queue:
    study: Study
    user: User
    order: str = IN_ORDER
    criterion: str = ""

    @classmethod
    def asked_for(cls, study: Study, user: User, query: Mapping[str, Any]) -> "Queue":
        keys = {criterion.key for criterion in criteria_of(study.rubric_version)}
        key = str(query.get("criterion", ""))
        order = MOST_FIRST if query.get("order") == MOST_FIRST else IN_ORDER
        return cls(study, user, order, key if key in keys else "")

    @property
    def query(self) -> str:
        """What keeps order and filter from one page to the next."""
        chosen = {
            "order": "" if self.order == IN_ORDER else self.order,
            "criterion": self.criterion,
        }
        return urlencode({name: value for name, value in chosen.items() if value})

    @cached_property
    def items(self) -> QuerySet[Item]:
        """Those that the person may decide on, by `seq`."""
        disputed = self._disputed
        if self.study.adjudicate_own:
            return disputed
        return disputed.exclude(Exists(self._own_ratings))

    @cached_property
    def n_own(self) -> int:
        """Items that wait for somebody else, because the person rated them."""
        if self.study.adjudicate_own:
            return 0
        return self._disputed.filter(Exists(self._own_ratings)).count()

    @property
    def _disputed(self) -> QuerySet[Item]:
        return (
            self.study.items.filter(state=Item.State.DISPUTED)
            .filter(Exists(self._undecided))
            .order_by("seq")
        )

    @property
    def _own_ratings(self) -> QuerySet[Rating]:
        return Rating.objects.filter(item=OuterRef("pk"), rater__user=self.user, current=True)

    @property
    def _undecided(self) -> QuerySet[Score]:
        """Scores of an item that can settle, have no verdict, and do not wait for better words."""
        settled = Verdict.objects.filter(
            item=OuterRef("item"),
            criterion=OuterRef("criterion"),
            turn=OuterRef("turn"),
            passage=OuterRef("passage"),
            current=True,
        )
        held = CriterionHold.objects.filter(study=self.study, lifted_at=None).values("criterion")
        scores = counted_scores().filter(item=OuterRef("pk")).exclude(criterion__in=held)
        scores = scores.exclude(criterion__kind=Kind.TEXT).exclude(Exists(settled))
        return scores.filter(criterion__key=self.criterion) if self.criterion else scores

    def first(self, after: Item | None = None) -> UUID | None:
        """The item to go on with: the next behind `after`, else the first."""
        if after is None:
            return self._at(0)
        return self.place(after).following or self._at(0)

    def _at(self, number: int) -> UUID | None:
        if self.order == MOST_FIRST:
            ranked = self._ranked(None)
            return ranked[number] if number < len(ranked) else None
        return self.items.values_list("uid", flat=True)[number : number + 1].first()

    def place(self, item: Item) -> Place:
        if self.order == MOST_FIRST:
            return self._place_by_rank(item)
        uids = self.items.values_list("uid", flat=True)
        is_in = self.items.filter(pk=item.pk).exists()
        before = self.items.filter(seq__lt=item.seq)
        return Place(
            number=before.count() + 1 if is_in else 0,
            total=self.items.count(),
            previous=before.order_by("-seq").values_list("uid", flat=True).first(),
            following=uids.filter(seq__gt=item.seq).first(),
        )

    def _place_by_rank(self, item: Item) -> Place:
        ranked = self._ranked(item)
        here = ranked.index(item.uid)
        is_in = self.items.filter(pk=item.pk).exists()
        return Place(
            number=here + 1 if is_in else 0,
            total=len(ranked) - (not is_in),
            previous=ranked[here - 1] if here else None,
            following=ranked[here + 1] if here + 1 < len(ranked) else None,
        )

    def _ranked(self, beside: Item | None) -> list[UUID]:
        """Most disagreement first; `beside` has its place among them even when it is decided."""
        waiting = dict(self.items.values_list("pk", "uid")[:ORDERED_AT_MOST])
        if beside is not None:
            waiting[beside.pk] = beside.uid
        worst = disagreement_of(waiting, criteria_of(self.study.rubric_version))
        ranks = sorted(waiting, key=lambda pk: (-worst.get(pk, 0.0), pk))
        return [waiting[pk] for pk in ranks]


def counted_scores() -> QuerySet[Score]:
    """Scores that settling counts: current, blind, of people."""
    return Score.objects.filter(current=True, layer__in=COUNTED, kind__in=HUMAN)


def disagreement_of(items: Iterable[int], criteria: Iterable[Criterion]) -> dict[int, float]:
    """The worst unit of each item: the mean distance of two raters, 0 alike, 1 the whole scale."""
    known = {criterion.pk: criterion for criterion in criteria}
    rows = (
        counted_scores()
        .filter(item__in=list(items))
        .filter(~Q(value=None) | ~Q(number=None))
        .values_list("item_id", "criterion_id", "turn", "passage", "value", "number")
        .annotate(n=Count("id"))
    )
    units: dict[tuple[int, ...], list[tuple[float, int]]] = defaultdict(list)
    for item, criterion, turn, passage, value, number, n in rows:
        units[item, criterion, turn, passage].append((value if number is None else number, n))
    worst: dict[int, float] = defaultdict(float)
    for (item, criterion, *_unit), counts in units.items():
        if criterion in known:
            worst[item] = max(worst[item], _mean_distance(counts, known[criterion]))
    return dict(worst)


def _mean_distance(counts: list[tuple[float, int]], criterion: Criterion) -> float:
    total = sum(n for _value, n in counts)
    if total < 2:
        return 0.0
    reach = _reach(counts, criterion)
    apart = sum(
        n * m * (min(abs(a - b) / reach, 1.0) if reach else 1.0)
        for (a, n), (b, m) in combinations(counts, 2)
    )
    return 2 * apart / (total * (total - 1))


def _reach(counts: list[tuple[float, int]], criterion: Criterion) -> float:
    """The length of an ordered scale; 0 for kinds in which all differences are alike."""
    if criterion.kind == Kind.ORDINAL:
        return float(len(criterion.points) - 1)
    if criterion.kind != Kind.NUMERIC:
        return 0.0
    if criterion.minimum is not None and criterion.maximum is not None:
        return criterion.maximum - criterion.minimum
    values = [value for value, _n in counts]
    return max(values) - min(values)
