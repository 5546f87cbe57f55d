"""The agreement page in a real browser: its looks, its plots, its way to the ratings."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from accounts.models import Role, User
from analytics.reports.snapshots import take_snapshot
from annotation.models import Study
from jobs.testing import run_pending_jobs
from tests import factories
from tests.browser.axe import assert_accessible
from tests.browser.bearing import assert_bears
from tests.browser.looks import LOOKS, each_look, overflows

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Enter = Callable[[BrowserContext, User], None]


@pytest.fixture
def alice() -> User:
    return factories.make_user("alice")


@pytest.fixture
def study(alice: User) -> Study:
    """Three raters on thirty items, in groups of two, on two criteria."""
    team = factories.make_team()
    factories.make_membership(team, alice, Role.OWNER)
    project = factories.make_project(team)
    version = factories.make_rubric_version(
        factories.make_rubric(project), criteria={"helpful": {}, "correct": {}}
    )
    study = factories.make_study(project, version, overlap=3)
    raters = [factories.make_rater(project, key=f"Ingrid {n}") for n in range(3)]
    for n in range(30):
        item = factories.make_item(
            study, group_key=f"source {n // 2}", slots_open=0, n_submitted=3, state="disputed"
        )
        for k, rater in enumerate(raters):
            scores = {"helpful": 4 if n % 3 else (n + k) % 5, "correct": min(4, n % 5 + k % 2)}
            factories.make_rating(item, rater, scores)
    return study


@pytest.fixture
def report(page: Page, live_server: Any, enter: Enter, alice: User, study: Study) -> Page:
    take_snapshot(study, now=timezone.now(), replicates=200)
    enter(page.context, alice)
    page.goto(live_server.url + reverse("analytics:agreement", args=[study.uid]))
    return page


def test_the_report_is_accessible_in_every_look(report: Page) -> None:
    for look in each_look(report):
        for folded in report.locator("main details:not([data-figures])").all():
            folded.evaluate("part => { part.open = true }")
        assert_bears(report, look)


def test_plotly_is_loaded_only_when_a_reader_opens_the_plots(report: Page) -> None:
    loaded: list[str] = []
    report.on("request", lambda request: loaded.append(request.url))
    report.locator("#hardest summary").first.click()
    assert not any("plotly" in url for url in loaded)
    report.locator("[data-figures] > summary").first.click()
    expect(report.locator("[data-figure=raters] .main-svg").first).to_be_visible()
    expect(report.locator("[data-figure=time] .main-svg").first).to_be_visible()
    expect(report.locator("[data-figure=pairs] .main-svg").first).to_be_visible()
    assert sum("plotly" in url for url in loaded) == 1
    report.evaluate("scrollTo(0, 0)")  # or the bar lies over half a link
    assert_accessible(report)


def test_the_plots_fit_and_follow_the_scheme(report: Page) -> None:
    for look in each_look(report, [look for look in LOOKS if look.language == "en"]):
        report.reload()
        report.locator("[data-figures] > summary").first.click()
        tick = report.locator("[data-figure=raters] .ytick text").first
        expect(tick).to_be_visible()
        assert not overflows(report), look
        ink = "rgb(169, 179, 180)" if look.scheme == "dark" else "rgb(81, 90, 89)"
        assert tick.evaluate("text => getComputedStyle(text).fill") == ink


def test_a_criterion_chosen_once_is_chosen_in_every_part(report: Page) -> None:
    report.locator("#raters summary").nth(1).click()
    for part in ("coefficients", "parting", "raters", "hardest"):
        opened = report.locator(f"#{part} details[name][open]")
        expect(opened).to_have_count(1)
        assert opened.get_attribute("data-part") == report.locator(
            "#raters details[open]"
        ).get_attribute("data-part")
    expect(report.locator("#explore details[open]")).to_have_count(0)


def test_one_click_leads_from_a_hard_item_to_its_ratings(report: Page, live_server: Any) -> None:
    link = report.locator("#hardest tbody a").first
    address = link.get_attribute("href")
    link.click()
    expect(report).to_have_url(f"{live_server.url}{address}")
    expect(report.get_by_role("heading", level=1)).to_be_visible()


@pytest.mark.both
def test_the_page_turns_into_the_report_when_the_work_is_done(
    page: Page, live_server: Any, enter: Enter, alice: User, study: Study
) -> None:
    enter(page.context, alice)
    page.goto(live_server.url + reverse("analytics:agreement", args=[study.uid]))
    page.get_by_role("button", name="Compute the agreement").click()
    expect(page.get_by_role("status")).to_contain_text("Waiting")
    run_pending_jobs()
    expect(page.locator("#method")).to_contain_text("Krippendorff")
    assert_accessible(page)


def test_what_stands_out_is_computed_on_the_page_of_rater_quality(
    page: Page, live_server: Any, enter: Enter, alice: User, study: Study
) -> None:
    for rater in study.project.raters.all():
        factories.make_study_rater(study, rater)
    enter(page.context, alice)
    address = live_server.url + reverse("annotation:study_quality", args=[study.uid])
    page.goto(address)
    flags = page.locator("#rater-flags")
    flags.get_by_role("button", name="Compute it").click()
    expect(flags.get_by_role("status")).to_contain_text("Waiting")
    run_pending_jobs()
    expect(flags.get_by_role("table")).to_be_visible()
    expect(flags).to_contain_text("From the report computed just now.")
    assert page.url == address
    assert_accessible(page)
