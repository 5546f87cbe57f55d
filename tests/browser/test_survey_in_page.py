"""A survey inside an application's page: another origin, the strictest policy, no mercy."""

from collections import Counter
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from core.expressions import parse
from scripts.build_widget import bundle
from surveys.models import FeedbackEvent, Response, Survey, WidgetKey
from surveys.sampling import is_sampled
from surveys.survey_templates import survey_template
from tests.browser.axe import assert_accessible
from tests.browser.looks import overflows
from tests.browser.other_site import Site
from tests.surveys.forms_of import document, every_type, make_survey, question
from tests.surveys.logic_cases import CONDITIONS, DAY, NOW, PASTS, SHARES

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

POLICY = (
    "default-src 'none'; script-src {server}; style-src 'self'; connect-src {server}; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
PAGE = """<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>Application</title>
<meta name="viewport" content="width=device-width"><link rel="stylesheet" href="/own.css">
<script defer src="{server}/w/1/survey.js"></script></head>
<body><main><h1>Application</h1><p>The host's own words.</p>{element}</main></body></html>"""
HOSTILE = "* { color: maroon !important; display: inline !important; font-size: 3px !important }"


class Application:
    """A page of another origin which holds the element."""

    def __init__(self, page: Page, site: Site, server: str, survey: Survey) -> None:
        self.page, self.site, self.server, self.survey = page, site, server, survey
        page.context.route(f"{server}/w/1/survey.js", _script)
        self.key = WidgetKey.objects.create(
            project=survey.project, name="App", origins=[site.origin]
        )

    def open(self, attributes: str = 'trigger="load"', lang: str = "en", style: str = "") -> None:
        element = (
            f'<touchstone-survey project-key="{self.key.key}" survey="{self.survey.slug}" '
            f"{attributes}></touchstone-survey>"
        )
        body = PAGE.format(server=self.server, element=element, lang=lang)
        self.site.show("/", body, "text/html", POLICY.format(server=self.server))
        self.site.show("/own.css", style, "text/css")
        self.page.goto(f"{self.site.origin}/")


def _script(route: Route) -> None:
    route.fulfill(body=bundle("survey.js"), content_type="text/javascript")


@pytest.fixture
def application(new_context, live_server, mishaps):
    mishaps.expected.append("/favicon.ico")

    def make(document: Any = None, size: tuple[int, int] = (1280, 800)) -> Application:
        survey = make_survey(document or survey_template("csat_chat").document)
        page = new_context().new_page()
        page.set_viewport_size({"width": size[0], "height": size[1]})
        return Application(page, site, live_server.url, survey)

    with Site() as site:
        yield make


def test_partial_then_resumed_then_sent(application):
    app = application(every_type())
    app.open()
    page = app.page
    expect(page.get_by_role("heading", name="A survey")).to_be_visible()
    assert_accessible(page)
    page.get_by_label("Good answer", exact=True).check()
    page.get_by_label("4 of 5 stars").check()
    page.wait_for_function("sessionStorage.length === 1")
    page.reload()
    expect(page.get_by_label("4 of 5 stars")).to_be_checked()
    events = page.evaluate("performance.getEntriesByType('resource').map(e => e.name)")
    assert not any(name.endswith("/v1/ingest") for name in events)  # shown once, not twice
    for _page in range(5):
        if page.get_by_role("button", name="Send").is_visible():
            break
        page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("status").first).to_contain_text("Thank you")
    response = Response.objects.get()
    assert (response.state, response.source, response.trust) == ("complete", "widget", "origin")
    assert (response.answers["star"], response.answers["thumb"]) == (4, "up")
    assert (response.mode, response.p) == ("solicited", 1.0)
    assert FeedbackEvent.objects.filter(type="survey_shown").count() == 1
    with page.expect_response(lambda r: "/v1/config/" in r.url):
        page.reload()
    assert page.evaluate("sessionStorage.length") == 0  # what is over is not begun again
    expect(page.get_by_role("heading", name="A survey")).not_to_be_attached()


def test_every_type_by_keyboard(application):
    app = application(every_type())
    app.open()
    page = app.page
    expect(page.get_by_role("heading", name="A survey")).to_be_visible()
    places = 0
    for _step in range(200):
        page.keyboard.press("Tab")
        match page.evaluate(FOCUSED):
            case "radio" | "checkbox":
                page.keyboard.press("Space")
            case "select-one":
                places += 1
                page.keyboard.type(str(places))
            case "text" | "textarea":
                page.keyboard.type("12")
            case "Next" | "Send":
                page.keyboard.press("Enter")
        if page.get_by_role("status").filter(has_text="Thank you").count():
            break
    answers = Response.objects.get(state="complete").answers
    assert {"thumb", "star", "scale", "csat", "ces", "nps", "rank", "agree"} <= set(answers)
    assert len(answers["rank"]) == places


FOCUSED = """() => {
  const at = document.querySelector('touchstone-survey').shadowRoot.activeElement;
  return at ? (at.type === 'submit' ? at.textContent : at.type ?? at.tagName) : '';
}"""


