"""Personal data in what end users wrote: hidden in the row, in its events and in the form."""

import pytest

from conversations.written import SOURCES, decide_written, look
from surveys.models import (
    Answer,
    CurrentFeedback,
    FeedbackEvent,
    Response,
    Survey,
    SurveyVersion,
)
from surveys.services.recounting import recount
from tests import factories
from tests.surveys.test_folding import NOON, fold, row

pytestmark = pytest.mark.django_db


@pytest.fixture
def project():
    return factories.make_project()


def hide(project, name):
    source = SOURCES[name]
    (place,) = look(project, source).places
    decide_written(
        actor=None, project=project, source=source, key=place.key, seen=place.seen,
        state="accepted", now=NOON,
    )  # fmt: skip


def test_a_comment_is_hidden_in_its_events_too_so_that_a_recount_finds_no_difference(project):
    fold(row(project, 1, value="down", comment="221B Baker Street is mine"))
    hide(project, "feedback")
    hidden = "[address] is mine"
    assert list(FeedbackEvent.objects.values_list("comment", flat=True)) == [hidden]
    assert CurrentFeedback.objects.get().comment == hidden
    found = recount(project.pk, mend=False)
    assert found.is_right, found.told


def test_words_in_a_survey_are_hidden_in_the_form_as_it_was_sent(project):
    survey = Survey.objects.create(project=project, name="Visit", slug="visit")
    version = SurveyVersion.objects.create(survey=survey, number=1, document={})
    said = "I am at 221B Baker Street"
    response = Response.objects.create(
        project=project, survey=survey, version=version, source="hosted", answers={"why": said}
    )
    Answer.objects.create(response=response, survey=survey, question="why", text=said)
    hide(project, "surveys")
    response.refresh_from_db()
    assert response.answers == {"why": "I am at [address]"}
    assert Answer.objects.get().text == "I am at [address]"
