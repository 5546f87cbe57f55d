"""When a study will be full: as soon as that is honest, and with what it rests on.

While people are rating, the pace of the last hours tells how much rating is left; what a clock will
then say it does not tell, because nobody knows when they stop. Once a study has been open for days,
the pace of its days, nights and weekends in them, tells the day.

A pace is a count of ratings, and counts vary, those that came and those that will: over days as
much as the study's own days have varied, over hours by pauses. That gives the limits. There are
none yet where there are too few days to know how much they vary. In simulations they held the end
94 to 99 times of 100, and 70 to 80 times where people rest for as long as they rate.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from math import inf, sqrt
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
PAUSE = 3 * MINUTE
"""A pause more or less, in which as many ratings are missing as its rater gives in that time."""
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
    middle: timedelta
    high: timedelta
    stretch: timedelta
    an_hour: float


@dataclass(frozen=True)
class OfDays:
    """When it will be full, at the pace of the last days.

    `latest` is None where the days vary so much that no end can be told; without `has_limits` there
    are too few days to know.
    """

    middle: datetime
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
    raters_lately: int = 0
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
    if of_hours and (of_days is None or of_hours.middle <= SITTING):
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
    in_a_pause = came / pace.raters_lately * (PAUSE / stretch)
    low, high = time_for(left, came, 1 + in_a_pause)
    return OfHours(
        low=_floor(min(low * stretch, HORIZON)),
        middle=_near(min(left / came * stretch, HORIZON)),
        high=_ceil(min(high * stretch, HORIZON)),
        stretch=_near(stretch),
        an_hour=_shown(came / (stretch / HOUR)),
    )


def _of_days(left: int, pace: Pace, age: timedelta, now: datetime) -> OfDays | None:
    age = min(age, DAYS * DAY)
    came, days = sum(pace.by_day), int(age / DAY)
    if age < FIRST_DAYS or came < ENOUGH:
        return None
    has_limits = days >= 3
    low, high = 0.0, inf
    if has_limits:
        by_day = pace.by_day[:days]
        dispersion = max(1.0, variance(by_day) / (fmean(by_day) or 1.0))
        low, high = time_for(left, came, dispersion, T_QUANTILES[days - 3])
    return OfDays(
        middle=now + min(left / came * age, HORIZON),
        earliest=now + min(low * age, HORIZON),
        latest=now + high * age if high < HORIZON / age else None,
        days=max(1, days),
        a_day=_shown(came / (age / DAY)),
        has_limits=has_limits,
    )


def time_for(left: int, came: int, dispersion: float = 1.0, z: float = 2.0) -> tuple[float, float]:
    """Between how many times the time of `came` ratings `left` others take; the end may be open.

    The root of a count that is `dispersion` times as variable as chance varies by half the root of
    the dispersion, however large the count is. So s, the root of the time, is plausible as long as
    the roots of both counts, sqrt(left) and s sqrt(came), are not further apart than that.

    >>> time_for(left=100, came=100)
    (0.7527..., 1.3284...)
    >>> time_for(left=100, came=4, dispersion=9)
    (3.4153..., inf)
    """
    half = z * z * dispersion / 4
    middle = sqrt(left * came)
    beyond = half * (left + came - half)
    if beyond < 0:
        return 0.0, inf
    low = max(0.0, left - half) / (middle + sqrt(beyond))
    high = (middle + sqrt(beyond)) / (came - half) if came > half else inf
    return low**2, high**2


def _floor(length: timedelta) -> timedelta:
    return length // _step(length) * _step(length)


def _ceil(length: timedelta) -> timedelta:
    return -(-length // _step(length)) * _step(length)


def _near(length: timedelta) -> timedelta:
    return max(round(length / _step(length)), 1) * _step(length)


def _step(length: timedelta) -> timedelta:
    """Minutes in steps that do not feign precision: five, from two hours on half an hour."""
    return 5 * MINUTE if length < 2 * HOUR else 30 * MINUTE


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
        raters_lately=Count("rater", distinct=True, filter=is_late),
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
        raters_lately=row["raters_lately"],
        first_lately=row["first_lately"],
        last=row["last"],
    )
