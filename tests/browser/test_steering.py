"""A manager watches and steers a study in a real browser, in every look."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from annotation.models import StudyRater
from tests import factories
from tests.browser.bearing import assert_bears_every_look
from tests.browser.steering_cases import rate, under_way

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def scene(project):
    return under_way(project)


@pytest.fixture
def go(page: Page, live_server, enter, alice):
    def open_page(name: str, *uids: object) -> Page:
        enter(page.context, alice)
        page.goto(live_server.url + reverse(f"annotation:{name}", args=uids))
        return page

    return open_page


@pytest.mark.parametrize("name", ["study", "study_rater", "rater_aside", "study_policy"])
def test_its_pages_bear_every_look(go, scene, project, name):
    study, chairs = scene
    draft = factories.make_study(project, state="draft", lanes=study.lanes)
    whose = {"study": [study.uid], "study_policy": [draft.uid]}
    page = go(name, *whose.get(name, [study.uid, chairs[1].rater.uid]))
    assert_bears_every_look(page)


@pytest.mark.both
def test_the_page_follows_what_comes_in_and_keeps_the_focus(go, scene):
    study, chairs = scene
    page = go("study", study.uid)
    expect(page.locator("#study-live")).to_contain_text("44 of 60 ratings are in.")
    page.get_by_role("link", name="Aiko Tanaka").focus()
    rate(study.items.get(seq=29), chairs[0], 2, study.opened_at)
    StudyRater.objects.filter(pk=chairs[0].pk).update(n_submitted=23)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator("#study-live")).to_contain_text("45 of 60 ratings are in.")
    expect(page.get_by_role("row", name="Aiko Tanaka")).to_contain_text("23")
    expect(page.get_by_role("link", name="Aiko Tanaka")).to_be_focused()


def test_a_hidden_page_asks_nothing(go, scene):
    study, _chairs = scene
    page = go("study", study.uid)
    page.evaluate("Object.defineProperty(document, 'hidden', {get: () => true})")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.evaluate("document.querySelector('[data-live]').dispatchEvent(new Event('seen'))")
    page.evaluate("fetch('/health/')")
    assert [url.rpartition("/health/")[1] for url in asked] == ["/health/"]


def test_lanes_are_counted_and_saved(go, project):
    study = factories.make_study(project, state="draft")
    for language in ("ja", "en", "en"):
        factories.make_item(study, factories.make_conversation(project, language=language))
    page = go("study_policy", study.uid)
    page.get_by_label("Lane, 1").fill("Japanese")
    page.get_by_label("Items where, 1").fill("language == ja")
    page.get_by_label("Lane, 2").fill("all others")
    page.get_by_role("button", name="Count the items of each lane").click()
    expect(page.get_by_role("status")).to_contain_text("first 3 were looked at")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#giving")).to_contain_text("language == ja")
