"""A day of a report is the installation's own: the evening of London is Tokyo's next morning."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from analytics.models import ComparePlan
from analytics.reports.survey_course import changes_of
from analytics.reports.survey_people import SurveyWanted, people_of
from gold.growth import periods_of
from surveys.models import Response
from surveys.services.folding import fold_batch
from surveys.services.giving import give_feedback
from tests import factories
from tests.surveys.forms_of import make_survey

pytestmark = pytest.mark.django_db
EVENING = datetime(2026, 11, 25, 20, tzinfo=UTC)
NEXT_DAY = date(2026, 11, 26)


@pytest.fixture(autouse=True)
def in_tokyo(settings, monkeypatch):
    settings.TIME_ZONE = "Asia/Tokyo"
    monkeypatch.setattr(timezone, "now", lambda: EVENING)


@pytest.fixture
def manager(project, signed_in):
    person = factories.make_user()
    factories.make_membership(project.team, person, Role.MANAGER)
    return signed_in(person)


def test_the_last_seven_days_of_feedback_end_with_today(project, manager):
    for number, ago in enumerate((0, 6, 7)):
        said = {"conversation": f"c-{number}", "kind": "thumb", "value": "up"}
        give_feedback(project=project, said=said, now=EVENING - timedelta(days=ago))
    while fold_batch():
        pass
    page = manager.get(reverse("analytics:feedback", args=[project.uid]), {"days": 7})
    assert page.context["report"].head.counts.n == 2


def test_a_plan_begins_on_the_day_on_which_it_was_locked(project, manager):
    said = {
        "a": "A", "b": "B", "metric": "thumb", "baseline": 80, "difference": 5, "coverage": 10,
        "per_person": 1, "alike": 0.3,
    }  # fmt: skip
    manager.post(reverse("analytics:compare_lock", args=[project.uid]), said)
    assert ComparePlan.objects.get().first_day == NEXT_DAY


def test_people_and_changes_of_a_survey_stand_on_the_day_of_the_respondent():
    survey = make_survey()
    Response.objects.create(
        project=survey.project, survey=survey, version=survey.versions.get(), source="hosted",
        started_at=EVENING, state="complete",
    )  # fmt: skip
    [person] = people_of(survey, SurveyWanted(), []).persons
    assert person.day == NEXT_DAY
    assert changes_of(survey, SurveyWanted()) == []


def test_gold_grows_on_the_day_of_the_approval():
    [period] = periods_of([(EVENING, None, "random")])
    assert period.begins == NEXT_DAY
