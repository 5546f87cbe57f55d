"""The pages of a survey's report, its files, and what it says before anybody answered."""

import csv
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from surveys.models import Survey
from tests.analytics.answered import EVERY_ANSWER, answer
from tests.factories import NOON
from tests.surveys.forms_of import document, every_type, make_survey, question

pytestmark = pytest.mark.django_db


@pytest.fixture
def survey(project: Any) -> Survey:
    return make_survey(every_type(), project)


@pytest.fixture
def as_alice(signed_in: Callable[[User], Client], alice: User) -> Client:
    return signed_in(alice)


def url(name: str, survey: Survey, *more: str) -> str:
    return reverse(f"analytics:{name}", args=[survey.uid, *more])


def test_the_page_says_what_to_do_before_anybody_answered(as_alice: Client, survey: Survey) -> None:
    page = as_alice.get(url("survey_report", survey)).content.decode()
    assert "Nobody has begun this survey yet." in page
    assert "Send its address or a link" in page


def test_the_page_shows_scores_questions_and_files(as_alice: Client, survey: Survey) -> None:
    for _person in range(11):
        answer(survey, EVERY_ANSWER)
    page = as_alice.get(url("survey_report", survey)).content.decode()
    assert "11 people began, 11 answered to the end." in page
    assert "registered trademarks" in page
    assert "responses.csv" in page


def test_what_no_answers_can_tell_is_not_promised_for_ten_more(
    as_alice: Client, project: Any
) -> None:
    """One question on one scale: nobody can give one answer to several."""
    survey = make_survey(project=project)
    for _person in range(11):
        answer(survey, {"satisfied": 4})
    page = as_alice.get(url("survey_report", survey)).content.decode()
    styles = page.partition('id="styles"')[2].partition("</table>")[0]
    assert "about 10 more" not in styles
    assert styles.count('<span class="muted">–</span>') == 1


def test_it_asks_for_news_and_gets_none_until_there_are(as_alice: Client, survey: Survey) -> None:
    answer(survey, EVERY_ANSWER)
    first = as_alice.get(url("survey_report", survey)).context["live"]["version"]
    assert as_alice.get(url("survey_progress", survey), {"seen": first}).status_code == 204
    answer(survey, EVERY_ANSWER)
    told = as_alice.get(url("survey_progress", survey), {"seen": first}).content.decode()
    assert "2 responses so far, 2 complete." in told
    assert "Show the report with them" in told


def test_words_are_searched(as_alice: Client, survey: Survey) -> None:
    answer(survey, {**EVERY_ANSWER, "more": "返品の方法がわかりにくい"})
    answer(survey, {**EVERY_ANSWER, "more": "All well"})
    page = as_alice.get(url("survey_words", survey), {"q": "返品", "question": "more"})
    assert [row.answer.text for row in page.context["found"].rows] == ["返品の方法がわかりにくい"]
    assert (
        "Nobody wrote anything that fits."
        in as_alice.get(url("survey_words", survey), {"q": "nothing like it"}).content.decode()
    )


def test_responses_go_out_row_by_row(as_alice: Client, survey: Survey) -> None:
    answer(survey, {**EVERY_ANSWER, "more": "=1+1"})
    sent = b"".join(as_alice.get(url("survey_responses_csv", survey)).streaming_content).decode()
    (row,) = csv.DictReader(sent.splitlines())
    assert (row["multi"], row["grid.s"], row["two.ease"]) == ("a | b", "3", "5")
    assert row["more"] == "'=1+1"
    assert row["state"] == "complete"


def test_a_table_is_that_of_the_page(as_alice: Client, survey: Survey) -> None:
    for _person in range(11):
        answer(survey, EVERY_ANSWER)
    sent = as_alice.get(url("survey_table", survey, "scores")).content.decode()
    rows = {row["question"]: row for row in csv.DictReader(sent.splitlines())}
    assert rows["nps"]["value"] == "100.0"
    assert as_alice.get(url("survey_table", survey, "nothing")).status_code == 404


@pytest.mark.parametrize("query", ["version=x&by=%00", "m|locale|en=nan&m|locale|ja=-1", "m|=1"])
def test_addresses_that_ask_for_nothing_do_no_harm(
    as_alice: Client, survey: Survey, query: str
) -> None:
    answer(survey, EVERY_ANSWER)
    assert as_alice.get(f"{url('survey_report', survey)}?{query}").status_code == 200


def test_a_usability_score_is_told_to_a_tenth_in_the_weeks_too(
    signed_in: Any, alice: Any, project: Any
) -> None:
    asked = document([question("sus", "sus", items="sus")], locales=["en"])
    survey = make_survey(asked, project)
    for week in range(2):
        for person in range(10):
            ease = 5 if person < 7 else 4
            given = {"sus": {str(item): ease if item % 2 else 2 for item in range(1, 11)}}
            answer(survey, given, now=NOON - timedelta(weeks=week))
    page = signed_in(alice).get(reverse("analytics:survey_report", args=[survey.uid])).text
    assert "<b>83.8</b>" in page
    assert page.count("83.8") >= 3
