"""The head of a survey's funnel: how many were shown it, began it, or put it aside, by day.

A day is the installation's own (`surveys.folding.day_of`), here as where events are folded: both
count in one row.
"""

from collections.abc import Collection
from datetime import datetime

from django.db.models import F, Sum
from django.utils import timezone

from surveys.folding import day_of
from surveys.models import Response, Survey, SurveyDay
from surveys.sampling import places_by


def count_on(survey: Survey, *, number: int, source: str, now: datetime, **more: int) -> None:
    """Add to the counts of this day, version and source, in the caller's transaction."""
    row, _made = SurveyDay.objects.get_or_create(
        survey=survey, number=number, day=day_of(now), source=source
    )
    SurveyDay.objects.filter(pk=row.pk).update(**{name: F(name) + n for name, n in more.items()})


def uncount(response: Response) -> None:
    """Take one that is being erased out of those begun on its day."""
    SurveyDay.objects.filter(
        survey=response.survey_id,
        number=response.version.number,
        day=day_of(response.received_at),
        source=response.source,
        n_started__gt=0,
    ).update(n_started=F("n_started") - 1)


def with_places(surveys: Collection[Survey], now: datetime) -> list[Survey]:
    """Those of which the places that are open at this time of the day are not all taken."""
    days = SurveyDay.objects.filter(survey__in=surveys, day=day_of(now))
    shown = dict(days.values_list("survey").annotate(n=Sum("n_shown")))
    here = timezone.localtime(now, timezone.get_default_timezone())
    return [
        survey
        for survey in surveys
        if survey.cap_per_day is None
        or shown.get(survey.pk, 0) < places_by(survey.cap_per_day, here)
    ]


def is_day_full(survey: Survey, now: datetime) -> bool:
    """Whether as many people began it in pages today as may be asked in a whole day.

    The row of a survey that has a cap is locked, so that the last place is given once.
    """
    if survey.cap_per_day is None:
        return False
    Survey.objects.select_for_update(no_key=True).get(pk=survey.pk)
    days = SurveyDay.objects.filter(survey=survey, day=day_of(now), source=Response.Source.WIDGET)
    begun = days.aggregate(n=Sum("n_started"))["n"] or 0
    return bool(begun >= survey.cap_per_day)
