"""Building a survey by keyboard, publishing it, answering it; and the same without script."""

import pytest
from playwright.sync_api import Page, expect

from surveys.models import Response, Survey
from tests import factories
from tests.browser.axe import assert_accessible
from tests.browser.looks import overflows

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def manager(new_context, enter, live_server):
    project = factories.make_project()
    user = factories.make_user()
    factories.make_membership(project.team, user, "manager")

    def make(**options) -> tuple[Page, str]:
        context = new_context(**options)
        enter(context, user)
        return context.new_page(), f"{live_server.url}/p/{project.uid}/surveys/"

    return make


def press(page: Page, name: str, *, exact: bool = False) -> None:
    """By keyboard: the button is focused and Enter is hit."""
    page.get_by_role("button", name=name, exact=exact).last.focus()
    page.keyboard.press("Enter")


def test_build_publish_and_answer_by_keyboard(manager):
    page, address = manager()
    page.goto(address)
    page.get_by_role("link", name="New survey").click()
    page.get_by_label("Name").fill("After delivery")
    press(page, "Create survey")
    expect(page.locator(".proof.wrong")).to_contain_text("keep this from being published")
    for path, text in {
        "title.ja": "配送について",
        "title.en": "About the delivery",
        "pages[0].elements[0].title.ja": "ご満足いただけましたか",
        "pages[0].elements[0].title.en": "Are you satisfied?",
    }.items():
        page.locator(f'[name="{path}"]').fill(text)
    expect(page.get_by_text("The page can be reached, and it ends.")).to_be_visible()
    page.get_by_label("Type of the next question on page 1").select_option("long_text")
    press(page, "Add a question")
    why = page.locator('[name="pages[0].elements[1].title.en"]')
    expect(why).to_be_visible()
    why.fill("Why?")
    page.locator('[name="pages[0].elements[1].title.ja"]').fill("なぜですか")
    condition = page.locator('[name="pages[0].elements[1].visibleIf"]')
    condition.evaluate("field => field.closest('details').open = true")
    condition.fill("satisfied <= ")
    expect(page.locator("#at-pages-0-elements-1-visibleIf-problems")).to_contain_text("position 13")
    expect(condition).to_have_attribute("aria-invalid", "true")
    condition.fill("satisfied <= 3")
    expect(page.get_by_text("The page can be reached, and it ends.")).to_be_visible()
    assert_accessible(page)
    page.locator('[value="copy pages[0].elements[1]"]').focus()
    page.keyboard.press("Enter")
    expect(page.locator('[name="pages[0].elements[2].title.en"]')).to_have_value("Why?")
    press(page, "Undo the last change")
    expect(page.locator('[name="pages[0].elements[2].title.en"]')).not_to_be_attached()
    preview = page.frame_locator("iframe")
    expect(preview.get_by_role("heading", name="About the delivery")).to_be_visible()
    preview.locator('input[value="1"]').check()
    preview.get_by_role("button", name="Send").last.click()
    expect(preview.get_by_text("Why?")).to_be_visible()
    assert not Response.objects.exists()
    press(page, "Publish …")
    press(page, "Publish version 1")
    expect(page.get_by_text("Version 1 is published.")).to_be_visible()
    survey = Survey.objects.get()
    assert survey.state == "live"
    page.goto(page.get_by_label("Address of the survey").input_value())
    page.locator('input[value="5"]').check()
    page.get_by_role("button", name="Send").last.click()
    expect(page.get_by_role("status")).to_contain_text("Thank you")
    assert Response.objects.get().answers == {"satisfied": 5}


def test_every_button_without_script_in_japanese_on_a_phone(manager):
    page, address = manager(java_script_enabled=False)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(address + "new/")
    page.locator("[name=name]").fill("After delivery")
    page.locator("#own button.primary").click()
    page.locator('[name="title.ja"]').fill("配送について")
    page.locator('[value="add pages"]').click()
    page.locator('[name="pages[1].new"]').select_option("single")
    page.locator('[value="add pages[1].elements"]').click()
    page.locator('[value="add pages[1].elements[0].choices"]').click()
    page.locator('[value="up pages[1].elements[0]"]').click()
    expect(page.locator('[name="pages[0].elements[1].choices[2].value"]')).to_have_count(1)
    expect(page.locator('[name="title.ja"]')).to_have_value("配送について")
    page.locator('[value="undo"]').click()
    expect(page.locator('[name="pages[1].elements[0].choices[2].value"]')).to_have_count(1)
    document = Survey.objects.get().versions.get().document
    assert [len(part["elements"]) for part in document["pages"]] == [1, 1]
    assert not overflows(page)
