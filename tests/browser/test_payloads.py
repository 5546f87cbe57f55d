"""Every text that a person or a file can fill is an attack, and no page lets one run.

The world of the door matrix is built with payloads for words, then every page that answers GET is
opened in Chromium under the strict content policy. `mishaps` holds what a policy refused or a
script broke, so a payload that was stopped only by the policy fails too. An owner reads Japanese,
where a word is put into a translation as well; what a rater may open is opened in English, too.
"""

import csv
import io

import pytest
from django.conf import settings
from django.test import Client, override_settings
from playwright.sync_api import Dialog, Page

from accounts.models import Role
from tests.browser.opened import may_open, pages
from tests.doors.rules import RULES
from tests.doors.world import Side, build_side

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAYLOADS = (
    "<script>window.ran=1</script>",
    '"><img src=x onerror="window.ran=1">',
    "'><svg/onload=window.ran=1>",
    '[x](javascript:window.ran=1) ![x](x" onerror="window.ran=1)',
    "</textarea></title></style></script><script>window.ran=1</script>",
    '<a href="javascript:window.ran=1" onclick="window.ran=1">x</a><iframe srcdoc="<script>1">',
    "{{ settings.SECRET_KEY }}{% debug %}${window.ran=1}",
    '=HYPERLINK("http://evil.example","x")',
    "\u202egnp.exe\u2066 \u2067",
    "</script><script type=module>window.ran=1</script>",
    '<style>*{display:none}</style><base href="//evil.example"><meta http-equiv=refresh content=0>',
)

IN_ITS_OWN_LANGUAGE = {"surveys:hosted", "surveys:hosted_link", "surveys:hosted_resume"}
"""A survey is asked in a language that it has, whatever the browser asks for."""

# Texts that stand where no markup can: a browser shows an override in them within their own box.
RAW_TEXT = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    const { data, parentElement: parent } = walker.currentNode;
    if (parent.closest("textarea, option, script, title")) continue;
    if (/[\\u202a-\\u202e\\u2066-\\u2069]/.test(data))
      found.push(`${parent.tagName}.${parent.className} …${data.trim().slice(-30)}`);
  }
  return found;
}"""


def attack(what: str) -> str:
    """One of the payloads, by its place, and an order that turns the text; as long as a name."""
    number = sum(what.encode()) % len(PAYLOADS)
    return f"{PAYLOADS[number][:95]} \u202e{what}"[:120]


@pytest.fixture
def poisoned(tmp_path):
    with override_settings(MEDIA_ROOT=tmp_path):
        yield build_side("poison", attack)


@pytest.mark.parametrize(("role", "language"), [(Role.OWNER, "ja"), (Role.RATER, "en")])
def test_nothing_that_people_wrote_runs_on_any_page(
    new_context, enter, live_server, mishaps, poisoned, role, language
):
    mishaps.expected += ["status of 403", "status of 404"]
    person = poisoned.people[role]
    person.language = language
    person.save()
    context = new_context()
    enter(context, person)
    page = context.new_page()
    dialogs: list[Dialog] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog), dialog.dismiss()))
    unmarked: list[str] = []
    for name, rule in pages():
        if may_open(rule, role):
            page.goto(live_server.url + rule.url(name, poisoned))
            assert page.evaluate("window.ran") is None, name
            if name not in IN_ITS_OWN_LANGUAGE:
                assert page.locator("html").get_attribute("lang") == language, name
            assert nothing_was_built(page), name
            unmarked += [f"{name} {found}" for found in page.evaluate(RAW_TEXT)]
            assert mishaps.found == [], name
    assert dialogs == []
    assert not unmarked, "text is turned unseen:\n" + "\n".join(unmarked)


def nothing_was_built(page: Page) -> bool:
    """No element of a payload has come to be, whether or not the policy would have stopped it."""
    forbidden = "[onerror], [onload], [onclick], [srcdoc], base, [href^='javascript:' i]"
    frames = "iframe:not(.survey-frame)"  # but the preview of a survey, which is ours
    return page.locator(f"{forbidden}, {frames}, style, [src='x']").count() == 0


def test_no_cell_of_a_table_that_leaves_is_a_formula(poisoned: Side):
    client = Client()
    client.force_login(poisoned.people[Role.OWNER], backend=settings.AUTHENTICATION_BACKENDS[-1])
    for name in (name for name in RULES if name.endswith("_csv")):
        answer = client.get(RULES[name].url(name, poisoned))
        text = answer.getvalue().decode("utf-8-sig")
        for row in csv.reader(io.StringIO(text, newline="")):
            for cell in row:
                is_number = cell.lstrip("+-").replace(".", "", 1).isdigit()
                assert is_number or cell[:1] not in {"=", "+", "-", "@", "\t", "\r"}, (name, cell)
