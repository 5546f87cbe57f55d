"""Changing a gold item: each change is a step of its provenance, and can be taken back."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import User
from annotation.models import Item
from annotation.services.deciding import checked_reason
from conversations.redacting import said
from core.errors import DomainError, InvalidError
from gold.chain import JUDGED
from gold.gathering import gathered, names_of, verdicts_of
from gold.labels import save_with_labels
from gold.models import GoldDataset, GoldItem, Tier
from gold.payload import expected_of, facts_of
from gold.provenance import Kind, extended
from gold.revising import EDITABLE, cleaned, state_of, states, tags_in
from gold.rows import WRITTEN_FROM
from gold.writing import chain_of, rewrite

SAVED = (*EDITABLE, "payload", "content_hash", "provenance", "revised_at", "revised_reason")


class ChangedSinceError(DomainError):
    """Somebody else changed the item after it was opened; nothing was overwritten."""

    code = "changed_since"


@transaction.atomic
def revise(
    *,
    actor: User,
    gold_item: GoldItem,
    changes: Mapping[str, Any],
    reason: str,
    seen: str,
    now: datetime,
) -> GoldItem:
    """Change what people add to an item; `seen` is the content hash that the editor was shown.

    An expected answer equal to the one that would stand there anyway is none of its own.
    """
    gold_item = _locked(gold_item, seen)
    reason = checked_reason(reason, _("Say why the item is changed; it stays with it."))
    made = cleaned(changes, said(gold_item.candidate.item.conversation))
    if made.get("expected") and made["expected"] == unwritten_answer(gold_item):
        made["expected"] = ""
    if not _change(actor, gold_item, made, reason, now):
        raise InvalidError(_("Nothing differs from what stands there, so nothing was saved."))
    record(actor, "gold.revised", target=gold_item, project=gold_item.dataset.project)
    return gold_item


@transaction.atomic
def restore(
    *, actor: User, gold_item: GoldItem, number: int, reason: str, seen: str, now: datetime
) -> GoldItem:
    """Make the item what it was before its revision of that number: a revision in its turn."""
    past = states(state_of(gold_item), chain_of(gold_item))
    found = next((one for one in past if one.number == number and one.ended_by), None)
    if found is None:
        raise InvalidError(_("The item was never in a state %(n)d.") % {"n": number})
    return revise(
        actor=actor, gold_item=gold_item, changes=found.state, reason=reason, seen=seen, now=now
    )


@transaction.atomic
def relabel(*, actor: User, gold_item: GoldItem, reason: str, seen: str, now: datetime) -> GoldItem:
    """Take over what is settled today, where ratings or verdicts changed since the approval."""
    gold_item = _locked(gold_item, seen)
    reason = checked_reason(reason, _("Say why the labels are taken anew; it stays with them."))
    item = gold_item.candidate.item
    verdicts = verdicts_of(item)
    is_settled = item.state == Item.State.SETTLED and verdicts
    if not is_settled and gold_item.tier != Tier.CONTESTED:
        raise DomainError(
            _(
                "Item %(item)s is not settled now, so there are no labels to take over. "
                "Settle it first."
            )
            % {"item": item}
        )
    steps = chain_of(gold_item)
    for kind, data in gathered(item, verdicts).items():
        if kind in JUDGED:
            steps = extended(steps, kind, data, now)
    gold_item.provenance = {**gold_item.provenance, **names_of(item, verdicts), "steps": steps}
    _save(actor, gold_item, {}, reason, now)
    record(actor, "gold.relabelled", target=gold_item, project=gold_item.dataset.project)
    return gold_item


@transaction.atomic
def tag_items(
    *,
    actor: User,
    dataset: GoldDataset,
    uids: Iterable[UUID],
    tag: str,
    is_added: bool,
    now: datetime,
) -> int:
    """Put a tag on items or take it from them; how many changed."""
    tags = tags_in([tag])
    if not tags:
        words = _("Name the tag.")
        raise InvalidError(words, fields={"tag": words})
    rows = _rows().filter(dataset=dataset, uid__in=list(uids), retired_at=None)
    words = _("Tagged “%(tag)s”.") if is_added else _("Tag “%(tag)s” taken away.")
    reason = words % {"tag": tags[0]}
    count = 0
    for gold_item in rows.order_by("pk"):
        kept = set(gold_item.tags) - set(tags)
        made = {"tags": tags_in([*kept, *tags] if is_added else list(kept))}
        count += _change(actor, gold_item, made, reason, now)
    if count:
        record(
            actor, "gold.tagged", target=dataset, project=dataset.project, tag=tags[0], count=count
        )
    return count


def unwritten_answer(gold_item: GoldItem) -> str:
    """The answer expected while nobody has written another."""
    facts = replace(facts_of(gold_item), expected="")
    return expected_of(gold_item.candidate.item, gold_item.payload["labels"], facts)["text"]


def _rows() -> Any:
    rows = GoldItem.objects.select_for_update(of=("self",))
    return rows.select_related("dataset__project", *WRITTEN_FROM)


def _locked(gold_item: GoldItem, seen: str) -> GoldItem:
    locked: GoldItem = _rows().get(pk=gold_item.pk)
    refuse_change(locked)
    if locked.content_hash != seen:
        raise ChangedSinceError(
            _("Somebody changed this item since you opened it. Look at both before you save.")
        )
    return locked


def refuse_change(gold_item: GoldItem) -> None:
    """Said before somebody writes, and again when it is saved."""
    refuse_erased(gold_item)
    if gold_item.retired_at:
        raise DomainError(_("This gold item is retired. Take it back before you change it."))


def refuse_erased(gold_item: GoldItem) -> None:
    if "erased_at" in gold_item.payload:
        raise DomainError(_("This gold item was erased on request; nothing is left to change."))


def _change(
    actor: User, gold_item: GoldItem, made: Mapping[str, Any], reason: str, now: datetime
) -> bool:
    """Set what differs and write the item; whether anything did."""
    state = state_of(gold_item)
    before = {name: state[name] for name, value in made.items() if state[name] != value}
    if not before:
        return False
    for name in before:
        setattr(gold_item, name, made[name])
    _save(actor, gold_item, before, reason, now)
    return True


def _save(
    actor: User, gold_item: GoldItem, before: Mapping[str, Any], reason: str, now: datetime
) -> None:
    data = {"by": str(actor.uid), "why": reason, "before": dict(before)}
    steps = extended(chain_of(gold_item), Kind.REVISION, data, now)
    gold_item.provenance = {**gold_item.provenance, "steps": steps}
    gold_item.revised_at, gold_item.revised_reason = now, reason
    save_with_labels(rewrite(gold_item), SAVED)
