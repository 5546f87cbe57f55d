"""Gold follows its conversations: what is hidden of one is hidden in its gold items at once.

Where a project keeps no originals, not even the hash of one may stay (`conversations.rewriting`):
the step of the chain that names it then keeps nothing but its place.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext

from annotation.models import Item
from conversations.leaves import leaves_of
from conversations.repeated import Hiding, without
from gold.gathering import conversations_of, redaction_data, source_data
from gold.labels import save_with_labels
from gold.models import GoldItem
from gold.numbers import even
from gold.provenance import Kind, Step, emptied, extended, is_erased
from gold.rows import WRITTEN_FROM, showing
from gold.writing import chain_of, rewrite

NOTHING: dict[str, object] = {"spans": []}
ADDED = ("expected", "guidance")
"""What people wrote for an item with the conversation before their eyes."""
SAVED = (*ADDED, "payload", "content_hash", "provenance", "revised_at", "revised_reason")


def follow_hidden_words(
    *, conversations: Collection[int], hidden: Mapping[int, Sequence[Hiding]]
) -> None:
    """Write the gold items of these conversations anew; in the caller's transaction."""
    if not conversations:
        return
    for gold_item in locked(GoldItem.objects.filter(showing(conversations))):
        _follow(gold_item, hidden, timezone.now())


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


def _follow(gold_item: GoldItem, hidden: Mapping[int, Sequence[Hiding]], now: datetime) -> None:
    """Nothing is written where the item says already what its conversations say."""
    said = conversations_of(gold_item.candidate.item)
    hidings = [one for conversation in said for one in hidden.get(conversation.pk, ())]
    steps = _hidden_in_what_was_added(gold_item, hidings, now)
    source, redaction = even(source_data(said)), even(redaction_data(said))
    if _differs(steps, Kind.SOURCE, source):
        steps = [emptied(one, now) if one["step"] == Kind.SOURCE else one for one in steps]
        steps = extended(steps, Kind.SOURCE, source, now)
    if _differs(steps, Kind.REDACTION, redaction):
        steps = extended(steps, Kind.REDACTION, redaction or NOTHING, now)
    before, chain = gold_item.content_hash, chain_of(gold_item)
    gold_item.provenance = {**gold_item.provenance, "steps": steps}
    if rewrite(gold_item).content_hash != before:
        gold_item.revised_at = now
    if gold_item.content_hash != before or steps != chain:
        save_with_labels(gold_item, SAVED)


def _hidden_in_what_was_added(
    gold_item: GoldItem, hidings: Sequence[Hiding], now: datetime
) -> list[Step]:
    """A corrected answer begins as a copy of the one given. The chain, with a step if it changed.

    Steps that tell of the words keep their place alone, as where somebody hides them there by hand.
    """
    steps = chain_of(gold_item)
    new = {name: without(getattr(gold_item, name), hidings) for name in ADDED}
    changed = {name: words for name, words in new.items() if words != getattr(gold_item, name)}
    for name, words in changed.items():
        setattr(gold_item, name, words)
    told = [
        emptied(one, now)
        if one["step"] == Kind.REVISION
        and any(without(text, hidings) != text for _path, text in leaves_of(one["data"]))
        else one
        for one in steps
    ]
    if not changed:
        return told
    return with_hiding(gold_item, told, changed, by="", now=now)


def with_hiding(
    gold_item: GoldItem, steps: list[Step], fields: Iterable[str], *, by: str, now: datetime
) -> list[Step]:
    """The chain with a revision that tells which fields hide more, not what they said."""
    why = gettext("Personal data was hidden.")
    gold_item.revised_at, gold_item.revised_reason = now, why
    data = {"by": by, "why": why, "before": {}, "hidden": sorted(fields)}
    return extended(steps, Kind.REVISION, data, now)


def _differs(steps: list[Step], kind: Kind, data: dict[str, object]) -> bool:
    known = [one["data"] for one in steps if one["step"] == kind and not is_erased(one)]
    return (known[-1] if known else NOTHING) != (data or NOTHING)
