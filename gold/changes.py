"""What one release has that another has not: compared by hashes in the database.

Payloads are read for the few items that are shown, never to find out which those are.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery

from core.phrases import enumerated
from gold.asked import question_of
from gold.differing import Changed, changed
from gold.label_words import label_words_of
from gold.models import GoldDataset, GoldItem, Release, ReleaseItem
from gold.provenance import Kind as Step
from gold.provenance import steps_of

CHUNK = 500


class Kind(StrEnum):
    REVISED = "revised"
    ADDED = "added"
    RETIRED = "retired"


@dataclass(frozen=True)
class Counts:
    """How many items of each kind; `same` are in both with one content."""

    added: int
    revised: int
    retired: int
    same: int

    @property
    def any(self) -> bool:
        return bool(self.added or self.revised or self.retired)


@dataclass(frozen=True)
class Difference:
    """One item that differs: as it was, as it is, why, and field by field what changed."""

    kind: Kind
    gold_item: GoldItem
    before: ReleaseItem | None
    after: ReleaseItem | None
    reason: str
    fields: Sequence[Changed]

    @property
    def payload(self) -> dict[str, Any]:
        known = self.after or self.before
        return known.payload if known else {}

    @property
    def question(self) -> str:
        return question_of(self.payload)

    def as_data(self) -> dict[str, Any]:
        return {
            "uid": str(self.gold_item.uid),
            "change": self.kind.value,
            "conversation": self.payload["conversation"]["id"],
            "reason": self.reason,
            "fields": [one.as_data() for one in self.fields],
        }


def in_release(release: Release) -> QuerySet[ReleaseItem]:
    return ReleaseItem.objects.filter(release=release, gold_item=OuterRef("gold_item"))


def counted(older: Release, newer: Release) -> Counts:
    """Two passes over an index, whatever the payloads weigh."""
    lines = newer.items.order_by()
    common = lines.filter(Exists(in_release(older))).count()
    same = lines.filter(
        Exists(in_release(older).filter(content_hash=OuterRef("content_hash")))
    ).count()
    return Counts(
        added=newer.n_items - common,
        revised=common - same,
        retired=older.n_items - common,
        same=same,
    )


def stated(release: Release) -> Counts | None:
    """Against its parent, as the release states it; counted where an old one states nothing."""
    if release.parent is None:
        return None
    found = release.datasheet.get("changes")
    if found is None:
        return counted(release.parent, release)
    same = release.n_items - found["added"] - found["revised"]
    return Counts(found["added"], found["revised"], found["retired"], same)


def unpublished(parent: Release, dataset: GoldDataset) -> Counts:
    """How the dataset differs now from its last release: what the next one would state."""
    lines = parent.items.order_by()
    current = GoldItem.objects.filter(pk=OuterRef("gold_item"), retired_at=None)
    common = lines.filter(Exists(current)).count()
    same = lines.filter(Exists(current.filter(content_hash=OuterRef("content_hash")))).count()
    n_current = dataset.gold_items.filter(retired_at=None).count()
    return Counts(
        added=n_current - common,
        revised=common - same,
        retired=parent.n_items - common,
        same=same,
    )


def lines_of(kind: Kind, older: Release, newer: Release) -> QuerySet[ReleaseItem]:
    """The lines of a kind by position: those of the newer release, of retired ones the older's."""
    if kind == Kind.RETIRED:
        found = older.items.filter(~Exists(in_release(newer)))
    elif kind == Kind.ADDED:
        found = newer.items.filter(~Exists(in_release(older)))
    else:
        other = in_release(older).exclude(content_hash=OuterRef("content_hash"))
        found = newer.items.filter(Exists(other))
    return found.order_by("position")


def shown(
    kind: Kind, older: Release, newer: Release, *, after: int | None, most: int
) -> list[Difference]:
    """A page of differences of one kind, from behind the position `after`."""
    lines = lines_of(kind, older, newer)
    if after is not None:
        lines = lines.filter(position__gt=after)
    found = list(lines.select_related("gold_item")[:most])
    before = {}
    if kind == Kind.REVISED:
        theirs = older.items.filter(gold_item__in=[one.gold_item_id for one in found])
        before = {one.gold_item_id: one for one in theirs}
    return [_difference(kind, line, before.get(line.gold_item_id)) for line in found]


def _difference(kind: Kind, line: ReleaseItem, before: ReleaseItem | None) -> Difference:
    item = line.gold_item
    if kind == Kind.RETIRED:
        return Difference(kind, item, line, None, item.retired_reason, ())
    if before is None:
        return Difference(kind, item, None, line, "", ())
    fields = changed(before.payload, line.payload)
    return Difference(kind, item, before, line, revised_because(item, line), fields)


def revised_because(item: GoldItem, line: ReleaseItem) -> str:
    """The reason of the revision that the line ends with; what came later is another's reason."""
    step = line.payload.get("provenance")
    for one in steps_of(item.provenance):
        if one["hash"] == step and one["step"] == Step.REVISION:
            return str(one["data"].get("why", ""))
    return item.revised_reason if item.content_hash == line.content_hash else ""


def since(parent: Release | None, dataset: GoldDataset) -> dict[str, Any]:
    """What the dataset holds now that its last release has not, as the next one will state it."""
    current = dataset.gold_items.filter(retired_at=None).order_by("pk")
    if parent is None:
        return {"added": _uids(current), "revised": [], "retired": []}
    of_parent = ReleaseItem.objects.filter(release=parent, gold_item=OuterRef("pk"))
    retired = GoldItem.objects.filter(release_items__release=parent).exclude(retired_at=None)
    return {
        "added": _uids(current.filter(~Exists(of_parent))),
        "revised": list(_revised(current, of_parent)),
        "retired": [
            {"uid": str(uid), "reason": reason}
            for uid, reason in retired.order_by("pk").values_list("uid", "retired_reason")
        ],
    }


def _uids(items: QuerySet[GoldItem]) -> list[str]:
    return [str(uid) for uid in items.values_list("uid", flat=True).iterator(chunk_size=CHUNK)]


def _revised(
    current: QuerySet[GoldItem], of_parent: QuerySet[ReleaseItem]
) -> Iterator[dict[str, Any]]:
    rows = (
        current.annotate(
            was=Subquery(of_parent.values("content_hash")),
            line=Subquery(of_parent.values("pk")),
        )
        .filter(was__isnull=False)
        .exclude(content_hash=F("was"))
    )
    for item in rows.iterator(chunk_size=CHUNK):
        before = ReleaseItem.objects.values_list("payload", flat=True).get(pk=item.line)
        fields = changed(before, item.payload)
        yield {
            "uid": str(item.uid),
            "reason": item.revised_reason,
            "criteria": [one.criterion for one in fields if one.criterion],
            "fields": [one.field for one in fields if not one.criterion],
        }


def named(release: Release, changes: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What changed, in the words of conversations and rubrics: keys tell a reader nothing."""
    conversation = "candidate__item__conversation"
    rows = GoldItem.objects.filter(
        dataset=release.dataset_id, uid__in=[one["uid"] for one in changes]
    ).values_list("uid", f"{conversation}__title", f"{conversation}__external_id")
    known = {str(uid): {"title": title, "name": name} for uid, title, name in rows}
    labels = label_words_of(one["uid"] for one in release.rubric_versions)
    return [
        {
            **one,
            **known.get(one["uid"], {}),
            "criteria": enumerated(map(labels.name, one.get("criteria", ()))),
        }
        for one in changes
    ]