def test_dismissed_and_not_asked_again(application):
    app = application()
    app.open('trigger="conversation-end" conversation="c_1"')
    page = app.page
    page.wait_for_function("window.touchstone?.survey")
    expect(page.get_by_role("heading", name="After the chat")).not_to_be_attached()
    page.evaluate("touchstone.survey.end('c_2')")
    page.evaluate("touchstone.survey.end('c_1')")
    expect(page.get_by_role("heading", name="After the chat")).to_be_visible()
    with page.expect_response(lambda r: r.url.endswith("/v1/ingest")) as told:
        page.get_by_role("button", name="Close, and ask no more for now").click()
    assert told.value.status == 202
    expect(page.get_by_role("heading", name="After the chat")).not_to_be_attached()
    page.reload()
    page.wait_for_function("window.touchstone?.survey")
    with page.expect_response(lambda r: "/v1/config/" in r.url):
        page.evaluate("touchstone.survey.end('c_1')")
    page.wait_for_timeout(300)
    expect(page.get_by_role("heading", name="After the chat")).not_to_be_attached()
    assert page.evaluate(f"touchstone.survey.open('{app.survey.slug}')")  # wanted by the host
    kinds = FeedbackEvent.objects.order_by("id").values_list("type", flat=True)
    assert set(kinds) >= {"survey_shown", "survey_dismissed"}
    assert not Response.objects.exists()


def test_the_host_forbids_it_and_streams(application):
    app = application()
    app.open("streaming")
    page = app.page
    page.wait_for_function("window.touchstone?.survey")
    slug = app.survey.slug
    page.evaluate(
        "document.addEventListener('touchstone:survey', e => e.preventDefault(), {once: true})"
    )
    page.evaluate(f"void (window.first = touchstone.survey.open('{slug}'))")
    page.wait_for_timeout(300)
    expect(page.get_by_role("heading", name="After the chat")).not_to_be_attached()
    page.evaluate("document.querySelector('touchstone-survey').removeAttribute('streaming')")
    assert page.evaluate("window.first") is False
    assert page.evaluate(f"touchstone.survey.open('{slug}')") is True
    assert FeedbackEvent.objects.filter(type="survey_shown").count() <= 1


def test_japanese_on_a_phone_with_logic_and_offline(application, mishaps):
    mishaps.expected.append("ERR_INTERNET_DISCONNECTED")
    app = application(size=(390, 844))
    app.open(lang="ja", style=HOSTILE)
    page = app.page
    expect(page.get_by_role("heading", name="チャットについてのアンケート")).to_be_visible()
    assert not overflows(page)
    assert_accessible(page)
    page.get_by_role("button", name="送信").click()
    expect(page.get_by_text("この質問は回答が必要です。")).to_be_visible()
    expect(page.get_by_text("よくなかった点をお聞かせください")).to_be_hidden()
    page.get_by_label("やや不満").check()
    page.get_by_label("長すぎる").check()
    page.context.set_offline(True)
    page.get_by_role("button", name="送信").click()
    expect(page.get_by_role("status")).to_contain_text("回答はこの端末に保存されています")
    page.context.set_offline(False)
    expect(page.get_by_text("ありがとうございました")).to_be_visible()
    assert Response.objects.get().answers["why"] == ["too_long"]


def test_the_browser_decides_as_the_server(new_context):
    page = new_context().new_page()
    text = bundle("survey-logic.js").removesuffix("})();\n")
    page.evaluate(f"{text}\nwindow.logic = {{ holds, isSampled, whyNotAsked }};\n}})()")
    conditions = [(parse(text), values, holds) for text, values, holds in CONDITIONS]
    assert (
        page.evaluate(
            "all => all.filter(([ast, values, holds]) => logic.holds(ast, values) !== holds)",
            conditions,
        )
        == []
    )
    assert page.evaluate("all => all.map(one => logic.isSampled(...one))", SHARES) == [
        is_sampled(who, salt, p) for who, salt, p in SHARES
    ]
    survey = {"salt": "salt", "p": 1, "cooldown_days": 30}
    assert page.evaluate(
        "([survey, pasts, now]) => "
        "pasts.map(past => logic.whyNotAsked(survey, 7, 'b:1', past, 'csat', now))",
        [survey, PASTS, NOW],
    ) == ["", "cooldown", "", "project_cooldown", "", "project_cooldown", ""]
    assert DAY == 86_400_000


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_points_stand_in_even_lines_with_the_words_of_the_ends_beneath(application, width):
    app = application(document([question("nps", "recommend")]), (width, 800))
    app.open()
    points = app.page.get_by_role("radio")
    expect(points).to_have_count(11)
    boxes = [
        label.bounding_box() for label in app.page.locator("label:has(input[type=radio])").all()
    ]
    lines = Counter(round(box["y"]) for box in boxes)
    assert min(lines.values()) >= 5
    assert max(box["height"] for box in boxes) < 80
    assert min(box["width"] for box in boxes) >= 32
    ends = app.page.locator(".ends").bounding_box()
    assert ends["y"] >= max(box["y"] + box["height"] for box in boxes)
    assert (
        ends["width"] > 0.8 * app.page.locator(".ends").locator("xpath=..").bounding_box()["width"]
    )
