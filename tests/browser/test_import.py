"""A file comes in by hand: chosen, checked, looked at, imported, found in the list."""

import json
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from conversations.models import ImportRun
from jobs.testing import run_pending_jobs
from tests.browser.axe import assert_accessible
from tests.browser.looks import LOOKS, each_look, overflows

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ROOT = Path(__file__).resolve().parents[2]
BROKEN = ROOT / "fixtures" / "broken_lines.jsonl"


@pytest.fixture(autouse=True)
def files(settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    # No broker: the tests do the work themselves, when the page has been seen to wait for it.
    monkeypatch.setattr("jobs.ledger.wake", lambda: None)


@pytest.fixture
def page(context, enter, alice, project) -> Page:
    enter(context, alice)
    return context.new_page()


def open_page(page: Page, live_server, name: str, thing) -> None:
    page.goto(live_server.url + reverse(f"conversations:{name}", args=[thing.uid]))


def send(page: Page, live_server, project, path: Path) -> ImportRun:
    open_page(page, live_server, "import", project)
    page.get_by_label("File", exact=True).set_input_files(path)
    page.get_by_role("button", name="Upload and check").click()
    expect(page.get_by_role("heading", name=path.name)).to_be_visible()
    return ImportRun.objects.latest("pk")


@pytest.mark.both
def test_a_file_is_checked_looked_at_imported_and_listed(page, live_server, project):
    open_page(page, live_server, "list", project)
    page.get_by_role("link", name="Choose a file").click()
    page.get_by_label("File", exact=True).set_input_files(BROKEN)
    page.get_by_role("button", name="Upload and check").click()
    expect(page.get_by_role("status")).to_contain_text("being checked")
    run_pending_jobs()
    expect(page.locator(".finding")).to_contain_text("would come in")
    expect(page.locator(".refused mark").first).to_be_visible()
    expect(page.get_by_text("ミニの幅は何センチですか")).to_be_visible()
    page.get_by_role("button", name="Import").click()
    expect(page.get_by_role("status")).to_contain_text("coming in")
    run_pending_jobs()
    expect(page.locator(".finding")).to_contain_text("came in")
    page.get_by_role("link", name="See").click()
    page.get_by_role("link", name="ミニの幅は何センチですか").click()
    expect(page.get_by_text("20センチです。")).to_be_visible()


def test_the_refused_lines_download_with_reasons(page, live_server, project):
    send(page, live_server, project, BROKEN)
    run_pending_jobs()
    with page.expect_download() as download:
        page.get_by_role("link", name="JSON Lines").click()
    rows = Path(download.value.path()).read_text(encoding="utf-8").splitlines()
    assert all(json.loads(row)["reason"] for row in rows)


def test_a_table_gets_its_columns_by_keyboard_and_by_name(page, live_server, project, tmp_path):
    table = tmp_path / "answers.csv"
    table.write_text("Frage,Antwort,Ort\nWo?,Hier.,Bonn\n", encoding="utf-8")
    send(page, live_server, project, table)
    assert_accessible(page)
    page.get_by_label("Frage").select_option("input")
    page.get_by_label("Antwort").select_option("output")
    page.get_by_role("button", name="Check the file").click()
    run_pending_jobs()
    expect(page.locator(".finding")).to_contain_text("1 new conversation would come in.")


def test_without_script_the_page_of_a_check_can_be_asked_again(
    new_context, enter, alice, live_server, project
):
    context = new_context(java_script_enabled=False)
    enter(context, alice)
    page = context.new_page()
    send(page, live_server, project, BROKEN)
    run_pending_jobs()
    page.get_by_role("link", name="See how far it is").click()
    page.get_by_role("button", name="Import").click()
    run_pending_jobs()
    page.get_by_role("link", name="See how far it is").click()
    expect(page.locator(".finding")).to_contain_text("came in")


def test_the_pages_are_accessible_in_every_look(page, live_server, project):
    run = send(page, live_server, project, BROKEN)
    work(page)
    run.refresh_from_db()
    check(page)
    for name, thing in (("import", project), ("imports", project), ("list", project)):
        open_page(page, live_server, name, thing)
        check(page)
    open_page(page, live_server, "import_run", run)
    page.locator(".btn.primary").first.click()
    work(page)
    check(page)
    for name, thing in (("import_take_back", run), ("list", project)):
        open_page(page, live_server, name, thing)
        check(page)
    open_page(page, live_server, "detail", run.conversations.first())
    check(page)


def work(page: Page) -> None:
    """Do what the page waits for, and wait until it has seen that by itself."""
    expect(page.locator(".finding")).to_have_count(0)
    run_pending_jobs()
    expect(page.locator(".finding")).to_be_visible()


def check(page: Page) -> None:
    for look in each_look(page, LOOKS[::3]):
        assert not overflows(page), f"{page.url} {look}"
        assert_accessible(page)
