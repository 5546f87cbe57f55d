"""The report of a survey that people answered: accessible, fits a phone, and hears of more."""

from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import User
from surveys.models import Survey
from tests.analytics.answered import EVERY_ANSWER, answer
from tests.browser.axe import violations
from tests.browser.looks import Look, overflows
from tests.factories import NOON
from tests.surveys.forms_of import every_type, make_survey

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def survey(project) -> Survey:
    found = make_survey(every_type(), project)
    for n in range(24):
        locale = "ja" if n % 2 else "en"
        given = {**EVERY_ANSWER, "csat": 1 + n % 5, "nps": n % 11}
        answer(found, given, now=NOON + timedelta(days=n), locale=locale)
    return found


@pytest.mark.parametrize("look", [Look(1280, "light", "en"), Look(390, "dark", "en")], ids=str)
def test_the_report_is_accessible_and_fits(
    new_context, enter, live_server, mishaps, alice: User, survey: Survey, look: Look
) -> None:
    page = opened(new_context(), enter, live_server, alice, survey, look)
    assert not violations(page)
    assert not overflows(page)
    expect(page.get_by_role("heading", name="Question by question")).to_be_visible()


def test_a_page_left_open_hears_of_more(
    new_context, enter, live_server, mishaps, alice: User, survey: Survey
) -> None:
    page = opened(new_context(), enter, live_server, alice, survey, Look(1280, "light", "en"))
    expect(page.locator("#survey-live")).to_contain_text("24 responses so far")
    answer(survey, EVERY_ANSWER)
    page.locator("#survey-live").dispatch_event("seen")
    expect(page.locator("#survey-live")).to_contain_text("25 responses so far")
    page.get_by_role("link", name="Show the report with them").click()
    expect(page.locator("main")).to_contain_text("25 people began")


def test_shares_are_entered_without_a_script(
    new_context, enter, live_server, mishaps, alice: User, survey: Survey
) -> None:
    context = new_context(java_script_enabled=False)
    page = opened(context, enter, live_server, alice, survey, Look(1280, "light", "en"))
    page.get_by_text("Enter shares").click()
    page.get_by_label("ja").fill("80")
    page.get_by_label("en").last.fill("20")
    page.get_by_role("button", name="Weight").click()
    expect(page.locator("main")).to_contain_text("24 weighted responses are worth")


def opened(context, enter, live_server, alice: User, survey: Survey, look: Look) -> Page:
    page = context.new_page()
    page.set_viewport_size({"width": look.width, "height": look.height})
    page.emulate_media(color_scheme="dark" if look.scheme == "dark" else "light")
    enter(context, alice)
    page.goto(live_server.url + reverse("analytics:survey_report", args=[survey.uid]))
    return page
