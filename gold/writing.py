"""Putting a gold item's payload and provenance on its row: at approval, and after each change."""

from collections.abc import Sequence

from annotation.models import Verdict
from gold.asked import input_key_of
from gold.gathering import names_of, verdicts_of, whole_chain
from gold.models import GoldItem
from gold.payload import facts_of, hash_of, payload_of
from gold.provenance import Step, last_hash, steps_of


def write(gold_item: GoldItem, verdicts: Sequence[Verdict] | None = None) -> GoldItem:
    """Fill a new item from the rows of its candidate and from its own facts; the caller saves it.

    Args:
        gold_item: Unsaved, with dataset, candidate, who approved it and when, and its facts.
        verdicts: What is settled of the candidate's item, where the caller has read it already.
    """
    item = gold_item.candidate.item
    verdicts = verdicts_of(item) if verdicts is None else list(verdicts)
    first = item.conversation
    gold_item.input_key = gold_item.input_key or input_key_of(first.input_key, first.turns)
    steps = whole_chain(gold_item, verdicts)
    gold_item.provenance = {**names_of(item, verdicts), "steps": steps}
    return _payload_anew(gold_item, verdicts)


def rewrite(gold_item: GoldItem) -> GoldItem:
    """Make payload and hash of what the rows say today; the caller saves the item.

    The labels are those of the verdicts that the item was approved with. An item from before there
    were chains gets one here.
    """
    gold_item.provenance = {**gold_item.provenance, "steps": chain_of(gold_item)}
    return _payload_anew(gold_item, approved_verdicts(gold_item))


def chain_of(gold_item: GoldItem) -> list[Step]:
    """Its steps; of an item from before there were chains, those that the rows tell of now."""
    steps = steps_of(gold_item.provenance)
    return steps or whole_chain(gold_item, approved_verdicts(gold_item))


def approved_verdicts(gold_item: GoldItem) -> list[Verdict]:
    """The verdicts behind the labels; they stay when the item is decided anew."""
    return list(
        Verdict.objects.filter(uid__in=gold_item.provenance["verdicts"])
        .select_related("criterion", "adjudicator")
        .order_by("criterion__position", "turn", "passage")
    )


def _payload_anew(gold_item: GoldItem, verdicts: list[Verdict]) -> GoldItem:
    gold_item.payload = payload_of(
        gold_item.candidate.item,
        verdicts,
        facts=facts_of(gold_item),
        provenance=last_hash(gold_item.provenance),
    )
    gold_item.content_hash = hash_of(gold_item.payload)
    return gold_item
