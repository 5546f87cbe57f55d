"""A whole item without touching the mouse."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from annotation.models import Assignment, Rating, Score
from tests.browser.rating_desk import rater, study_from

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def sit_down(page: Page, live_server, enter, project):
    """Bob opens the rater page of a study of the rubric named."""
    bob = rater(project.team)

    def open_desk(key: str, **fields):
        study = study_from(project, key, bob, **fields)
        enter(page.context, bob)
        page.goto(live_server.url + reverse("annotation:rate", args=[study.uid]))
        return study

    return open_desk


def said() -> dict[tuple[str, int], int | None]:
    return {(s.criterion.key, s.turn): s.value for s in Score.objects.filter(current=True)}


def test_an_item_is_rated_and_the_next_arrives(page: Page, sit_down):
    sit_down("good_dialogue")
    for key in ("4", "5", "3", "5", "2", "1"):
        page.keyboard.press(key)
    page.keyboard.press("Enter")
    expect(page.locator(".count")).to_have_text("2 of 2")
    assert said() == {
        ("helpfulness", -1): 3, ("correctness", -1): 4, ("coherence", -1): 2,
        ("right_amount", -1): 4, ("register", -1): 1, ("open_question", -1): 0,
    }  # fmt: skip


def test_a_condition_shows_its_question_and_the_keys_go_there(page: Page, sit_down):
    sit_down("good_dialogue")
    direction = page.locator('[data-key="direction"]')
    expect(direction).to_be_hidden()
    for key in ("4", "5", "3", "2"):
        page.keyboard.press(key)
    expect(direction).to_be_visible()
    page.keyboard.press("1")
    expect(direction.locator(":checked")).to_have_count(1)


def test_what_is_missing_is_counted_and_enter_goes_there(page: Page, sit_down):
    sit_down("good_dialogue")
    page.keyboard.press("4")
    expect(page.locator("[data-submit]")).to_contain_text("5 left")
    page.keyboard.press("Enter")
    expect(page.locator('[data-key="correctness"].now')).to_have_count(1)
    assert not Rating.objects.exists()


def test_arrows_choose_a_criterion_and_n_says_cannot_judge(page: Page, sit_down):
    sit_down("good_dialogue")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("n")
    page.keyboard.press("k")
    expect(page.locator('[data-key="helpfulness"].now')).to_have_count(1)
    expect(page.locator('[data-key="correctness"] [data-cannot]')).to_be_checked()


def test_turns_appear_as_they_are_rated(page: Page, sit_down):
    sit_down("dialogue_breakdown")
    later = page.get_by_text("急だね。")
    expect(later).to_be_hidden()
    for key in ("o", "x", "1", "2", "t", "3"):
        page.keyboard.press(key)
    expect(later).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator(".count")).to_have_text("2 of 2")
    assert said() == {
        ("breakdown", 0): 0, ("breakdown", 2): 2, ("cause", 2): 0b11,
        ("breakdown", 4): 1, ("cause", 4): 0b100,
    }  # fmt: skip


def test_a_pair_is_judged_by_side_and_stored_by_conversation(page: Page, sit_down):
    sit_down("preference")
    page.keyboard.press("4")
    expect(page.locator('[data-side="right"].pick')).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    expect(page.locator(".count")).to_have_text("2 of 2")
    swapped = Assignment.objects.get(state="submitted").display["swapped"]
    assert said()["preference", -1] == (0 if swapped else 1)


def test_deductions_lower_the_total_that_is_stored(page: Page, sit_down):
    sit_down("per_task")
    for key in ("1", "2", "ArrowDown", "4", "1", "ArrowDown", "1"):
        page.keyboard.press(key)
    expect(page.locator("[data-total] output")).to_have_text("2")
    page.keyboard.press("Enter")
    expect(page.locator(".count")).to_have_text("2 of 2")
    scores = said()
    assert (scores["base", -1], scores["total", -1]) == (3, 1)
    assert (scores["points_held", -1], scores["own_deductions", -1]) == (0b11, 1)
    assert (scores["unnatural_language", -1], scores["over_refusal", -1]) == (1, 0)


def test_z_takes_the_last_one_back_as_it_was(page: Page, sit_down):
    sit_down("good_dialogue")
    for key in ("4", "5", "3", "5", "2", "1", "c"):
        page.keyboard.press(key)
    page.keyboard.type("Kind and brief")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".count")).to_have_text("2 of 2")
    page.keyboard.press("z")
    expect(page.locator(".count")).to_have_text("1 of 2")
    expect(page.locator("#comment")).to_have_value("Kind and brief")
    expect(page.locator('[data-key="correctness"] :checked')).to_have_value("5")
    assert not Rating.objects.filter(current=True).exists()
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    expect(page.locator(".count")).to_have_text("2 of 2")
    assert Rating.objects.get(current=True).revision_of is not None


def test_skipping_takes_a_reason(page: Page, sit_down):
    sit_down("good_dialogue")
    page.keyboard.press("s")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Skipped.")).to_be_visible()
    assert Assignment.objects.get(state="skipped").skip_reason


def test_flag_and_guidelines_and_passages_have_their_keys(page: Page, sit_down):
    sit_down("good_dialogue")
    page.keyboard.press("f")
    expect(page.locator('[name="flagged"]')).to_be_checked()
    passage = page.get_by_text("Parcels take two to three working days.")
    page.keyboard.press("p")
    expect(passage).to_be_visible()
    page.keyboard.press("g")
    expect(page.locator("#guide")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#guide")).to_be_hidden()
