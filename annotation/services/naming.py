"""Items that come into a study by name: chosen elsewhere, so nothing is claimed about the pool."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import User
from annotation.models import Draw, Item, ItemAnswer, Study
from annotation.services.draws import NAMED, Taken, add_items
from core.errors import DomainError

BATCH = 500
AS_NAMED = (
    "conversation",
    "conversation_b",
    "inclusion_probability",
    "conditional_probability",
)


@transaction.atomic
def add_named(
    *,
    actor: User | None,
    study: Study,
    units: Sequence[tuple[int, ...]],
    pool_size: int,
    seed: int,
    now: datetime,
) -> list[Item]:
    """Bring conversations, or answers side by side, into the study in the order given.

    What it holds already is left out. The ledger says how many were chosen of how many and with
    which seed; the items have no probability, because the study's own pool was not drawn from.
    Answers keep the order in which they are named, so that a verdict on them can be held against
    an earlier one.
    """
    study = Study.objects.select_for_update(no_key=True).get(pk=study.pk)
    if study.state == Study.State.CLOSED:
        raise DomainError(
            _("Study “%(study)s” is closed; nothing comes into it any more. Choose another study.")
            % {"study": study}
        )
    held = set(study.items.values_list("conversation", "conversation_b"))
    new = [unit for unit in units if (unit[0], unit[1] if len(unit) > 1 else None) not in held]
    ledger = Draw.objects.create(
        study=study,
        allocation=NAMED,
        seed=seed,
        size=len(new),
        pool_size=pool_size,
        actor=actor,
        at=now,
    )
    add_items(study, ledger, [Taken(unit, 1.0) for unit in new], [])
    items = list(ledger.items.order_by("seq"))
    for item, unit in zip(items, new, strict=True):
        item.inclusion_probability = item.conditional_probability = None
        item.conversation_id = unit[0]
        item.conversation_b_id = unit[1] if len(unit) > 1 else None
    Item.objects.bulk_update(items, AS_NAMED, batch_size=BATCH)
    ItemAnswer.objects.filter(item__in=items).delete()
    ItemAnswer.objects.bulk_create(
        ItemAnswer(item=item, position=position, conversation_id=pk)
        for item, unit in zip(items, new, strict=True)
        if len(unit) > 2
        for position, pk in enumerate(unit)
    )
    record(
        actor, "study.items_named", target=study, project=study.project, size=len(new), seed=seed
    )
    return items
