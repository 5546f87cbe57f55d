"""A respondent's browser on a survey's own page: without script, without cookies, by keyboard."""

from collections import Counter

import pytest
from playwright.sync_api import Page, Route, expect

from surveys.models import Response
from surveys.survey_templates import survey_template
from tests.browser.axe import assert_accessible
from tests.browser.looks import overflows
from tests.surveys.forms_of import every_type, make_survey

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 390, "height": 844}


def in_japanese_without_cookies(route: Route) -> None:
    headers = {name: value for name, value in route.request.headers.items() if name != "cookie"}
    route.continue_(headers={**headers, "accept-language": "ja"})


@pytest.fixture
def bare(new_context) -> Page:
    """No script runs and no cookie is sent."""
    context = new_context(java_script_enabled=False)
    context.route("**", in_japanese_without_cookies)
    page = context.new_page()
    page.set_viewport_size(PHONE)
    return page


def test_a_japanese_phone_without_script_and_cookies(bare, live_server):
    survey = make_survey(survey_template("csat_chat").document)
    bare.goto(f"{live_server.url}/s/{survey.slug}/")
    bare.get_by_role("button", name="送信").click()
    expect(bare.get_by_role("alert")).to_contain_text("次の回答を確認してください。")
    expect(bare.get_by_role("alert")).to_be_focused()
    bare.get_by_text("やや不満").click()
    bare.get_by_role("button", name="送信").click()
    expect(bare.get_by_role("status")).to_contain_text("質問を追加しました")
    bare.get_by_label("長すぎる").check()
    bare.get_by_label("その他", exact=True).check()
    bare.get_by_label("その他: 具体的にお書きください").fill("表が読みにくい")
    bare.get_by_role("button", name="送信").click()
    expect(bare.get_by_role("status")).to_contain_text("ご回答ありがとうございました")
    response = Response.objects.get()
    assert response.answers["why"] == ["too_long", "other"]
    assert response.answers["why-Comment"] == "表が読みにくい"
    assert bare.context.cookies() == []


def test_every_type_by_keyboard_alone(new_context, live_server):
    page = new_context().new_page()
    survey = make_survey(every_type())
    page.goto(f"{live_server.url}/s/{survey.slug}/")
    focus(page, "a.thumb")
    page.keyboard.press("Space")
    for name, steps in (("star", 4), ("scale", 2), ("csat", 1), ("ces", 6), ("nps", 10)):
        focus(page, f"a.{name}")
        page.keyboard.press("Space")
        for _step in range(steps):
            page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Page 2 of 2")).to_be_visible()
    for name, place in (("x", "2"), ("y", "1"), ("w", "3")):
        focus(page, f"a.rank.{name}")
        page.keyboard.type(place)
    focus(page, "a.agree")
    page.keyboard.press("Space")
    page.get_by_role("button", name="Send").last.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Thank you")
    answers = Response.objects.get().answers
    assert answers["rank"] == ["y", "x", "w"]
    assert (answers["star"], answers["ces"], answers["nps"], answers["agree"]) == (5, 7, 10, True)


@pytest.mark.parametrize("width", [320, 360, 430, 560, 1280])
def test_no_point_of_eleven_stands_alone_in_its_line(new_context, live_server, width):
    page = new_context().new_page()
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{live_server.url}/s/{make_survey(every_type()).slug}/")
    boxes = [box.bounding_box() for box in page.locator("label:has([name='a.nps'])").all()]
    lines = Counter(round(box["y"]) for box in boxes)
    assert sum(lines.values()) == 11
    assert min(lines.values()) >= 5
    assert min(box["width"] for box in boxes) >= 32


def focus(page: Page, name: str) -> None:
    """Tab until a field of that name has the focus, as somebody without a mouse does."""
    for _step in range(60):
        if page.evaluate("document.activeElement.name") == name:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never came to {name}.")


@pytest.mark.parametrize("width", [1280, 390, 320])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en-GB", "ja-JP"])
def test_all_states_are_accessible(new_context, live_server, width, scheme, language, mishaps):
    mishaps.expected += ["status of 404"]
    page = new_context(extra_http_headers={"Accept-Language": language}).new_page()
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    survey = make_survey(every_type())
    page.goto(f"{live_server.url}/s/{survey.slug}/")
    checked(page)
    page.locator(".on").click()
    page.locator("[name='a.age']").fill("x")
    page.locator(".on").click()
    checked(page)
    page.locator("[name='a.age']").fill("30")
    page.locator(".on").click()
    checked(page)
    page.goto(f"{live_server.url}/s/none/")
    checked(page)


def checked(page: Page) -> None:
    assert_accessible(page)
    assert not overflows(page)
    small = page.evaluate(
        """[...document.querySelectorAll('.list label, .cells label, select, .moves button')]
           .filter(e => e.getBoundingClientRect().height < 43.5).map(e => e.outerHTML)"""
    )
    assert small == []
