"""The head of a survey's funnel: how many were shown it, began it, or put it aside, by day."""

from datetime import datetime

from django.db.models import F

from surveys.models import Survey, SurveyDay

COUNTS = ("n_eligible", "n_sampled", "n_shown", "n_started", "n_dismissed")


def count_on(survey: Survey, *, number: int, source: str, now: datetime, **more: int) -> None:
    """Add to the counts of this day, version and source, in the caller's transaction."""
    row, _made = SurveyDay.objects.get_or_create(
        survey=survey, number=number, day=now.date(), source=source
    )
    SurveyDay.objects.filter(pk=row.pk).update(**{name: F(name) + n for name, n in more.items()})


def shown_on(survey: Survey, now: datetime) -> int:
    """How many were shown it today, in whichever version and place."""
    days = SurveyDay.objects.filter(survey=survey, day=now.date())
    return sum(days.values_list("n_shown", flat=True))
