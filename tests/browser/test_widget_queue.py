"""What the widget does without network or server, and what the host may forbid."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from surveys.known_keys import forget
from surveys.models import FeedbackEvent, WidgetKey
from surveys.services.widgets import make_widget_key
from tests.browser.foreign_site import Site, element, script, serving

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
INGEST = "**/v1/ingest"
WAITING = "Object.keys(localStorage).filter((name) => name.startsWith('touchstone:')).length"


@pytest.fixture
def site(live_server) -> Iterator[Site]:
    with serving(live_server.url) as served:
        yield served


@pytest.fixture
def key(project, site: Site) -> WidgetKey:
    return make_widget_key(actor=None, project=project, name="Help", origins=[site.origin])


@pytest.fixture
def host(page: Page, site: Site, key: WidgetKey, live_server, mishaps) -> Page:
    mishaps.expected += ["ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "status of 429"]
    site.files["/host.js"] = ("text/javascript", "")
    head = script(live_server.url) + '<script defer src="/host.js"></script>'
    page.goto(site.page(element(key), head=head))
    expect(page.get_by_role("button").first).to_be_visible()
    return page


def up(page: Page) -> None:
    page.get_by_role("button", name="Good answer", exact=True).click()


def events() -> list[FeedbackEvent]:
    return list(FeedbackEvent.objects.exclude(type="impression"))


def until(page: Page, count: int) -> list[FeedbackEvent]:
    for _attempt in range(150):
        if len(events()) >= count:
            break
        page.wait_for_timeout(100)
    page.wait_for_timeout(300)
    assert len(events()) == count
    return events()


def test_what_is_given_without_a_network_is_kept_and_sent_when_it_is_back(host: Page):
    host.context.set_offline(True)
    up(host)
    expect(host.get_by_role("status")).to_have_text("Sent when you are online.")
    assert host.evaluate(WAITING) == 1
    host.context.set_offline(False)
    until(host, 1)
    expect(host.get_by_role("status")).to_have_text("Thank you.")
    assert host.evaluate(WAITING) == 0


def test_a_later_visit_sends_what_an_earlier_one_could_not(host: Page, site: Site):
    host.route(INGEST, lambda route: route.abort())
    up(host)
    expect(host.get_by_role("status")).to_have_text("Sent when you are online.")
    host.goto("about:blank")
    host.unroute(INGEST)
    host.goto(site.origin + "/")
    assert [event.value for event in until(host, 1)] == ["up"]


def test_an_answer_that_was_lost_makes_no_second_thumb(host: Page):
    def lose_the_answer(route: Route) -> None:
        route.fetch()
        route.abort()

    host.route(INGEST, lose_the_answer, times=1)
    up(host)
    expect(host.get_by_role("status")).to_have_text("Thank you.", timeout=10_000)
    until(host, 1)


@pytest.mark.parametrize(
    ("letter", "count"), [("a", 30_000), ("あ", 30_000)], ids=["refused", "larger than a request"]
)
def test_words_that_are_too_long_are_refused_and_hold_nothing_up(
    host: Page, mishaps, letter: str, count: int
):
    mishaps.expected += ["status of 413"]
    sent: list[str] = []
    host.on("request", lambda request: sent.append(request.url))
    host.evaluate(
        """([letter, count]) => {
          window.told = [];
          const element = document.querySelector("touchstone-feedback");
          touchstone.init({projectKey: element.getAttribute("project-key")});
          touchstone.on("error", (event) => told.push(event.detail.comment?.length));
          touchstone.feedback({conversation: "c", value: "down", comment: letter.repeat(count)});
          touchstone.feedback({conversation: "d", value: "up"});
        }""",
        [letter, count],
    )
    assert [event.conversation_key for event in until(host, 1)] == ["d"]
    assert host.evaluate("told") == [count]
    assert host.evaluate(WAITING) == 0
    assert len([url for url in sent if url.endswith("/v1/ingest")]) <= 3


def test_two_tabs_send_what_both_hold_once(host: Page, site: Site):
    host.context.route(INGEST, lambda route: route.abort())
    other = host.context.new_page()
    other.goto(site.origin + "/")
    for page in (host, other):
        up(page)
        expect(page.get_by_role("status")).to_have_text("Sent when you are online.")
    assert host.evaluate(WAITING) == 2
    host.context.unroute(INGEST)
    until(host, 2)
    for _attempt in range(100):
        if host.evaluate(WAITING) == 0:
            break
        host.wait_for_timeout(100)
    assert host.evaluate(WAITING) == 0


def test_a_server_that_asks_to_wait_is_given_its_time(host: Page):
    refused: list[datetime] = []

    def refuse(route: Route) -> None:
        refused.append(timezone.now())
        route.fulfill(
            status=429,
            headers={
                "Retry-After": "3",
                "Access-Control-Allow-Origin": "*",
                "Access-Control-Expose-Headers": "Retry-After",
            },
            body="{}",
        )

    host.route(INGEST, refuse, times=1)
    up(host)
    expect(host.get_by_role("status")).to_have_text("Sent when you are online.")
    (event,) = until(host, 1)
    (moment,) = refused
    assert event.received_at - moment > timedelta(seconds=2.9)


def test_what_was_just_given_leaves_with_the_page(host: Page, site: Site):
    host.evaluate("void (window.fetch = () => new Promise(() => {}))")
    up(host)
    host.goto("about:blank")
    until(host, 1)


def test_the_host_may_forbid_what_is_about_to_be_kept(host: Page):
    host.evaluate(
        "document.addEventListener('touchstone:feedback', (event) => event.preventDefault())"
    )
    up(host)
    expect(host.get_by_role("button", name="Good answer", exact=True)).to_have_attribute(
        "aria-pressed", "false"
    )
    host.wait_for_timeout(500)
    assert events() == []


def test_the_host_may_change_what_is_about_to_be_kept(host: Page):
    host.evaluate(
        "touchstone.on('feedback', (event) => { event.detail.context = {topic: 'billing'}; })"
    )
    up(host)
    assert until(host, 1)[0].data["context"] == {"topic": "billing"}


def test_nothing_is_stored_before_somebody_acts_nor_where_memory_is_asked_for(host: Page):
    assert host.evaluate("localStorage.length") == 0
    host.evaluate("touchstone.init({storage: 'memory'})")
    host.route(INGEST, lambda route: route.abort())
    up(host)
    expect(host.get_by_role("status")).to_have_text("Sent when you are online.")
    assert host.evaluate("localStorage.length") == 0


def test_a_browser_keeps_an_id_with_consent_alone_and_forgets_it(host: Page, key: WidgetKey):
    host.evaluate("touchstone.init({consent: 'granted'})")
    up(host)
    (event,) = until(host, 1)
    assert event.respondent_key.startswith("b:")
    assert host.evaluate("localStorage.touchstone") == event.respondent_key[2:]
    host.evaluate("touchstone.reset()")
    assert host.evaluate("localStorage.length") == 0


def test_other_kinds_are_given_by_functions(host: Page, key: WidgetKey):
    host.evaluate(
        f"""() => {{
          touchstone.init({{projectKey: "{key.key}"}});
          touchstone.feedback({{conversation: "c_1", kind: "nps", value: 9}});
          touchstone.retract({{conversation: "c_1", kind: "nps"}});
        }}"""
    )
    found = sorted(until(host, 2), key=lambda event: event.pk)
    assert [(event.type, event.value) for event in found] == [("feedback", "9"), ("retract", "")]
    assert found[0].respondent_key == found[1].respondent_key


def test_a_refusal_is_told_to_the_host_and_shown(host: Page, key: WidgetKey, mishaps, monkeypatch):
    monkeypatch.setattr("surveys.known_keys.SECONDS", 0.0)  # a request under way remembers nothing
    mishaps.expected.append("status of 403")
    WidgetKey.objects.update(origins=["https://elsewhere.example.com"])
    forget()
    host.evaluate("touchstone.on('error', (event) => { window.refused = event.detail; })")
    up(host)
    expect(host.get_by_role("status")).to_have_text("Not sent.")
    expect(host.get_by_role("button", name="Good answer", exact=True)).to_have_attribute(
        "aria-pressed", "false"
    )
