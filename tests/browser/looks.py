"""The eight looks that a page must bear: two widths, light and dark, English and Japanese."""

from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from playwright.sync_api import Page


class Look(NamedTuple):
    width: int
    scheme: str
    language: str

    def __str__(self) -> str:
        return f"{self.width}-{self.scheme}-{self.language}"

    @property
    def height(self) -> int:
        return 844 if self.width < 600 else 800


LOOKS = [
    Look(width, scheme, language)
    for language, width, scheme in product(("en", "ja"), (1280, 390), ("light", "dark"))
]


def each_look(page: Page, looks: list[Look] = LOOKS) -> Iterator[Look]:
    """Put the page into one look after the other, as a reader turns a device and dims the light.

    It is loaded anew for another language only, which a cookie asks for as a visitor's choice.
    """
    language = ""
    for look in looks:
        wear(page, look)
        if look.language != language:
            language = look.language
            page.context.add_cookies(
                [{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": page.url}]
            )
            page.reload()
        yield look


def wear(page: Page, look: Look) -> None:
    """Width and scheme, without loading it again."""
    page.set_viewport_size({"width": look.width, "height": look.height})
    page.emulate_media(color_scheme="dark" if look.scheme == "dark" else "light")


def shoot(page: Page, name: str, folder: Path, looks: list[Look] = LOOKS) -> list[Path]:
    """Screenshots of the whole page in each look: ``rate-390-dark-ja.png``."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for look in each_look(page, looks):
        made.append(folder / f"{name}-{look}.png")
        page.screenshot(path=made[-1], full_page=True, animations="disabled")
    return made


def overflows(page: Page) -> bool:
    """Whether the page scrolls sideways, which no look may."""
    page.wait_for_load_state("domcontentloaded")
    return bool(page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))
