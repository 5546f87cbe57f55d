"""Gold items of conversations whose customer asked to be forgotten.

In releases that were published a tombstone takes the item's place, under the hash that the manifest
names: a rebuild sees that something was erased and that nothing was put in its stead. The item
leaves the dataset, and a release without it is published.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Project, User
from annotation.models import Item
from conversations.erasing import erase_words
from core.frozen import thawed
from gold.exported_files import forget_exported
from gold.labels import keep_labels
from gold.models import (
    GoldDataset,
    GoldItem,
    NearHash,
    OutputFile,
    ReleaseItem,
    RunOutput,
    RunStudy,
)
from gold.provenance import forgotten
from gold.rows import showing
from gold.services.releases import publish_release

BATCH = 200
ERASED = ("payload", "provenance", "expected", "guidance", "input_key")


def forget_conversations(
    *, actor: User | None, project: Project, conversations: Collection[int], now: datetime
) -> None:
    """Leave tombstones of what was said, and publish what is left; in the caller's transaction."""
    if not conversations:
        return
    theirs = GoldItem.objects.filter(showing(conversations))
    theirs = theirs.filter(dataset__project=project)
    items = list(
        GoldItem.objects.select_for_update(of=("self",))
        .filter(pk__in=theirs.values("pk"))
        .order_by("pk")
    )
    if not items:
        return
    with thawed("erasure of a subject"):
        published = list(ReleaseItem.objects.filter(gold_item__in=items).defer("gold_item"))
        for line in published:
            line.payload = tombstone(line.payload, now)
        ReleaseItem.objects.bulk_update(published, ["payload"], batch_size=BATCH)
        forget_exported({line.release_id for line in published})
        for one in items:
            one.payload = tombstone(one.payload, now)
            one.provenance = forgotten(one.provenance, now)
            one.expected = one.guidance = one.input_key = ""
            if one.retired_at is None:
                one.retired_at, one.retired_reason = now, _("Erased on request.")
        NearHash.objects.filter(gold_item__in=items).delete()
        GoldItem.objects.bulk_update(
            items,
            [*ERASED, "retired_at", "retired_reason"],
            batch_size=BATCH,
        )
        keep_labels(items)
    for dataset in GoldDataset.objects.filter(pk__in={one.dataset_id for one in items}):
        _publish_without(actor, dataset, now)


def name_kept(
    *, project: Project, conversations: Collection[int], found: dict[str, list[dict[str, Any]]]
) -> None:
    """Which gold items are made of conversations of somebody who asks what is kept of them."""
    if not conversations:
        return
    theirs = GoldItem.objects.filter(showing(conversations), dataset__project=project)
    items = GoldItem.objects.filter(pk__in=theirs.values("pk"))
    for one in items.select_related("dataset").order_by("pk"):
        releases = one.release_items.order_by("release__number")
        found["gold"].append(
            {
                "uid": str(one.uid),
                "dataset": one.dataset.slug,
                "releases": list(releases.values_list("release__number", flat=True)),
            }
        )


def _publish_without(actor: User | None, dataset: GoldDataset, now: datetime) -> None:
    last = dataset.releases.order_by("-number").first()
    lost = last and last.items.exclude(gold_item__retired_at=None).exists()
    if lost and dataset.gold_items.filter(retired_at=None).exists():
        note = _("Without what was erased on request.")
        publish_release(actor=actor, dataset=dataset, now=now, note=note)


def tombstone(payload: dict[str, Any], now: datetime) -> dict[str, Any]:
    """The shape of a gold item with nothing of what was said in it."""
    conversation = {
        **payload["conversation"],
        "id": "",
        "turns": [],
        "input": "",
        "reference": "",
        "guidance": None,
    }
    return {
        "schema": payload["schema"],
        "erased_at": now.isoformat(),
        "conversation": conversation,
        "labels": {},
        "rubric": payload["rubric"],
        "group": "",
        "inclusion_probability": payload["inclusion_probability"],
    }


def forget_outputs(
    *, actor: User | None, project: Project, conversations: Collection[int], now: datetime
) -> None:
    """An answer to somebody's words may repeat them, so it goes with the conversation.

    So does the conversation that raters were shown, which has their words and the answer, and what
    became of that one.
    """
    if not conversations:
        return
    items = GoldItem.objects.filter(showing(conversations))
    items = items.filter(dataset__project=project)
    gold = {str(uid) for uid in items.values_list("uid", flat=True)}
    theirs = RunOutput.objects.filter(gold_item__in=items.order_by().values("pk"))
    theirs.exclude(output="").update(output="")
    _forget_shown(project, gold)
    studies = RunStudy.objects.filter(study__project=project)
    rated = {one["item"] for of in studies for one in of.sample if one["gold"] in gold}
    shown = list(Item.objects.filter(uid__in=rated).values_list("conversation", flat=True))
    erase_words(shown, now)
    forget_conversations(actor=actor, project=project, conversations=shown, now=now)
    forget_outputs(actor=actor, project=project, conversations=shown, now=now)


def _forget_shown(project: Project, gold: Collection[str]) -> None:
    """The first outputs of a file, which its page shows before somebody confirms it, and after."""
    for file in OutputFile.objects.filter(release__dataset__project=project).exclude(found={}):
        first = file.found.get("first", [])
        kept = [one for one in first if one["gold"] not in gold]
        if len(kept) < len(first):
            file.found = {**file.found, "first": kept}
            file.save(update_fields=["found"])
