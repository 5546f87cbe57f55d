"""Code that a model wrote without a fence can be judged: its lines stand in where they stood in."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests import factories
from tests.browser.rating_desk import rater, study_from

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CODE = "def leap(n):\n    for year in range(n):\n        print(year{})\n\n    return n"
LEFT = """(said, words) => {
  const walker = document.createTreeWalker(said, NodeFilter.SHOW_TEXT);
  while (!walker.nextNode().data.includes(words));
  const range = document.createRange(), at = walker.currentNode.data.indexOf(words);
  range.setStart(walker.currentNode, at);
  range.setEnd(walker.currentNode, at + words.length);
  return range.getBoundingClientRect().left;
}"""


@pytest.fixture
def desk(page: Page, live_server, enter, project) -> Page:
    bob = rater(project.team)
    study = study_from(project, "good_dialogue", bob, items=0)
    turns = [
        {"id": "u", "role": "user", "content": CODE.format("")},
        {"id": "a", "role": "assistant", "content": CODE.format(" * 4")},
    ]
    factories.make_item(study, factories.make_conversation(project, "code", turns))
    enter(page.context, bob)
    page.goto(live_server.url + reverse("annotation:rate", args=[study.uid]))
    expect(page.locator(".keyed")).to_be_visible()
    return page


@pytest.mark.parametrize("number", [0, 1])
def test_each_line_stands_as_far_in_as_it_was_written(desk: Page, number):
    said = desk.locator(f"#turn-{number} .said")
    places = [said.evaluate(LEFT, words) for words in ("def", "for", "print", "return")]
    steps = [place - places[0] for place in places]
    assert steps[1] > 8
    assert steps == pytest.approx([0, steps[1], 2 * steps[1], steps[1]], abs=1)


def test_words_are_found_over_the_end_of_an_indented_line(desk: Page):
    desk.keyboard.press("/")
    desk.keyboard.type("range(n): print")
    expect(desk.locator("#search output")).to_have_text("1 of 2")
