"""What people wrote in a survey: pages by key, newest first."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count

from surveys.documents import parse_document
from surveys.models import Answer, Survey, SurveyVersion
from surveys.survey_words import said

PAGE = 50


@dataclass(frozen=True, slots=True)
class Written:
    answer: Answer
    title: str


@dataclass(frozen=True, slots=True)
class WrittenPage:
    rows: Sequence[Written]
    older: int | None


def questions_with_words(survey: Survey, locale: str) -> list[tuple[str, str]]:
    """Questions that somebody wrote something to, in the order of the newest version."""
    rows = Answer.objects.filter(survey=survey, response__erased_at=None).exclude(text="")
    written = {row["question"] for row in rows.values("question").annotate(n=Count("pk"))}
    titles = titles_of(survey, locale)
    named = [(name, title) for name, title in titles.items() if name in written]
    return named + [(name, name) for name in sorted(written - set(titles))]


def titles_of(survey: Survey, locale: str) -> dict[str, str]:
    versions = SurveyVersion.objects.filter(survey=survey, responses__isnull=False)
    newest = versions.order_by("-number").first()
    if newest is None:
        return {}
    questions = parse_document(newest.document).questions
    return {question.name: said(question.title, locale) for question in questions}


def written_in(
    survey: Survey, locale: str, question: str = "", q: str = "", before: int | None = None
) -> WrittenPage:
    """One page; every word of `q` is in each text."""
    found = Answer.objects.filter(survey=survey, response__erased_at=None).exclude(text="")
    if question:
        found = found.filter(question=question)
    for word in q.split():
        found = found.filter(text__icontains=word)
    if before:
        found = found.filter(pk__lt=before)
    rows = list(found.select_related("response__version").order_by("-pk")[: PAGE + 1])
    titles = titles_of(survey, locale)
    return WrittenPage(
        [Written(row, titles.get(row.question, row.question)) for row in rows[:PAGE]],
        rows[PAGE - 1].pk if len(rows) > PAGE else None,
    )
