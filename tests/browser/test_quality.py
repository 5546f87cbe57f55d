"""A training by keyboard, and the pages of trainings and calibrations in every look."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from annotation.models import Rating, Study
from annotation.services.calibration import reveal_study
from tests.annotation.quality_helpers import keyed_study
from tests.annotation.rating_helpers import NOW, claim, rater_in, study_of, submit
from tests.browser.axe import assert_accessible
from tests.browser.bearing import assert_bears_every_look
from tests.browser.looks import LOOKS, each_look, overflows

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def training(project):
    study = keyed_study(study_of(project), Study.Purpose.TRAINING, items=2)
    study.items.first().expected.update(why={"en": "It names the day."}, tolerance=1)
    return study


def test_a_training_goes_by_keyboard_alone(page: Page, enter, live_server, bob, training):
    rater_in(training, bob)
    enter(page.context, bob)
    page.goto(live_server.url + reverse("annotation:rate", args=[training.uid]))
    expect(page.locator("[data-desk].keyed")).to_be_visible()
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="0 of 1 answer is right.")).to_be_visible()
    expect(page.get_by_text("wrong", exact=True)).to_be_visible()
    expect(page.get_by_text("It names the day.")).to_be_visible()
    expect(page.get_by_role("link", name="Next")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Item 2 of 2")).to_be_attached()
    expect(page.locator("[data-desk].keyed")).to_be_visible()
    page.keyboard.press("4")
    page.keyboard.press("Enter")
    expect(page.get_by_text("You got 1 of 2 items right.")).to_be_visible()
    assert Rating.objects.count() == 2


def test_feedback_is_accessible_in_every_look(page: Page, enter, live_server, bob, training):
    assignment = claim(rater_in(training, bob))
    submit(assignment, {"helpful": "1"})
    enter(page.context, bob)
    page.goto(live_server.url + reverse("annotation:feedback", args=[assignment.uid]))
    assert_bears_every_look(page)


def test_the_second_round_is_accessible(page: Page, enter, live_server, alice, bob, project):
    study = study_of(project, purpose=Study.Purpose.CALIBRATION, overlap=2)
    for chair, point in ((rater_in(study, bob), "2"), (rater_in(study), "5")):
        submit(claim(chair), {"helpful": point}, comment="The day is named, and the place too.")
    reveal_study(actor=alice, study=study, now=NOW)
    enter(page.context, bob)
    page.goto(live_server.url + reverse("annotation:rate", args=[study.uid]))
    for look in each_look(page, [LOOKS[0], LOOKS[-1]]):
        assert not overflows(page), look
        assert_accessible(page)
