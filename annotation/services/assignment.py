"""Who rates what next: one statement takes a slot, so no slot is ever given twice.

The search starts behind the rater's cursor and wraps around once. It walks the partial index of
items with open slots; whether the rater has been there is one probe a candidate. `OFFSET 0` keeps
PostgreSQL from turning that probe into a join over the rater's whole history, which would make
every claim slower than the last.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db import connection, transaction
from django.db.models import (
    BigIntegerField,
    DateTimeField,
    F,
    IntegerField,
    Min,
    QuerySet,
)

from annotation.models import Assignment, Item, Layer, Study, StudyRater
from core.prepared import Parameter, Prepared, PreparedValues, cursor_of
from core.prepared_writes import PreparedInsert, PreparedUpdate
from core.writing import Write, carry_out

EXPIRED_AT_ONCE = 20
"""Leases that one claim gives back at most: a claim's work stays bounded."""

CANDIDATE = """
    SELECT i.id FROM annotation_item i
    WHERE i.study_id = %(study)s AND i.slots_open > 0 AND i.state = 'open' AND {range}
      AND NOT EXISTS (
        SELECT 1 FROM annotation_assignment x
        WHERE x.item_id = i.id AND x.rater_id = %(rater)s AND x.occasion = 0
          AND x.state IN ('leased', 'submitted', 'skipped')
        LIMIT 1 OFFSET 0)
    ORDER BY i.seq LIMIT 1 {lock}"""
TAKE_SLOT = """
    UPDATE annotation_item SET slots_open = slots_open - 1
    WHERE id = COALESCE(({after}), ({before}))
      AND NOT EXISTS (
        SELECT 1 FROM annotation_assignment own JOIN annotation_item held ON held.id = own.item_id
        WHERE own.rater_id = %(rater)s AND own.state = 'leased' AND held.study_id = %(study)s)
    RETURNING id, seq, slots_total, conversation_b_id"""


class Why(StrEnum):
    """Why there is nothing to rate."""

    NOT_OPEN = "not_open"
    STUDY_PAUSED = "study_paused"
    CLOSED = "closed"
    RATER_PAUSED = "rater_paused"
    CAP = "cap"
    HELD_BY_OTHERS = "held_by_others"
    DONE = "done"


@dataclass(frozen=True)
class NoItem:
    why: Why
    until: datetime | None = None
    """When the first lease of another rater ends, where that is what one waits for."""


@transaction.atomic(savepoint=False)
def claim_next(*, study_rater: StudyRater, now: datetime) -> Assignment | NoItem:
    """The rater's current item, else the next one, else why there is none.

    Asking twice never takes two items: what the rater holds comes first, the newest before others.
    """
    locked = CHAIR_IN_STUDY.get(study=study_rater.study_id, rater=study_rater.rater_id)
    locked.rater = study_rater.rater
    return _claim(locked, now)


@transaction.atomic(savepoint=False)
def claim_after(
    *, assignment: Assignment, now: datetime, chair: StudyRater | None = None
) -> tuple[StudyRater, Assignment | NoItem]:
    """What follows for a rater who is done with an assignment, and their place in the study.

    `chair` is that place as the submit before this has locked and counted it.
    """
    study_rater = chair or CHAIR.get(study=assignment.item.study_id, rater=assignment.rater_id)
    study_rater.rater, study_rater.study = assignment.rater, assignment.item.study
    return study_rater, _claim(study_rater, now)


def _claim(study_rater: StudyRater, now: datetime) -> Assignment | NoItem:
    if study_rater.study.state == Study.State.CLOSED:
        return NoItem(Why.CLOSED)
    if refusal := _refusal(study_rater):
        return _held(study_rater, now) or refusal
    taken = _take_slot(study_rater)
    if taken is None:
        if held := _held(study_rater, now):
            return held
        give_back_expired(now)
        taken = _take_slot(study_rater)
    if taken is None:
        return _nothing_left(study_rater)
    item, seq, slots_total, is_pair = taken
    display = _display(study_rater, item, is_pair)
    moved_on = MOVE_ON.of(pk=study_rater.pk, cursor=seq)
    return _assign(study_rater, item, slots_total, now, display, moved_on)


