"""When a study will be full: as soon as that is honest, and with what it rests on.

While people are rating, the pace of the last hours tells how much rating is left; what a clock will
then say it does not tell, because nobody knows when they stop. Once a study has been open for days,
the pace of its days, nights and weekends in them, tells the day.

A pace is a count of ratings, and a count varies: as chance has it over hours, and over days as much
as the study's own days have varied. That gives the limits. There are none yet where there are too
few days to know how much they vary.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from math import sqrt
from statistics import fmean, variance
from typing import Any

from django.db.models import Count, F, Max, Min, Q

from annotation.models import Layer, Rating, Study
from annotation.study_progress import Progress, kept_each

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
DAYS = 14
"""How far back a pace by the day looks, so that an old pause does not spoil it for ever."""
LATELY = 3 * HOUR
ENOUGH = 10
"""Ratings below which a pace is chance."""
SETTLED_IN = 15 * MINUTE
"""A stretch of rating below which nobody has found their pace yet."""
RESTING = 30 * MINUTE
"""Without a rating for so long, people are not rating now."""
SITTING = 8 * HOUR
"""More rating than that is not left for one day, so that days tell more than hours."""
FIRST_DAYS = 12 * HOUR
SILENCE = 3 * DAY
HORIZON = 3_650 * DAY
PACED = 1_000
"""Items from which on a pace may be a minute old: that changes no forecast."""
T_QUANTILES = (4.30, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26, 2.23, 2.20, 2.18, 2.16)
"""97.5 % of Student's distribution, from 2 degrees of freedom, which 3 days have, to 13."""


@dataclass(frozen=True)
class OfHours:
    """How much rating is left, if it goes on as in the last hours; times in whole minutes."""

    low: timedelta
    high: timedelta
    stretch: timedelta
    an_hour: float


@dataclass(frozen=True)
class OfDays:
    """When it will be full, at the pace of the last days.

    `latest` is None where the days vary so much that no end can be told. Without `has_limits` there
    are too few days to know: then both ends are what the pace alone says.
    """

    earliest: datetime
    latest: datetime | None
    days: int
    a_day: float
    has_limits: bool


@dataclass(frozen=True)
class Forecast:
    """One of four things, and nothing where it is too early; the sentences are the template's."""

    of_hours: OfHours | None = None
    of_days: OfDays | None = None
    resting_since: datetime | None = None
    silent_since: datetime | None = None


@dataclass(frozen=True)
class Pace:
    """The ratings of a study as they came in: by the day, the latest day first, and lately."""

    by_day: tuple[int, ...] = (0,) * DAYS
    lately: int = 0
    first_lately: datetime | None = None
    last: datetime | None = None


def forecast_of(study: Study, progress: Progress, now: datetime) -> Forecast | None:
    return forecast_by_study({study: progress}, now).get(study.pk)


def forecast_by_study(progress: Mapping[Study, Progress], now: datetime) -> dict[int, Forecast]:
    """Of those that are rated now and not full yet, in one query for all of them."""
    rated = [study for study, done in progress.items() if _is_rated(study, done)]
    paces = kept_each(rated, "pace", lambda studies: _paces(studies, now), large=PACED)
    return {study.pk: _forecast(study, progress[study], paces[study.pk], now) for study in rated}


def _is_rated(study: Study, progress: Progress) -> bool:
    left = progress.slots - progress.submitted
    return study.state == Study.State.OPEN and left > 0 and study.opened_at is not None


def _forecast(study: Study, progress: Progress, pace: Pace, now: datetime) -> Forecast:
    if pace.last is None:
        return Forecast()
    if now - pace.last > SILENCE:
        return Forecast(silent_since=pace.last)
    left, age = progress.slots - progress.submitted, now - (study.opened_at or now)
    of_hours, of_days = _of_hours(left, pace, now), _of_days(left, pace, age, now)
    if of_hours and (of_days is None or of_hours.high <= SITTING):
        return Forecast(of_hours=of_hours)
    if of_days:
        return Forecast(of_days=of_days)
    is_resting = age < FIRST_DAYS and now - pace.last > RESTING
    return Forecast(resting_since=pace.last) if is_resting else Forecast()


