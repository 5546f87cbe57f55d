"""Finding words in a conversation, in what is folded too."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests import factories
from tests.browser.chromium import SLOWED
from tests.browser.rating_desk import rater, study_from

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LINE = "荷物は月曜日に **出荷** されました。 "
PAINTED = "[...CSS.highlights.get('here')].map(String).join()"


def long_conversation() -> list[dict]:
    """200 turns of 100 KB; every tenth answer was given a passage."""
    turns = [{"id": f"t{n}", "content": f"{n}: {LINE * 9}"} for n in range(200)]
    for n, turn in enumerate(turns):
        turn["role"] = "assistant" if n % 2 else "user"
        if n % 20 == 1:
            turn["passages"] = [{"id": "p", "text": f"ＡＢＣ {n}"}]
    return turns


@pytest.fixture
def desk(page: Page, live_server, enter, project) -> Page:
    bob = rater(project.team)
    study = study_from(project, "good_dialogue", bob, items=0)
    for name in ("long", "next"):
        said = factories.make_conversation(project, name, long_conversation())
        factories.make_item(study, said)
    enter(page.context, bob)
    page.goto(live_server.url + reverse("annotation:rate", args=[study.uid]))
    return page


def test_hits_are_counted_painted_and_gone_through(desk: Page):
    desk.keyboard.press("/")
    desk.keyboard.type("月曜日に 出荷")
    expect(desk.locator("#search output")).to_have_text("1 of 900")
    assert desk.evaluate(PAINTED) == "月曜日に 出荷"
    desk.keyboard.press("Shift+Enter")
    expect(desk.locator("#search output")).to_have_text("900 of 900")
    expect(desk.locator("#turn-199")).to_be_in_viewport()
    desk.keyboard.press("Escape")
    expect(desk.locator("#search")).to_be_hidden()
    assert desk.evaluate("CSS.highlights.size") == 0
    desk.keyboard.press("4")
    expect(desk.locator('[data-key="helpfulness"] :checked')).to_have_value("4")


def test_a_fold_opens_for_the_hit_in_it_and_width_does_not_matter(desk: Page):
    desk.get_by_role("button", name="Search").click()
    desk.keyboard.type("abc 101")
    expect(desk.locator("#search output")).to_have_text("1 of 1")
    expect(desk.locator("#turn-101 .passage")).to_be_in_viewport()
    desk.locator("#search-words").fill("marmalade")
    expect(desk.locator("#search output")).to_have_text("not found")


def test_two_hundred_turns_do_not_hold_up_a_key(desk: Page):
    """Measured in CPU time, not by the clock: machines are busy."""
    meter = desk.context.new_cdp_session(desk)
    meter.send("Performance.enable")

    def busy() -> float:
        metrics = meter.send("Performance.getMetrics")["metrics"]
        parts = {"ScriptDuration", "LayoutDuration", "RecalcStyleDuration"}
        return sum(one["value"] for one in metrics if one["name"] in parts)

    before = busy()
    for key in ("4", "5", "3", "5", "ArrowRight", "ArrowRight", "2", "1"):
        desk.keyboard.press(key)
    assert (busy() - before) / 8 < 0.05 * SLOWED
    desk.keyboard.press("Enter")
    expect(desk.locator(".count")).to_have_text("2 of 2")
