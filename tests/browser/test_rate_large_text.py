"""Who reads with letters of twice the size has all of the page, on a desk and on a telephone."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.browser.looks import overflows
from tests.browser.rating_desk import rater, study_from

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TWICE = {"fontSizes": {"standard": 32, "fixed": 26}}


@pytest.mark.parametrize("size", [(1280, 800), (390, 844)], ids=["desk", "telephone"])
@pytest.mark.parametrize("key", ["good_dialogue", "dialogue_breakdown", "preference"])
def test_text_and_questions_and_submit_are_there(
    page: Page, live_server, enter, project, key, size
):
    bob = rater(project.team)
    study = study_from(project, key, bob)
    enter(page.context, bob)
    page.context.new_cdp_session(page).send("Page.setFontSizes", TWICE)
    width, height = size
    page.set_viewport_size({"width": width, "height": height})
    page.goto(live_server.url + reverse("annotation:rate", args=[study.uid]))
    expect(page.locator(".keyed")).to_be_visible()
    page.keyboard.press("1")
    expect(page.locator("[data-saved]:visible")).to_contain_text("Saved")
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "32px"
    assert not overflows(page)
    expect(page.locator("[data-submit]")).to_be_in_viewport(ratio=1)
    expect(page.locator("[data-search]")).to_be_in_viewport(ratio=1)
    said = page.locator(".said:visible").first.bounding_box()
    assert said is not None
    assert said["width"] > min(width * 0.4, 300)
