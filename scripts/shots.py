"""Make the pictures of the documentation: load the demonstration, serve it, photograph its pages.

Without arguments each page is written once to docs/img, in English, light and wide. `--all FOLDER`
writes it in every look (two widths, light and dark, two languages) for whoever changes the design.
"""

import argparse
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

if TYPE_CHECKING:
    from accounts.models import User

PICTURES = Path("docs/img")
START_SECONDS = 120


@contextmanager
def demonstration() -> Iterator[str]:
    """The address of the demonstration, served from a home of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="touchstone-") as home:
        os.environ.update(TOUCHSTONE_HOME=home, DJANGO_SETTINGS_MODULE="config.settings")
        manage = [sys.executable, "manage.py"]
        subprocess.run([*manage, "demo", "--no-serve"], check=True, stdout=subprocess.DEVNULL)
        server = subprocess.Popen([*manage, "serve", "--port", str(port)])
        address = f"http://localhost:{port}"
        try:
            wait_for(address)
            yield address
        finally:
            server.terminate()
            server.wait()


def wait_for(address: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            urllib.request.urlopen(f"{address}/health/", timeout=5).close()  # noqa: S310  # our own
            return
        except OSError:
            if time.monotonic() > deadline:
                sys.exit("The demonstration did not start.")
            time.sleep(0.2)


def pages() -> Iterator[tuple[str, "User", str]]:
    """Name, who looks at it, and path of each page that has a picture."""
    from django.urls import reverse

    from accounts.models import Membership, Project, Role
    from annotation.models import Item, Rater, Study, StudyRater
    from gold.models import Release

    project = Project.objects.get(synthetic=True)
    manager = Membership.objects.filter(team=project.team, role=Role.MANAGER)[0].user
    settled = Item.objects.filter(study__project=project, state=Item.State.SETTLED)
    study = Study.objects.get(pk=settled.values_list("study", flat=True)[0])
    yield "home", manager, reverse("gold:home", args=[project.uid])
    yield "study", manager, reverse("annotation:study", args=[study.uid])
    yield "rubric", manager, reverse("annotation:rubric_version", args=[study.rubric_version.uid])
    yield "agreement", manager, reverse("analytics:agreement", args=[study.uid])
    yield "settle", manager, reverse("annotation:settle", args=[study.uid])
    if release := Release.objects.filter(dataset__project=project).last():
        yield "release", manager, reverse("gold:release", args=[release.uid])
    named = StudyRater.objects.filter(study__project=project, study__state=Study.State.OPEN)
    rater = Rater.objects.filter(study_raters__in=named, user__isnull=False).first()
    if rater and rater.user:
        place = named.filter(rater=rater)[0]
        yield "rate", rater.user, reverse("annotation:rate", args=[place.study.uid])


def session_of(user: "User") -> str:
    """A session cookie as the sign-in page would give it; home and secret key are the server's."""
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[-1])
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", metavar="FOLDER", type=Path, help="every look, into this folder")
    every = parser.parse_args().all
    from playwright.sync_api import sync_playwright

    from tests.browser.chromium import FLAGS, executable

    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with demonstration() as address, sync_playwright() as playwright:
        import django
        from django.conf import settings

        django.setup()
        from accounts.models import User
        from tests.browser.looks import LOOKS, shoot

        User.objects.update(language="")  # a person's own choice would outweigh that of the look
        browser = playwright.chromium.launch(executable_path=executable(), args=FLAGS)
        for name, user, path in pages():
            context = browser.new_context(reduced_motion="reduce", timezone_id="UTC")
            name_of_cookie = settings.SESSION_COOKIE_NAME
            context.add_cookies(
                [{"name": name_of_cookie, "value": session_of(user), "url": address}]
            )
            page = context.new_page()
            answer = page.goto(address + path)
            if answer is None or not answer.ok:
                sys.exit(f"{path} answered {answer.status if answer else 'nothing'}: no picture.")
            page.wait_for_load_state("networkidle")
            if every:
                shoot(page, name, every)
            else:
                (made,) = shoot(page, name, PICTURES, LOOKS[:1])
                made.rename(PICTURES / f"{name}.png")
            context.close()
        browser.close()


if __name__ == "__main__":
    main()
