"""What a first visit to the rater page loads: few files, and small ones."""

import gzip
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.urls import reverse

from tests import factories

MOST_BYTES = 60 * 1024
MOST_REQUESTS = 8
IMPORT = re.compile(
    r"^\s*(?:import\s*|(?:import|export)\b[^;'\"=(]*\bfrom\s*)[\"']([^\"']+)[\"']", re.MULTILINE
)


class Named(HTMLParser):
    """The addresses that a browser fetches by itself when it reads the page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if given.get("href", "").startswith("data:"):
            return  # it came with the page
        if tag == "link" and {"stylesheet", "icon", "modulepreload"} & set(given["rel"].split()):
            self.found.add(given["href"])
        elif tag in {"script", "img"} and "src" in given:
            self.found.add(given["src"])


def source(address: str) -> bytes:
    path = urlsplit(address).path.removeprefix(settings.STATIC_URL)
    found = finders.find(path)
    assert found, f"The page names {address}, which is no static file."
    return Path(found).read_bytes()


def with_imports(addresses: set[str]) -> set[str]:
    """The addresses, and the modules that their scripts import."""
    known, waiting = set(), set(addresses)
    while waiting:
        known.add(address := waiting.pop())
        if address.endswith(".js"):
            imported = IMPORT.findall(source(address).decode())
            waiting |= {urljoin(address, name) for name in imported} - known
    return known


@pytest.fixture
def loaded(signed_in, bob, project) -> set[str]:
    study = factories.make_study(project)
    factories.make_item(study)
    factories.make_study_rater(study, factories.make_rater(project, bob))
    response = signed_in(bob).get(reverse("annotation:rate", args=[study.uid]), follow=True)
    assert response.status_code == 200
    return with_imports(Named(response.content.decode()).found)


def test_the_rater_page_loads_little_script_and_style(loaded):
    sizes = {
        address: len(gzip.compress(source(address), 9, mtime=0))
        for address in loaded
        if address.endswith((".js", ".css"))
    }
    assert sum(sizes.values()) <= MOST_BYTES, sizes


def test_the_rater_page_asks_for_few_files(loaded):
    assert 1 + len(loaded) <= MOST_REQUESTS, sorted(loaded)
