"""The page that asks before all ratings are handed out stays when the file comes, and says so."""

from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import Role
from annotation.models import Reveal
from tests import factories
from tests.annotation.rating_helpers import claim, rater_in, study_of, submit
from tests.browser.bearing import assert_bears, assert_bears_every_look
from tests.browser.looks import LOOKS, wear

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def asked(page: Page, live_server, enter, mishaps, project) -> Page:
    """The page as an adjudicator sees it who may still rate there blind."""
    mishaps.expected.append("status of 409")
    study = study_of(project, items=2, overlap=2)
    submit(claim(rater_in(study)), {"helpful": "4"}, comment="Well said")
    adam = factories.make_user("adam")
    factories.make_membership(project.team, adam, Role.ADJUDICATOR)
    rater_in(study, adam)
    enter(page.context, adam)
    page.goto(live_server.url + reverse("analytics:ratings_csv", args=[study.uid]))
    return page


def fetch(page: Page) -> str:
    with page.expect_download() as coming:
        page.locator("main button").click()
    return Path(coming.value.path()).read_text()


def test_it_bears_every_look(asked: Page):
    assert_bears_every_look(asked)


def test_what_it_says_afterwards_bears_both_widths_and_schemes(asked: Page):
    fetch(asked)
    for look in LOOKS[:4]:
        wear(asked, look)
        assert_bears(asked, look)


def test_once_the_file_comes_it_no_longer_offers_to_change_nothing(asked: Page):
    expect(asked.get_by_role("link", name="Back, change nothing")).to_be_visible()
    assert "Well said" in fetch(asked)
    expect(asked.get_by_role("status")).to_contain_text("It is written down")
    expect(asked.get_by_role("link", name="Back", exact=True)).to_be_focused()
    expect(asked.get_by_text("may still rate blind")).to_be_hidden()
    expect(asked.locator("main button")).to_be_hidden()
    assert Reveal.objects.count() == 1
