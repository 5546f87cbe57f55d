"""Every page that answers GET is accessible, fits a phone and troubles no console.

Pages with behaviour of their own have tests in every look; here each is opened by an owner, or by a
rater where the page is a rater's own, and seen as wide as a desk in the light and as narrow as a
telephone in the dark. Every second page is loaded in the one look and turned into the other, and
the pages between them the other way.
"""

import pytest
from django.test import override_settings
from playwright.sync_api import Page

from accounts.models import Role
from tests.browser.axe import violations
from tests.browser.looks import Look, overflows, wear
from tests.browser.opened import may_open, pages
from tests.doors.world import Side, build_side

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

STICKS_OUT = """() => [...document.body.querySelectorAll("*")]
  .filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
  .filter((one) => !one.closest(".vh, .scroll"))
  .slice(-3).map((one) => one.outerHTML.slice(0, 120))"""
DESK, PHONE = Look(1280, "light", "en"), Look(390, "dark", "en")
LONG = "Kundenservice-Antwortqualitätsbewertung "


@pytest.fixture
def side(tmp_path):
    """Names as long as people make them."""
    with override_settings(MEDIA_ROOT=tmp_path):
        yield build_side("north", lambda what: f"{LONG}{what}")


@pytest.mark.parametrize("quarter", range(4))  # so that processes share them
def test_every_page_is_accessible_and_fits(
    new_context, enter, live_server, mishaps, side: Side, quarter: int
):
    context = new_context()
    page = context.new_page()
    looks = [DESK, PHONE]
    wear(page, looks[0])
    broken: list[str] = []
    for role in (Role.OWNER, Role.RATER):
        enter(context, side.people[role])
        for name, rule in pages()[quarter::4]:
            if may_open(rule, role) and (role == Role.OWNER or not may_open(rule, Role.OWNER)):
                page.goto(live_server.url + rule.url(name, side))
                for look in looks:
                    wear(page, look)
                    broken += [f"{name} {look}: {problem}" for problem in problems(page)]
                looks.reverse()
    assert not broken, "\n".join(broken)


def problems(page: Page) -> list[str]:
    found = violations(page)
    if overflows(page):
        found.append(f"scrolls sideways: {page.evaluate(STICKS_OUT)}")
    if page.locator("main h1").count() != 1:
        found.append("has not one title")
    if page.locator("main .btn.primary:visible").count() > 1:
        found.append("has more than one primary action")
    return found
