"""Who rates what next: one statement takes a slot, so no slot is ever given twice.

The search starts behind the rater's cursor in each lane that is open to them and wraps around once
all have been tried. It walks the partial index of items with open slots; whether the rater has
been there is one probe a candidate, among those of the item. `OFFSET 0` keeps PostgreSQL from
turning that probe into a join over the rater's whole history, and `+ 0` from going through that
history by its index, as it did while its statistics were young: either would make every claim
slower than the last.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
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

from annotation.lanes import lacking, lanes_in
from annotation.models import Assignment, Item, Qualification, Study, StudyRater
from annotation.models.ratings import COUNTED
from annotation.services import checks, rounds
from annotation.services.chairs import (
    OUT,
    NoItem,
    Why,
    display_for,
    done_with,
    held_qualifications,
    lanes_of,
    lease_end,
    own_start,
    refusal_for,
)
from annotation.services.places import LIVE, ON_ITEM, free_slot, layer_of_next, newcomers_place
from annotation.unread import READ
from core.places import positional
from core.prepared import Parameter, Prepared, PreparedValues, cursor_of
from core.prepared_writes import PreparedInsert, PreparedUpdate
from core.writing import Write, carry_out

EXPIRED_AT_ONCE = 20
"""Leases that one claim gives back at most: a claim's work stays bounded."""

CANDIDATE = """
    SELECT i.id FROM annotation_item i
    WHERE i.study_id = %(study)s AND i.lane = %(lane{n})s AND i.has_slot
      AND i.state = 'open' AND i.seq {range} {cursor}
      AND NOT EXISTS (
        SELECT 1 FROM annotation_assignment x
        WHERE x.item_id = i.id AND x.rater_id + 0 = %(rater)s AND x.occasion = 0
          AND x.state IN ('leased', 'submitted', 'skipped', 'seen')
        LIMIT 1 OFFSET 0)
    ORDER BY i.seq LIMIT 1 {lock}"""
TAKE_SLOT = """
    UPDATE annotation_item SET slots_open = slots_open - 1
    WHERE id = {candidate}
      AND NOT EXISTS (
        SELECT 1 FROM annotation_assignment own
        WHERE own.rater_id = %(rater)s AND own.state = 'leased' AND own.study_id = %(study)s)
    RETURNING id, seq, slots_total, n_answers, lane"""
LANES_AT_ONCE = 24
"""Lanes that one statement searches; a rater with more is served by several."""


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
    *,
    assignment: Assignment,
    now: datetime,
    chair: StudyRater | None = None,
    following: Assignment | NoItem | None = None,
) -> tuple[StudyRater, Assignment | NoItem]:
    """What follows for a rater who is done with an assignment, and their place in the study.

    `chair` is that place as the submit before this has locked and counted it, and `following` what
    was taken together with that submit.
    """
    study_rater = chair or CHAIR.get(study=assignment.study_id, rater=assignment.rater_id)
    study_rater.rater, study_rater.study = assignment.rater, assignment.study
    return study_rater, following or _claim(study_rater, now)


def _claim(study_rater: StudyRater, now: datetime) -> Assignment | NoItem:
    study = study_rater.study
    if study.state == Study.State.CLOSED:
        return NoItem(Why.CLOSED)
    if refusal := refusal_for(study_rater, now):
        return held_by(study_rater, now, renews=refusal.why not in OUT) or refusal
    if rounds.goes_round(study):
        return held_by(study_rater, now) or rounds.next_in_round(study_rater, now)
    if checks.are_made_in(study):
        held_or_due = held_by(study_rater, now) or checks.due(study_rater, now)
        if held_or_due:
            return held_or_due
    lanes = lanes_of(study_rater)
    taken = _take_slot(study_rater, lanes)
    if taken is None:
        if held := held_by(study_rater, now):
            return held
        give_back_expired(now)
        taken = _take_slot(study_rater, lanes)
    if taken is None:
        return _nothing_left(study_rater, lanes)
    return assign(study_rater, taken, now)


def held_by(study_rater: StudyRater, now: datetime, *, renews: bool = True) -> Assignment | None:
    """What the rater holds; a lease that has run out goes on if nobody takes it back meanwhile.

    Without `renews` what has run out stays so: whoever is given nothing more keeps no place.
    """
    held = Assignment.objects.filter(
        rater=study_rater.rater_id,
        state=Assignment.State.LEASED,
        study=study_rater.study_id,
    ).order_by("-claimed_at")
    until = lease_end(study_rater.study, now)
    for assignment in held:
        if assignment.lease_until > now:
            return assignment
        if not renews:
            continue
        same = Assignment.objects.filter(pk=assignment.pk, state=Assignment.State.LEASED)
        if not free_to_write(same):
            return assignment  # another tab is sending it in: waiting for that one could deadlock
        if same.update(lease_until=until):
            assignment.lease_until = until
            return assignment
    return None


