"""The report of a survey: what was asked, what was answered, and what may be said of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max

from analytics.reports.feedback_trend import Change
from analytics.reports.survey_care import (
    Care,
    Order,
    Style,
    care_of,
    orders_of,
    styles_of,
)
from analytics.reports.survey_course import Trend, changes_of, trends_of
from analytics.reports.survey_funnel import Funnel, funnel_of
from analytics.reports.survey_groups import (
    MarginFields,
    Property,
    Segments,
    Weighted,
    properties_of,
    segments_of,
    weighted_by,
)
from analytics.reports.survey_people import FEWEST_PEOPLE, READ, SurveyWanted, people_of
from analytics.reports.survey_questions import QuestionFigure, figures_of
from analytics.reports.survey_reliability import Reliability, reliability_of
from analytics.reports.survey_scores import Score, is_scored, score_of
from core.templatetags.figures import Axis
from surveys.documents import Document, parse_document
from surveys.models import Survey, SurveyVersion
from surveys.survey_words import said


@dataclass(frozen=True, slots=True)
class SurveyReport:
    """Everything the page shows.

    Attributes:
        n: Responses, begun or complete.
        is_too_few: What was chosen leaves fewer people than may be shown by themselves.
        is_cut: What is told person by person rests on the newest `READ` responses.
    """

    wanted: SurveyWanted
    n: int
    last: datetime | None
    is_too_few: bool
    is_cut: bool = False
    read: int = READ
    scores: Sequence[Score] = ()
    reliability: Sequence[Reliability] = ()
    questions: Sequence[QuestionFigure] = ()
    funnel: Funnel | None = None
    trends: Sequence[Trend] = ()
    changes: Sequence[Change] = ()
    care: Care | None = None
    styles: Sequence[Style] = ()
    orders: Sequence[Order] = ()
    properties: Sequence[Property] = ()
    segments: Segments | None = None
    weighted: Weighted | None = None

    @property
    def has_words(self) -> bool:
        return any(figure.words for figure in self.questions)

    @property
    def axis(self) -> Axis:
        """What the plots of shares stand on."""
        return Axis(form="percent", ticks=(0, 0.25, 0.5, 0.75, 1))

    @property
    def margin_fields(self) -> list[MarginFields]:
        """Where shares to weight to are entered, with what was entered."""
        given = self.weighted.margins if self.weighted else {}
        return [MarginFields.of(one, given.get(one.name, {})) for one in self.properties]


@dataclass(frozen=True, slots=True)
class SurveyChoices:
    """Versions and languages that responses have, with how many."""

    versions: Sequence[tuple[int, int]]
    locales: Sequence[tuple[str, int]]

    @property
    def is_any(self) -> bool:
        return bool(self.versions)


def survey_choices(survey: Survey) -> SurveyChoices:
    rows = SurveyWanted().responses(survey).order_by()
    versions = rows.values_list("version__number").annotate(n=Count("pk"))
    locales = rows.values_list("locale").annotate(n=Count("pk"))
    return SurveyChoices(
        sorted(versions, reverse=True),
        sorted((locale, n) for locale, n in locales if locale and n >= FEWEST_PEOPLE),
    )


def documents_of(survey: Survey, numbers: Mapping[int, int]) -> dict[int, Document]:
    rows = SurveyVersion.objects.filter(survey=survey, number__in=numbers)
    return {row.number: parse_document(row.document) for row in rows}


def survey_report(
    survey: Survey,
    wanted: SurveyWanted,
    locale: str,
    *,
    by: str = "",
    margins: Mapping[str, Mapping[str, float]] | None = None,
) -> SurveyReport | None:
    """The report; nothing where nobody has begun to answer.

    Args:
        survey: Whose.
        wanted: Which responses.
        locale: Of the reader.
        by: Property whose values are compared; the first one where it is unknown.
        margins: Shares of everybody by property and value, to weight to.
    """
    rows = wanted.responses(survey).order_by()
    counted = dict(rows.values_list("version__number").annotate(n=Count("pk")))
    n = sum(counted.values())
    last = rows.aggregate(last=Max("updated_at"))["last"]
    if not n or (wanted.is_narrow and n < FEWEST_PEOPLE):
        return SurveyReport(wanted, n, last, is_too_few=True) if wanted.is_narrow else None
    documents = documents_of(survey, counted)
    newest = documents[max(documents)]
    asked = [question for question in newest.questions if question.is_asked]
    people = people_of(survey, wanted, asked)
    scored = [question for question in asked if is_scored(question)]
    changes = changes_of(survey, wanted)
    properties = properties_of(people)
    compared: Any = next(
        (p for p in properties if p.name == by), properties[0] if properties else None
    )
    return SurveyReport(
        wanted=wanted,
        n=n,
        last=last,
        is_too_few=False,
        is_cut=people.is_cut,
        scores=[score_of(question, said(question.title, locale), people) for question in scored],
        reliability=reliability_of(asked, people, locale),
        questions=figures_of(survey, wanted, documents, counted, locale),
        funnel=funnel_of(survey, wanted, documents, locale),
        trends=trends_of(scored, people, changes, locale),
        changes=changes,
        care=care_of(asked, scored, people, locale),
        styles=styles_of(asked, people),
        orders=orders_of(asked, people, locale),
        properties=properties,
        segments=segments_of(compared, scored, people, locale) if compared and scored else None,
        weighted=weighted_by(margins or {}, scored, people, locale),
    )
