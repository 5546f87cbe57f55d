"""Publishing: an immutable, numbered manifest of what a dataset holds, and how two differ."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import User
from core.errors import DomainError
from core.text import digest
from gold.models import GoldDataset, GoldItem, Release, ReleaseItem
from gold.snapshots import agreement_snapshot, datasheet_of

BATCH = 500


@transaction.atomic
def publish_release(
    *, actor: User | None, dataset: GoldDataset, now: datetime, note: str = ""
) -> Release:
    """Publish what the dataset holds now; refused when nothing changed since the last release."""
    dataset = GoldDataset.objects.select_for_update().get(pk=dataset.pk)
    parent = dataset.releases.order_by("-number").first()
    items = list(dataset.gold_items.filter(retired_at=None).order_by("pk"))
    if not items:
        raise DomainError(
            _("“%(dataset)s” holds no gold item yet. Approve candidates first.")
            % {"dataset": dataset}
        )
    hashes = [(str(item.uid), item.content_hash) for item in items]
    if parent and hashes == manifest_lines(parent):
        raise DomainError(
            _("Nothing changed since release %(number)d, so there is nothing to publish.")
            % {"number": parent.number}
        )
    number = parent.number + 1 if parent else 1
    release = Release.objects.create(
        dataset=dataset,
        number=number,
        parent=parent,
        manifest_hash=manifest_hash(number, parent.manifest_hash if parent else "", hashes),
        n_items=len(items),
        rubric_versions=rubric_versions(items),
        agreement=agreement_snapshot(items),
        datasheet=datasheet_of(dataset, items, now),
        note=note,
        published_by=actor,
        published_at=now,
    )
    ReleaseItem.objects.bulk_create(
        (
            ReleaseItem(
                release=release,
                position=position,
                gold_item=item,
                content_hash=item.content_hash,
                payload=item.payload,
            )
            for position, item in enumerate(items)
        ),
        batch_size=BATCH,
    )
    record(
        actor,
        "gold.released",
        target=release,
        project=dataset.project,
        number=number,
        manifest_hash=release.manifest_hash,
    )
    return release


def manifest_lines(release: Release) -> list[tuple[str, str]]:
    lines = release.items.order_by("position").values_list("gold_item__uid", "content_hash")
    return [(str(uid), content_hash) for uid, content_hash in lines]


def manifest_hash(number: int, parent_hash: str, lines: list[tuple[str, str]]) -> str:
    """What a release is cited by: its number, its parent and every item's content."""
    return digest({"number": number, "parent": parent_hash, "items": lines})


def rubric_versions(items: list[GoldItem]) -> list[dict[str, Any]]:
    """The rubric versions that the items were judged by, each once."""
    found = {item.payload["rubric"]["uid"]: item.payload["rubric"] for item in items}
    return [found[uid] for uid in sorted(found)]


@dataclass(frozen=True)
class Difference:
    """What one release has that another has not."""

    added: list[ReleaseItem]
    removed: list[ReleaseItem]
    relabelled: list[tuple[ReleaseItem, ReleaseItem, dict[str, tuple[Any, Any]]]]
    unchanged: int


def difference(older: Release | None, newer: Release) -> Difference:
    """Matched by the conversation: an item judged anew shows its old and new labels."""
    before = {} if older is None else by_conversation(older)
    after = by_conversation(newer)
    relabelled = [
        (before[key], after[key], changed)
        for key in after
        if key in before and (changed := changed_labels(before[key].payload, after[key].payload))
    ]
    return Difference(
        added=[one for key, one in after.items() if key not in before],
        removed=[one for key, one in before.items() if key not in after],
        relabelled=relabelled,
        unchanged=sum(key in before for key in after) - len(relabelled),
    )


def by_conversation(release: Release) -> dict[tuple[str, str, str], ReleaseItem]:
    found = {}
    for one in release.items.select_related("gold_item").order_by("position"):
        second = one.payload.get("conversation_b")
        others = [second] if second else []
        others += one.payload.get("further_answers", ())
        key = (
            one.payload["conversation"]["id"],
            "\n".join(other["id"] for other in others),
            one.payload["rubric"]["slug"],
        )
        found[key] = one
    return found


def changed_labels(
    before: Mapping[str, Any], after: Mapping[str, Any]
) -> dict[str, tuple[Any, Any]]:
    """Criteria whose settled value differs, with both values."""
    keys = sorted(before["labels"].keys() | after["labels"].keys())
    pairs = {key: (before["labels"].get(key), after["labels"].get(key)) for key in keys}
    return {
        key: (said(old), said(new)) for key, (old, new) in pairs.items() if said(old) != said(new)
    }


def said(label: Any) -> Any:
    """The value of a label, or the values of its units."""
    if isinstance(label, list):
        return [(one["turn"], one.get("passage", -1), one["value"]) for one in label]
    return None if label is None else label["value"]
