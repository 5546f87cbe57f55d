"""Writing a rubric in a real browser: with the keyboard, with and without script, in every look."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import Role
from annotation import rubric_templates
from annotation.services import rubrics
from tests import factories
from tests.browser.axe import assert_accessible
from tests.browser.bearing import assert_bears
from tests.browser.looks import each_look, overflows

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def project(db):
    return factories.make_project(factories.make_team("north"), "support")


@pytest.fixture
def alice(project):
    user = factories.make_user("alice")
    factories.make_membership(project.team, user, Role.OWNER)
    return user


@pytest.fixture
def draft(alice, project):
    return drafted(alice, project, "good_dialogue")


@pytest.fixture
def page(new_context, enter, alice) -> Page:
    context = new_context()
    page = context.new_page()
    page.enter = lambda url: (enter(context, alice), page.goto(url))
    return page


def drafted(alice, project, key):
    return rubrics.create_rubric(
        actor=alice, project=project, data=rubric_templates.template(key), template=key
    )


def edit_url(live_server, version):
    return live_server.url + reverse("annotation:rubric_edit", args=[version.uid])


def test_a_criterion_is_added_moved_and_saved(page, live_server, draft):
    page.enter(edit_url(live_server, draft))
    page.get_by_role("button", name="Add a criterion").click()
    page.locator("[name='criteria[8].name.en']").fill("Warmth")
    expect(page.locator("#preview")).to_contain_text("Warmth")
    page.locator("#at-criteria-8 .criterion-acts").get_by_role("button", name="Move up").click()
    expect(page.locator("[name='criteria[7].name.en']")).to_have_value("Warmth")
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_text("The draft is saved.")).to_be_visible()
    assert draft.criteria.get(position=7).name == {"en": "Warmth"}


def test_the_editor_works_by_keyboard_alone(page, live_server, draft):
    """From the button that adds to the name of what was added, and Ctrl+S."""
    page.enter(edit_url(live_server, draft))
    page.get_by_role("button", name="Add a criterion").press("Enter")
    expect(page.locator("#at-criteria-8 summary").first).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.type("温かさ")
    page.keyboard.press("Control+s")
    expect(page.get_by_text("The draft is saved.")).to_be_visible()
    assert draft.criteria.get(position=8).name == {"ja": "温かさ"}


def test_the_editor_works_without_script(new_context, enter, alice, live_server, draft):
    context = new_context(java_script_enabled=False)
    enter(context, alice)
    page = context.new_page()
    page.goto(edit_url(live_server, draft))
    page.get_by_role("button", name="Add a criterion").click()
    page.locator("[name='criteria[8].name.en']").fill("Warmth")
    page.get_by_role("button", name="Add a point").last.click()
    expect(page.locator("[name='criteria[8].points[5].key']")).to_have_value("6")
    expect(page.locator("[name='criteria[8].name.en']")).to_have_value("Warmth")
    page.get_by_role("button", name="Save draft").last.click()
    assert draft.criteria.count() == 9


def test_a_refused_draft_leads_to_what_is_wrong(page, live_server, draft):
    page.enter(edit_url(live_server, draft))
    page.locator("#at-criteria-3 summary").first.click()
    page.locator("[name='criteria[3].key']").fill("not a key")
    page.get_by_role("button", name="Save draft").click()
    page.get_by_role("alert").get_by_role("link").first.click()
    expect(page.locator("[name='criteria[3].key']")).to_be_in_viewport()
    expect(page.locator("[name='criteria[3].key']")).to_have_value("not a key")
    assert draft.criteria.filter(key="right_amount").exists()


def test_leaving_with_changes_asks_first(page, live_server, draft):
    page.enter(edit_url(live_server, draft))
    page.locator("[name='name.en']").fill("Other")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    with page.expect_event("dialog"):
        page.get_by_role("link", name="Studies").click()
    assert asked == ["beforeunload"]


def test_the_preview_speaks_the_language_one_asks_for(page, live_server, draft):
    page.enter(edit_url(live_server, draft))
    page.locator("#preview").get_by_role("button", name="日本語").click()
    expect(page.locator("#preview")).to_contain_text("有用性")
    page.locator("[name='criteria[0].name.ja']").evaluate(
        "field => field.closest('details').open = true"
    )
    page.locator("[name='criteria[0].name.ja']").fill("役に立つか")
    expect(page.locator("#preview")).to_contain_text("役に立つか")


def test_the_editor_is_accessible_in_every_look(page, live_server, draft):
    page.enter(edit_url(live_server, draft))
    for look in each_look(page):
        page.locator("#at-criteria-0 details").first.evaluate("part => { part.open = true }")
        assert_bears(page, look)


@pytest.mark.parametrize("key", ["per_task", "dialogue_breakdown", "preference"])
def test_every_page_of_a_rubric_is_accessible(page, live_server, alice, project, key):
    version = drafted(alice, project, key)
    uids = {"version": version.uid, "rubric": version.rubric.uid}
    for name, of in PAGES.items():
        page.enter(live_server.url + reverse(f"annotation:{name}", args=[uids[of]]))
        assert not overflows(page)
        assert_accessible(page)


PAGES = {
    "rubric": "rubric",
    "rubric_edit": "version",
    "rubric_publish": "version",
    "rubric_discard": "version",
}


def test_a_hostile_rubric_does_nothing(page, live_server, draft, alice):
    """Content policy and console are watched: whatever ran or was refused would fail the test."""
    payload = "<img src=x onerror=alert(1)><script>alert(1)</script>\u202e[x](javascript:alert(1))"
    data = rubrics.rubric_data(draft)
    data["name"] = data["intro"] = {"en": payload, "ja": payload}
    data["criteria"][0] |= {"name": {"en": payload}, "question": {"en": payload}}
    data["criteria"][0]["points"][0]["anchor"] = {"en": payload, "ja": payload}
    rubrics.save_draft(actor=alice, version=draft, data=data)
    for name in ("rubric_version", "rubric_edit", "rubric_publish"):
        page.enter(live_server.url + reverse(f"annotation:{name}", args=[draft.uid]))
        expect(page.locator("img")).to_have_count(0)
