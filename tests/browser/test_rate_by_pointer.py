"""A press that begins on a point chooses it, though what was current folds up meanwhile."""

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from tests.browser.rating_desk import rater, study_from

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def bob(project):
    return rater(project.team)


def middle(place: Locator) -> tuple[float, float]:
    place.scroll_into_view_if_needed()
    box = place.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_with_a_mouse(page: Page, live_server, enter, project, bob):
    """The anchors of the first criterion close, and the third, now current, moves up."""
    study = study_from(project, "good_dialogue", bob)
    enter(page.context, bob)
    page.goto(live_server.url + reverse("annotation:rate", args=[study.uid]))
    expect(page.locator('.keyed [data-key="helpfulness"] [data-anchors][open]')).to_be_visible()
    asked = page.locator('[data-key="coherence"]')
    point = asked.locator(".pt").nth(2)
    page.mouse.move(*middle(point))
    page.mouse.down()
    page.wait_for_timeout(50)  # as long as a finger takes
    page.mouse.up()
    expect(point.locator("input")).to_be_checked()
    expect(asked.locator("[data-anchors][open]")).to_be_visible()


def test_with_a_thumb(new_context, live_server, enter, project, bob):
    context = new_context(has_touch=True, is_mobile=True)
    study = study_from(project, "preference", bob)
    enter(context, bob)
    page = context.new_page()
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(live_server.url + reverse("annotation:rate", args=[study.uid]))
    expect(page.locator(".keyed")).to_be_visible()
    for key, kind in (("preference", ".pt"), ("strength", ".pt"), ("reasons", ".chip")):
        asked = page.locator(f'[data-key="{key}"]')
        choice = asked.locator(kind).first
        page.touchscreen.tap(*middle(choice))
        expect(choice.locator("input")).to_be_checked()
        expect(page.locator(f'.crit.now[data-key="{key}"]')).to_be_visible()
