"""The gold items of a dataset: filters, an order, and pages by key."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from annotation.criteria import spoken
from annotation.models import Criterion
from conversations.listing import COUNTED
from core.scales import Kind, Target
from gold.labels import TAG
from gold.models import Candidate, GoldDataset, GoldItem, GoldLabel
from gold.words import folded

PAGE = 50
CONVERSATION = "candidate__item__conversation"
PLAIN = ("tier", "split", "difficulty", "source")
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

    `key` is the item's key, to order and to page by: of a label, a tag or a language the one that
    stands in their index, where SQLite would otherwise go through all items.
    """
    found = dataset.gold_items.filter(**{name: wanted[name] for name in PLAIN if wanted.get(name)})
    state = wanted.get("state")
    if state == "retired":
        found = found.exclude(retired_at=None)  # as its index has it, to the letter
    elif state != "all":
        found = found.filter(retired_at=None)
    if state == "revised":
        found = found.exclude(revised_at=None)
    labels = [*_labels_in(wanted)]
    words = _words_in(wanted)
    if words:
        found = found.filter(words, words__dataset=dataset)
    if wanted.get("language") and not labels:
        return found.alias(key=F("words__gold_item_id"))
    return _that_say(found, dataset, labels)


def _words_in(wanted: Mapping[str, Any]) -> Q:
    """Every word, and the language, of the rows that stand beside the items for this."""
    found = Q()
    if language := wanted.get("language"):
        found &= Q(words__language=language)
    for word in (wanted.get("q") or "").split():
        found &= Q(words__words__contains=folded(word))
    return found


def _labels_in(wanted: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Criterion and point of what items are to say."""
    if label := wanted.get("label"):
        criterion, _sign, point = label.partition("=")
        yield criterion, point
    if tag := wanted.get("tag"):
        yield TAG, tag


def _that_say(
    found: QuerySet[GoldItem], dataset: GoldDataset, labels: Sequence[tuple[str, str]]
) -> QuerySet[GoldItem]:
    if not labels:
        return found.alias(key=F("pk"))
    (criterion, point), *others = labels
    found = found.filter(
        labels__dataset=dataset, labels__criterion=criterion, labels__point=point
    ).alias(key=F("labels__gold_item_id"))
    for criterion, point in others:
        said = GoldLabel.objects.filter(
            dataset=dataset, criterion=criterion, point=point, gold_item=OuterRef("pk")
        )
        found = found.filter(Exists(said))
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
    names = ("changed", "key") if by_change else ("key",)
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
        return Q(**{f"key__{sign}": key})
    return Q(**{f"changed__{sign}": changed}) | Q(changed=changed, **{f"key__{sign}": key})


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
