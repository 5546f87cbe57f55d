"""The funnel of a survey: who could have been asked, who answered, and where people stopped."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext_lazy as _

from analytics.reports.feedback_measures import Measure, share
from analytics.reports.survey_people import SurveyWanted
from surveys.documents import Document
from surveys.models import Response, Survey, SurveyDay
from surveys.survey_words import said


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the funnel, and its share of the step before where there is one."""

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
    n_imported: int = 0  # from files, which tell of nobody who was asked in vain or stopped


@dataclass(frozen=True, slots=True)
class Asked:
    """What was counted before anybody began: in pages, not by links or calls.

    `eligible` is an estimate, of each who was shown the survey as many as their chance stands for.
    """

    eligible: int = 0
    shown: int = 0
    dismissed: int = 0
    sources: Collection[str] = ()


def funnel_of(
    survey: Survey, wanted: SurveyWanted, documents: Mapping[int, Document], locale: str
) -> Funnel:
    """From who could have been asked to who answered to the end.

    Of everybody who began, also where complete responses alone were asked for: that nobody stopped
    is no finding then. What comes before the start is counted by day and version only, so with a
    language chosen it is left out. What came from files is left out too: they hold whoever answered
    to the end, and a share of them would be 100 %.
    """
    everybody = replace(wanted, complete_only=False)
    is_complete = Q(state=Response.State.COMPLETE)
    rows = everybody.responses(survey).order_by().values("source")
    counted = list(rows.annotate(n=Count("pk"), complete=Count("pk", filter=is_complete)))
    imported = sum(row["n"] for row in counted if row["source"] == Response.Source.IMPORT)
    counted = [row for row in counted if row["source"] != Response.Source.IMPORT]
    begun = {row["source"]: row["n"] for row in counted}
    started, complete = sum(begun.values()), sum(row["complete"] for row in counted)
    asked = Asked() if wanted.locale else asked_of(survey, wanted.version)
    steps = [
        *_asked_steps(asked),
        *_begun_steps(asked, begun),
        _step(_("answered to the end"), complete, started),
    ]
    return Funnel(
        steps if started or asked.shown else [],
        _breaks(survey, everybody, documents, started, locale),
        started,
        complete,
        asked.dismissed,
        imported,
    )


def asked_of(survey: Survey, version: int | None) -> Asked:
    days = SurveyDay.objects.filter(survey=survey)
    if version:
        days = days.filter(number=version)
    rows = (
        days.order_by()
        .values("source")
        .annotate(eligible=Sum("n_eligible"), shown=Sum("n_shown"), dismissed=Sum("n_dismissed"))
    )
    counted = [row for row in rows if row["shown"]]
    return Asked(
        sum(row["eligible"] for row in counted),
        sum(row["shown"] for row in counted),
        sum(row["dismissed"] for row in rows),
        [row["source"] for row in counted],
    )


def _asked_steps(asked: Asked) -> list[Step]:
    if not asked.shown:
        return []
    if asked.eligible <= asked.shown:
        return [Step(_("shown the survey"), asked.shown, None)]
    drawn = share("", asked.shown, asked.eligible)
    return [
        Step(_("could have been asked (estimate)"), asked.eligible, None),
        # as many as were to be drawn: no interval says more of that
        Step(_("shown the survey"), asked.shown, replace(drawn, low=None, high=None)),
    ]


def _begun_steps(asked: Asked, begun: Mapping[str, int]) -> list[Step]:
    """Whoever came by a link was shown nothing in a page, so is no share of those who were."""
    started = sum(begun.values())
    in_pages = sum(begun.get(source, 0) for source in asked.sources)
    if in_pages == started or not asked.shown:
        return [_step(_("began"), started, asked.shown)]
    return [
        _step(_("began in the page that showed it"), in_pages, asked.shown),
        Step(_("began, by links and calls too"), started, None),
    ]


def _step(label: Any, n: int, before: int) -> Step:
    return Step(label, n, share(label, n, before) if n <= before else None)


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
