"""Several answers put in order: by keys, by dragging, by thumb, and without a script."""

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import CDPSession, Page, expect

from annotation.models import Item, ItemAnswer, Rating, Score, Study
from tests import factories
from tests.browser.bearing import assert_bears_every_look
from tests.browser.looks import overflows
from tests.browser.rating_desk import rater, study_from

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WORDS = ("We are sorry. It comes on 12 May.", "Sorry!", "A **late** parcel is a sad parcel.", "No.")
ANSWERS = len(WORDS)


@pytest.fixture
def study(project) -> Study:
    """Two rankings of four answers, under the shipped rubric of preferences."""
    bob = rater(project.team)
    study = study_from(project, "preference", bob, items=0)
    for number in range(2):
        answers = [
            factories.make_conversation(
                project,
                f"secret-{number}-{place}",
                [
                    {"id": "u", "role": "user", "content": f"Apologise for parcel {number}."},
                    {"id": "a", "role": "assistant", "content": words},
                ],
            )
            for place, words in enumerate(WORDS)
        ]
        item = factories.make_item(study, answers[0], conversation_b=answers[1], n_answers=ANSWERS)
        for position, answer in enumerate(answers):
            ItemAnswer.objects.create(item=item, position=position, conversation=answer)
    return study


@pytest.fixture
def bob(study):
    return study.study_raters.get().rater.user


@pytest.fixture
def desk(page: Page, live_server, enter, study, bob) -> Page:
    enter(page.context, bob)
    page.goto(live_server.url + reverse("annotation:rate", args=[study.uid]))
    expect(page.locator("[data-ranking].live.now")).to_have_count(1)
    return page


def order(page: Page) -> str:
    """The list as it stands: places of answers by rank, those that share one together."""
    rows: list[tuple[str, str]] = page.evaluate(
        """() => [...document.querySelectorAll("[data-place]")]
            .map((row) => [row.dataset.place, row.querySelector("select").value])"""
    )
    by_rank: dict[str, str] = {}
    for place, rank in rows:
        if rank:
            by_rank[rank] = by_rank.get(rank, "") + place
    return " ".join(by_rank[rank] for rank in sorted(by_rank, key=int))


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def stored(item: Item) -> list[str]:
    """Answers from the best to the worst as they were stored; shared places have one rank."""
    better = dict.fromkeys(range(ANSWERS), 0)
    for score in Score.objects.filter(item=item, current=True):
        side = score.criterion.points[score.value]["key"]
        if side in {"a", "b"}:
            better[score.passage if side == "a" else score.turn] += 1
    return [WORDS[position] for position in sorted(better, key=lambda one: better[one])]


def shown(page: Page, place: int) -> str:
    """The answer at a place of the page, by its words."""
    text = page.locator(".side").nth(place - 1).inner_text()
    return next(words for words in WORDS if words.replace("**", "") in text)


@pytest.mark.both
def test_a_ranking_by_keyboard(desk: Page, study: Study):
    best_first = [shown(desk, place) for place in (3, 1, 4, 2)]
    press(desk, "3", "1")
    assert order(desk) == "3 1"
    expect(desk.locator("[data-submit]")).to_contain_text("1 left")
    press(desk, "4")
    assert order(desk) == "3 1 4 2"
    expect(desk.locator("#said")).to_have_text("Answer D: place 3 Answer B: place 4")
    press(desk, "Enter")
    expect(desk.locator(".count")).to_have_text("2 of 2")
    assert stored(study.items.get(seq=1)) == best_first
    expect(desk.locator("[data-ranking].live.now")).to_have_count(1)
    press(desk, "2")
    assert order(desk) == "2"


def test_arrows_move_and_equals_ties(desk: Page):
    press(desk, "1", "2", "3")
    assert order(desk) == "1 2 3 4"
    press(desk, "ArrowUp")
    assert order(desk) == "1 3 2 4"
    press(desk, "=")
    assert order(desk) == "13 2 4"
    expect(desk.locator("#said")).to_have_text("Answer C: place 1, shared")
    press(desk, "ArrowUp")
    assert order(desk) == "3 1 2 4"
    press(desk, "4", "ArrowLeft", "=")
    assert order(desk) == "3 14 2"
    press(desk, "ArrowDown", "Backspace")
    assert order(desk) == "3 1 4"
    press(desk, "2")
    assert order(desk) == "3 1 4 2"


def test_undo_brings_the_order_back(desk: Page):
    press(desk, "4", "3", "2", "Enter")
    expect(desk.locator(".count")).to_have_text("2 of 2")
    press(desk, "u")
    expect(desk.locator(".count")).to_have_text("1 of 2")
    expect(desk.locator("[data-ranking].live")).to_have_count(1)
    assert order(desk) == "4 3 2 1"


def test_a_draft_survives_a_reload(desk: Page):
    press(desk, "2", "4")
    expect(desk.locator("[data-saved]")).to_contain_text("Saved")
    desk.reload()
    expect(desk.locator("[data-ranking].live.now")).to_have_count(1)
    assert order(desk) == "2 4"


def drag(page: Page, place: int, target: int, share: float) -> None:
    """Take the row of an answer to a share of the width of another's."""
    boxes = [page.locator(f'[data-place="{one}"]').bounding_box() for one in (place, target)]
    assert boxes[0]
    assert boxes[1]
    (grip, onto) = boxes
    page.mouse.move(grip["x"] + 14, grip["y"] + grip["height"] / 2)
    page.mouse.down()
    page.mouse.move(onto["x"] + share * onto["width"], onto["y"] + onto["height"] / 2, steps=8)
    page.mouse.up()


