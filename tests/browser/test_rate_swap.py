"""The next item comes in one short step, however long the text that goes, and is told once."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests import factories
from tests.browser.rating_desk import rater, study_from

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TURNS = 200
COUNT = """() => {
  Object.assign(window, { leaves: 0, told: [] });
  document.addEventListener("htmx:beforeCleanupElement", () => { leaves += 1; });
  const place = document.querySelector("#said");
  const note = () => place.textContent && told.push(place.textContent);
  new MutationObserver(note).observe(place, { childList: true });
}"""


def start(page: Page, live_server, enter, project, key: str) -> Page:
    bob = rater(project.team)
    study = study_from(project, key, bob, items=0)
    for name in ("one", "other"):
        turns = [
            {"id": f"t{n}", "role": "assistant" if n % 2 else "user", "content": f"{n}: 返品。"}
            for n in range(TURNS)
        ]
        factories.make_item(study, factories.make_conversation(project, name, turns))
    enter(page.context, bob)
    page.goto(live_server.url + reverse("annotation:rate", args=[study.uid]))
    expect(page.locator(".keyed")).to_be_visible()
    page.evaluate(COUNT)
    return page


@pytest.mark.parametrize("key", ["good_dialogue", "dialogue_breakdown"])
def test_htmx_takes_no_leave_of_each_part_of_a_long_text(
    page: Page, live_server, enter, project, key
):
    """An event for each of thousands of elements was most of the swap."""
    desk = start(page, live_server, enter, project, key)
    first = desk.locator("#rating").get_attribute("action")
    desk.keyboard.press("s")
    expect(desk.locator("#skip")).to_be_visible()
    desk.keyboard.press("1")
    expect(desk.locator(f'#desk.keyed #rating:not([action="{first}"])')).to_be_visible()
    assert 0 < desk.evaluate("leaves") < TURNS / 2


def test_the_next_item_is_told_once(page: Page, live_server, enter, project):
    """Its desk, its state and its progress are three parts of one answer."""
    desk = start(page, live_server, enter, project, "good_dialogue")
    for key in ("4", "5", "3", "5", "2", "1", "Enter"):
        desk.keyboard.press(key)
    expect(desk.locator("#said")).to_have_text("Submitted. Item 2 of 2")
    desk.wait_for_timeout(300)  # whatever else would come, comes within a tenth of it
    told = desk.evaluate("told")
    assert [words for words in told if "Submitted" in words] == ["Submitted. Item 2 of 2"]
