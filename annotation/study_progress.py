"""How far a study is: what its page and the project's home show."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, Min, Q, Sum

from annotation.models import Item, Study, StudyRater


@dataclass(frozen=True)
class Progress:
    """Counts of one study; slots are places for ratings, k an item."""

    items: int
    settled: int
    disputed: int
    slots: int
    submitted: int

    @property
    def is_complete(self) -> bool:
        return self.slots > 0 and self.submitted >= self.slots


@dataclass(frozen=True)
class RaterLine:
    """A rater in a study as the manager sees it."""

    study_rater: StudyRater
    submitted: int
    last_at: datetime | None


def progress_of(study: Study) -> Progress:
    counts = study.items.aggregate(
        items=Count("id"),
        settled=Count("id", filter=Q(state=Item.State.SETTLED)),
        disputed=Count("id", filter=Q(state=Item.State.DISPUTED)),
        slots=Sum("slots_total", default=0),
        submitted=Sum("n_submitted", default=0),
    )
    return Progress(**counts)


def rater_lines(study: Study) -> list[RaterLine]:
    lines = (
        study.study_raters.select_related("rater")
        .annotate(
            last_at=Max("rater__ratings__submitted_at", filter=Q(rater__ratings__item__study=study))
        )
        .order_by("rater__display_name")
    )
    return [RaterLine(line, line.n_submitted, line.last_at) for line in lines]


def days_left(study: Study, progress: Progress, now: datetime) -> float | None:
    """Days until every slot is filled at the pace so far; None while it is too early to say."""
    times = study.items.filter(assignments__state="submitted").aggregate(
        first=Min("assignments__submitted_at"), last=Max("assignments__submitted_at")
    )
    left = progress.slots - progress.submitted
    if not times["first"] or left <= 0 or now - times["first"] < timedelta(hours=1):
        return None
    per_day = progress.submitted / max((now - times["first"]).total_seconds() / 86_400, 1 / 24)
    return left / per_day if per_day else None
