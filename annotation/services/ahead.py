"""The next item, taken by the statement that stores the submit before it: on PostgreSQL alone.

A claim costs two more ways to the server and back, while the item that is being submitted stays
locked, and the items around it are those that others want next. One statement sees the tables as
they were when it began; only the row that it locks is read anew. So the slot is told by the item's
own counters. What those cannot tell is left to the claim that follows: a gap between the slots, a
place that the rater had and lost, one rater more than the overlap, which side stands left.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection, models
from django.db.models import F
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce

from annotation.models import Assignment, Item, RaterKind, Study, StudyRater
from annotation.models.ratings import COUNTED
from annotation.services import checks, rounds
from annotation.services.assignment import (
    CANDIDATE,
    NEW_ASSIGNMENT,
    Side,
    Taken,
    shown_of,
    undrafted,
)
from annotation.services.chairs import display_for, lease_end, own_start
from core.making import Maker
from core.places import positional
from core.prepared import Prepared, Reading
from core.writing import Write

CURSOR = """(
        SELECT CASE c.cursor WHEN 0 THEN %(start)s ELSE c.cursor END FROM annotation_studyrater c
        WHERE c.study_id = %(study)s AND c.rater_id = %(rater)s AND NOT c.paused
          AND c.cap IS NULL AND c.cap_day IS NULL AND c.share IS NULL)"""
"""Where a rater goes on; nowhere where something is to be looked at before they do."""
TAKE = """
    UPDATE annotation_item SET slots_open = slots_open - 1
    WHERE id = ({candidate})
      AND NOT EXISTS (
        SELECT 1 FROM annotation_assignment own
        WHERE own.rater_id = %(rater)s AND own.state = 'leased' AND own.study_id = %(study)s
          AND own.id <> %(done)s)"""
PLACE = """
    SELECT t.id AS item_id, t.slots_total - t.slots_open AS slot, 'blind' AS layer FROM taken t
    WHERE t.n_answers = 1 AND t.slots_total <= %s
      AND NOT EXISTS (
        SELECT 1 FROM annotation_assignment own
        WHERE own.item_id = t.id AND own.rater_id + 0 = %s
          AND own.layer IN ('blind', 'topup') AND own.occasion = 0
        OFFSET 0)"""
"""By its OFFSET a subquery stays one, which goes by an index. As a join it was read from end to end
by whoever had planned it while the table was new, until the server looked at it by itself."""


class TakeNext(Write):
    """The item behind the rater's cursor; its row is `taken` to the parts that follow."""

    name = "taken"
    is_single = True
    returning = ("id", "seq", "slots_total", "n_answers", "lane", "slots_open")
    makes: Sequence[models.Model] = ()
    taken: Taken | None = None

    def __init__(self, values: dict[str, Any]) -> None:
        self.values = values

    def statement(self, connection: Any, names: Any) -> tuple[str, list[Any]]:
        text, order = TAKE_NEXT
        return text, [self.values[name] for name in order]

    def take(self, rows: Sequence[tuple[Any, ...]]) -> None:
        for row in rows:
            self.taken = Taken(*row[:5])


TAKE_NEXT = positional(
    TAKE.format(
        candidate=CANDIDATE.format(
            n=0, range=Side.BEHIND.value, cursor=CURSOR, lock="FOR UPDATE SKIP LOCKED"
        )
    )
)
SHOWN = Prepared(lambda: shown_of(RawSQL("(SELECT id FROM taken)", []), "conversation"))
"""Only what shows one answer is told at once."""
SEATS = Maker(StudyRater)


Parts = tuple[Write | None, Write | None, Reading[Item] | None]
NO_PARTS: Parts = (None, None, None)


class Ahead:
    """The claim as writes of another statement, and what came of it once that is carried out."""

    def __init__(self, done: Assignment, now: datetime) -> None:
        """`done` is the assignment that the statement submits."""
        study, rater = done.study, done.rater
        seat = SEATS(study=study, rater=rater)
        self.take = TakeNext(
            {
                "study": study.pk,
                "rater": rater.pk,
                "lane0": 0,
                "start": own_start(seat),
                "done": done.pk,
            }
        )
        self.row = NEW_ASSIGNMENT.row(
            study=study,
            rater_id=rater.pk,
            claimed_at=now,
            lease_until=lease_end(study, now),
            display=display_for(seat, 0, 1),
        )
        self.assign = NEW_ASSIGNMENT.worked_out(
            self.row,
            ("item_id", "slot", "layer"),
            (PLACE, [study.overlap, rater.pk]),
            unless_there=True,
        )
        self.shown = SHOWN.reading()

    @property
    def parts(self) -> Parts:
        """First of a statement, last of it, and what is read beside."""
        return self.take, self.assign, self.shown

    @property
    def taken(self) -> Taken | None:
        return self.take.taken

    @property
    def assignment(self) -> Assignment | None:
        """What the rater holds now, if all of it could be told at once."""
        if not self.assign.is_written:
            return None
        self.row.item = self.shown.one
        return undrafted(self.row)


def may_go_ahead(done: Assignment) -> bool:
    """Whether nothing but the rater's own row says what they get next.

    `done` is what they hold: had they lost it, its item might be the next one, too.
    """
    study = done.study
    return (
        connection.vendor == "postgresql"
        and study.state == Study.State.OPEN
        and done.layer in COUNTED
        and not study.lanes
        and not study.requires_id
        and done.rater.kind != RaterKind.RESPONDENT
        and not rounds.goes_round(study)
        and not checks.are_made_in(study)
    )


MOVED: Any = {"cursor": Coalesce(RawSQL("(SELECT seq FROM taken)", []), F("cursor"))}
"""A rater's row moves on to what was taken."""
