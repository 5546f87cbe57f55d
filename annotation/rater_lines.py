"""The raters of a study as its manager sees them, each from a few rows of an index.

Nothing here walks through all that a rater has said: the last rating is the first of an index, the
usual time is that of the latest ratings, and skips and open work are few.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Min, OuterRef, Q, QuerySet, Subquery, Sum

from annotation.lanes import lanes_in
from annotation.models import Assignment, Layer, RaterKind, Rating, Study, StudyRater
from annotation.models.ratings import COUNTED
from annotation.services.chairs import cap_of, given_on
from annotation.services.lane_raters import lanes_by_rater

LATEST = 21
"""Ratings whose median time is shown: an odd number, so that it is one of them."""
State = Assignment.State


@dataclass(frozen=True)
class RaterLine:
    """A rater in a study; `seconds` is None below `LATEST` ratings.

    What was sent, in all and today, holds checks and the second round of a calibration, as the
    rater's own count and both caps do: three counts of one thing would tell the rater which items
    were checks. How many of it are no ratings of the study's own stands beside it.
    """

    study_rater: StudyRater
    today: int
    last_at: datetime | None
    in_hand: int
    since: datetime | None
    skipped: int
    seconds: int | None
    cap: int | None
    lanes: tuple[str, ...] | None
    """Names of the lanes that a manager gave this rater; None for those of the rule."""
    is_left_out: bool
    """The study has lanes and none of them is open to the rater."""
    again: int
    """Of what was sent, that of the second round of a calibration."""

    @property
    def sent(self) -> int:
        return self.study_rater.n_submitted + self.study_rater.n_checks

    @property
    def checks(self) -> int:
        return self.study_rater.n_checks


def rater_lines(study: Study, now: datetime, only: int | None = None) -> list[RaterLine]:
    """The people on the list by name, or the rater of that key, who may be an end user too."""
    rows = study.study_raters.select_related("rater")
    rows = rows.filter(rater__kind=RaterKind.PERSON) if only is None else rows.filter(pk=only)
    chairs = list(
        rows.annotate(
            last_at=Subquery(_submitted(study).values("submitted_at")[:1]),
            seconds=Subquery(_usual_seconds(study)),
        ).order_by("rater__display_name", "pk")
    )
    open_work = _open_work(study, chairs)
    lanes, names = lanes_by_rater(study, chairs), [lane.name for lane in lanes_in(study.lanes)]
    again, lines = _sent_again(study), []
    for chair in chairs:
        chair.study = study
        work = open_work[chair.rater_id]
        lines.append(
            RaterLine(
                study_rater=chair,
                today=given_on(chair, now),
                last_at=chair.last_at,
                in_hand=work["in_hand"],
                since=work["since"],
                skipped=work["skipped"],
                seconds=chair.seconds,
                cap=cap_of(chair),
                lanes=None if chair.lanes is None else tuple(names[n] for n in lanes[chair.pk]),
                is_left_out=not lanes[chair.pk],
                again=again.get(chair.rater_id, 0),
            )
        )
    return lines


def comes_unnamed(study: Study, now: datetime) -> bool:
    """Whether somebody may rate who is on no list: anybody of the team, or end users by a link."""
    if study.open_to == Study.OpenTo.EVERYONE:
        return True
    return study.links.filter(revoked_at=None, expires_at__gt=now).exists()


@dataclass(frozen=True)
class EndUsers:
    """Those who came by a link and have rated, taken together: there may be very many."""

    people: int
    ratings: int


def end_users(study: Study) -> EndUsers:
    return EndUsers(
        **study.study_raters.filter(rater__kind=RaterKind.RESPONDENT, n_submitted__gt=0).aggregate(
            people=Count("pk"), ratings=Sum("n_submitted", default=0)
        )
    )


def _submitted(study: Study) -> QuerySet[Assignment]:
    """A rater's submitted work in the study, the latest first."""
    return Assignment.objects.filter(
        rater=OuterRef("rater"), state=State.SUBMITTED, study=study
    ).order_by("-submitted_at")


def _usual_seconds(study: Study) -> QuerySet[Assignment, Any]:
    """The middle one of the latest times; nothing while there are fewer."""
    latest = Assignment.objects.filter(
        rater=OuterRef(OuterRef("rater")), state=State.SUBMITTED, study=study
    ).order_by("-submitted_at")
    return (
        Assignment.objects.filter(pk__in=latest.values("pk")[:LATEST])
        .order_by("seconds")
        .values("seconds")[LATEST // 2 : LATEST // 2 + 1]
    )


def _sent_again(study: Study) -> dict[int, int]:
    """Ratings of each rater after they saw each other, in a calibration: it is small."""
    if study.purpose != Study.Purpose.CALIBRATION or study.revealed_at is None:
        return {}
    again = Rating.objects.filter(item__study=study, layer=Layer.INFORMED, current=True)
    return dict(again.values_list("rater_id").annotate(n=Count("pk")))


def _open_work(study: Study, chairs: Sequence[StudyRater]) -> dict[int, dict[str, Any]]:
    """What each rater holds since when, and how many items they have skipped."""
    found: dict[int, dict[str, Any]] = defaultdict(
        lambda: {"in_hand": 0, "since": None, "skipped": 0}
    )
    is_held = Q(state=State.LEASED, layer__in=COUNTED)
    rows = (
        Assignment.objects.filter(
            study=study,
            rater__in=[chair.rater_id for chair in chairs],
            state__in=[State.LEASED, State.SKIPPED],
        )
        .values("rater")
        .annotate(
            in_hand=Count("pk", filter=is_held),
            since=Min("claimed_at", filter=is_held),
            skipped=Count("pk", filter=Q(state=State.SKIPPED)),
        )
    )
    return found | {row["rater"]: row for row in rows}
