"""The widget in a page of another site, under a strict content policy, with its real server."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from surveys.models import FeedbackEvent, WidgetKey
from surveys.services.widgets import make_widget_key, publish_instrument
from tests.browser.axe import assert_accessible
from tests.browser.foreign_site import Site, element, script, serving
from tests.surveys.widgets import token

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PRESSED = re.compile("true")
UP, DOWN = "Good answer", "Not a good answer"


@pytest.fixture
def site(live_server) -> Iterator[Site]:
    with serving(live_server.url) as served:
        yield served


@pytest.fixture
def key(project, site: Site) -> WidgetKey:
    return make_widget_key(actor=None, project=project, name="Help", origins=[site.origin])


@pytest.fixture
def open_page(page: Page, site: Site, live_server):
    """``open_page(element(key), …)``: the host's page with the script of the snippet."""

    def opened(*bodies: str, **given: str) -> Page:
        given["head"] = script(live_server.url) + given.get("head", "")
        page.goto(site.page("".join(bodies), **given))
        expect(page.get_by_role("button").first).to_be_visible()
        return page

    return opened


def thumb(page: Page, name: str, place: int = 0) -> Locator:
    return page.get_by_role("button", name=name, exact=True).nth(place)


def given() -> list[FeedbackEvent]:
    return list(FeedbackEvent.objects.exclude(type="impression").order_by("pk"))


def arrived(page: Page, count: int) -> list[FeedbackEvent]:
    """Asked from here, until so many events of people are there."""
    for _attempt in range(150):
        if len(given()) >= count:
            break
        page.wait_for_timeout(100)
    page.wait_for_timeout(300)
    assert len(given()) == count
    return given()


def shown(page: Page, count: int) -> list[str]:
    """The messages that were seen, when at least so many were."""
    seen = FeedbackEvent.objects.filter(type="impression").values_list("message", flat=True)
    for _attempt in range(150):
        if len(seen.all()) >= count:
            break
        page.wait_for_timeout(100)
    page.wait_for_timeout(1500)  # in which one too many would come
    return sorted(seen.all())


def test_a_thumb_of_a_foreign_site_arrives_under_a_strict_policy(open_page, key, site):
    page = open_page(element(key, variant="prompt v13", data_topic="billing"))
    thumb(page, UP).click()
    expect(page.get_by_role("status")).to_have_text("Thank you.")
    expect(thumb(page, UP)).to_have_attribute("aria-pressed", PRESSED)
    (event,) = arrived(page, 1)
    assert (event.value, event.trust, event.instrument) == ("up", "origin", 1)
    assert (event.conversation_key, event.message, event.variant_name) == (
        "c_91",
        "m_7",
        "prompt v13",
    )
    assert event.data["context"] == {"topic": "billing"}
    assert event.locale == "en"
    assert page.context.cookies() == []


def test_two_clicks_of_a_double_click_are_one_thumb(open_page, key):
    page = open_page(element(key))
    thumb(page, DOWN).dblclick()
    assert [event.value for event in arrived(page, 1)] == ["down"]


def test_a_thumb_is_given_changed_and_taken_back(open_page, key):
    page = open_page(element(key))
    thumb(page, UP).click()
    thumb(page, DOWN).click()
    expect(thumb(page, UP)).to_have_attribute("aria-pressed", "false")
    page.wait_for_timeout(600)  # a click so soon would be the second of a double click
    thumb(page, DOWN).click()
    expect(thumb(page, DOWN)).to_have_attribute("aria-pressed", "false")
    events = arrived(page, 3)
    assert [(event.type, event.value) for event in events] == [
        ("feedback", "up"),
        ("feedback", "down"),
        ("retract", ""),
    ]


def test_reasons_come_after_the_thumb_in_the_order_they_were_shown(open_page, key):
    page = open_page(element(key))
    thumb(page, DOWN).click()
    shown = page.locator("touchstone-feedback label:has(input)").all_inner_texts()
    assert shown[-1] == "Other"
    for box in page.get_by_role("checkbox").all()[:3]:
        box.check()
    expect(page.get_by_role("checkbox").nth(3)).to_be_disabled()
    page.get_by_role("textbox").fill("<script>alert(1)</script>")
    page.get_by_role("button", name="Send").click()
    first, second = arrived(page, 2)
    assert (first.reasons, first.comment) == ([], "")
    assert second.comment == "<script>alert(1)</script>"
    assert second.reasons == second.data["ui"]["order"][:3]
    assert second.seq >= first.seq


def test_it_is_used_by_keyboard_and_focus_stays(open_page, key):
    page = open_page(element(key))
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    focused = "document.activeElement.shadowRoot.activeElement.getAttribute('part')"
    assert page.evaluate(focused) == "down"
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.get_by_role("checkbox").first).to_be_checked()
    page.get_by_role("button", name="Take back").press("Enter")
    assert page.evaluate(focused) == "down"
    assert [event.type for event in arrived(page, 2)] == ["feedback", "retract"]


