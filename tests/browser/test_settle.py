"""Settling in a real browser: by keyboard alone, on a phone, without script."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from annotation.models import CriterionHold, Item, Verdict
from tests import factories
from tests.annotation.settling_helpers import rated_item, settle, study_with
from tests.browser import settle_cases
from tests.browser.axe import assert_accessible
from tests.browser.bearing import assert_bears_every_look
from tests.browser.looks import LOOKS, Look, each_look, overflows

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SPLIT = ({"helpful": 3}, {"helpful": 0}, {"helpful": 3})


@pytest.fixture
def go(page: Page, live_server, enter, alice):
    def open_queue(item: Item) -> Page:
        enter(page.context, alice)
        page.goto(live_server.url + reverse("annotation:settle", args=[item.study.uid]))
        return page

    return open_queue


@pytest.mark.both
def test_an_item_is_settled_by_keyboard_alone(go, project):
    item = settle_cases.side_by_side(project)
    following = settle_cases.side_by_side(project, item.study)
    page = go(item)
    decide = page.locator("[data-decide]")
    expect(decide).to_have_text("2 decisions left")
    page.keyboard.press("3")
    expect(decide).to_have_text("1 decision left")
    page.keyboard.press("4")
    expect(decide).to_have_text("The reason is missing")
    page.get_by_label("Reason", exact=True).fill("It suits the question.")
    expect(decide).to_be_enabled()
    page.get_by_label("Reason", exact=True).blur()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{reverse('annotation:item', args=[following.uid])}**")
    decided = Verdict.objects.filter(item=item, source="adjudication")
    assert dict(decided.values_list("criterion__key", "value")) == {
        "appropriate": 2,
        "complete": 3,
    }


def test_an_item_that_lacks_ratings_is_settled_from_the_queue_of_its_closed_study(go, project):
    study = study_with(project)
    item = factories.make_item(study, slots_total=3, n_submitted=2, slots_open=1)
    for value in (3, 0):
        factories.make_rating(item, None, {"helpful": value})
    study.state = "closed"
    study.save()
    page = go(item)
    page.get_by_role("link", name="Settle with fewer ratings").click()
    page.locator("table a").click()
    assert_accessible(page)
    page.get_by_role("button", name="Settle it with these ratings").click()
    expect(page.locator("[data-decide]")).to_have_text("1 decision left")


def test_keys_go_from_item_to_item_also_from_within_a_row(go, project):
    study = study_with(project)
    items = [rated_item(study, *SPLIT) for _number in range(3)]
    page = go(items[0])
    for key, item in (("j", items[1]), ("j", items[2]), ("k", items[1])):
        page.keyboard.press("ArrowDown")
        page.keyboard.press(key)
        page.wait_for_url(f"**{reverse('annotation:item', args=[item.uid])}")


def test_what_cannot_be_settled_is_one_key(go, project):
    page = go(rated_item(study_with(project), *SPLIT))
    page.keyboard.press("n")
    expect(page.locator("[data-decide]")).to_have_text("The reason is missing")
    page.keyboard.press("2")
    expect(page.locator("[name=unsettleable]")).not_to_be_checked()


def test_a_criterion_is_sent_back_with_a_reason(go, project):
    item = rated_item(study_with(project), *SPLIT)
    page = go(item)
    page.get_by_text("Is the criterion at fault").click()
    page.get_by_label("Send “Helpful” back").check()
    page.get_by_label("Reason", exact=True).fill("Helpful to whom?")
    page.locator("[data-decide]").click()
    expect(page.get_by_role("heading", name="Sent back for rewording")).to_be_visible()
    assert CriterionHold.objects.get().reason == "Helpful to whom?"


def test_it_works_without_script(new_context, live_server, enter, alice, project):
    item = rated_item(study_with(project), *SPLIT)
    context = new_context(java_script_enabled=False)
    enter(context, alice)
    page = context.new_page()
    page.goto(live_server.url + reverse("annotation:item", args=[item.uid]))
    page.get_by_label("Reason", exact=True).fill("It suits the question.")
    page.get_by_role("button", name="Decide").click()
    expect(page.get_by_role("alert").first).to_contain_text("“Helpful” is still open")
    page.locator("[name='q.helpful'][value='3']").check(force=True)
    page.get_by_role("button", name="Decide").click()
    expect(page.get_by_text("Everything is settled.")).to_be_visible()


@pytest.mark.parametrize("case", ["side_by_side", "by_turn", "pair"])
def test_every_kind_of_item_is_accessible(go, project, case: str):
    check(go(getattr(settle_cases, case)(project)), [LOOKS[0], LOOKS[-1]])


def test_a_settled_item_and_the_end_of_the_queue_are_accessible(go, alice, project, live_server):
    study = study_with(project)
    item, held = (rated_item(study, *SPLIT) for _number in range(2))
    settle(alice, item, {"helpful": "3"})
    settle(alice, held, rewording=frozenset({"helpful"}))
    assert_bears_every_look(go(item))
    page = go(item)
    page.goto(live_server.url + reverse("annotation:item", args=[item.uid]))
    assert_bears_every_look(page)


def check(page: Page, looks: list[Look]) -> None:
    for look in each_look(page, looks):
        assert not overflows(page), look
        assert_accessible(page)
