"""How a survey went: its scores by week, and when it changed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Min
from django.utils import timezone

from analytics.reports.feedback_counts import Counts
from analytics.reports.feedback_measures import Measure
from analytics.reports.feedback_trend import Change, Plot, Point, plot, start_of
from analytics.reports.survey_people import People, SurveyWanted
from analytics.reports.survey_scores import measure_of, numbers_of
from surveys.models import Survey
from surveys.questions import Question
from surveys.survey_words import said


@dataclass(frozen=True, slots=True)
class Week:
    day: date
    n: int
    measure: Measure


@dataclass(frozen=True, slots=True)
class Trend:
    title: str
    weeks: Sequence[Week]
    plot: Plot | None


def changes_of(survey: Survey, wanted: SurveyWanted) -> list[Change]:
    """When each version but the first was begun for the first time."""
    rows = wanted.responses(survey).order_by().values("version__number")
    seen = sorted((timezone.localdate(row["day"]), row["version__number"]) for row in _firsts(rows))
    return [Change(day, 0, number, "", "") for day, number in seen[1:]]


def _firsts(rows: Any) -> list[dict[str, Any]]:
    return list(rows.annotate(day=Min("started_at")))


def trends_of(
    questions: Sequence[Question], people: People, changes: Sequence[Change], locale: str
) -> list[Trend]:
    """Each score by week (from Monday); weeks with fewer than ten answers hold counts alone."""
    import numpy as np

    if not people.n:
        return []
    starts = np.array([start_of(person.day, "week") for person in people.persons])
    weeks = sorted(set(starts))
    found = []
    for question in questions:
        values = numbers_of(question, people)
        points = [
            Week(week, int(np.isfinite(values[inside]).sum()), measure_of(question, values[inside]))
            for week in weeks
            for inside in [starts == week]
        ]
        points = [point for point in points if point.n]
        found.append(Trend(said(question.title, locale), points, _plot(points, changes)))
    return found


def _plot(points: Sequence[Week], changes: Sequence[Change]) -> Plot | None:
    if not points:
        return None
    first, last = points[0].day, points[-1].day
    inside = [change for change in changes if first <= change.day <= last]
    return plot(
        [Point(week.day, Counts(), _drawn(week.measure), week.measure) for week in points], inside
    )


def _drawn(measure: Measure) -> Measure:
    """With an interval of no width where all answers were equal."""
    if measure.low is not None or measure.value is None:
        return measure
    return replace(measure, low=measure.value, high=measure.value)
