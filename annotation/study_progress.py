"""How far a study is: what its page and the project's home show."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, Q, Sum

from annotation.models import Item, Layer, Rating, Study, StudyRater

PACE_WINDOW = timedelta(days=14)
SILENCE = timedelta(days=3)
ENOUGH = 10
"""Ratings of the window below which a pace is chance."""


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


@dataclass(frozen=True)
class Forecast:
    """When a study will be full at its recent pace; the sentences are the template's.

    `done_on` is None while that cannot be said: nothing has come in lately, or too little yet.
    """

    per_day: float = 0.0
    done_on: datetime | None = None
    silent_since: datetime | None = None


def forecast_of(study: Study, progress: Progress, now: datetime) -> Forecast | None:
    """None for a study that nobody rates now or that is full already.

    The pace is that of the last two weeks, so that an old pause does not spoil it for ever.
    """
    left = progress.slots - progress.submitted
    if study.state != Study.State.OPEN or left <= 0 or not study.opened_at:
        return None
    begin = max(study.opened_at, now - PACE_WINDOW)
    found = Rating.objects.filter(item__study=study, layer=Layer.BLIND, current=True).aggregate(
        recent=Count("id", filter=Q(submitted_at__gte=begin)), last=Max("submitted_at")
    )
    if found["last"] and now - found["last"] > SILENCE:
        return Forecast(silent_since=found["last"])
    if found["recent"] < ENOUGH or now - begin < timedelta(hours=12):
        return Forecast()
    per_day = found["recent"] / ((now - begin) / timedelta(days=1))
    return Forecast(per_day, now + timedelta(days=min(left / per_day, 3_650)))