def test_a_ranking_by_dragging(desk: Page, study: Study):
    press(desk, "1", "2", "3")
    drag(desk, 4, 1, 0.1)
    assert order(desk) == "4 1 2 3"
    drag(desk, 3, 1, 0.5)
    assert order(desk) == "4 13 2"
    drag(desk, 4, 2, 0.9)
    assert order(desk) == "13 2 4"
    best = {shown(desk, 1), shown(desk, 3)}
    press(desk, "Enter")
    expect(desk.locator(".count")).to_have_text("2 of 2")
    assert set(stored(study.items.get(seq=1))[:2]) == best


def test_a_row_is_dragged_before_it_has_a_place(desk: Page):
    press(desk, "1", "2")
    drag(desk, 4, 2, 0.1)
    assert order(desk) == "1 4 2 3"  # the last one left takes the last place, as it does by keys
    expect(desk.locator("#said")).to_have_text("Answer D: place 2 Answer C: place 4")


def test_a_click_gives_an_answer_the_next_place(desk: Page):
    for place in (3, 1, 4):
        desk.locator(f'[data-place="{place}"] .answer').click()
    assert order(desk) == "3 1 4 2"
    desk.locator('[data-place="2"] .answer').click()
    expect(desk.locator("#said")).to_have_text("Answer B: place 4")
    press(desk, "ArrowUp")
    assert order(desk) == "3 1 2 4"


def test_buttons_do_what_the_keys_do(desk: Page):
    for name in ("Answer B: a place up", "Answer A: a place up", "Answer D: a place up"):
        desk.get_by_role("button", name=name).click()
    assert order(desk) == "2 1 4 3"
    desk.get_by_role("button", name="Answer D: share the place above").click()
    desk.get_by_role("button", name="Answer B: a place down").click()
    assert order(desk) == "14 2 3"
    expect(desk.get_by_role("button", name="Answer B: a place down")).to_be_focused()


def test_who_cannot_judge_gives_no_order(desk: Page):
    press(desk, "1", "2", "n")
    assert order(desk) == ""
    press(desk, "Enter")
    expect(desk.locator(".count")).to_have_text("2 of 2")
    assert set(Score.objects.values_list("value", flat=True)) == {None}


def test_without_a_script_each_answer_has_a_field(new_context, live_server, enter, study, bob):
    context = new_context(java_script_enabled=False)
    enter(context, bob)
    page = context.new_page()
    page.goto(live_server.url + reverse("annotation:rate", args=[study.uid]))
    worst_first = [shown(page, place) for place in (1, 2, 3, 4)]
    for letter, rank in zip("ABCD", "4321", strict=True):
        page.get_by_label(f"Answer {letter}: place", exact=True).select_option(rank)
    page.get_by_role("button", name="Submit and next").click()
    expect(page.locator(".count")).to_have_text("2 of 2")
    assert stored(study.items.get(seq=1)) == worst_first[::-1]


def test_a_ranking_by_thumb(new_context, live_server, enter, study, bob):
    context = new_context(has_touch=True)
    enter(context, bob)
    page = context.new_page()
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(live_server.url + reverse("annotation:rate", args=[study.uid]))
    assert not overflows(page)
    for name in ("Answer C: a place up", "Answer A: a place up", "Answer B: a place up"):
        button = page.get_by_role("button", name=name)
        box: Any = button.bounding_box()
        assert min(box["width"], box["height"]) >= 44
        button.tap()
    assert order(page) == "3 1 2 4"
    page.get_by_role("button", name="Submit").tap()
    expect(page.locator(".count")).to_have_text("2 of 2")
    assert Rating.objects.count() == 1


def touch(fingers: CDPSession, kind: str, *point: float) -> None:
    points = [dict(zip("xy", point, strict=True))] if point else []
    fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


def test_a_ranking_by_tapping_and_by_dragging_with_a_finger(
    new_context, live_server, enter, study, bob
):
    context = new_context(has_touch=True)
    enter(context, bob)
    page = context.new_page()
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(live_server.url + reverse("annotation:rate", args=[study.uid]))
    expect(page.get_by_text("Tap the answers from the best to the worst")).to_be_visible()
    for place in (2, 4, 1):
        page.locator(f'[data-place="{place}"] .answer').tap()
    assert order(page) == "2 4 1 3"
    grip: Any = page.locator('[data-place="3"] .grip').bounding_box()
    goal: Any = page.locator('[data-place="2"]').bounding_box()
    fingers = context.new_cdp_session(page)
    x, start, end = grip["x"] + 30, grip["y"] + grip["height"] / 2, goal["y"] + 2
    touch(fingers, "touchStart", x, start)  # beside what is drawn of the grip
    for step in range(1, 9):
        touch(fingers, "touchMove", x, start + (end - start) * step / 8)
    touch(fingers, "touchEnd")
    assert order(page) == "3 2 4 1"


def test_a_ranking_is_accessible_in_every_look(desk: Page):
    press(desk, "1", "2", "=")
    assert_bears_every_look(desk)


def test_with_letters_of_twice_the_size_all_of_a_row_stands_in_it(desk: Page):
    sizes = {"fontSizes": {"standard": 32, "fixed": 26}}
    desk.context.new_cdp_session(desk).send("Page.setFontSizes", sizes)
    desk.set_viewport_size({"width": 390, "height": 844})
    desk.reload()
    expect(desk.locator("[data-ranking].live.now")).to_have_count(1)
    outside = desk.evaluate(
        """() => [...document.querySelectorAll("[data-place]")].flatMap((row) => {
          const { left, right } = row.getBoundingClientRect();
          return [...row.querySelectorAll(".grip, [data-move]")]
            .map((part) => part.getBoundingClientRect())
            .filter((box) => box.width < 4 || box.left < left || box.right > right).length;
        }).reduce((sum, one) => sum + one)"""
    )
    assert outside == 0
