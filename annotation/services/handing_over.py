"""Giving one rater's work to others: what they hold, and the lanes they would draw from.

A lease that is taken back leaves its draft where it is. Whoever held the item may still send in
what they have: it counts if the place is free by then, and is kept as late if not.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import User
from annotation.models import Assignment, Item, Reveal, StudyRater
from annotation.models.ratings import COUNTED
from annotation.services.assignment import free_to_write
from annotation.services.chairs import display_for
from annotation.services.lane_raters import count_planned, lanes_by_rater
from annotation.services.locking import with_items
from annotation.services.places import ON_ITEM, free_slot, layer_of_next
from core.errors import DomainError

State = Assignment.State
KEPT = timedelta(days=7)
"""How long an item that a manager gave to a named rater is kept for them."""


class Taken(NamedTuple):
    """How many items were taken back, and how many of them are kept for a named rater."""

    items: int
    given: int


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
) -> Taken:
    """Take back what a rater holds, all of it or `only` those.

    To the pool, or to `receiver`: what that rater has been at already goes to the pool.
    """
    _refuse_oneself(study_rater, receiver)
    held = in_hand(study_rater)
    if only is not None:
        held = held.filter(pk__in=only)
    assignments = with_items(held.order_by("pk"))
    if not assignments:
        raise DomainError(
            _("%(rater)s holds nothing any more: it was submitted or given back meanwhile.")
            % {"rater": study_rater.rater}
        )
    items = [one.item_id for one in assignments]
    _give_back(assignments)
    given = lease_to(receiver, items, now) if receiver else 0
    record(
        actor, "study.work_taken", target=study_rater.study, project=study_rater.study.project,
        rater=str(study_rater.rater), items=len(items), given=given,
        receiver=str(receiver.rater) if receiver else "",
    )  # fmt: skip
    return Taken(len(items), given)


def all_in_hand(study_rater: StudyRater) -> QuerySet[Assignment]:
    """Whatever a rater holds, checks as well."""
    return Assignment.objects.filter(
        study=study_rater.study_id, rater=study_rater.rater_id, state=State.LEASED
    )


def take_all(study_rater: StudyRater) -> None:
    """Take it back, because they are given nothing more."""
    _give_back(with_items(all_in_hand(study_rater).order_by("pk")))


def _give_back(held: Sequence[Assignment]) -> None:
    """Of what is locked with its items: a check has no place that could come free."""
    Assignment.objects.filter(pk__in=[one.pk for one in held]).update(state=State.RELEASED)
    counted = [one.item_id for one in held if one.layer in COUNTED]
    Item.objects.filter(pk__in=counted).update(slots_open=F("slots_open") + 1)


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
    free = Item.objects.filter(pk__in=items, has_slot=True, state=Item.State.OPEN)
    given = 0
    for item in free.exclude(pk__in=gone).order_by("seq"):
        own = been.filter(item=item, layer__in=COUNTED).order_by("layer")
        lost = own.first()
        if lost and not free_to_write(own):
            continue  # its rater is sending it in and waits for the item
        places = ON_ITEM.all(item=item.pk)
        assignment = lost or Assignment(item=item, rater_id=receiver.rater_id)
        assignment.study, assignment.skip_reason = receiver.study, ""
        assignment.layer = layer_of_next(places, receiver.study.overlap)
        assignment.slot = free_slot(places, item.slots_total)
        assignment.state, assignment.claimed_at = State.LEASED, now
        assignment.lease_until = now + KEPT
        assignment.display = display_for(receiver, item.pk, item.n_answers)
        assignment.save()
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
