"""Gold follows its conversations: what is hidden of one is hidden in its gold items at once.

Where a project keeps no originals, not even the hash of one may stay (`conversations.rewriting`):
the step of the chain that names it then keeps nothing but its place.
"""

from collections.abc import Collection
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from annotation.models import Item
from conversations.leaves import leaves_of
from gold.gathering import conversations_of, redaction_data, source_data
from gold.labels import save_with_labels
from gold.models import GoldItem
from gold.numbers import even
from gold.provenance import Kind, Step, emptied, extended, is_erased
from gold.rows import WRITTEN_FROM, showing
from gold.writing import chain_of, rewrite

NOTHING: dict[str, object] = {"spans": []}
SAVED = ("payload", "content_hash", "provenance", "revised_at")


def follow_hidden_words(*, conversations: Collection[int]) -> None:
    """Write the gold items of these conversations anew; in the caller's transaction."""
    if not conversations:
        return
    for gold_item in locked(GoldItem.objects.filter(showing(conversations))):
        _follow(gold_item, timezone.now())


def forget_written_words(*, item: Item, words: str, now: datetime) -> None:
    """What was said of a rated item says these words no more: nor does what gold took from it."""
    for gold_item in locked(GoldItem.objects.filter(candidate__item=item)):
        gold_item.provenance = {
            **gold_item.provenance,
            "steps": without_words(chain_of(gold_item), words, now),
        }
        before = gold_item.content_hash
        if rewrite(gold_item).content_hash != before:
            gold_item.revised_at = now
        save_with_labels(gold_item, SAVED)


def without_words(steps: list[Step], words: str, now: datetime) -> list[Step]:
    """The chain, in which steps that say the words keep nothing but their place."""
    return [
        emptied(one, now) if any(words in text for _path, text in leaves_of(one["data"])) else one
        for one in steps
    ]


def locked(items: QuerySet[GoldItem]) -> QuerySet[GoldItem]:
    """These, in the order of keys, with all that writing them anew reads."""
    return (
        GoldItem.objects.select_for_update(of=("self",))
        .filter(pk__in=items.order_by().values("pk"))
        .exclude(payload__has_key="erased_at")
        .select_related(*WRITTEN_FROM)
        .order_by("pk")
    )


def _follow(gold_item: GoldItem, now: datetime) -> None:
    """Nothing is written where the item says already what its conversations say."""
    said = conversations_of(gold_item.candidate.item)
    steps = chain_of(gold_item)
    source, redaction = even(source_data(said)), even(redaction_data(said))
    if _differs(steps, Kind.SOURCE, source):
        steps = [emptied(one, now) if one["step"] == Kind.SOURCE else one for one in steps]
        steps = extended(steps, Kind.SOURCE, source, now)
    if _differs(steps, Kind.REDACTION, redaction):
        steps = extended(steps, Kind.REDACTION, redaction or NOTHING, now)
    before = gold_item.content_hash
    gold_item.provenance = {**gold_item.provenance, "steps": steps}
    rewrite(gold_item)
    if gold_item.content_hash != before:
        gold_item.revised_at = now
        save_with_labels(gold_item, SAVED)


def _differs(steps: list[Step], kind: Kind, data: dict[str, object]) -> bool:
    known = [one["data"] for one in steps if one["step"] == kind and not is_erased(one)]
    return (known[-1] if known else NOTHING) != (data or NOTHING)
