"""What people write for gold, named to those who look for personal data in it.

Hiding it is a revision as any other, but what the chain tells of the words before is emptied. The
releases that were published keep their bytes.
"""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Project
from conversations.written import Rewrite, Source, add
from gold.labels import save_with_labels
from gold.models import GoldItem
from gold.revising import EDITABLE
from gold.services.following import with_hiding, without_words
from gold.writing import chain_of, rewrite

SAVED = (*EDITABLE, "payload", "content_hash", "provenance", "revised_at", "revised_reason")


def connect() -> None:
    for field, label in (
        ("expected", _("Corrected answers of gold")),
        ("guidance", _("Guidance of gold items")),
    ):
        add(
            Source(
                name=f"gold-{field}",
                label=label,
                rows=items_of,
                field=field,
                page="gold:item",
                uid="uid",
                rewrite=hide,
            )
        )


def items_of(project: Project) -> "QuerySet[GoldItem]":
    """What was erased has no words left."""
    return GoldItem.objects.filter(dataset__project=project).exclude(payload__has_key="erased_at")


def hide(change: Rewrite) -> None:
    gold_item: GoldItem = change.row
    setattr(gold_item, change.field, change.new)
    by = str(change.actor.uid) if change.actor else ""
    steps = without_words(chain_of(gold_item), change.hidden, change.now)
    steps = with_hiding(gold_item, steps, [change.field], by=by, now=change.now)
    gold_item.provenance = {**gold_item.provenance, "steps": steps}
    save_with_labels(rewrite(gold_item), SAVED)
