"""Many respondents at once: the last place is given once, on both databases, by real threads."""

import threading
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from surveys.models import Response, Survey, SurveyLink
from surveys.refusals import SurveyRefusedError
from surveys.services.responses import Arrival, save_response
from surveys.services.survey_links import make_link
from surveys.services.surveys import change_settings
from tests.factories import make_user
from tests.surveys.forms_of import make_survey

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = 8 if settings.EMBEDDED else 24


def all_at_once(arrivals):
    """Send each in a thread of its own, all starting together; the codes of what was refused."""
    start, refused, failures = threading.Barrier(len(arrivals)), [], []
    survey = Survey.objects.get()

    def send(arrival):
        try:
            start.wait()
            save_response(survey=survey, arrival=arrival, now=timezone.now())
        except SurveyRefusedError as error:
            refused.append(error.code)
        except Exception as error:  # told in the test's own thread
            failures.append(repr(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=[arrival]) for arrival in arrivals]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    return refused


def arrival(uid=None, **fields):
    fields = {"answers": {"satisfied": 4}, "version": 1, "source": "hosted"} | fields
    return Arrival(uid=uid or uuid4(), seq=fields.pop("seq", 1), **fields)


def test_a_quota_is_never_passed():
    survey = make_survey()
    change_settings(actor=make_user(), survey=survey, changes={"quota": 3})
    refused = all_at_once([arrival(finished=True) for _person in range(PEOPLE)])
    assert set(refused) == {"quota"}
    assert Survey.objects.get().n_complete == 3
    assert Response.objects.filter(state="complete").count() == 3


def test_a_link_is_used_as_often_as_its_quota_says():
    link = make_link(
        actor=None, survey=make_survey(), name="QR", days=7, now=timezone.now(), quota=2
    )
    refused = all_at_once([arrival(source="link", link=link) for _person in range(PEOPLE)])
    assert set(refused) == {"link_used"}
    assert SurveyLink.objects.get().n_used == Response.objects.count() == 2


def test_a_single_use_link_sent_from_two_browsers_is_one_response():
    link = make_link(actor=None, survey=make_survey(), name="Dora", days=7, now=timezone.now())
    refused = all_at_once(
        [arrival(source="link", link=link, finished=True) for _browser in range(PEOPLE)]
    )
    assert refused == ["link_used"] * (PEOPLE - 1)
    assert SurveyLink.objects.get().n_used == Response.objects.count() == 1
    assert Survey.objects.get().n_complete == 1


def test_the_last_place_of_a_day_is_given_once():
    survey = make_survey()
    change_settings(actor=make_user(), survey=survey, changes={"cap_per_day": 2})
    refused = all_at_once([arrival(source="widget", mode="solicited") for _person in range(PEOPLE)])
    assert refused == ["cap"] * (PEOPLE - 2)
    assert Response.objects.count() == 2


def test_one_respondent_in_two_tabs_finishes_once():
    make_survey()
    refused = all_at_once(
        [arrival(finished=True, respondent_key="s:dora") for _tab in range(PEOPLE)]
    )
    assert refused == ["answered"] * (PEOPLE - 1)
    assert Survey.objects.get().n_complete == 1


def test_the_same_arrival_many_times_is_one():
    make_survey()
    uid = uuid4()
    assert all_at_once([arrival(uid, finished=True) for _time in range(PEOPLE)]) == []
    assert Survey.objects.get().n_complete == Response.objects.count() == 1
