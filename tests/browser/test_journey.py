"""The product's main job through its own pages: from a file to a published release.

One long walk, because what it tests is that each step leaves what the next one needs.
"""

import json
import re
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import Role
from annotation.models import Item, Rating, Study
from gold.exports import verify_lines
from gold.models import Release
from jobs.testing import run_pending_jobs
from tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "fixtures" / "conversations_later.jsonl"
SIX_ANSWERS = "444541"  # the right amount, the rest at 4, no question beyond its knowledge
AT_ODDS = "144541"


@pytest.fixture(autouse=True)
def quiet(settings, tmp_path, monkeypatch):
    """No broker and no left-over files: the test does the background work itself."""
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    monkeypatch.setattr("jobs.ledger.wake", lambda: None)


@pytest.fixture
def desk(new_context, enter):
    """A browser of a person's own."""

    def sit_down(user) -> Page:
        context = new_context()
        enter(context, user)
        return context.new_page()

    return sit_down


def press(page: Page, name: str | re.Pattern[str]) -> None:
    page.get_by_role("button", name=name).first.click()


def work(page: Page) -> None:
    page.wait_for_load_state()  # a page that is still coming cannot be loaded anew
    run_pending_jobs()
    page.reload()


def rate_all(page: Page, address: str, answers: list[str]) -> None:
    """Every item by keyboard alone."""
    page.goto(address)
    for place, keys in enumerate(answers, start=1):
        expect(page.locator(".count")).to_contain_text(f"{place} of")
        for key in keys:
            page.keyboard.press(key)
        page.keyboard.press("Enter")
    expect(page.locator(".count")).to_have_count(0)


@pytest.mark.both
def test_from_a_file_to_a_published_release(live_server, desk, team, alice, project, tmp_path):
    dora = factories.make_user("dora")
    bob = factories.make_user("bob")
    for person in (bob, dora):
        factories.make_membership(team, person, Role.RATER)
    page, base = desk(alice), live_server.url

    # 1. Import: checked first, then confirmed.
    page.goto(base + reverse("conversations:import", args=[project.uid]))
    page.get_by_label("File", exact=True).set_input_files(FILE)
    press(page, "Upload and check")
    work(page)
    press(page, "Import")
    work(page)
    expect(page.locator(".finding")).to_contain_text("12 new conversations came in")

    # 2. Define: from a template, published.
    page.goto(base + reverse("annotation:rubrics", args=[project.uid]))
    press(page, re.compile("Start from this.*Good dialogue"))
    press(page, "Save and publish")
    press(page, "Publish version 1")
    page.get_by_role("link", name="New study with this version").first.click()

    # 3. Study: two raters an item, three items drawn, raters named, open.
    page.get_by_label("Name").fill("First round")
    page.get_by_label("Raters an item").fill("2")
    press(page, "Create study")
    page.get_by_label("How many").fill("3")
    page.get_by_label("Seed").fill("7")
    press(page, "Draw")
    page.get_by_label("Bob").check()
    page.get_by_label("Dora").check()
    press(page, "Name as raters")
    press(page, "Open for raters")
    study = Study.objects.get()
    assert study.items.count() == 3

    # 4. Rate: two people, keyboards only; they part on one item.
    address = base + reverse("annotation:rate", args=[study.uid])
    rate_all(desk(bob), address, [SIX_ANSWERS] * 3)
    rate_all(desk(dora), address, [SIX_ANSWERS, AT_ODDS, SIX_ANSWERS])
    assert Rating.objects.count() == 6

    # 5. Agree: computed, and said in a sentence.
    page.goto(base + reverse("analytics:agreement", args=[study.uid]))
    press(page, "Compute the agreement")
    work(page)
    expect(page.locator(".finding")).not_to_be_empty()

    # 6. Settle: the one item on which they parted.
    assert Item.objects.filter(state=Item.State.DISPUTED).count() == 1
    page.get_by_role("link", name="Settle 1 disagreement").click()
    page.wait_for_load_state()
    page.keyboard.press("3")
    page.get_by_label("Reason", exact=True).fill("The need is met in part.")
    expect(page.locator("[data-decide]")).to_be_enabled()
    page.get_by_label("Reason", exact=True).blur()
    page.keyboard.press("Enter")
    expect(page.locator("[data-decide]")).to_have_count(0)
    assert Item.objects.filter(state=Item.State.SETTLED).count() == 3

    # 7. Keep: candidates, approval, release 1, and a file that proves itself.
    page.goto(base + reverse("gold:datasets", args=[project.uid]))
    page.get_by_label("Name").fill("Gold")
    press(page, "Create dataset")
    press(page, "Propose 3 settled items")
    page.get_by_label("Choose all on this page").check()
    press(page, "Approve the chosen")
    page.get_by_role("link", name="Releases", exact=True).click()
    press(page, "Publish 3 items")
    expect(page.get_by_role("heading", name="Release 1")).to_be_visible()
    page.get_by_role("radio", name="JSON Lines").first.check()
    press(page, "Export")
    work(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    file = tmp_path / "release.jsonl"
    download.value.save_as(file)
    lines = file.read_bytes().splitlines()
    assert verify_lines(lines).manifest_hash == Release.objects.get().manifest_hash
    sources = {label["source"] for label in json.loads(lines[1])["labels"].values()}
    assert sources <= {"consensus", "adjudication"}
