"""Redaction in a real browser: by keyboard, and by selecting words behind a sign of two units."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from conversations.models import Redaction
from conversations.redacting import said, scan
from tests import factories
from tests.browser.axe import assert_accessible

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WORDS = "𠮷野家の\r\n山田です。<ann@example.com> 090-1234-5678"
SELECT = """(words) => {
  const text = document.querySelector("[data-text]");
  const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const at = node.data.indexOf(words);
    if (at < 0) continue;
    getSelection().setBaseAndExtent(node, at, node, at + words.length);
    document.dispatchEvent(new Event("mouseup"));
  }
}"""


def test_places_are_decided_by_keyboard_and_words_are_hidden_by_selecting_them(
    page, live_server, enter, alice, project
):
    turn = {"id": "0", "role": "user", "content": WORDS}
    conversation = factories.make_conversation(project, turns=[turn], language="ja")
    scan(conversation)
    enter(page.context, alice)
    page.goto(live_server.url + reverse("conversations:redact", args=[conversation.uid]))
    assert_accessible(page)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("a")
    expect(page.locator("[data-place].accepted")).to_have_count(1)
    expect(page.locator("[data-place].here")).to_contain_text("090-1234-5678")
    page.keyboard.press("d")
    expect(page.locator("[data-place].dismissed")).to_have_count(1)
    page.evaluate(SELECT, "山田")
    expect(page.get_by_label("Words to hide")).to_have_value("山田")
    page.get_by_role("button", name="Hide", exact=True).click()
    expect(page.locator("[data-place].accepted")).to_have_count(2)
    conversation.refresh_from_db()
    assert said(conversation)[0]["content"] == (
        "𠮷野家の\r\n［氏名］です。<［メールアドレス］> 090-1234-5678"
    )
    assert Redaction.objects.get(kind="name").found_by == "person"
