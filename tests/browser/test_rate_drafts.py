"""Nothing that a rater has chosen is lost: not by a reload, not without a network."""

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import User
from annotation.models import AssignmentDraft
from tests.browser.rating_desk import rater, study_from

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk(page: Page, live_server, enter, project) -> Page:
    bob = rater(project.team)
    study = study_from(project, "good_dialogue", bob)
    enter(page.context, bob)
    page.goto(live_server.url + reverse("annotation:rate", args=[study.uid]))
    return page


def chosen(desk: Page, key: str):
    return desk.locator(f'[data-key="{key}"] :checked')


def says(desk: Page, words: str) -> None:
    expect(desk.locator("[data-saved]:visible")).to_contain_text(words)


def test_a_draft_is_saved_and_is_there_after_a_reload(desk: Page):
    desk.keyboard.press("4")
    says(desk, "Saved")
    desk.reload()
    expect(chosen(desk, "helpfulness")).to_have_value("4")
    assert AssignmentDraft.objects.get().answers["helpfulness"] == {"chosen": "4"}


def test_without_a_network_it_says_so_and_sends_when_it_is_back(desk: Page, mishaps):
    mishaps.expected.append("ERR_INTERNET_DISCONNECTED")
    desk.context.set_offline(True)
    desk.keyboard.press("4")
    says(desk, "Not saved")
    desk.context.set_offline(False)
    says(desk, "Saved")
    assert AssignmentDraft.objects.get().answers["helpfulness"] == {"chosen": "4"}


def test_what_never_reached_the_server_is_put_back_after_a_reload(desk: Page, mishaps):
    mishaps.expected += ["ERR_FAILED", "Failed to load resource"]
    desk.route("**/draft/", lambda route: route.abort())
    desk.keyboard.press("4")
    says(desk, "Not saved")
    desk.unroute("**/draft/")
    desk.evaluate("navigator.sendBeacon = () => false")
    desk.reload()
    expect(desk.locator(".note:visible")).to_contain_text("were put back")
    expect(chosen(desk, "helpfulness")).to_have_value("4")
    says(desk, "Saved")


def test_signed_out_meanwhile_it_says_so_and_goes_on_after_signing_in(desk: Page, enter):
    bob = User.objects.get(email__startswith="bob")
    desk.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    desk.keyboard.press("4")
    expect(desk.locator("#away")).to_contain_text("You are no longer signed in.")
    enter(desk.context, bob)
    desk.reload()
    expect(chosen(desk, "helpfulness")).to_have_value("4")


@pytest.mark.both
def test_an_older_tab_does_not_overwrite_a_newer_draft(desk: Page, mishaps):
    mishaps.expected.append("status of 409")
    older = desk.context.new_page()
    older.goto(desk.url)
    desk.keyboard.press("4")
    says(desk, "Saved")
    older.keyboard.press("1")
    says(older, "newer draft")
    assert AssignmentDraft.objects.get().answers["helpfulness"] == {"chosen": "4"}


def test_an_older_answer_of_this_device_is_only_offered(desk: Page):
    for point in ("4", "5"):
        desk.keyboard.press(point)
    says(desk, "Saved")
    desk.evaluate("""() => {
        const { owner } = document.body.dataset;
        const item = document.forms.rating.getAttribute("action");
        const kept = {version: 0, at: new Date().toISOString(), fields: [["q.helpfulness", "2"]]};
        localStorage.setItem(`touchstone-draft ${owner} ${item}`, JSON.stringify(kept));
    }""")
    desk.reload()
    expect(chosen(desk, "helpfulness")).to_have_value("4")
    desk.get_by_role("button", name="Use them").click()
    expect(chosen(desk, "helpfulness")).to_have_value("2")
    says(desk, "Saved")


def test_a_refused_submit_leaves_the_answers_on_the_page(desk: Page, mishaps):
    mishaps.expected.append("status of 409")
    second = desk.context.new_page()
    second.goto(desk.url)
    for tab in (desk, second):
        for key in ("4", "5", "3", "5", "2", "1", "Enter"):
            tab.keyboard.press(key)
        if tab is desk:
            expect(tab.locator(".count")).to_have_text("2 of 2")
    expect(second.get_by_text("You have rated this item already")).to_be_visible()
    expect(chosen(second, "helpfulness")).to_have_value("4")
    second.get_by_role("link", name="Go on rating").click()
    expect(second.locator(".count")).to_have_text("2 of 2")


def test_the_next_item_takes_the_keys_at_once(desk: Page):
    for key in ("4", "5", "3", "5", "2", "1", "Enter"):
        desk.keyboard.press(key)
    expect(desk.locator(".count")).to_have_text("2 of 2")
    desk.keyboard.press("2")
    expect(chosen(desk, "helpfulness")).to_have_value("2")
    expect(desk.locator(".crit.now")).to_have_attribute("data-key", "correctness")