def test_reasons_close_when_they_are_sent_and_the_thumb_keeps_the_focus(open_page, key):
    """Nothing else would show that they went: the thanks stand there already."""
    page = open_page(element(key))
    thumb(page, DOWN).click()
    page.get_by_role("checkbox").first.check()
    page.get_by_role("button", name="Send").press("Enter")
    expect(page.get_by_role("button", name="Send")).to_be_hidden()
    expect(page.get_by_role("status")).to_have_text("Thank you.")
    expect(thumb(page, DOWN)).to_be_focused()
    expect(thumb(page, DOWN)).to_have_attribute("aria-pressed", "true")
    assert [bool(event.reasons) for event in arrived(page, 2)] == [False, True]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_accessible_open_and_closed(open_page, key, site, scheme):
    site.files["/dark.css"] = (
        "text/css",
        ":root{color-scheme:light dark}@media(prefers-color-scheme:dark)"
        "{html{background:#111;color:#eee}}",
    )
    page = open_page(element(key), head='<link rel="stylesheet" href="/dark.css">')
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    assert_accessible(page)
    thumb(page, DOWN).click()
    assert_accessible(page)


def test_it_speaks_japanese(open_page, key):
    page = open_page(element(key), lang="ja")
    thumb(page, "良くない回答").click()
    expect(page.get_by_role("status")).to_have_text("ありがとうございました。")
    expect(page.get_by_text("内容に誤りがある")).to_be_visible()
    assert [event.locale for event in arrived(page, 1)] == ["ja"]


def test_a_reason_of_a_team_is_read_in_english_where_the_readers_language_has_none(open_page, key):
    words = {"en": {"wrong_price": "Wrong price"}, "fr": {"down": "Mauvaise réponse"}}
    reasons = {"down": ["wrong_price", "other"]}
    publish_instrument(actor=None, key=key, reasons=reasons, words=words)
    page = open_page(element(key, lang="fr"))
    thumb(page, "Mauvaise réponse").click()
    page.get_by_label("Wrong price").check()
    page.get_by_role("button", name="Send").click()
    assert arrived(page, 2)[-1].reasons == ["wrong_price"]


def test_three_on_a_page_share_one_queue_and_ask_for_their_words_once(open_page, key, page):
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    open_page(element(key, "m_1"), element(key, "m_2"), element(key, "m_3"))
    for place in range(3):
        thumb(page, UP, place).click()
    assert {event.message for event in arrived(page, 3)} == {"m_1", "m_2", "m_3"}
    assert len([url for url in asked if "/v1/config/" in url]) == 1


def test_it_counts_as_shown_once_and_not_while_the_answer_streams(open_page, key):
    page = open_page(element(key, "m_1", streaming=""), element(key, "m_2"))
    assert shown(page, 1) == ["m_2"]
    page.evaluate("document.querySelector('[streaming]').removeAttribute('streaming')")
    assert shown(page, 2) == ["m_1", "m_2"]


def shorter_side(page: Page) -> float:
    """Of a thumb, which is drawn anew once the words of the server are there."""
    sides = "e => Math.min(e.getBoundingClientRect().width, e.getBoundingClientRect().height)"
    for _attempt in range(50):
        if side := thumb(page, DOWN).evaluate(sides):
            break
        page.wait_for_timeout(100)
    return side


def test_a_host_style_sheet_cannot_break_it(open_page, key, site):
    site.files["/hostile.css"] = (
        "text/css",
        "*{all:unset!important;display:none!important;color:transparent!important;"
        "font-size:0!important}html,body,main{display:block!important;color:#111!important}"
        "touchstone-feedback{display:none!important;visibility:hidden!important;"
        "opacity:0!important;pointer-events:none!important}button,input{width:0!important}",
    )
    page = open_page(element(key), head='<link rel="stylesheet" href="/hostile.css">')
    expect(thumb(page, DOWN)).to_be_visible()
    assert shorter_side(page) >= 32
    thumb(page, DOWN).click()
    expect(page.get_by_text("Hard to understand")).to_be_visible()
    arrived(page, 1)


def test_it_fits_a_window_zoomed_to_four_hundred_percent(open_page, key):
    page = open_page(element(key))
    page.set_viewport_size({"width": 320, "height": 256})
    thumb(page, DOWN).click()
    assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth")


def test_its_state_is_restored_for_whoever_holds_the_token(open_page, key):
    body = element(key, token=token(key, subject="alice"))
    page = open_page(body)
    thumb(page, UP).click()
    (event,) = arrived(page, 1)
    assert (event.trust, event.respondent_key) == ("signed", "s:alice")
    page.reload()
    expect(thumb(page, UP)).to_have_attribute("aria-pressed", PRESSED)
