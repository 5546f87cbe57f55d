"""How far a study is: what its page and the project's home show.

A study of up to `LARGE` items is counted when somebody looks. Of a larger one all lookers share
what was counted within the last minute, so that a page that asks again and again stays cheap.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from django.core.cache import cache
from django.db.models import Count, F, Max, Q, Sum
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


NOTHING = Progress(items=0, settled=0, disputed=0, slots=0, submitted=0)


def progress_of(study: Study) -> Progress:
    return progress_by_study([study])[study.pk]


def progress_by_study(studies: Sequence[Study]) -> dict[int, Progress]:
    """One query, however many studies a list has."""
    return kept_each(studies, "progress", _count)


def _count(studies: Sequence[Study]) -> dict[int, Progress]:
    rows = Item.objects.filter(study__in=[study.pk for study in studies]).order_by()
    counts = rows.values("study").annotate(
        items=Count("id"),
        settled=Count("id", filter=Q(state=Item.State.SETTLED)),
        disputed=Count("id", filter=Q(state=Item.State.DISPUTED)),
        slots=Sum("slots_total"),
        submitted=Sum("n_submitted"),
    )
    found = {row.pop("study"): Progress(**row) for row in counts}
    return {study.pk: found.get(study.pk, NOTHING) for study in studies}


def states_of(study: Study) -> Sequence[tuple[str, str, int]]:
    """What the list of items can be narrowed to, and how many items that leaves."""
    counts = kept(study, "states", lambda: _states(study))
    found = [(str(state), str(state.label), counts.get(state, 0)) for state in Item.State]
    return [("", _("all"), sum(counts.values())), *(one for one in found if one[2])]


def _states(study: Study) -> dict[str, int]:
    return dict(study.items.order_by().values_list("state").annotate(n=Count("id")))


def kept(study: Study, what: str, count: Callable[[], T]) -> T:
    return kept_each([study], what, lambda _studies: {study.pk: count()})[study.pk]


def kept_each(
    studies: Sequence[Study], what: str, count: Callable[[Sequence[Study]], dict[int, T]]
) -> dict[int, T]:
    """What `count` says of each; of a large study what it said within the last minute.

    A draw, an extension or another state is seen at once: they are part of the name.
    """
    names = {study.pk: _name(study, what) for study in studies if study.next_seq > LARGE}
    known = cache.get_many(list(names.values())) if names else {}
    found: dict[int, T] = {pk: known[name] for pk, name in names.items() if name in known}
    missing = [study for study in studies if study.pk not in found]
    counted = count(missing) if missing else {}
    if names.keys() & counted.keys():
        fresh = {name: counted[pk] for pk, name in names.items() if pk in counted}
        cache.set_many(fresh, KEPT_SECONDS)
    return found | counted


def _name(study: Study, what: str) -> str:
    return f"study-{study.pk}-{what}-{study.state}-{study.next_seq}-{study.overlap}"


@dataclass(frozen=True)
class Forecast:
    """When a study will be full at its recent pace; the sentences are the template's.

    `done_on` is None while that cannot be said: nothing has come in lately, or too little yet.
    """

    per_day: float = 0.0
    done_on: datetime | None = None
    silent_since: datetime | None = None


def forecast_of(study: Study, progress: Progress, now: datetime) -> Forecast | None:
    return forecast_by_study({study: progress}, now).get(study.pk)


def forecast_by_study(progress: Mapping[Study, Progress], now: datetime) -> dict[int, Forecast]:
    """Of those that are rated now and not full yet, in one query for all of them.

    The pace is that of the last two weeks, so that an old pause does not spoil it for ever.
    """
    rated = [study for study, done in progress.items() if _is_rated(study, done)]
    paces = kept_each(rated, "pace", lambda studies: _paces(studies, now))
    return {study.pk: _forecast(study, progress[study], *paces[study.pk], now) for study in rated}


def _is_rated(study: Study, progress: Progress) -> bool:
    left = progress.slots - progress.submitted
    return study.state == Study.State.OPEN and left > 0 and study.opened_at is not None


def _forecast(
    study: Study, progress: Progress, recent: int, last: datetime | None, now: datetime
) -> Forecast:
    if last and now - last > SILENCE:
        return Forecast(silent_since=last)
    begin = max(study.opened_at or now, now - PACE_WINDOW)
    if recent < ENOUGH or now - begin < timedelta(hours=12):
        return Forecast()
    per_day = recent / ((now - begin) / timedelta(days=1))
    left = progress.slots - progress.submitted
    return Forecast(per_day, now + timedelta(days=min(left / per_day, 3_650)))


def _paces(studies: Sequence[Study], now: datetime) -> dict[int, tuple[int, datetime | None]]:
    """How many ratings of each have come in since its window began, and when the last one came."""
    since_opened = Q(submitted_at__gte=F("item__study__opened_at"))
    is_recent = since_opened & Q(submitted_at__gte=now - PACE_WINDOW)
    rows = Rating.objects.filter(
        item__study__in=[study.pk for study in studies], layer=Layer.BLIND, current=True
    ).order_by()
    counts = rows.values("item__study").annotate(
        recent=Count("id", filter=is_recent), last=Max("submitted_at")
    )
    found = {row["item__study"]: (row["recent"], row["last"]) for row in counts}
    return {study.pk: found.get(study.pk, (0, None)) for study in studies}
