"""Where a rater reads in a long conversation stays where it is when the page is loaded anew."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests import factories
from tests.browser.rating_desk import rater, study_from

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TURNS = 200
TOP = "(turn) => turn.getBoundingClientRect().top"
IS_THERE = "([turn, before]) => Math.abs(turn.getBoundingClientRect().top - before) < 4"


@pytest.fixture
def desk(page: Page, live_server, enter, project) -> Page:
    """Two conversations whose turns differ in length, so that guessed heights are wrong."""
    bob = rater(project.team)
    study = study_from(project, "good_dialogue", bob, items=0)
    for name in ("one", "other"):
        turns = [
            {"id": f"t{n}", "role": "assistant" if n % 2 else "user",
             "content": f"{n}: " + "返品は三十日以内であれば可能です。" * (1 + n % 17)}
            for n in range(TURNS)
        ]  # fmt: skip
        factories.make_item(study, factories.make_conversation(project, name, turns))
    enter(page.context, bob)
    page.goto(live_server.url + reverse("annotation:rate", args=[study.uid]))
    expect(page.locator(".keyed")).to_be_visible()
    return page


def test_a_reload_shows_the_turn_that_was_read(desk: Page):
    turn = desk.locator(".turn").nth(150)
    turn.evaluate("(turn) => turn.scrollIntoView()")
    desk.evaluate("scrollBy(0, 130)")
    before = turn.evaluate(TOP)
    desk.reload()
    expect(desk.locator(".keyed")).to_be_visible()
    desk.wait_for_function(IS_THERE, arg=[turn.element_handle(), before])


def test_the_next_item_begins_at_its_beginning(desk: Page):
    desk.locator(".turn").nth(150).evaluate("(turn) => turn.scrollIntoView()")
    for key in ("4", "5", "3", "5", "2", "1", "Enter"):
        desk.keyboard.press(key)
    expect(desk.locator(".count")).to_have_text("2 of 2")
    desk.reload()
    expect(desk.locator(".keyed")).to_be_visible()
    assert desk.evaluate("scrollY") < 10


def test_who_comes_back_to_a_draft_sees_the_turn_that_the_next_key_rates(
    page: Page, live_server, enter, project
):
    bob = rater(project.team)
    study = study_from(project, "dialogue_breakdown", bob, items=0)
    turns = [
        {"id": f"t{n}", "role": "assistant" if n % 2 else "user", "content": f"{n}: 返品。"}
        for n in range(60)
    ]
    factories.make_item(study, factories.make_conversation(project, "turns", turns))
    enter(page.context, bob)
    url = live_server.url + reverse("annotation:rate", args=[study.uid])
    page.goto(url)
    expect(page.locator(".keyed")).to_be_visible()
    for _turn in range(20):
        page.keyboard.press("o")
    expect(page.locator("[data-saved]:visible")).to_contain_text("Saved")
    later = page.context.new_page()
    later.goto(url)
    expect(later.locator(".keyed [data-done]")).to_have_text("20")
    expect(later.locator(".tturn.now [data-stop]").first).to_be_in_viewport(ratio=1)
