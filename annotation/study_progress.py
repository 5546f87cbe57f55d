"""How far a study is: what its page and the project's home show.

A study of up to `LARGE` items is counted when somebody looks. Of a larger one all lookers share
what was counted within the last minute, so that a page that asks again and again stays cheap.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar, cast

from django.core.cache import cache
from django.db.models import Count, Max, Q, Sum
from django.utils.translation import gettext as _

from annotation.models import Item, Layer, Rating, Study

LARGE = 20_000
KEPT_SECONDS = 60
PACE_WINDOW = timedelta(days=14)
SILENCE = timedelta(days=3)
ENOUGH = 10
"""Ratings of the window below which a pace is chance."""

T = TypeVar("T")


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


def progress_of(study: Study) -> Progress:
    return kept(study, "progress", lambda: _count(study))


def _count(study: Study) -> Progress:
    counts = study.items.aggregate(
        items=Count("id"),
        settled=Count("id", filter=Q(state=Item.State.SETTLED)),
        disputed=Count("id", filter=Q(state=Item.State.DISPUTED)),
        slots=Sum("slots_total", default=0),
        submitted=Sum("n_submitted", default=0),
    )
    return Progress(**counts)


def states_of(study: Study) -> Sequence[tuple[str, str, int]]:
    """What the list of items can be narrowed to, and how many items that leaves."""
    counts = kept(study, "states", lambda: _states(study))
    found = [(str(state), str(state.label), counts.get(state, 0)) for state in Item.State]
    return [("", _("all"), sum(counts.values())), *(one for one in found if one[2])]


def _states(study: Study) -> dict[str, int]:
    return dict(study.items.order_by().values_list("state").annotate(n=Count("id")))


def kept(study: Study, what: str, count: Callable[[], T]) -> T:
    """What `count` says; of a large study what it said within the last minute.

    A draw, an extension or another state is seen at once: they are part of the name.
    """
    if study.next_seq <= LARGE:
        return count()
    shape = f"{study.state}-{study.next_seq}-{study.overlap}"
    return cast(T, cache.get_or_set(f"study-{study.pk}-{what}-{shape}", count, KEPT_SECONDS))


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
    recent, last = kept(study, "pace", lambda: _pace(study, begin))
    if last and now - last > SILENCE:
        return Forecast(silent_since=last)
    if recent < ENOUGH or now - begin < timedelta(hours=12):
        return Forecast()
    per_day = recent / ((now - begin) / timedelta(days=1))
    return Forecast(per_day, now + timedelta(days=min(left / per_day, 3_650)))


def _pace(study: Study, begin: datetime) -> tuple[int, datetime | None]:
    """How many ratings have come in since then, and when the last one came."""
    found = Rating.objects.filter(item__study=study, layer=Layer.BLIND, current=True).aggregate(
        recent=Count("id", filter=Q(submitted_at__gte=begin)), last=Max("submitted_at")
    )
    return found["recent"], found["last"]