def _held(study_rater: StudyRater, now: datetime) -> Assignment | None:
    """What the rater holds; a lease that has run out goes on if nobody takes it back meanwhile."""
    held = Assignment.objects.filter(
        rater=study_rater.rater_id,
        state=Assignment.State.LEASED,
        item__study=study_rater.study_id,
    ).order_by("-claimed_at")
    until = _lease_end(study_rater.study, now)
    for assignment in held:
        if assignment.lease_until > now:
            return assignment
        same = Assignment.objects.filter(pk=assignment.pk, state=Assignment.State.LEASED)
        if same.update(lease_until=until):
            assignment.lease_until = until
            return assignment
    return None


def _chair() -> QuerySet[StudyRater]:
    """A rater's row, locked: two tabs of one rater claim one after the other."""
    return StudyRater.objects.select_for_update(of=("self",)).filter(
        study=Parameter("study", BigIntegerField()), rater=Parameter("rater", BigIntegerField())
    )


CHAIR = Prepared(_chair)
CHAIR_IN_STUDY = Prepared(lambda: _chair().select_related("study"))


def _lease_end(study: Study, now: datetime) -> datetime:
    return now + timedelta(minutes=study.lease_minutes)


def _refusal(study_rater: StudyRater) -> NoItem | None:
    match study_rater.study.state:
        case Study.State.DRAFT:
            return NoItem(Why.NOT_OPEN)
        case Study.State.PAUSED:
            return NoItem(Why.STUDY_PAUSED)
    if study_rater.paused:
        return NoItem(Why.RATER_PAUSED)
    if study_rater.cap is not None and study_rater.n_submitted >= study_rater.cap:
        return NoItem(Why.CAP)
    if study_rater.n_submitted >= study_rater.study.next_seq - 1:
        return NoItem(Why.DONE)  # without a walk over every item
    return None


def _lapsed() -> QuerySet[Assignment, tuple[int]]:
    """Nothing is joined: SQLite might begin at the items and walk through all of them."""
    return (
        Assignment.objects.filter(
            state=Assignment.State.LEASED,
            layer=Layer.BLIND,
            lease_until__lte=Parameter("now", DateTimeField()),
        )
        .order_by("lease_until")
        .values_list("pk")[:EXPIRED_AT_ONCE]
    )


LAPSED = PreparedValues(_lapsed)


def give_back_expired(now: datetime) -> None:
    """Flip leases that have run out, whoever held them, and reopen their slots.

    Asked for once nothing else is open: until then whoever was late may still keep the slot.
    Rows that somebody else has locked are left to the next claim, so nothing waits here.
    """
    if lapsed := [pk for (pk,) in LAPSED.all(now=now)]:
        _give_back(lapsed, now)


def _give_back(lapsed: list[int], now: datetime) -> None:
    still = (
        Assignment.objects.select_for_update(of=("self", "item"), skip_locked=_skips_locked())
        .select_related("item")
        .filter(pk__in=lapsed, state=Assignment.State.LEASED, lease_until__lte=now)
    )
    expired = {one.item_id: one.pk for one in still}  # one slot an item and claim
    Assignment.objects.filter(pk__in=expired.values()).update(state=Assignment.State.EXPIRED)
    Item.objects.filter(pk__in=expired).update(slots_open=F("slots_open") + 1)


def _skips_locked() -> bool:
    return connection.features.has_select_for_update_skip_locked


def _take_slot(study_rater: StudyRater) -> tuple[int, int, int, bool] | None:
    """Item, its number, its slots and whether it is a pair; None if there is none to take."""
    lock = "FOR UPDATE SKIP LOCKED" if _skips_locked() else ""
    sql = TAKE_SLOT.format(
        after=CANDIDATE.format(range="i.seq > %(cursor)s", lock=lock),
        before=CANDIDATE.format(range="i.seq <= %(cursor)s", lock=lock),
    )
    values = {
        "study": study_rater.study_id,
        "rater": study_rater.rater_id,
        "cursor": study_rater.cursor or _own_start(study_rater),
    }
    cursor = cursor_of(connection)
    cursor.execute(sql, values)
    row = next(iter(cursor.fetchall()), None)
    return (row[0], row[1], row[2], row[3] is not None) if row else None


def _own_start(study_rater: StudyRater) -> int:
    """Where a rater begins: at the first item, or, shuffled, at a place of their own."""
    study = study_rater.study
    if study.policy != Study.Policy.SHUFFLED:
        return 0
    return _lot(study.uid, study_rater.rater.uid) % max(1, study.next_seq - 1)