def free_to_write(rows: QuerySet[Assignment]) -> bool:
    """Lock a rater's own row unless a submit of theirs has it, which will want the chair next."""
    if not _skips_locked():
        return True
    return bool(rows.select_for_update(skip_locked=True).values_list("pk", flat=True))


def _chair() -> QuerySet[StudyRater]:
    """A rater's row, locked: two tabs of one rater claim one after the other."""
    return StudyRater.objects.select_for_update(of=("self",)).filter(
        study=Parameter("study", BigIntegerField()), rater=Parameter("rater", BigIntegerField())
    )


CHAIR = Prepared(_chair)
CHAIR_IN_STUDY = Prepared(lambda: _chair().select_related("study"))


def _lapsed() -> QuerySet[Assignment, tuple[int]]:
    """Nothing is joined: SQLite might begin at the items and walk through all of them."""
    return (
        Assignment.objects.filter(
            state=Assignment.State.LEASED,
            layer__in=COUNTED,
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


@dataclass(frozen=True)
class Taken:
    """An item one of whose slots has just been taken."""

    item: int
    seq: int
    slots_total: int
    n_answers: int
    lane: int


def _take_slot(study_rater: StudyRater, lanes: Sequence[int]) -> Taken | None:
    """The next item of the lanes with a slot to take; None if there is none."""
    for start in range(0, len(lanes), LANES_AT_ONCE):
        if taken := _take_slot_in(study_rater, lanes[start : start + LANES_AT_ONCE]):
            return taken
    return None


def _take_slot_in(study_rater: StudyRater, lanes: Sequence[int]) -> Taken | None:
    values = {"study": study_rater.study_id, "rater": study_rater.rater_id}
    start = own_start(study_rater)
    for n, lane in enumerate(lanes):
        seq = study_rater.cursors.get(str(lane)) if study_rater.study.lanes else study_rater.cursor
        values |= {f"lane{n}": lane, f"cursor{n}": seq or start}
    cursor = cursor_of(connection)
    for side in Side:
        statement, names = take_slot_sql(len(lanes), side, _skips_locked())
        cursor.execute(statement, [values[name] for name in names])
        for row in cursor.fetchall():
            return Taken(*row)
    return None


class Side(StrEnum):
    """Of the cursor: behind it in every lane first, and only then what lies before it.

    Each is a statement of its own, because nearly every claim ends with the first, and PostgreSQL
    sets up all that a statement might do.
    """

    BEHIND = ">"
    BEFORE = "<="


@cache
def take_slot_sql(n_lanes: int, side: Side, skips_locked: bool) -> tuple[str, list[str]]:
    lock = "FOR UPDATE SKIP LOCKED" if skips_locked else ""
    candidates = [
        f"({CANDIDATE.format(n=n, range=side.value, cursor=f'%(cursor{n})s', lock=lock)})"
        for n in range(n_lanes)
    ]
    first, *others = candidates
    candidate = f"COALESCE({', '.join(candidates)})" if others else first
    return positional(TAKE_SLOT.format(candidate=candidate))


def shown_of(item: Any, *sides: str) -> QuerySet[Item]:
    """An item that the claim has just locked, as its page shows it."""
    read = [f"{side}__{name}" for side in sides for name in READ]
    rows = Item.objects.filter(pk=item).select_related(*sides)
    return rows.only("study_id", "n_answers", "state", "conversation_b_id", *read)


TAKEN = Prepared(
    lambda: shown_of(Parameter("pk", BigIntegerField()), "conversation", "conversation_b")
)
NEW_ASSIGNMENT = PreparedInsert(Assignment)
GIVEN = ("claimed_at", "lease_until", "display")
"""What a claim says beside the place."""
MOVE_ON = PreparedUpdate(
    lambda: StudyRater.objects.filter(pk=Parameter("pk", BigIntegerField())),
    cursor=Parameter("cursor", IntegerField()),
)


def assign(study_rater: StudyRater, taken: Taken, now: datetime) -> Assignment | NoItem:
    """Write the claim down: in a row of its own, or in the one this rater had and lost."""
    study = study_rater.study
    assignment = NEW_ASSIGNMENT.row(
        study=study,
        item_id=taken.item,
        rater_id=study_rater.rater_id,
        claimed_at=now,
        lease_until=lease_end(study, now),
        display=display_for(study_rater, taken.item, taken.n_answers),
    )
    place = newcomers_place(taken.item, study_rater.rater_id, study.overlap)
    written = NEW_ASSIGNMENT.worked_out(assignment, ("slot", "layer"), place)
    shown = TAKEN.reading(pk=taken.item)
    carry_out(written, _moved_on(study_rater, taken), reading=shown)
    if not written.is_written:
        return _again(study_rater, assignment, taken)
    assignment.item = shown.one
    return undrafted(assignment)


def undrafted(assignment: Assignment) -> Assignment:
    """One that was made just now: nobody can have drafted yet."""
    Assignment.draft.related.set_cached_value(assignment, None)
    return assignment


def _again(study_rater: StudyRater, claimed: Assignment, taken: Taken) -> Assignment | NoItem:
    own = Assignment.objects.filter(
        item=claimed.item_id, rater=claimed.rater_id, layer__in=COUNTED, occasion=0
    ).order_by("layer")
    lost = own[0]
    is_sent_in = not free_to_write(own)  # by another tab, which waits for the item
    if is_sent_in or lost.state in LIVE:
        Item.objects.filter(pk=claimed.item_id).update(slots_open=F("slots_open") + 1)
        # What was handed to the rater while this claim looked around is theirs already.
        return own.get() if is_sent_in else _claim(study_rater, claimed.claimed_at)
    _place(lost, taken.slots_total, claimed.study.overlap)
    lost.state, lost.skip_reason = Assignment.State.LEASED, ""
    for name in GIVEN:
        setattr(lost, name, getattr(claimed, name))
    lost.save(update_fields=["slot", "layer", "state", "skip_reason", *GIVEN])
    return lost


def _place(lapsed: Assignment, slots_total: int, overlap: int) -> None:
    """A place once more for an assignment that has none any more; its item is locked."""
    places: list[Any] = ON_ITEM.all(item=lapsed.item_id)
    others = [place for place in places if place[0] != lapsed.rater_id]
    lapsed.slot = free_slot(others, slots_total)
    lapsed.layer = layer_of_next(others, overlap)


def _moved_on(study_rater: StudyRater, taken: Taken) -> Write | None:
    if not study_rater.study.lanes:
        return MOVE_ON.of(pk=study_rater.pk, cursor=taken.seq)
    study_rater.cursors[str(taken.lane)] = taken.seq
    study_rater.save(update_fields=["cursors"])
    return None


def retake_slot(assignment: Assignment) -> bool:
    """Give a lapsed assignment its place back if the item still has one; the item is locked."""
    if not Item.objects.filter(pk=assignment.item_id, has_slot=True).update(
        slots_open=F("slots_open") - 1
    ):
        return False
    _place(assignment, assignment.item.slots_total, assignment.item.study.overlap)
    return True


def release(assignment: Assignment, state: str) -> None:
    """End a lease and give its slot back; the caller says what became of it and saves."""
    if assignment.state == Assignment.State.LEASED and assignment.layer in COUNTED:
        Item.objects.filter(pk=assignment.item_id).update(slots_open=F("slots_open") + 1)
    assignment.state = state


def _nothing_left(study_rater: StudyRater, lanes: Sequence[int]) -> NoItem:
    """Done, unless an item that this rater has not seen is in others' hands or in closed lanes."""
    until = (
        Assignment.objects.filter(
            state=Assignment.State.LEASED,
            layer__in=COUNTED,
            item__study=study_rater.study_id,
            item__state=Item.State.OPEN,
            item__lane__in=lanes,
        )
        .exclude(item__assignments__rater=study_rater.rater_id)
        .aggregate(Min("lease_until"))["lease_until__min"]
    )
    if until:
        return NoItem(Why.HELD_BY_OTHERS, until)
    if lacks := _lacking(study_rater, lanes):
        return NoItem(Why.LACKS, lacks=lacks)
    left = study_rater.study.items.filter(has_slot=True, state=Item.State.OPEN)
    is_left_out = not lanes and left.exists()
    if is_left_out:
        return NoItem(Why.NO_LANE)
    return NoItem(done_with(study_rater.study))


def _lacking(study_rater: StudyRater, lanes: Sequence[int]) -> tuple[Qualification, ...]:
    """The qualifications that would open lanes in which something is left to rate."""
    study = study_rater.study
    if not study.lanes or study_rater.lanes is not None:
        return ()
    left = (
        study.items.filter(has_slot=True, state=Item.State.OPEN)
        .exclude(lane__in=lanes)
        .values_list("lane", flat=True)
        .distinct()
    )
    slugs = lacking(
        lanes_in(study.lanes), set(left), set(held_qualifications(study_rater).values())
    )
    return tuple(Qualification.objects.filter(project=study.project_id, slug__in=slugs))
