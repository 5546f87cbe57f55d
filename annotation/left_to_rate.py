"""What is left to rate in a study, lane by lane, and whether there is anybody to do it."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from annotation.lanes import Lane
from annotation.models import Assignment, Item, Study, StudyRater
from annotation.services.chairs import cap_of
from annotation.services.lane_raters import active_raters, lanes_by_rater, named_lanes
from annotation.study_forecast import Forecast, forecast_of
from annotation.study_progress import LARGE, Progress, kept

State = Assignment.State


@dataclass(frozen=True)
class LaneLine:
    """A lane with the items that are left in it, and the active raters who may draw from it.

    `stuck` of them cannot be filled: too few of these raters have not been at them.
    """

    number: int
    lane: Lane
    left: int
    raters: int
    stuck: int


@dataclass(frozen=True)
class LeftToRate:
    lines: tuple[LaneLine, ...]
    active: int
    without_lane: tuple[StudyRater, ...]
    capacity: int | None
    """Ratings that the caps still let in; None where somebody has no cap."""
    missing: int
    """Ratings that are still asked for."""

    @property
    def stuck(self) -> list[LaneLine]:
        return [line for line in self.lines if line.stuck]

    @property
    def is_capped(self) -> bool:
        """By limits; where nobody is active there are none to be raised."""
        return self.active > 0 and self.capacity is not None and self.capacity < self.missing

    @property
    def stands_still(self) -> bool:
        """Nothing that is left can be filled as things stand, at whatever pace."""
        n_left = sum(line.left for line in self.lines)
        n_stuck = sum(line.stuck for line in self.lines)
        return n_left > 0 and (n_stuck == n_left or self.capacity == 0)


def left_to_rate(study: Study, now: datetime) -> LeftToRate:
    """For a study that is under way; one in a draft has nothing to stand still yet."""
    lanes = named_lanes(study) or [Lane("")]
    everybody = active_raters(study)
    open_lanes = lanes_by_rater(study, everybody)
    chairs = [chair for chair in everybody if open_lanes[chair.pk]]
    for chair in everybody:
        chair.study = study
    raters = Counter(number for chair in chairs for number in open_lanes[chair.pk])
    groups = kept(study, "open", lambda: _open_items(study, chairs))
    may_others_come = others_may_come(study, now)
    lines = [
        LaneLine(
            number=number,
            lane=lane,
            left=sum(n for at, _slots, _been, n in groups if at == number),
            raters=raters[number],
            stuck=0
            if may_others_come
            else sum(
                n for at, slots, been, n in groups if at == number and slots > raters[number] - been
            ),
        )
        for number, lane in enumerate(lanes)
    ]
    return LeftToRate(
        lines=tuple(lines),
        active=len(chairs),
        without_lane=tuple(chair for chair in everybody if not open_lanes[chair.pk]),
        capacity=None if may_others_come else _capacity(chairs),
        missing=sum(slots * n for _at, slots, _been, n in groups),
    )


def outlook(
    study: Study, progress: Progress, now: datetime
) -> tuple[LeftToRate | None, Forecast | None]:
    """What is left of a study under way, and when it is full, unless it stands still."""
    left = left_to_rate(study, now) if _is_under_way(study) else None
    return left, None if left and left.stands_still else forecast_of(study, progress, now)


def _is_under_way(study: Study) -> bool:
    is_running = study.state in {Study.State.OPEN, Study.State.PAUSED}
    return is_running and not study.imported and study.purpose == Study.Purpose.RATING


def others_may_come(study: Study, now: datetime) -> bool:
    """Whether somebody who is not on the list yet may rate: of the team, or by a link."""
    links = study.links.filter(revoked_at=None, expires_at__gt=now, n_joined__lt=F("quota"))
    return study.open_to == Study.OpenTo.EVERYONE or links.exists()


def _open_items(study: Study, chairs: list[StudyRater]) -> list[tuple[int, int, int, int]]:
    """How many open items have this lane, so many free places, and so many of `chairs` behind them.

    In a large study nobody looks at who has been at which item: it would cost a probe each.
    """
    items = study.items.filter(has_slot=True, state=Item.State.OPEN)
    if study.next_seq > LARGE:
        been: Any = Value(0)
    else:
        been = Coalesce(Subquery(_been(chairs), output_field=IntegerField()), 0)
    return list(
        items.annotate(been=been)
        .order_by()
        .values_list("lane", "slots_open", "been")
        .annotate(n=Count("pk"))
    )


def _been(chairs: list[StudyRater]) -> QuerySet[Assignment, Any]:
    return (
        Assignment.objects.filter(
            item=OuterRef("pk"),
            rater__in=[chair.rater_id for chair in chairs],
            occasion=0,
            state__in=[State.LEASED, State.SUBMITTED, State.SKIPPED, State.SEEN],
        )
        .order_by()
        .values("item")
        .annotate(n=Count("pk"))
        .values("n")
    )


def _capacity(chairs: list[StudyRater]) -> int | None:
    total = 0
    for chair in chairs:
        cap = cap_of(chair)
        if cap is None:
            return None
        total += max(0, cap - chair.n_submitted - chair.n_checks)
    return total
