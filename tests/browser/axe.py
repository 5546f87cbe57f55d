"""Accessibility by axe-core, in the page as it stands."""

from functools import cache
from pathlib import Path

from playwright.sync_api import Page

SOURCE = Path(__file__).parent / "vendor" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OPTIONS = {
    "runOnly": RULES,
    "resultTypes": ["violations"],
    "selectors": False,  # takes long, and an element is named by its HTML
}


@cache
def source() -> str:
    return SOURCE.read_text() + "\n;null"


def violations(page: Page) -> list[str]:
    """One line a broken rule: its name, why it matters, and the first elements that break it.

    Evaluated through the debugging protocol: a script element would be refused by the page's own
    content policy.
    """
    page.wait_for_load_state("domcontentloaded")  # of half a page half the labels are missing
    if not page.evaluate("'axe' in window"):
        page.evaluate(source())
    found = page.evaluate(
        "options => axe.run(document, options).then(({violations}) => violations)", OPTIONS
    )
    return [
        f"{rule['id']} ({rule['impact']}): {rule['help']}: "
        + " ; ".join(node["html"][:160] for node in rule["nodes"][:3])
        for rule in found
    ]


def assert_accessible(page: Page) -> None:
    found = violations(page)
    assert found == [], "\n".join([page.url, *found])
