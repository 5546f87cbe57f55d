"""Thumbs and a survey on one page, and both where a browser or a page is not like the others."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from surveys.models import FeedbackEvent, Survey, WidgetKey
from surveys.services.widgets import make_widget_key
from surveys.survey_templates import survey_template
from tests.browser.axe import assert_accessible
from tests.browser.foreign_site import Site, element, script, serving
from tests.browser.looks import overflows
from tests.surveys.forms_of import document, make_survey

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

UP, DOWN = "Good answer", "Not a good answer"
OLDER = """
Object.defineProperty(navigator, "locks", { value: undefined });
window.CSSStyleSheet = class { constructor() { throw new TypeError("Illegal constructor"); } };
"""
MIRRORED = "document.addEventListener('DOMContentLoaded', () => { document.dir = 'rtl'; })"
FILL = "thumb => getComputedStyle(thumb.querySelector('svg')).fill"


@pytest.fixture
def site(live_server) -> Iterator[Site]:
    with serving(live_server.url) as served:
        yield served


@pytest.fixture
def key(project, site: Site) -> WidgetKey:
    return make_widget_key(actor=None, project=project, name="Help", origins=[site.origin])


@pytest.fixture
def survey(project) -> Survey:
    return make_survey(survey_template("csat_chat").document, project)


@pytest.fixture
def both(page: Page, site: Site, live_server, key: WidgetKey, survey: Survey):
    """``both("survey.js", "feedback.js")``: a page with both elements, scripts in this order."""

    def opened(*names: str, lang: str = "en") -> Page:
        asked = (
            f'<touchstone-survey project-key="{key.key}" survey="{survey.slug}" trigger="load">'
            "</touchstone-survey>"
        )
        head = "".join(script(live_server.url, name) for name in names)
        page.goto(site.page(element(key) + asked, head=head, lang=lang))
        expect(page.locator("touchstone-survey").get_by_role("heading").first).to_be_visible()
        expect(page.locator("touchstone-feedback").get_by_role("button").first).to_be_visible()
        return page

    return opened


def arrived(page: Page, kinds: set[str]) -> list[FeedbackEvent]:
    for _attempt in range(150):
        events = list(FeedbackEvent.objects.filter(type__in=kinds).order_by("pk"))
        if {event.type for event in events} == kinds:
            return events
        page.wait_for_timeout(100)
    raise AssertionError(f"of {kinds} only {events} arrived")


@pytest.mark.parametrize(
    "names", [("survey.js", "feedback.js"), ("feedback.js", "survey.js")], ids=" ".join
)
def test_thumbs_and_a_survey_share_a_page_in_either_order(both, names):
    page = both(*names)
    page.get_by_role("button", name=UP, exact=True).click()
    given, shown = sorted(arrived(page, {"feedback", "survey_shown"}), key=lambda one: one.type)
    assert given.respondent_key == shown.respondent_key
    kinds = "['init', 'feedback', 'record'].map(name => typeof touchstone[name])"
    assert page.evaluate(kinds) == ["function"] * 3
    assert page.evaluate("typeof touchstone.survey.open") == "function"


def test_in_a_browser_without_locks_and_shared_sheets_both_are_plain_and_work(both, page):
    page.add_init_script(OLDER)
    both("feedback.js", "survey.js")
    box = page.get_by_role("button", name=UP, exact=True).bounding_box()
    assert min(box["width"], box["height"]) >= 20
    page.get_by_role("button", name=DOWN, exact=True).click()
    page.get_by_role("checkbox").first.check()
    assert [one.value for one in arrived(page, {"feedback"})] == ["down"]


def test_in_forced_colours_the_pressed_thumb_is_told_from_the_other(both, page):
    page.emulate_media(forced_colors="active")
    both("feedback.js", "survey.js")
    up, down = (page.get_by_role("button", name=name, exact=True) for name in (UP, DOWN))
    up.click()
    expect(up).to_have_attribute("aria-pressed", re.compile("true"))
    assert up.evaluate(FILL) != "none"
    assert down.evaluate(FILL) == "none"
    assert_accessible(page)


def test_from_right_to_left_both_are_mirrored_and_fit(both, page, survey, project):
    """The thumbs by the page, the survey by its own language."""
    words = {"en": "Good", "ar": "جيد"}
    choices = [{"value": name, "text": words} for name in "ab"]
    asked = document(
        [{"type": "single", "name": "good", "title": words, "choices": choices}],
        title=words,
        locales=["en", "ar"],
    )
    survey.slug = make_survey(asked, project).slug
    page.set_viewport_size({"width": 390, "height": 800})
    page.add_init_script(MIRRORED)
    both("feedback.js", "survey.js", lang="ar")
    up, down = (
        page.get_by_role("button", name=name, exact=True).bounding_box() for name in (UP, DOWN)
    )
    assert up["x"] > down["x"]
    answer = page.locator("touchstone-survey").get_by_role("radio").first
    assert answer.bounding_box()["x"] > 195
    assert not overflows(page)
    assert_accessible(page)
