"""A real Chromium on a live server; whatever a page does wrong on the way fails its test."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, WebError, expect

from accounts.models import User
from tests.browser.chromium import FLAGS, SLOWED, executable

OWN_HOSTS = {"localhost", "127.0.0.1"}
PATIENCE = 15_000  # milliseconds; what is right comes at once, on a busy machine a little later

expect.set_options(timeout=PATIENCE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A second try for what drives a browser: two cores hold server, Chromium and another worker.

    The summary names every test that needed it (`R`); one that needs it again has a race to mend.
    """
    for item in items:
        if item.get_closest_marker("browser") and SLOWED == 1:
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    if found := executable():
        return {"executable_path": found, "args": FLAGS}
    if os.environ.get("CI") == "true":
        pytest.fail("With CI=true the browser tests run; no Chromium is on PATH.")
    pytest.skip("no Chromium is on PATH: install chromium")


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, Any]:
    """English, light and wide, unless a test asks for something else by `new_context`."""
    return {
        "locale": "en-GB",
        "timezone_id": "UTC",
        "viewport": {"width": 1280, "height": 800},
        "color_scheme": "light",
        "reduced_motion": "reduce",
    }


@dataclass
class Mishaps:
    """What went wrong in any page of the test: it must be nothing.

    Chromium reports what a content policy refuses as a console error, so that is in here too. A
    test that provokes an error names a part of its message in `expected`.
    """

    expected: list[str] = field(default_factory=lambda: ["status of 422"])
    found: list[str] = field(default_factory=list)

    def watch(self, context: BrowserContext) -> BrowserContext:
        context.on("request", self._request)
        context.on("console", self._console)
        context.on("weberror", self._web_error)
        return context

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https", "ws", "wss"} and parts.hostname not in OWN_HOSTS:
            self.found.append(f"asked another host: {request.url}")

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self._note(f"console {message.type}: {message.text}")

    def _web_error(self, error: WebError) -> None:
        self._note(f"script error: {error.error.message}")

    def _note(self, text: str) -> None:
        if not any(part in text for part in self.expected):
            self.found.append(text)


@pytest.fixture
def mishaps() -> Iterator[Mishaps]:
    watched = Mishaps()
    yield watched
    assert watched.found == []


@pytest.fixture
def new_context(
    new_context: Callable[..., BrowserContext], mishaps: Mishaps
) -> Callable[..., BrowserContext]:
    """Playwright's own, watched; a second call gives a second person's browser."""

    def make(**options: Any) -> BrowserContext:
        context = mishaps.watch(new_context(**options))
        context.set_default_timeout(PATIENCE)
        if SLOWED > 1:
            context.on("page", _slowed)
        return context

    return make


def _slowed(page: Page) -> None:
    """As on a busy machine: a page comes in pieces, and what reads it too early fails each time."""
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})


@pytest.fixture
def enter(live_server: Any) -> Callable[[BrowserContext, User], None]:
    """Sign somebody in without the form: ``enter(context, bob)``."""

    def sign_in(context: BrowserContext, user: User) -> None:
        client = Client()
        client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[-1])
        name = settings.SESSION_COOKIE_NAME
        context.add_cookies(
            [{"name": name, "value": client.cookies[name].value, "url": live_server.url}]
        )

    return sign_in
