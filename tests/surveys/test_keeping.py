"""Feedback is kept as long as a project allows, and the sums follow."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from accounts.models import Project
from core import registry
from jobs.models import Job
from surveys.models import (
    Answer,
    CurrentFeedback,
    FeedbackCell,
    FeedbackEvent,
    FeedbackRules,
    Response,
    Survey,
    SurveyDay,
    SurveyVersion,
)
from surveys.services import keeping, soon
from surveys.services.recounting import recount
from tests import factories
from tests.surveys.test_folding import NOON, fold, row, shown

pytestmark = pytest.mark.django_db


@pytest.fixture
def project() -> Project:
    return factories.make_project()


def clean() -> None:
    registry.announce("cleaning", now=NOON)


def long_ago(days: int) -> dict[str, Any]:
    return {"at": NOON - timedelta(days=days)}


def test_without_a_rule_everything_stays(project: Project) -> None:
    fold(row(project, 1, **long_ago(3_000)))
    clean()
    assert CurrentFeedback.objects.count() == 1


def test_old_feedback_goes_whole_with_its_sums(project: Project) -> None:
    FeedbackRules.objects.create(project=project, keep_days=30)
    old = {"respondent_key": "s:old", "reasons": ["incorrect"], "comment": "No."}
    fold(
        shown(project, 1, respondent_key="s:old", **long_ago(41)),
        row(project, 2, **old, **long_ago(40)),
        row(project, 3, **long_ago(20)),
    )
    clean()
    assert CurrentFeedback.objects.get().respondent.key == "s:emma"
    assert FeedbackEvent.objects.count() == 1
    assert sum(FeedbackCell.objects.values_list("v1", flat=True)) == 1
    assert recount(project.pk, mend=False).is_right


def test_feedback_that_was_changed_lately_keeps_its_beginning(project: Project) -> None:
    FeedbackRules.objects.create(project=project, keep_days=30)
    fold(row(project, 1, **long_ago(40)), row(project, 2, seq=2, value="down", **long_ago(3)))
    clean()
    assert FeedbackEvent.objects.count() == 2
    assert recount(project.pk, mend=False).is_right


def test_comments_go_earlier_than_what_was_chosen(project: Project) -> None:
    FeedbackRules.objects.create(project=project, keep_comment_days=10)
    fold(
        row(project, 1, comment="First.", **long_ago(20)),
        row(project, 2, comment="Second.", seq=2, **long_ago(12)),
        row(project, 3, comment="Fresh.", respondent_key="s:fresh"),
    )
    clean()
    comments = CurrentFeedback.objects.values_list("respondent__key", "comment", "value")
    assert set(comments) == {("s:emma", "", 1), ("s:fresh", "Fresh.", 1)}
    assert sorted(FeedbackEvent.objects.values_list("comment", flat=True)) == ["", "", "Fresh."]
    assert sum(FeedbackCell.objects.values_list("n_comments", flat=True)) == 1
    assert recount(project.pk, mend=False).is_right


def test_old_events_of_surveys_go_with_their_days(project: Project) -> None:
    FeedbackRules.objects.create(project=project, keep_days=30)
    Survey.objects.create(project=project, name="CSAT", slug="csat", salt="x")
    about = {
        "type": "survey_shown",
        "kind": "",
        "value": "",
        "conversation_key": "",
        "message": "",
        "data": {"survey": {"slug": "csat", "number": 1}},
    }
    fold(row(project, 1, **about, **long_ago(40)), row(project, 2, **about))
    clean()
    assert sum(SurveyDay.objects.values_list("n_shown", flat=True)) == 1
    assert recount(project.pk, mend=False).is_right


def test_folds_that_went_well_are_forgotten_after_an_hour(project: Project) -> None:
    for minutes in (30, 90):
        Job.objects.create(
            runner=soon.RUNNER,
            state=Job.State.DONE,
            finished_at=NOON - timedelta(minutes=minutes),
        )
    clean()
    assert Job.objects.filter(runner=soon.RUNNER).count() == 1


@pytest.mark.parametrize(
    ("which", "index"),
    [(keeping.OF_SURVEYS, "event_of_survey"), (keeping.WITH_COMMENTS, "event_with_comment")],
)
def test_what_is_too_old_is_found_by_an_index(project: Project, which: str, index: str) -> None:
    """However many events there are; PostgreSQL would read so small a table whole."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_bitmapscan = off")
    plan = keeping.old_events(project.pk, NOON, which)[: keeping.AT_ONCE].explain()
    assert index in plan


@pytest.fixture
def respond(project: Project) -> Any:
    """A filled form with words in it, so many days old."""
    survey = Survey.objects.create(project=project, name="Visit", slug="visit")
    version = SurveyVersion.objects.create(survey=survey, number=1, document={})

    def make(days: int, source: str = "hosted", row: int | None = None) -> Response:
        response = Response.objects.create(
            project=project, survey=survey, version=version, source=source, row=row,
            answers={"why": "Slow.", "score": 3}, updated_at=NOON - timedelta(days=days),
        )  # fmt: skip
        Answer.objects.create(response=response, survey=survey, question="why", text="Slow.")
        Answer.objects.create(response=response, survey=survey, question="score", value=3)
        return response

    return make


def test_old_answers_to_surveys_go_as_feedback_does(project: Project, respond: Any) -> None:
    FeedbackRules.objects.create(project=project, keep_days=30)
    respond(31)
    late, of_file = respond(29), respond(31, "import", 1)
    clean()
    of_file.refresh_from_db()
    assert set(Response.objects.all()) == {late, of_file}
    assert (of_file.answers, of_file.erased_at, of_file.row) == ({}, NOON, 1)
    assert set(Answer.objects.values_list("response", flat=True)) == {late.pk}


def test_words_in_surveys_go_earlier_than_what_was_chosen(project: Project, respond: Any) -> None:
    FeedbackRules.objects.create(project=project, keep_comment_days=7)
    old, late = respond(8), respond(6)
    clean()
    old.refresh_from_db()
    assert old.answers == {"why": "", "score": 3}
    assert list(Answer.objects.exclude(text="").values_list("response", flat=True)) == [late.pk]
    assert Answer.objects.filter(response=old, value=3).exists()
