"""Without a network a rater goes on: what was submitted goes out once, later, by itself."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from annotation.models import Assignment, AssignmentDraft, Item, Layer, Rater, Rating, Score
from tests.browser.looks import Look, wear
from tests.browser.rating_desk import rater, study_from

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ALL_KEYS = ("4", "5", "3", "5", "2", "1")
SMALL_PHONE = Look(360, "light", "en")
KEPT = "Object.keys(localStorage).filter((key) => /^touchstone-(draft|submit) /.test(key))"


@pytest.fixture
def desk(page: Page, live_server, enter, project, mishaps) -> Page:
    mishaps.expected += ["ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "htmx:"]
    bob, dora = rater(project.team), rater(project.team, "dora")
    study = study_from(project, "good_dialogue", bob, dora)
    enter(page.context, bob)
    page.goto(live_server.url + reverse("annotation:rate", args=[study.uid]))
    return page


def cut_off(desk: Page) -> None:
    """Chromium lets a page that is being left send once more; the route does not."""
    desk.context.set_offline(True)
    desk.context.route("**/assignments/**", lambda route: route.abort())


def connect(desk: Page) -> None:
    desk.context.unroute("**/assignments/**")
    desk.context.set_offline(False)


def leave(desk: Page) -> None:
    """Without a last try on the way out, which a slow machine might let through."""
    desk.evaluate(
        """() => {
          for (let timer = setTimeout(() => {}); timer > 0; timer--) clearTimeout(timer);
          window.fetch = () => Promise.reject(new TypeError("no network"));
          navigator.sendBeacon = () => false;
          XMLHttpRequest.prototype.send = function () {};
        }"""
    )
    desk.goto("about:blank")


def submit_offline(desk: Page) -> None:
    cut_off(desk)
    for key in ALL_KEYS:
        desk.keyboard.press(key)
    expect(desk.locator("#away")).to_contain_text("You are offline. What you answer is kept")
    desk.keyboard.press("Enter")
    expect(desk.locator("#away")).to_contain_text("submitted by itself")


def until_nothing_is_kept(desk: Page) -> None:
    """Asked from here: a waiting page would have to evaluate a text, which its policy forbids."""
    for _attempt in range(100):
        if desk.evaluate(f"{KEPT}.length === 0"):
            return
        desk.wait_for_timeout(100)
    raise AssertionError("Something is still kept on the device.")


@pytest.mark.both
def test_a_submit_without_a_network_goes_out_once_when_it_is_back(desk: Page):
    submit_offline(desk)
    desk.keyboard.press("Enter")
    assert not Rating.objects.exists()
    connect(desk)
    expect(desk.locator(".count")).to_have_text("2 of 2")
    expect(desk.locator("#away")).to_be_hidden()
    assert Rating.objects.count() == 1
    until_nothing_is_kept(desk)


@pytest.mark.both
def test_it_goes_out_once_too_when_only_its_answer_was_lost(desk: Page):
    def lose_the_answer(route):
        route.fetch()
        route.abort()

    desk.route("**/submit/", lose_the_answer, times=1)
    for key in (*ALL_KEYS, "Enter"):
        desk.keyboard.press(key)
    expect(desk.locator(".count")).to_have_text("2 of 2")
    assert Rating.objects.count() == 1


def test_it_goes_out_from_the_next_visit(desk: Page):
    submit_offline(desk)
    leave(desk)
    connect(desk)
    desk.go_back()
    expect(desk.locator(".count")).to_have_text("2 of 2")
    assert Score.objects.get(criterion__key="helpfulness").value == 3
    until_nothing_is_kept(desk)


def test_it_goes_out_though_the_item_is_no_longer_on_the_page(desk: Page):
    submit_offline(desk)
    url = desk.url
    leave(desk)
    Assignment.objects.update(state=Assignment.State.EXPIRED)
    Item.objects.filter(assignments__isnull=False).update(slots_open=0)
    connect(desk)
    desk.goto(url)
    note = desk.locator(".note:visible")
    expect(note).to_contain_text("which this device had kept, is submitted.")
    expect(note).to_contain_text("Your time on that item had run out")
    assert Rating.objects.get().layer == Layer.EXTRA
    until_nothing_is_kept(desk)


def test_a_change_meanwhile_takes_the_submit_back(desk: Page):
    submit_offline(desk)
    first = desk.locator('[name="client_key"]').input_value()
    desk.keyboard.press("1")
    expect(desk.locator("#away")).to_contain_text("You are offline")
    assert desk.locator('[name="client_key"]').input_value() != first
    connect(desk)
    expect(desk.locator("[data-saved]:visible")).to_contain_text("Saved")
    assert not Rating.objects.exists()


def test_nothing_of_it_is_shown_to_another_person(desk: Page, enter):
    cut_off(desk)
    desk.evaluate("navigator.sendBeacon = () => false")
    desk.keyboard.press("4")
    expect(desk.locator("[data-saved]:visible")).to_contain_text("Not saved")
    url = desk.url
    leave(desk)
    assert AssignmentDraft.objects.count() == 0
    dora = Rater.objects.get(user__email__startswith="dora")
    Assignment.objects.update(rater=dora)
    connect(desk)
    enter(desk.context, dora.user)
    desk.goto(url)
    expect(desk.locator("[name^='q.']:checked")).to_have_count(0)


def test_signing_out_drops_it(desk: Page, live_server):
    desk.goto(live_server.url + reverse("account_logout"))
    for kind in ("draft", "submit"):
        desk.evaluate("(key) => localStorage.setItem(key, '{}')", f"touchstone-{kind} bob /a/")
    asked: list[str] = []
    desk.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))
    desk.locator("main").get_by_role("button", name="Sign out").click()
    desk.wait_for_url("**/login/**")
    assert "not sent yet" in asked[0]
    assert desk.evaluate(KEPT) == []


def test_on_a_phone_the_word_that_nothing_is_saved_pushes_no_button_out(desk: Page):
    for key in ALL_KEYS:
        desk.keyboard.press(key)
    desk.keyboard.press("Enter")
    expect(desk.locator(".count")).to_have_text("2 of 2")
    wear(desk, SMALL_PHONE)
    cut_off(desk)
    desk.locator(".crit:visible label").first.click()
    expect(desk.locator("[data-saved]")).to_contain_text("Not saved")
    desk.evaluate("document.querySelector('.count').textContent = '62 of 1,294'")
    box = desk.locator("[data-search]").bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= SMALL_PHONE.width
    said = desk.locator("[data-saved]").bounding_box()
    assert said is not None
    assert said["width"] > 80  # "Not saved" stays whole
