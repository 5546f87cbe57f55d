"""The page names the keys of the item on it; one that means nothing there says where one is."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import User
from annotation.models import ItemAnswer
from tests import factories
from tests.browser.looks import Look, wear
from tests.browser.rating_desk import TASK, rater, study_from

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TURN = "go to another turn"
SIDE = "choose the left or the right answer"
PLACE = "give this one the next place"
CRITERION = "rate the criterion"
LACK = """(words) => {  // to a part of a pixel, of which one is enough for an ellipsis
  const range = document.createRange();
  range.selectNodeContents(words);
  return range.getBoundingClientRect().width - words.getBoundingClientRect().width;
}"""
OF = {
    "good_dialogue": {TURN, CRITERION},
    "dialogue_breakdown": {TURN, CRITERION},
    "preference": {SIDE, CRITERION},
}


@pytest.fixture
def sit_down(page: Page, live_server, enter, project):
    bob = rater(project.team)

    def start(key: str, language: str = "en") -> Page:
        User.objects.filter(pk=bob.pk).update(language=language)
        study = study_from(project, key, bob)
        enter(page.context, bob)
        page.goto(live_server.url + reverse("annotation:rate", args=[study.uid]))
        expect(page.locator(".keyed")).to_be_visible()
        return page

    return start


def named(page: Page) -> set[str]:
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    words = " ".join(page.locator("#keys dd:visible").all_inner_texts())
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_hidden()
    return {one for one in (TURN, SIDE, PLACE, CRITERION) if one in words}


@pytest.mark.parametrize("key", OF)
def test_only_keys_of_the_layout_are_named(sit_down, key):
    assert named(sit_down(key)) == OF[key]


def test_they_change_with_the_item(page: Page, live_server, enter, project):
    """A study may hold pairs beside three answers to put in order."""
    bob = rater(project.team)
    study = study_from(project, "preference", bob, items=1)
    answers = [
        factories.make_conversation(
            project, name, [TASK[0], {"id": name, "role": "assistant", "content": name}]
        )
        for name in ("mild", "warm", "brief")
    ]
    item = factories.make_item(study, answers[0], conversation_b=answers[1], n_answers=3)
    for position, answer in enumerate(answers):
        ItemAnswer.objects.create(item=item, position=position, conversation=answer)
    enter(page.context, bob)
    page.goto(live_server.url + reverse("annotation:rate", args=[study.uid]))
    expect(page.locator('.keyed[data-layout="pair"]')).to_be_visible()
    assert named(page) == OF["preference"]
    for key in ("2", "Enter"):
        page.keyboard.press(key)
    expect(page.locator("[data-ranking].live.now")).to_be_visible()
    assert named(page) == {PLACE}


def test_a_key_that_means_nothing_where_one_is_says_where_that_is(sit_down):
    desk = sit_down("dialogue_breakdown")
    desk.keyboard.press("o")
    expect(desk.locator("#said")).to_have_text("Breakdown: O ○ No breakdown")
    desk.keyboard.press("x")
    cause = desk.locator('[data-key="cause"]:visible')
    expect(cause).not_to_have_css("border-left-color", "rgba(0, 0, 0, 0)")
    desk.keyboard.press("o")
    expect(desk.locator("#said")).to_contain_text("Cause")
    expect(cause.locator(":checked")).to_have_count(0)


def test_on_a_phone_it_is_read_whole_that_all_is_saved(sit_down):
    desk = sit_down("dialogue_breakdown", language="ja")
    wear(desk, Look(390, "light", "ja"))
    for key in ("o", "o", "o", "Enter"):
        desk.keyboard.press(key)
    expect(desk.locator("[data-undo]")).to_be_visible()
    desk.keyboard.press("o")
    words = desk.locator("[data-saved]:visible > span")
    expect(words).to_contain_text("保存済み")
    desk.evaluate("document.querySelector('.count').textContent = '30件中12件目'")
    assert words.evaluate(LACK) <= 0
