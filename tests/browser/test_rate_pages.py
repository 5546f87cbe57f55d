"""The rater pages in every look, on a phone, by two at once, and how much a first visit loads."""

import gzip

import pytest
from django.urls import reverse
from playwright.sync_api import Page, Response, expect

from annotation.models import Rating
from tests.browser.axe import assert_accessible
from tests.browser.bearing import assert_bears_every_look
from tests.browser.looks import LOOKS, Look, each_look, overflows, wear
from tests.browser.rating_desk import rater, study_from

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BUDGET = 60 * 1024
LAYOUTS = ("good_dialogue", "dialogue_breakdown", "preference", "per_task", "retrieved_passage")


@pytest.fixture
def bob(project):
    return rater(project.team)


@pytest.mark.parametrize("key", LAYOUTS)
def test_a_desk_is_accessible_in_every_look(page: Page, live_server, enter, project, bob, key):
    study = study_from(project, key, bob)
    enter(page.context, bob)
    page.goto(live_server.url + reverse("annotation:rate", args=[study.uid]))
    assert_bears_every_look(page)


@pytest.mark.parametrize("name", ["my_studies", "my_ratings", "rate"])
def test_the_pages_around_it_are_accessible(page: Page, live_server, enter, project, bob, name):
    study = study_from(project, "good_dialogue", bob, items=0)
    enter(page.context, bob)
    place = [] if name == "my_studies" else [study.uid]
    page.goto(live_server.url + reverse(f"annotation:{name}", args=place))
    for _look in each_look(page, [LOOKS[0], LOOKS[-1]]):
        assert not overflows(page)
        assert_accessible(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_foot_of_a_pair_keeps_its_distance_and_its_words_under_a_finger(
    page: Page, live_server, enter, project, bob, scheme
):
    """Where a finger has pressed, a phone goes on to hover: what is left to say is read there."""
    wear(page, Look(390, scheme, "en"))
    study = study_from(project, "preference", bob)
    enter(page.context, bob)
    page.goto(live_server.url + reverse("annotation:rate", args=[study.uid]))
    page.locator(".verdict label").first.click()
    expect(page.locator(".verdictbar [data-question]:visible").nth(1)).to_be_visible()
    submit = page.locator("[data-submit]")
    expect(submit).to_have_attribute("aria-disabled", "true")
    box = submit.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 844 - 8
    submit.hover()
    expect(submit).to_have_css("background-color", "rgba(0, 0, 0, 0)")


@pytest.mark.parametrize("key", ["good_dialogue", "dialogue_breakdown", "preference"])
def test_the_foot_is_one_line_on_a_phone(page: Page, live_server, enter, project, bob, key):
    study = study_from(project, key, bob)
    enter(page.context, bob)
    page.goto(live_server.url + reverse("annotation:rate", args=[study.uid]))
    for look in each_look(page, [Look(390, "light", language) for language in ("en", "ja")]):
        expect(page.locator("[data-submit] [data-left-words]")).to_be_visible()
        middles = page.locator("[data-submit]").evaluate(
            """submit => [...submit.parentElement.children]
                .map(one => one.getBoundingClientRect()).filter(box => box.height > 0)
                .map(box => Math.round(box.top + box.height / 2))"""
        )
        assert max(middles) - min(middles) <= 2, look


def test_on_a_phone_one_criterion_at_a_time_with_targets_for_thumbs(
    new_context, live_server, enter, project, bob
):
    context = new_context(has_touch=True)
    study = study_from(project, "good_dialogue", bob)
    enter(context, bob)
    page = context.new_page()
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(live_server.url + reverse("annotation:rate", args=[study.uid]))
    points = {"helpfulness": 4, "correctness": 5, "coherence": 3, "right_amount": 5, "register": 2}
    for key, point in points.items():
        here = page.locator(".crit:visible")
        expect(here).to_have_count(1)
        expect(here).to_have_attribute("data-key", key)
        sizes = [box["height"] for pt in here.locator(".pt").all() if (box := pt.bounding_box())]
        assert min(sizes) >= 44
        here.locator(".pt").nth(point - 1).tap()
        expect(page.locator(f'[data-tab-of="q-{key}"] b')).to_have_text(str(point))
        expect(here).not_to_have_attribute("data-key", key)
    expect(page.locator(".ctabs label:has(:checked)")).to_be_in_viewport(ratio=1)
    page.locator(".crit:visible .pt").first.tap()
    page.get_by_role("button", name="Submit").tap()
    expect(page.locator(".count")).to_have_text("2 of 2")
    assert Rating.objects.count() == 1


@pytest.mark.both
def test_two_raters_at_once_fill_an_item_with_their_own_ratings(
    new_context, live_server, enter, project, bob
):
    dora = rater(project.team, "dora")
    study = study_from(project, "good_dialogue", bob, dora, items=1)
    pages = []
    for person in (bob, dora):
        context = new_context()
        enter(context, person)
        pages.append(context.new_page())
        pages[-1].goto(live_server.url + reverse("annotation:rate", args=[study.uid]))
    for number, page in enumerate(pages):
        for key in (str(3 + number), "5", "3", "5", "2", "1", "Enter"):
            page.keyboard.press(key)
    for page in pages:
        expect(page.get_by_role("heading", name="You are done here")).to_be_visible()
    assert {rating.rater.user for rating in Rating.objects.all()} == {bob, dora}
    assert study.items.get().n_submitted == 2


def test_it_works_without_script(new_context, live_server, enter, project, bob):
    context = new_context(java_script_enabled=False)
    study = study_from(project, "dialogue_breakdown", bob)
    enter(context, bob)
    page = context.new_page()
    page.goto(live_server.url + reverse("annotation:rate", args=[study.uid]))
    for turn in (0, 2, 4):
        page.locator(f'.pt:has([name="q.breakdown.{turn}"][value="O"])').click()
    page.get_by_role("button", name="Submit").click()
    expect(page.locator(".count")).to_have_text("2 of 2")
    page.get_by_role("button", name="Submit").click()
    expect(page.get_by_text("3 answers are missing")).to_be_visible()


def test_a_first_visit_is_light(page: Page, live_server, enter, project, bob):
    study = study_from(project, "good_dialogue", bob)
    enter(page.context, bob)
    loaded: list[Response] = []
    page.on("response", lambda response: loaded.append(response))
    page.goto(live_server.url + reverse("annotation:rate", args=[study.uid]))
    page.wait_for_load_state("networkidle")
    weights = [
        len(gzip.compress(one.body(), 6)) for one in loaded if one.url.endswith((".js", ".css"))
    ]
    assert len(loaded) <= 8, [one.url for one in loaded]
    assert sum(weights) <= BUDGET


def test_on_a_phone_the_turn_that_is_asked_about_stands_where_the_others_do(
    page: Page, live_server, enter, project, bob
):
    study = study_from(project, "dialogue_breakdown", bob)
    enter(page.context, bob)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(live_server.url + reverse("annotation:rate", args=[study.uid]))
    expect(page.locator(".keyed")).to_be_visible()
    page.keyboard.press("o")
    asked = page.locator(".tturn.assistant:visible .at-turn > .crit:first-child .scale")
    expect(asked).to_have_count(2)
    before, now = (box for one in asked.all() if (box := one.bounding_box()))
    assert (before["x"], before["width"]) == (now["x"], now["width"])


def test_where_nothing_is_left_the_reason_stands_apart_from_what_it_means(
    page: Page, live_server, enter, project, bob
):
    study = study_from(project, "good_dialogue", bob)
    study.study_raters.update(paused=True)
    enter(page.context, bob)
    page.goto(live_server.url + reverse("annotation:rate", args=[study.uid]))
    finding, words = (page.locator(part).bounding_box() for part in ("#desk h1", "#desk h1 + p"))
    assert finding is not None
    assert words is not None
    assert words["y"] - finding["y"] - finding["height"] >= 8
