"""An end user with a telephone and a link: reads, agrees, rates by touch, sees it, erases it."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from annotation.link_tokens import path_of
from annotation.models import Participation, Rating, Score
from tests.annotation.link_helpers import link_to
from tests.browser.bearing import assert_bears
from tests.browser.looks import LOOKS, each_look
from tests.browser.rating_desk import study_from

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = [look for look in LOOKS if look.width == 390]
POINTS = {"helpfulness": 4, "correctness": 5, "coherence": 3, "right_amount": 5, "register": 2}


@pytest.fixture
def link(project):
    return link_to(study_from(project, "good_dialogue", items=4), items_each=3)


@pytest.fixture
def phone(new_context) -> Page:
    page = new_context(has_touch=True, is_mobile=True).new_page()
    page.set_viewport_size({"width": 390, "height": 844})
    return page


@pytest.mark.both
def test_open_agree_rate_three_see_and_erase(phone: Page, live_server, link):
    phone.goto(live_server.url + path_of(link))
    expect(phone.get_by_role("heading", level=1)).to_contain_text("these 3 chats")
    phone.get_by_role("button", name="I agree and take part").tap()
    code = phone.locator("#receipt-code").text_content()
    phone.get_by_role("button", name="Start rating").tap()
    for n in (1, 2, 3):
        expect(phone.locator(".count")).to_have_text(f"{n} of 3")
        rate_by_touch(phone)
    expect(phone.get_by_role("heading", level=1)).to_contain_text("as many items as you were asked")
    assert Rating.objects.count() == 3
    assert set(Score.objects.values_list("kind", flat=True)) == {"respondent"}

    phone.get_by_role("link", name="My receipt").tap()
    expect(phone.locator("ul.lines > li")).to_have_count(3)
    phone.get_by_role("link", name=re.compile("^Erase 3")).tap()
    phone.get_by_role("button", name="Erase the rating").tap()
    expect(phone.locator("ul.lines > li")).to_have_count(2)
    phone.get_by_role("link", name="Erase everything").tap()
    phone.get_by_role("button", name="Erase everything").tap()
    expect(phone.locator("main")).to_contain_text("You erased everything")
    assert not Rating.objects.exists()
    assert Participation.objects.get().erased_at
    phone.goto(live_server.url + reverse("annotation:receipt", args=[code]))
    expect(phone.locator("main")).to_contain_text("You erased everything")


def rate_by_touch(phone: Page) -> None:
    """One criterion at a time; the last has no numbers."""
    expect(phone.locator("#desk.keyed")).to_be_visible()  # before its script all stand there
    asked = phone.locator("#rating").get_attribute("action")
    for key, point in POINTS.items():
        here = phone.locator(".crit:visible")
        expect(here).to_have_attribute("data-key", key)
        here.locator(".pt").nth(point - 1).tap()
        expect(here).not_to_have_attribute("data-key", key)
    phone.locator(".crit:visible .pt").first.tap()
    phone.get_by_role("button", name="Submit", exact=True).tap()
    expect(phone.locator(f'#rating[action="{asked}"]')).to_have_count(0)


def test_each_page_of_it_in_every_look_of_a_phone(phone: Page, live_server, link):
    phone.goto(live_server.url + path_of(link))
    fits(phone)
    phone.locator("form[action$='/join/'] button").tap()
    phone.wait_for_url("**/receipts/*/")
    fits(phone)
    receipt = phone.url
    phone.locator("form[action$='/resume/'] button").tap()
    phone.wait_for_url("**/rate/")
    fits(phone)
    for path in (f"{receipt}erase/", live_server.url + reverse("annotation:receipt_find")):
        phone.goto(path)
        fits(phone)


def fits(phone: Page) -> None:
    for look in each_look(phone, PHONE):
        assert_bears(phone, look)


def test_the_links_of_a_study_in_every_look(page: Page, live_server, enter, link, alice):
    enter(page.context, alice)
    page.goto(live_server.url + reverse("annotation:links", args=[link.study.uid]))
    for look in each_look(page):
        assert_bears(page, look)
