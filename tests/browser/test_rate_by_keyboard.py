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


def focus(page: Page) -> str:
    """Where the focus is: the question, else what the element is called."""
    return page.evaluate("""() => {
        const place = document.activeElement;
        return place.closest("[data-key]")?.dataset.key ?? (place.id || place.tagName);
    }""")


def said() -> dict[tuple[str, int], int | None]:
    return {(s.criterion.key, s.turn): s.value for s in Score.objects.filter(current=True)}


@pytest.mark.both
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


def test_ten_items_without_a_mouse(page: Page, sit_down):
    sit_down("good_dialogue", items=10)
    for n in range(1, 11):
        expect(page.locator(".count")).to_have_text(f"{n} of 10")
        if n > 1:
            expect(page.locator("#said")).to_have_text(f"Submitted. Item {n} of 10")
            assert focus(page) == "helpfulness"
            assert page.evaluate("scrollY") == 0
        for key in ("1", "n", "ArrowDown", "3", "5", "2", "1"):
            page.keyboard.press(key)
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="You are done here")).to_be_visible()
    assert focus(page) == "desk"
    assert Rating.objects.count() == 10
    assert Score.objects.filter(criterion__key="correctness", text__cannot_judge=True).count() == 10


def test_what_is_read_aloud_is_joined_as_the_language_of_the_page_wants_it(page: Page, sit_down):
    sit_down("good_dialogue")
    page.evaluate("document.querySelector('#said').dataset.of = '{name}：{words}'")
    page.keyboard.press("4")
    expect(page.locator("#said")).to_have_text("Helpfulness：4")


def test_the_focus_goes_with_the_keys(page: Page, sit_down):
    sit_down("good_dialogue")
    page.keyboard.press("4")
    assert focus(page) == "correctness"
    expect(page.locator("#said")).to_have_text("Helpfulness: 4")
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_have_text("5 left")
    assert focus(page) == "correctness"
    page.keyboard.press("s")
    page.keyboard.press("3")
    expect(page.locator("#said")).to_contain_text("Skipped.")
    assert focus(page) == "helpfulness"
    assert "distressing" in Assignment.objects.get(state="skipped").skip_reason


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


@pytest.mark.parametrize("points", [("o", "x"), ("1", "3")], ids=["letters", "places"])
def test_turns_appear_as_they_are_rated(page: Page, sit_down, points):
    sit_down("dialogue_breakdown")
    later = page.get_by_text("急だね。")
    expect(later).to_be_hidden()
    for key in (*points, "1", "2", "t", "3"):
        page.keyboard.press(key)
    expect(later).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator(".count")).to_have_text("2 of 2")
    assert said() == {
        ("breakdown", 0): 0, ("breakdown", 2): 2, ("cause", 2): 0b11,
        ("breakdown", 4): 1, ("cause", 4): 0b100,
    }  # fmt: skip


def test_arrows_go_from_turn_to_turn(page: Page, sit_down):
    sit_down("dialogue_breakdown", blinding={"show_later_turns": True})
    here = page.locator(".tturn.now")
    for key, words in (
        ("ArrowRight", "宇宙の飲み物"),
        ("ArrowRight", "飲み物は安い"),
        ("ArrowLeft", "宇宙の飲み物"),
    ):
        page.keyboard.press(key)
        expect(here).to_contain_text(words)
    full_width = "new KeyboardEvent('keydown', {key: 'ｘ', bubbles: true})"
    page.evaluate(f"document.body.dispatchEvent({full_width})")
    expect(page.locator('.tturn:has-text("宇宙の") :checked[value="X"]')).to_have_count(1)


def test_pairs_are_judged_by_arrows_and_digits(page: Page, sit_down):
    sit_down("preference", items=4)
    clearly, without_strength = ("2", "1"), ("ArrowDown", "1")
    judged = {"ArrowLeft": clearly, "ArrowRight": without_strength, "2": (), "3": ("1",)}
    for n, (key, reasons) in enumerate(judged.items(), start=1):
        expect(page.locator(".count")).to_have_text(f"{n} of 4")
        for one in (key, *reasons, "Enter"):
            page.keyboard.press(one)
    expect(page.get_by_role("heading", name="You are done here")).to_be_visible()
    swapped = {one.item_id: one.display["swapped"] for one in Assignment.objects.all()}
    sides = Score.objects.filter(criterion__key="preference").order_by("id")
    assert [one.value ^ swapped[one.item_id] if one.value < 2 else one.value for one in sides] == [
        0, 1, 2, 3,
    ]  # fmt: skip
    assert Score.objects.get(criterion__key="strength").value == 1


def test_what_was_refused_is_where_the_keys_go(page: Page, sit_down):
    sit_down("preference")
    expect(page.locator(".keyed")).to_be_visible()
    for key in ("1", "2", "1", "2", "3", "4"):  # a reason more than are allowed
        page.keyboard.press(key)
    expect(page.locator('[name="q.reasons"]:checked')).to_have_count(4)
    page.keyboard.press("Enter")
    expect(page.locator('[data-key="reasons"] .error')).to_contain_text("3")
    expect(page.locator('[data-key="reasons"].now')).to_have_count(1)
    assert focus(page) == "reasons"
    page.keyboard.press("4")
    page.keyboard.press("Enter")
    expect(page.locator(".count")).to_have_text("2 of 2")


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


def test_u_undoes_the_last_submit_and_no_other(page: Page, sit_down):
    sit_down("good_dialogue", items=3)
    for n in (1, 2):
        for key in ("4", "5", "3", "5", "2", "1", "c"):
            page.keyboard.press(key)
        page.keyboard.type(f"Kind and brief {n}")
        page.keyboard.press("Control+Enter")
        expect(page.locator(".count")).to_have_text(f"{n + 1} of 3")
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    page.keyboard.press("u")
    expect(page.locator(".count")).to_have_text("2 of 3")
    expect(page.locator("#comment")).to_have_value("Kind and brief 2")
    expect(page.locator('[data-key="correctness"] :checked')).to_have_value("5")
    expect(page.locator("#said")).to_contain_text("Taken back.")
    expect(page.get_by_role("button", name="Undo")).to_have_count(0)
    assert focus(page) == "helpfulness"
    assert Rating.objects.filter(current=True).count() == 1
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    expect(page.locator(".count")).to_have_text("3 of 3")
    assert Rating.objects.filter(current=True, revision_of__isnull=False).count() == 1


def test_skipping_takes_a_reason(page: Page, sit_down):
    sit_down("good_dialogue")
    page.keyboard.press("s")
    page.keyboard.press("Enter")
    expect(page.locator(".message")).to_contain_text("Skipped.")
    assert Assignment.objects.get(state="skipped").skip_reason


def test_passages_are_rated_where_they_stand(page: Page, sit_down):
    sit_down("retrieved_passage", items=1)
    here = page.locator(".crit.now")
    expect(here).to_have_attribute("data-key", "relevance")
    page.keyboard.press("3")
    page.keyboard.press("1")
    expect(page.locator(".passage-rated").nth(1).locator(".crit.now")).to_have_count(1)
    page.keyboard.press("0")
    page.keyboard.press("3")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="You are done here")).to_be_visible()
    relevance = Score.objects.filter(criterion__key="relevance").order_by("passage")
    assert [(score.passage, score.value) for score in relevance] == [(0, 3), (1, 0)]


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
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_contain_text("undo the last submit")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_hidden()
