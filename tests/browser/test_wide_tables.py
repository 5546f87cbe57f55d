"""A table in a message: no column is squeezed to letters, and what is too wide scrolls there."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from tests import factories
from tests.browser.looks import overflows
from tests.browser.rating_desk import rater, study_from

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LINK = "https://example.com/" + "averyverylongaddress/" * 4
TABLE = f"""| Item | 返品について書かれた列の見出し | 値 |
|---|---|---|
| 送料 | 返品は三十日以内であれば可能ですが、未使用品に限りますのでご注意ください。 | 1,200円 |
| {LINK} | 日本語 | 3 |
"""


@pytest.mark.parametrize("width", [390, 1280])
def test_japanese_beside_a_long_address_keeps_its_column(
    page: Page, live_server, enter, project, width
):
    bob = rater(project.team)
    study = study_from(project, "good_dialogue", bob, items=0)
    turns = [
        {"id": "u", "role": "user", "content": "送料は？"},
        {"id": "a", "role": "assistant", "content": TABLE},
    ]
    factories.make_item(study, factories.make_conversation(project, turns=turns))
    enter(page.context, bob)
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(live_server.url + reverse("annotation:rate", args=[study.uid]))
    cells = page.locator(".prose td")
    widths = [box["width"] for box in (cell.bounding_box() for cell in cells.all()) if box]
    em = cells.first.evaluate("(cell) => parseFloat(getComputedStyle(cell).fontSize)")
    assert min(widths) >= 6 * em
    assert not overflows(page)
    scrolled = page.locator(".prose .wide").first.evaluate(
        "(place) => place.scrollWidth - place.clientWidth"
    )
    assert scrolled <= 1
