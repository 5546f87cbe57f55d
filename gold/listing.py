"""The gold items of a dataset: filters, an order, and pages by key."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from annotation.criteria import spoken
from annotation.models import Criterion
from conversations.listing import COUNTED
from core.scales import Kind, Target
from gold.labels import TAG
from gold.models import Candidate, GoldDataset, GoldItem, GoldLabel, GoldWords
from gold.models.items import CHANGED_AT
from gold.words import folded

PAGE = 50
CONVERSATION = "candidate__item__conversation"
PLAIN = ("tier", "split", "difficulty", "source")
KEPT = {"retired": ~Q(retired_at=None), "revised": ~Q(revised_at=None)}
"""As their indexes have it, to the letter."""
TAGS_SHOWN = 40
WITH_POINTS = (Kind.ORDINAL, Kind.NOMINAL, Kind.BINARY, Kind.MULTI)


@dataclass(frozen=True)
class Page:
    rows: list[GoldItem]
    newer: UUID | None
    older: UUID | None
    count: int
    """How many match, counted as far as one is still waiting for the page."""

    @property
    def is_more(self) -> bool:
        return self.count > COUNTED


def filtered(dataset: GoldDataset, wanted: Mapping[str, Any]) -> QuerySet[GoldItem]:
    """The items that match every filter, retired ones only where they are asked for.

    `key` is the item's key, to order and to page by: of a label, a tag or a language alone the one
    that stands in their index, where SQLite would otherwise go through all items.
    """
    state = wanted.get("state")
    is_current = state not in ("retired", "all")
    found = dataset.gold_items.filter(retired_at=None) if is_current else dataset.gold_items.all()
    chosen = [*_by_facts(dataset, wanted), *_by_labels(dataset, wanted)]
    words = (wanted.get("q") or "").split()
    if len(chosen) == 1 and not words and wanted.get("order") != "changed":
        return _alone(found, *chosen)
    for rows in chosen:
        found = _among(found, rows.keys)
    for word in words:
        found = found.filter(words__dataset=dataset, words__words__contains=folded(word))
    return found.alias(key=F("pk"))


class Chosen(NamedTuple):
    """One filter: the keys that it leaves, and the same as a condition with a key of its own."""

    keys: QuerySet[Any, Any]
    condition: Q
    key: str = "pk"


def _by_facts(dataset: GoldDataset, wanted: Mapping[str, Any]) -> Iterator[Chosen]:
    items = GoldItem.objects.filter(dataset=dataset)
    conditions = [Q(**{name: wanted[name]}) for name in PLAIN if wanted.get(name)]
    if wanted.get("state") in KEPT:
        conditions.append(KEPT[wanted["state"]])
    for condition in conditions:
        yield Chosen(items.filter(condition).values("pk"), condition)
    if language := wanted.get("language"):
        rows = GoldWords.objects.filter(dataset=dataset, language=language)
        condition = Q(words__dataset=dataset, words__language=language)
        yield Chosen(rows.values("gold_item"), condition, "words__gold_item_id")


def _by_labels(dataset: GoldDataset, wanted: Mapping[str, Any]) -> Iterator[Chosen]:
    """What items are to say."""
    asked = []
    if label := wanted.get("label"):
        criterion, _sign, point = label.partition("=")
        asked.append((criterion, point))
    if tag := wanted.get("tag"):
        asked.append((TAG, tag))
    for criterion, point in asked:
        said = {"dataset": dataset, "criterion": criterion, "point": point}
        keys = GoldLabel.objects.filter(**said).values("gold_item")
        condition = Q(**{f"labels__{name}": value for name, value in said.items()})
        yield Chosen(keys, condition, "labels__gold_item_id")


def _alone(found: QuerySet[GoldItem], one: Chosen) -> QuerySet[GoldItem]:
    return found.filter(one.condition).alias(key=F(one.key))


def _among(found: QuerySet[GoldItem], keys: QuerySet[Any, Any]) -> QuerySet[GoldItem]:
    """SQLite would begin at the keys and read the payload of each; a sum keeps it from that."""
    if connection.vendor != "sqlite":
        return found.filter(pk__in=keys)
    return found.alias(own=F("pk") + 0).filter(own__in=keys)


def page_of(
    dataset: GoldDataset,
    wanted: Mapping[str, Any],
    *,
    older_than: UUID | None = None,
    newer_than: UUID | None = None,
) -> Page:
    """One page; by the time of the last change when that order is asked for, else by approval."""
    found = filtered(dataset, wanted).alias(changed=CHANGED_AT)
    everything = found.order_by("key")
    cursor, back = older_than or newer_than, newer_than is not None
    ascending = (wanted.get("order") == "oldest") != back
    by_change = wanted.get("order") == "changed"
    if cursor and (edge := edge_of(dataset, cursor)):
        found = found.filter(beyond(edge, by_change=by_change, ascending=ascending))
    names = ("changed", "key") if by_change else ("key",)
    order = [F(name).asc() if ascending else F(name).desc() for name in names]
    keys = list(found.order_by(*order).values_list("pk", flat=True)[: PAGE + 1])
    more = len(keys) > PAGE
    shown = keys[:PAGE][::-1] if back else keys[:PAGE]
    before, after = (more, bool(cursor)) if back else (bool(cursor), more)
    is_all = not (cursor or more)
    count = len(keys) if is_all else everything[: COUNTED + 1].count()
    rows = rows_of(shown)
    return Page(
        rows=rows,
        newer=rows[0].uid if rows and before else None,
        older=rows[-1].uid if rows and after else None,
        count=count,
    )


def edge_of(dataset: GoldDataset, uid: UUID) -> tuple[datetime, int] | None:
    return dataset.gold_items.filter(uid=uid).values_list(CHANGED_AT, "pk").first()


def beyond(edge: tuple[datetime, int], *, by_change: bool, ascending: bool) -> Q:
    """Behind the last row of the page before, in the order that is shown."""
    sign = "gt" if ascending else "lt"
    changed, key = edge
    if not by_change:
        return Q(**{f"key__{sign}": key})
    at_all = Q(**{f"changed__{sign}e": changed})  # a bound, where an index is to begin
    return at_all & (Q(**{f"changed__{sign}": changed}) | Q(**{f"key__{sign}": key}))


def rows_of(keys: list[int]) -> list[GoldItem]:
    """What a list shows, in the order of the keys: never the turns, nor the chain."""
    rows = GoldItem.objects.select_related(CONVERSATION).only(
        *("uid", "tier", "source", "split", "tags", "difficulty", "expected"),
        *("approved_at", "revised_at", "retired_at", "candidate"),
        "candidate__item",
        *(f"{CONVERSATION}__{name}" for name in ("title", "external_id", "language")),
    )
    rows = rows.annotate(is_erased=Q(payload__has_key="erased_at"))
    found = {one.pk: one for one in rows.filter(pk__in=keys)}
    return [found[key] for key in keys]


def tags_of(dataset: GoldDataset) -> list[str]:
    """The tags in use, the commonest first."""
    rows = GoldLabel.objects.filter(dataset=dataset, criterion=TAG)
    counts = rows.values("point").annotate(n=Count("pk")).order_by("-n", "point")
    return list(counts.values_list("point", flat=True))


def splits_of(dataset: GoldDataset) -> list[str]:
    """The splits in use, one step of the index each instead of a pass over all items."""
    found: list[str] = []
    while following := _after(dataset, found[-1] if found else ""):
        found.append(following)
    return found


def _after(dataset: GoldDataset, split: str) -> str | None:
    later = dataset.gold_items.filter(split__gt=split).order_by("split")
    return later.values_list("split", flat=True).first()


def label_choices(dataset: GoldDataset) -> list[tuple[str, list[tuple[str, str]]]]:
    """The points of each criterion in words; those of all versions that items were rated by."""
    chosen = Candidate.objects.filter(
        dataset=dataset, item__study=OuterRef("pk"), gold_item__isnull=False
    )
    studies = dataset.project.studies.filter(Exists(chosen))
    criteria = Criterion.objects.filter(
        version__in=studies.values("rubric_version"), kind__in=WITH_POINTS
    ).order_by("version", "position")
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for one in criteria:
        for point in one.points:
            words = spoken(point["label"], point["key"])
            found[group_of(one)].setdefault(f"{one.key}={point['key']}", words)
    return [(group, list(points.items())) for group, points in found.items()]


def group_of(criterion: Criterion) -> str:
    """Its name; of turns and passages one that says the label is enough to be found."""
    name = spoken(criterion.name, criterion.key)
    if criterion.target == Target.TURN:
        return _("%(criterion)s (of any turn)") % {"criterion": name}
    if criterion.target == Target.PASSAGE:
        return _("%(criterion)s (of any passage)") % {"criterion": name}
    return name
