"""Every page that answers GET is accessible, fits a phone and troubles no console.

Pages with behaviour of their own have tests in every look; here each is opened once as wide as a
desk in the light, and once as narrow as a telephone in the dark, by an owner, or by a rater where
the page is a rater's own.
"""

import pytest
from django.test import override_settings
from playwright.sync_api import Page

from accounts.models import Role
from tests.browser.axe import violations
from tests.browser.looks import Look, overflows
from tests.browser.opened import may_open, pages
from tests.doors.world import Side, build_side

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]

STICKS_OUT = """() => [...document.body.querySelectorAll("*")]
  .filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
  .filter((one) => !one.closest(".vh, .scroll"))
  .slice(-3).map((one) => one.outerHTML.slice(0, 120))"""
LONG = "Kundenservice-Antwortqualitätsbewertung "


@pytest.fixture
def side(tmp_path):
    """Names as long as people make them."""
    with override_settings(MEDIA_ROOT=tmp_path):
        yield build_side("north", lambda what: f"{LONG}{what}")


@pytest.mark.parametrize("look", [Look(1280, "light", "en"), Look(390, "dark", "en")], ids=str)
def test_every_page_is_accessible_and_fits(
    new_context, enter, live_server, mishaps, side: Side, look: Look
):
    context = new_context()
    page = context.new_page()
    page.set_viewport_size({"width": look.width, "height": look.height})
    page.emulate_media(color_scheme="dark" if look.scheme == "dark" else "light")
    broken: list[str] = []
    for role in (Role.OWNER, Role.RATER):
        enter(context, side.people[role])
        for name, rule in pages():
            if may_open(rule, role) and (role == Role.OWNER or not may_open(rule, Role.OWNER)):
                page.goto(live_server.url + rule.url(name, side))
                broken += [f"{name}: {problem}" for problem in problems(page)]
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
