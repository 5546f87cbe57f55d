"""Releases without the pages that lead there: gold items made and published in a line each."""

from datetime import datetime
from typing import Any

from accounts.models import User
from gold.labels import save_with_labels
from gold.manifest import heads, line_of
from gold.models import GoldDataset, GoldItem, Release
from gold.payload import hash_of
from gold.services.candidates import propose_settled
from gold.services.releases import publish_release
from gold.writing import write
from tests.factories import NOON


def admit(actor: User, dataset: GoldDataset, now: datetime = NOON) -> list[GoldItem]:
    """Everything that is settled becomes gold, whatever the rules of admission say."""
    propose_settled(actor=actor, dataset=dataset, study=None, now=now)
    made = []
    for candidate in dataset.candidates.filter(state="waiting").order_by("pk"):
        item = GoldItem(dataset=dataset, candidate=candidate, approved_by=actor, approved_at=now)
        save_with_labels(write(item))
        candidate.state = "approved"
        candidate.save()
        made.append(item)
    return made


def publish(actor: User, dataset: GoldDataset, **options: Any) -> Release:
    return publish_release(actor=actor, dataset=dataset, **{"now": NOON, **options})


def exported(release: Release) -> list[bytes]:
    """The lines of its JSON Lines, as an export writes them."""
    release = Release.objects.select_related("parent").get(pk=release.pk)
    items = list(release.items.select_related("gold_item").order_by("position"))
    each = heads(release, ((str(one.gold_item.uid), one.content_hash) for one in items))
    return [line_of(head, one.payload) for head, one in zip(each, items, strict=True)]


def reword(gold_item: GoldItem, reason: str = "It was wrong.", **payload: Any) -> GoldItem:
    """Another content for the item, as an editor leaves it."""
    gold_item.payload = {**gold_item.payload, **payload}
    gold_item.content_hash = hash_of(gold_item.payload)
    gold_item.revised_at, gold_item.revised_reason = NOON, reason
    gold_item.save()
    return gold_item
