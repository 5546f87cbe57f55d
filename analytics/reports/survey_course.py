"""How a survey went: its funnel, where people broke off, and its scores by week."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Count, Min, Q, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from analytics.reports.feedback_counts import Counts
from analytics.reports.feedback_measures import Measure, share
from analytics.reports.feedback_trend import Change, Plot, Point, plot, start_of
from analytics.reports.survey_people import People, SurveyWanted
from analytics.reports.survey_scores import measure_of, numbers_of
from surveys.documents import Document
from surveys.models import Response, Survey, SurveyDay
from surveys.questions import Question
from surveys.survey_words import said

COUNTED = ("n_eligible", "n_sampled", "n_shown", "n_dismissed")


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the funnel; nothing where it was not counted (links, files)."""

    label: Any
    n: int
    of: Measure | None


@dataclass(frozen=True, slots=True)
class BreakOff:
    """The question after which people stopped."""

    title: str
    n: int
    share: Measure


@dataclass(frozen=True, slots=True)
class Funnel:
    steps: Sequence[Step]
    breaks: Sequence[BreakOff]
    n_started: int
    n_complete: int
    dismissed: int


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


def funnel_of(
    survey: Survey, wanted: SurveyWanted, documents: Mapping[int, Document], locale: str
) -> Funnel:
    """From who could have been asked to who answered to the end.

    What comes before the start is counted by day and version only: with a language chosen it is
    left out.
    """
    counted = wanted.responses(survey).aggregate(
        started=Count("pk"), complete=Count("pk", filter=Q(state=Response.State.COMPLETE))
    )
    days = SurveyDay.objects.filter(survey=survey)
    if wanted.version:
        days = days.filter(number=wanted.version)
    head = {} if wanted.locale else days.aggregate(**{name: Sum(name) for name in COUNTED})
    named = [
        (_("could have been asked"), head.get("n_eligible") or 0),
        (_("drawn to be asked"), head.get("n_sampled") or 0),
        (_("shown the survey"), head.get("n_shown") or 0),
        (_("began"), counted["started"]),
        (_("answered to the end"), counted["complete"]),
    ]
    steps: list[Step] = []
    for label, n in named:
        if not n and len(steps) < 3 and label not in (named[3][0], named[4][0]):
            continue
        before = steps[-1].n if steps else 0
        steps.append(Step(label, n, share(label, n, before) if n <= before else None))
    return Funnel(
        steps,
        _breaks(survey, wanted, documents, counted["started"], locale),
        counted["started"],
        counted["complete"],
        head.get("n_dismissed") or 0,
    )


def _breaks(
    survey: Survey,
    wanted: SurveyWanted,
    documents: Mapping[int, Document],
    started: int,
    locale: str,
) -> list[BreakOff]:
    rows = wanted.responses(survey).filter(state=Response.State.PARTIAL)
    stopped = Counter(
        {
            row["last_question"]: row["n"]
            for row in rows.values("last_question").annotate(n=Count("pk")).order_by()
        }
    )
    if not stopped or not documents:
        return []
    newest = documents[max(documents)]
    found = []
    if n := stopped.pop("", 0):
        found.append(BreakOff(str(_("before the first answer")), n, share("", n, started)))
    for question in newest.questions:
        if n := stopped.pop(question.name, 0):
            title = said(question.title, locale)
            found.append(BreakOff(title, n, share("", n, started)))
    if n := sum(stopped.values()):
        found.append(BreakOff(str(_("a question of an earlier version")), n, share("", n, started)))
    return found


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