def _of_hours(left: int, pace: Pace, now: datetime) -> OfHours | None:
    """The first rating of the stretch only begins it: the others came in the time since then."""
    if pace.first_lately is None or pace.last is None or now - pace.last > RESTING:
        return None
    came, stretch = pace.lately - 1, now - pace.first_lately
    if came < ENOUGH or stretch < SETTLED_IN:
        return None
    few, many = limits_of_count(came)
    return OfHours(
        low=_whole(min(left * stretch / many, HORIZON)),
        high=_whole(min(left * stretch / few, HORIZON), up=True),
        stretch=_whole(stretch),
        an_hour=_shown(came / (stretch / HOUR)),
    )


def _of_days(left: int, pace: Pace, age: timedelta, now: datetime) -> OfDays | None:
    age = min(age, DAYS * DAY)
    came, days = sum(pace.by_day), int(age / DAY)
    if age < FIRST_DAYS or came < ENOUGH:
        return None
    has_limits = days >= 3
    few, many = float(came), float(came)
    if has_limits:
        by_day = pace.by_day[:days]
        dispersion = max(1.0, variance(by_day) / (fmean(by_day) or 1.0))
        few, many = limits_of_count(came, dispersion, T_QUANTILES[days - 3])
    return OfDays(
        earliest=now + min(left * age / many, HORIZON),
        latest=now + min(left * age / few, HORIZON) if few else None,
        days=max(1, days),
        a_day=_shown(came / (age / DAY)),
        has_limits=has_limits,
    )


def limits_of_count(n: int, dispersion: float = 1.0, z: float = 2.0) -> tuple[float, float]:
    """Between which numbers lies what a count of `n` stands for, 0 where it may be nothing.

    The root of a count that is `dispersion` times as variable as chance varies alike at every
    height, by half the root of the dispersion.

    >>> limits_of_count(25)
    (16.0, 36.0)
    """
    half = z * sqrt(dispersion) / 2
    return max(0.0, sqrt(n) - half) ** 2, (sqrt(n) + half) ** 2


def _whole(length: timedelta, *, up: bool = False) -> timedelta:
    """In steps that do not feign precision: five minutes, from two hours on half an hour."""
    step = 5 * MINUTE if length < 2 * HOUR else 30 * MINUTE
    return -(-length // step) * step if up else length // step * step


def _shown(pace: float) -> float:
    return round(pace, 0 if pace >= 10 else 1)


def _paces(studies: Sequence[Study], now: datetime) -> dict[int, Pace]:
    """How the ratings of each have come in since it was opened.

    Counted is what came since a day began and not what came in it: one comparison a rating and day.
    """
    rows = Rating.objects.filter(
        item__study__in=[study.pk for study in studies],
        layer=Layer.BLIND,
        current=True,
        submitted_at__gte=F("item__study__opened_at"),
        submitted_at__lte=now,
    ).order_by()
    is_late = Q(submitted_at__gt=now - LATELY)
    since = {
        f"since_{n}": Count("id", filter=Q(submitted_at__gt=now - n * DAY))
        for n in range(1, DAYS + 1)
    }
    counts = rows.values("item__study").annotate(
        lately=Count("id", filter=is_late),
        first_lately=Min("submitted_at", filter=is_late),
        last=Max("submitted_at"),
        **since,
    )
    found = {row["item__study"]: _pace(row) for row in counts}
    return {study.pk: found.get(study.pk, Pace()) for study in studies}


def _pace(row: Mapping[str, Any]) -> Pace:
    since = [0, *(row[f"since_{n}"] for n in range(1, DAYS + 1))]
    return Pace(
        by_day=tuple(later - earlier for earlier, later in pairwise(since)),
        lately=row["lately"],
        first_lately=row["first_lately"],
        last=row["last"],
    )