def _lot(*names: object) -> int:
    """A number that is the same for the same names and as good as random between them."""
    words = " ".join(str(name) for name in names)
    return int.from_bytes(hashlib.sha256(words.encode()).digest()[:7])


def _display(study_rater: StudyRater, item: int, is_pair: bool) -> dict[str, Any]:
    """What this rater will see in which order, recorded so that its effect can be estimated."""
    study, rater = study_rater.study, study_rater.rater
    is_random = study.blinding.get("criteria_order") == "random"
    display: dict[str, Any] = {"criteria": "random" if is_random else "rubric"}
    if is_random:
        display["seed"] = _lot(study.uid, rater.uid)
    if is_pair:
        display["swapped"] = bool(_lot(study.uid, rater.uid, item) & 1)
    return display


Place = tuple[int, str, int]
"""Rater, state and slot of an assignment."""

ON_ITEM = PreparedValues(
    lambda: Assignment.objects.filter(
        item=Parameter("item", BigIntegerField()), layer=Layer.BLIND, occasion=0
    ).values_list("rater_id", "state", "slot")
)
NEW_ASSIGNMENT = PreparedInsert(Assignment)
MOVE_ON = PreparedUpdate(
    lambda: StudyRater.objects.filter(pk=Parameter("pk", BigIntegerField())),
    cursor=Parameter("cursor", IntegerField()),
)


def _assign(
    study_rater: StudyRater,
    item: int,
    slots_total: int,
    now: datetime,
    display: dict[str, Any],
    moved_on: Write,
) -> Assignment:
    """Write the claim down: in a row of its own, or in the one this rater had and lost."""
    places: list[Any] = ON_ITEM.all(item=item)
    rater = study_rater.rater_id
    lost = (
        Assignment.objects.get(item=item, rater=rater, layer=Layer.BLIND, occasion=0)
        if any(one == rater for one, _state, _slot in places)
        else None
    )
    assignment = lost or Assignment(item_id=item, rater_id=rater)
    assignment.slot = free_slot(places, slots_total)
    assignment.state = Assignment.State.LEASED
    assignment.claimed_at = now
    assignment.lease_until = _lease_end(study_rater.study, now)
    assignment.display = display
    assignment.skip_reason = ""
    if lost:
        lost.save(
            update_fields=[
                "slot", "state", "claimed_at", "lease_until", "display", "skip_reason",
            ]
        )  # fmt: skip
    carry_out(None if lost else NEW_ASSIGNMENT.of(assignment), moved_on)
    return assignment


def free_slot(places: Iterable[Place], slots_total: int) -> int:
    """The lowest number that no live assignment of the item bears."""
    live = (Assignment.State.LEASED, Assignment.State.SUBMITTED)
    taken = {slot for _rater, state, slot in places if state in live}
    return next(slot for slot in range(1, slots_total + 1) if slot not in taken)


def retake_slot(assignment: Assignment) -> bool:
    """Give a lapsed assignment its place back if the item still has one; the item is locked."""
    if not Item.objects.filter(pk=assignment.item_id, slots_open__gt=0).update(
        slots_open=F("slots_open") - 1
    ):
        return False
    places: list[Any] = ON_ITEM.all(item=assignment.item_id)
    others = [place for place in places if place[0] != assignment.rater_id]
    assignment.slot = free_slot(others, assignment.item.slots_total)
    return True


def release(assignment: Assignment, state: str) -> None:
    """End a lease and give its slot back; the caller says what became of it and saves."""
    if assignment.state == Assignment.State.LEASED and assignment.layer == Layer.BLIND:
        Item.objects.filter(pk=assignment.item_id).update(slots_open=F("slots_open") + 1)
    assignment.state = state


def _nothing_left(study_rater: StudyRater) -> NoItem:
    """Done, unless an item that this rater has not seen is in somebody's hands."""
    until = (
        Assignment.objects.filter(
            state=Assignment.State.LEASED,
            layer=Layer.BLIND,
            item__study=study_rater.study_id,
            item__state=Item.State.OPEN,
        )
        .exclude(item__assignments__rater=study_rater.rater_id)
        .aggregate(Min("lease_until"))["lease_until__min"]
    )
    return NoItem(Why.HELD_BY_OTHERS, until) if until else NoItem(Why.DONE)
