"""Giving one rater's work to others: what they hold, and the lanes they would draw from.

A lease that is taken back leaves its draft where it is. Whoever held the item may still send in
what they have: it counts if the place is free by then, and is kept as late if not.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import User
from annotation.models import Assignment, Item, Reveal, StudyRater
from annotation.models.ratings import COUNTED
from annotation.services.assignment import ON_ITEM, free_slot, layer_of_next
from annotation.services.chairs import display_for
from annotation.services.lane_raters import count_planned, lanes_by_rater
from core.errors import DomainError

State = Assignment.State
KEPT = timedelta(days=7)
"""How long an item that a manager gave to a named rater is kept for them."""


def in_hand(study_rater: StudyRater) -> QuerySet[Assignment]:
    """What a rater holds that takes a place from others, the oldest first."""
    return Assignment.objects.filter(
        study=study_rater.study_id,
        rater=study_rater.rater_id,
        state=State.LEASED,
        layer__in=COUNTED,
    ).order_by("claimed_at")


@transaction.atomic
def take_from_hand(
    *,
    actor: User | None,
    study_rater: StudyRater,
    only: Iterable[int] | None = None,
    receiver: StudyRater | None = None,
    now: datetime,
) -> int:
    """Take back what a rater holds, all of it or `only` those; how many.

    To the pool, or to `receiver`: what that rater has been at already goes to the pool.
    """
    _refuse_oneself(study_rater, receiver)
    held = in_hand(study_rater).select_related("item").select_for_update(of=("self", "item"))
    if only is not None:
        held = held.filter(pk__in=only)
    assignments = list(held)
    if not assignments:
        raise DomainError(
            _("%(rater)s holds nothing any more: it was submitted or given back meanwhile.")
            % {"rater": study_rater.rater}
        )
    items = [one.item_id for one in assignments]
    Item.objects.filter(pk__in=items).update(slots_open=F("slots_open") + 1)
    Assignment.objects.filter(pk__in=[one.pk for one in assignments]).update(state=State.RELEASED)
    given = lease_to(receiver, items, now) if receiver else 0
    record(
        actor, "study.work_taken", target=study_rater.study, project=study_rater.study.project,
        rater=str(study_rater.rater), items=len(items), given=given,
        receiver=str(receiver.rater) if receiver else "",
    )  # fmt: skip
    return len(items)


def lease_to(receiver: StudyRater, items: Sequence[int], now: datetime) -> int:
    """Keep items for a named rater, as far as they have a free place and are new to that rater.

    The caller holds the locks of the items.
    """
    been = Assignment.objects.filter(rater=receiver.rater_id, item__in=items, occasion=0)
    gone = set(
        been.exclude(state__in=[State.EXPIRED, State.RELEASED]).values_list("item", flat=True)
    )
    seen = Reveal.objects.filter(rater=receiver.rater_id, item__in=items)
    gone |= set(seen.values_list("item", flat=True))
    free = Item.objects.filter(pk__in=items, slots_open__gt=0, state=Item.State.OPEN)
    given = 0
    for item in free.exclude(pk__in=gone).order_by("seq"):
        places = ON_ITEM.all(item=item.pk)
        Assignment.objects.update_or_create(
            item=item,
            rater_id=receiver.rater_id,
            layer=layer_of_next(places, receiver.study.overlap),
            occasion=0,
            defaults={
                "study": receiver.study,
                "slot": free_slot(places, item.slots_total),
                "state": State.LEASED,
                "claimed_at": now,
                "lease_until": now + KEPT,
                "display": display_for(receiver, item.pk, item.conversation_b_id is not None),
                "skip_reason": "",
            },
        )
        Item.objects.filter(pk=item.pk).update(slots_open=F("slots_open") - 1)
        given += 1
    return given


@transaction.atomic
def hand_over_lanes(
    *, actor: User, study_rater: StudyRater, receivers: Sequence[StudyRater]
) -> None:
    """Let others draw from a rater's lanes in their place.

    In balanced blocks the plan stays written down in the study; who draws from which lane from
    now on stands with the raters.
    """
    study = study_rater.study
    for receiver in receivers:
        _refuse_oneself(study_rater, receiver)
    if not receivers:
        raise DomainError(_("Nobody else is active in this study who could take the lanes."))
    lanes = lanes_by_rater(study, [study_rater, *receivers])
    handed = lanes[study_rater.pk]
    if not handed:
        raise DomainError(
            _("%(rater)s draws from no lane, so there is nothing to hand over.")
            % {"rater": study_rater.rater}
        )
    for receiver in receivers:
        receiver.lanes = sorted(lanes[receiver.pk] | handed)
    study_rater.lanes = []
    StudyRater.objects.bulk_update([study_rater, *receivers], ["lanes"])
    count_planned(study, [study_rater, *receivers])
    record(
        actor, "study.lanes_handed_over", target=study, project=study.project,
        rater=str(study_rater.rater), lanes=sorted(handed),
        receivers=[str(receiver.rater) for receiver in receivers],
    )  # fmt: skip


@transaction.atomic
def reset_lanes(*, actor: User, study_rater: StudyRater) -> None:
    """Undo what was handed over to or by a rater: they draw from the lanes of the plan again."""
    if study_rater.lanes is None:
        raise DomainError(_("This rater draws from the lanes of the plan already."))
    study_rater.lanes = None
    study_rater.save(update_fields=["lanes"])
    count_planned(study_rater.study, [study_rater])
    record(
        actor, "study.lanes_reset", target=study_rater.study, project=study_rater.study.project,
        rater=str(study_rater.rater),
    )  # fmt: skip


def _refuse_oneself(study_rater: StudyRater, receiver: StudyRater | None) -> None:
    if receiver is not None and receiver.pk == study_rater.pk:
        raise DomainError(_("Choose somebody else: the work is this rater’s already."))
