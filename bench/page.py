"""What a first visit to the rater page loads, as Chromium counts it."""

import gzip
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from annotation.rubric_templates import template
from bench.figures import Figure, Goal, exactly
from bench.scene import add_raters, make_scene, make_study, signed_in
from bench.servers import serving
from bench.wire import UnexpectedAnswerError


def run(size: int, runs: int) -> Iterator[Figure]:
    study = make_study(make_scene(), items=size, data=template("good_dialogue"), slug="page")
    [chair] = add_raters(study, 1, "visitor")
    assert chair.rater.user is not None  # noqa: S101  # add_raters makes people
    with serving(os.environ) as server:
        cookies = signed_in(chair.rater.user, server.port).cookies
        address = f"http://127.0.0.1:{server.port}/studies/{study.uid}/rate/"
        visits = [visit(address, cookies) for _run in range(runs)]
    found = visits[-1].answers
    code = [body for kind, _url, body in found if kind in {"script", "stylesheet"}]
    if not code:
        raise UnexpectedAnswerError("The rater page loaded neither script nor style.")
    yield exactly(
        "Script and style of the rater page, gzip",
        sum(len(gzip.compress(body, 6)) for body in code) / 1024,
        "KiB",
        goal=Goal(at_most=60),
        beside="peers: Label Studio 2,027, doccano 351, potato 285 KiB",
    )
    yield exactly(
        "Requests of a first visit",
        len(found),
        "requests",
        goal=Goal(at_most=8),
        beside=", ".join(urlsplit(url).path.rpartition("/")[2] or "page" for _k, url, _b in found),
    )
    yield exactly(
        "Files of plotly on the rater page",
        sum("plotly" in url for _kind, url, _body in found),
        "files",
        goal=Goal(at_most=0),
    )
    yield Figure(
        "First paint", [one.paint for one in visits], "ms", beside="peers: Label Studio 1,070 ms"
    )


@dataclass
class Visit:
    """A page and what it loaded: kind, address and content."""

    answers: list[tuple[str, str, bytes]] = field(default_factory=list)
    paint: float = 0.0

    def note(self, asked: Any) -> None:
        answer = asked.response()
        self.answers.append((asked.resource_type, asked.url, answer.body() if answer else b""))


def visit(address: str, cookies: Mapping[str, str]) -> Visit:
    """By a browser that has never been there."""
    from playwright.sync_api import sync_playwright

    found = Visit()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"]
        )
        context = browser.new_context()
        for name, value in cookies.items():
            context.add_cookies(
                [{"name": name, "value": value, "domain": "127.0.0.1", "path": "/"}]
            )
        page = context.new_page()
        page.on("requestfinished", found.note)
        page.goto(address)
        page.wait_for_load_state("networkidle")
        found.paint = page.evaluate(
            "performance.getEntriesByName('first-contentful-paint')[0].startTime"
        )
        browser.close()
    return found


def chromium() -> str | None:
    names = ("chromium", "chromium-browser", "google-chrome", "chromium-headless-shell")
    return next(filter(None, map(shutil.which, names)), None)
