"""The gold items of a dataset: filters, an order, and pages by key."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.db.models.fields.json import KeyTransform
from django.db.models.functions import Coalesce

from annotation.criteria import spoken
from annotation.models import Criterion, Study
from conversations.listing import COUNTED
from core.scales import Kind, Target
from gold import json_tags  # noqa: F401  # registers the lookup
from gold.models import GoldDataset, GoldItem

PAGE = 50
CONVERSATION = "candidate__item__conversation"
PLAIN = ("tier", "split", "difficulty", "source")
TAGS_SHOWN = 40


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
    """The items that match every filter; retired ones only where they are asked for."""
    found = dataset.gold_items.filter(**{name: wanted[name] for name in PLAIN if wanted.get(name)})
    state = wanted.get("state")
    if state != "all":
        found = found.filter(retired_at__isnull=state != "retired")
    if state == "revised":
        found = found.exclude(revised_at=None)
    if tag := wanted.get("tag"):
        found = found.filter(tags__has_entry=tag)
    if language := wanted.get("language"):
        found = found.filter(**{f"{CONVERSATION}__language": language})
    for word in (wanted.get("q") or "").split():
        found = found.filter(
            Q(**{f"{CONVERSATION}__title__icontains": word})
            | Q(**{f"{CONVERSATION}__external_id__icontains": word})
            | Q(expected__icontains=word)
        )
    if label := wanted.get("label"):
        key, _sign, value = label.partition("=")
        labels = KeyTransform(key, KeyTransform("labels", "payload"))
        found = found.alias(said=KeyTransform("value", labels)).filter(said=value)
    return found


def page_of(
    dataset: GoldDataset,
    wanted: Mapping[str, Any],
    *,
    older_than: UUID | None = None,
    newer_than: UUID | None = None,
) -> Page:
    """One page; by the time of the last change when that order is asked for, else by approval."""
    found = filtered(dataset, wanted).alias(changed=Coalesce("revised_at", "approved_at"))
    count = found.order_by()[: COUNTED + 1].count()
    cursor, back = older_than or newer_than, newer_than is not None
    ascending = (wanted.get("order") == "oldest") != back
    by_change = wanted.get("order") == "changed"
    if cursor and (edge := edge_of(dataset, cursor)):
        found = found.filter(beyond(edge, by_change=by_change, ascending=ascending))
    names = ("changed", "pk") if by_change else ("pk",)
    order = [F(name).asc() if ascending else F(name).desc() for name in names]
    keys = list(found.order_by(*order).values_list("pk", flat=True)[: PAGE + 1])
    more = len(keys) > PAGE
    shown = keys[:PAGE][::-1] if back else keys[:PAGE]
    before, after = (more, bool(cursor)) if back else (bool(cursor), more)
    rows = rows_of(shown)
    return Page(
        rows=rows,
        newer=rows[0].uid if rows and before else None,
        older=rows[-1].uid if rows and after else None,
        count=count,
    )


def edge_of(dataset: GoldDataset, uid: UUID) -> tuple[datetime, int] | None:
    changed = Coalesce("revised_at", "approved_at")
    return dataset.gold_items.filter(uid=uid).values_list(changed, "pk").first()


def beyond(edge: tuple[datetime, int], *, by_change: bool, ascending: bool) -> Q:
    """Behind the last row of the page before, in the order that is shown."""
    sign = "gt" if ascending else "lt"
    changed, key = edge
    if not by_change:
        return Q(**{f"pk__{sign}": key})
    return Q(**{f"changed__{sign}": changed}) | Q(changed=changed, **{f"pk__{sign}": key})


def rows_of(keys: list[int]) -> list[GoldItem]:
    """What a list shows, in the order of the keys: never the turns, nor the chain."""
    rows = GoldItem.objects.select_related(CONVERSATION).only(
        *("uid", "tier", "source", "split", "tags", "difficulty", "expected"),
        *("approved_at", "revised_at", "retired_at", "candidate"),
        "candidate__item",
        *(f"{CONVERSATION}__{name}" for name in ("title", "external_id", "language")),
    )
    found = {one.pk: one for one in rows.filter(pk__in=keys)}
    return [found[key] for key in keys]


def tags_of(dataset: GoldDataset) -> list[str]:
    """The tags in use, the commonest first."""
    counts: Counter[str] = Counter()
    for tags in dataset.gold_items.exclude(tags=[]).values_list("tags", flat=True).iterator():
        counts.update(tags)
    return [tag for tag, _n in sorted(counts.items(), key=lambda one: (-one[1], one[0]))]


def values_of(dataset: GoldDataset, name: str) -> list[str]:
    """The values that a field takes among the items."""
    found = dataset.gold_items.order_by(name).values_list(name, flat=True).distinct()
    return [value for value in found if value]


def label_choices(dataset: GoldDataset) -> list[tuple[str, list[tuple[str, str]]]]:
    """Each criterion that settles on one point for the whole, with its points in words."""
    studies = Study.objects.filter(
        pk__in=dataset.gold_items.order_by().values("candidate__item__study").distinct()
    )
    criteria = Criterion.objects.filter(
        version__in=studies.values("rubric_version"),
        kind__in=(Kind.ORDINAL, Kind.NOMINAL, Kind.BINARY),
        target__in=(Target.CONVERSATION, Target.PAIR),
    ).order_by("version", "position")
    found: dict[str, list[tuple[str, str]]] = {}
    for one in criteria:
        points = [
            (f"{one.key}={point['key']}", spoken(point["label"], point["key"]))
            for point in one.points
        ]
        found.setdefault(spoken(one.name, one.key), points)
    return list(found.items())
