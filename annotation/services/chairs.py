"""A rater's place in a study: what they may be given, and the words for why not.

Nothing here takes an item; it says from which lanes one may be taken, how many, and how it looks.
"""

import hashlib
import math
import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.utils import timezone

from annotation.lanes import Lane, lanes_in, open_lanes
from annotation.models import (
    Qualification,
    Qualified,
    RaterKind,
    RatingLink,
    Study,
    StudyRater,
)


class Why(StrEnum):
    """Why there is nothing to rate."""

    NOT_OPEN = "not_open"
    STUDY_PAUSED = "study_paused"
    CLOSED = "closed"
    RATER_PAUSED = "rater_paused"
    UNQUALIFIED = "unqualified"
    CAP = "cap"
    CAP_DAY = "cap_day"
    LACKS = "lacks"
    NO_LANE = "no_lane"
    OTHERS_FIRST = "others_first"
    HELD_BY_OTHERS = "held_by_others"
    DONE = "done"
    LINK_OVER = "link_over"


OUT = frozenset({Why.RATER_PAUSED, Why.UNQUALIFIED, Why.LINK_OVER})
"""Why one rater is given nothing more: what they hold they may finish in its time, and no later."""


@dataclass(frozen=True)
class NoItem:
    why: Why
    until: datetime | None = None
    """When the first lease of another rater ends, where that is what one waits for."""
    lacks: tuple[Qualification, ...] = ()
    """What the rater would have to hold for the items that are left, or for the study."""
    link: RatingLink | None = None
    """By which an end user came, if nothing more is given by it."""


def lease_end(study: Study, now: datetime) -> datetime:
    return now + timedelta(minutes=study.lease_minutes)


def refusal_for(study_rater: StudyRater, now: datetime) -> NoItem | None:
    study = study_rater.study
    match study.state:
        case Study.State.DRAFT:
            return NoItem(Why.NOT_OPEN)
        case Study.State.PAUSED:
            return NoItem(Why.STUDY_PAUSED)
    if study_rater.paused:
        return NoItem(Why.RATER_PAUSED)
    if study_rater.rater.kind == RaterKind.RESPONDENT and (over := _link_over(study_rater, now)):
        return over
    if study.requires_id and study.requires_id not in held_qualifications(study_rater):
        return NoItem(Why.UNQUALIFIED, lacks=(study.requires,))  # type: ignore[arg-type]
    if is_at_cap(study_rater):
        return NoItem(Why.CAP)
    if study_rater.cap_day is not None and given_on(study_rater, now) >= study_rater.cap_day:
        return NoItem(Why.CAP_DAY)
    if study_rater.n_submitted >= study.next_seq - 1 and study.revealed_at is None:
        return NoItem(done_with(study))  # no walk over every item
    return None


def done_with(study: Study) -> Why:
    """Why nothing is left for a rater: in a calibration the second round is still to come."""
    is_first_round = study.purpose == Study.Purpose.CALIBRATION and study.revealed_at is None
    return Why.OTHERS_FIRST if is_first_round else Why.DONE


def _link_over(study_rater: StudyRater, now: datetime) -> NoItem | None:
    """Imported respondents came by no link, and are given nothing in any case."""
    link = RatingLink.objects.filter(participations__rater=study_rater.rater_id).first()
    return NoItem(Why.LINK_OVER, link=link) if link and link.is_over(now) else None


def is_at_cap(study_rater: StudyRater) -> bool:
    """Whether a rater has been given all that they may be given in the study."""
    cap = cap_of(study_rater)
    return cap is not None and study_rater.n_submitted + study_rater.n_checks >= cap


def cap_of(study_rater: StudyRater) -> int | None:
    """How many items a rater may be given: the cap, the share of all ratings, or the lower."""
    study, share = study_rater.study, study_rater.share
    of_all = None if share is None else math.ceil(share * study.overlap * (study.next_seq - 1))
    limits = [limit for limit in (study_rater.cap, of_all) if limit is not None]
    return min(limits, default=None)


def total_for(study_rater: StudyRater) -> int:
    """How many items a rater may expect; checks are counted in, so that none gives itself away."""
    study = study_rater.study
    items = study.next_seq - 1 if study_rater.planned is None else study_rater.planned
    if study.revealed_at is not None:
        items *= 2  # of a calibration: each once more
    share = study.control_rate * bool(study.controls_id) + study.retest_rate
    expected = round(items / (1 - min(share, 0.5)))
    cap = cap_of(study_rater)
    return expected if cap is None else min(expected, cap)


def given_on(study_rater: StudyRater, now: datetime) -> int:
    """What a rater has submitted in a study on this day."""
    return study_rater.n_day if study_rater.day == timezone.localdate(now) else 0


def held_qualifications(study_rater: StudyRater) -> dict[int, str]:
    """What the rater holds, by key and slug; asked for only where the study sets conditions."""
    held = Qualified.objects.filter(rater=study_rater.rater_id, revoked_at=None)
    return dict(held.values_list("qualification_id", "qualification__slug"))


def lanes_of(study_rater: StudyRater) -> list[int]:
    """The lanes to draw from, the first before the others.

    Those of balanced blocks take turns, so that every two raters have met about equally often
    also if the study ends early.
    """
    study = study_rater.study
    if not study.lanes:
        return [0]
    lanes = lanes_in(study.lanes)
    asks = study_rater.lanes is None and any(lane.qualification for lane in lanes)
    held = held_qualifications(study_rater).values() if asks else ()
    numbers = lanes_given(study_rater, lanes, held)
    if study.policy == Study.Policy.BLOCKS and numbers:
        first = study_rater.n_submitted % len(numbers)
        numbers = numbers[first:] + numbers[:first]
    return numbers


def lanes_given(study_rater: StudyRater, lanes: Sequence[Lane], held: Collection[str]) -> list[int]:
    """The lanes that a manager gave the rater by hand, else those open to them by the rule."""
    if study_rater.lanes is not None:
        return [number for number in study_rater.lanes if number < len(lanes)]
    return open_lanes(lanes, str(study_rater.rater.uid), held)


def own_start(study_rater: StudyRater) -> int:
    """Where a rater begins: at the first item, or, shuffled, at a place of their own."""
    study = study_rater.study
    if study.policy != Study.Policy.SHUFFLED:
        return 0
    return lot(study.uid, study_rater.rater.uid) % max(1, study.next_seq - 1)


def lot(*names: object) -> int:
    """A number that is the same for the same names and as good as random between them."""
    words = " ".join(str(name) for name in names)
    return int.from_bytes(hashlib.sha256(words.encode()).digest()[:7])


def display_for(study_rater: StudyRater, item: int, n_answers: int) -> dict[str, Any]:
    """What this rater will see in which order, recorded so that its effect can be estimated.

    Of a pair, whether its second answer stands left; of more answers, their positions as shown.
    """
    study, rater = study_rater.study, study_rater.rater
    is_random = study.blinding.get("criteria_order") == "random"
    display: dict[str, Any] = {"criteria": "random" if is_random else "rubric"}
    if is_random:
        display["seed"] = lot(study.uid, rater.uid)
    if n_answers == 2:
        display["swapped"] = bool(lot(study.uid, rater.uid, item) & 1)
    elif n_answers > 2:
        display["order"] = list(range(n_answers))
        random.Random(lot(study.uid, rater.uid, item)).shuffle(display["order"])  # noqa: S311
    return display
