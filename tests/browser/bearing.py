"""What a page must bear in the looks it is turned into."""

from playwright.sync_api import Page

from tests.browser.axe import assert_accessible
from tests.browser.looks import LOOKS, Look, each_look, overflows

JUDGED = (LOOKS[0], LOOKS[3], LOOKS[5], LOOKS[6])
"""Four in which any two of width, scheme and language meet in every pairing.

Colours follow width and scheme, and words width and language: nothing follows all three. axe takes
ten times as long as the question whether a page scrolls sideways, which is asked in every look.
"""


def assert_bears(page: Page, look: Look) -> None:
    assert not overflows(page), f"{page.url} {look}"
    if look in JUDGED:
        assert_accessible(page)


def assert_bears_every_look(page: Page) -> None:
    for look in each_look(page):
        assert_bears(page, look)
