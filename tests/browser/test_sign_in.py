"""The first page anybody sees."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import Role
from tests import factories
from tests.browser.axe import assert_accessible
from tests.browser.looks import LOOKS, Look, each_look, overflows

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.both
def test_a_person_signs_in_with_address_and_password(page: Page, live_server):
    user = factories.make_user("alice", with_password=True)
    factories.make_membership(factories.make_team(), user, Role.OWNER)
    page.goto(live_server.url + reverse("account_login"))
    page.locator("[name=login]").fill(user.email)
    page.locator("[name=password]").fill(factories.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page).not_to_have_url(live_server.url + reverse("account_login"))
    assert page.context.cookies()


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_the_sign_in_page_is_accessible_in_every_look(page: Page, live_server, look: Look):
    page.goto(live_server.url + reverse("account_login"))
    for _look in each_look(page, [look]):
        assert page.locator("html").get_attribute("lang") == look.language
        assert not overflows(page)
        assert_accessible(page)
