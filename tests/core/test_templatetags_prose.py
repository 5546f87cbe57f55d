import re

import pytest
from django.utils import translation

from core.templatetags import prose

PAYLOADS = [
    "<script>alert(1)</script> *x*",
    "<img src=x onerror=alert(1)> *x*",
    "[a](javascript:alert(1))",
    "[a](data:text/html;base64,PHNjcmlwdD4=)",
    '![a](x.png "onerror=alert(1)")',
    "<https://evil.test/?q=<b>>",
    "[a]: javascript:alert(1)\n\n[a]",
    "<svg onload=alert(1)>\n\n# x",
    "`<iframe src=//evil.test>`",
    '| <td style="x"> |\n|---|\n| </table><script> |',
    "```html onclick=alert(1)\n<b onclick=alert(1)>\n```",
    "<!-- --><a href=//evil.test>x</a> **x**",
]
TAG = re.compile(r"<(/?)([a-z0-9]+)([^>]*)>")
LAWFUL = re.compile(
    r'( class="(head-line|url|mark-char)"| class="wide" tabindex="0"| start="\d+"|\s*/?)'
)


@pytest.mark.parametrize("show", [prose.turn_text, prose.verbatim, prose.inline])
@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_payload_becomes_an_element_that_can_act(show, payload):
    for _, name, attributes in TAG.findall(show(payload)):
        assert name in prose.TAGS
        assert LAWFUL.fullmatch(attributes)


def test_an_answer_keeps_its_layout():
    html = prose.turn_text("**Yes**\nnow\n\n1. one\n2. two\n\n| a |\n|---|\n| b |")
    for part in ("<strong>Yes</strong><br>", "<ol>", "<li>two</li>", "<td>b</td>"):
        assert part in html


@pytest.mark.parametrize("mark", ["", "*", "`x`"])
def test_code_without_a_fence_keeps_its_indentation(mark):
    """A rater of a function would else read one that cannot run."""
    html = prose.turn_text(f"def f(n):\n    while n:\n        n -= 1\n\n    return n {mark}\n")
    assert "def f(n):<br>    while n:<br>        n -= 1</p>" in html
    assert "<p>    return n" in html


def test_a_list_takes_its_indentation_for_itself():
    html = prose.turn_text("- one\n  more\n  - two\n\n    para")
    for part in ("<li>one<br>more", "<p>two</p>", "<p>para</p>"):
        assert part in html


def test_a_heading_of_an_answer_is_no_heading_of_our_page():
    assert prose.turn_text("# Title") == '<p class="head-line">Title</p>\n'


def test_a_link_is_words_and_its_address():
    html = prose.turn_text("See [*my* orders](https://example.org/o?a=1&b=2).")
    expected = '<em>my</em> orders <span class="url">(https://example.org/o?a=1&amp;b=2)</span>.'
    assert expected in html
    assert "<a" not in html


def test_an_image_is_never_fetched():
    html = prose.turn_text("![a cat](https://evil.test/beacon.png)")
    assert "<img" not in html
    assert "a cat" in html
    assert "https://evil.test/beacon.png" in html


@pytest.mark.parametrize("show", [prose.turn_text, prose.verbatim, prose.inline])
@pytest.mark.parametrize("code", [0x202A, 0x202E, 0x2066, 0x2069, 0x07, 0x1B])
def test_hidden_orders_are_made_visible(show, code):
    html = show(f"a{chr(code)}b `c`")
    assert chr(code) not in html
    assert f'<span class="mark-char">U+{code:04X}</span>' in html


def test_hidden_orders_in_an_address_are_made_visible():
    assert "\u202e" not in prose.turn_text("[a](https://example.org/\u202egpj.exe)")


def test_typed_text_keeps_its_paragraphs_and_lines():
    assert prose.verbatim("a\r\nb\n\n*c* & d") == "<p>a<br>b</p>\n<p>*c* &amp; d</p>"


def test_plain_words_are_shown_alike_with_and_without_the_markdown_parser(monkeypatch):
    text = "一行目\n二行目\n\n次の段落 1 < 2"
    quick = prose.verbatim(text)
    monkeypatch.setattr(prose, "MARKUP", re.compile(""))
    parsed = prose.turn_text(text)
    assert re.sub(r"\s", "", quick) == re.sub(r"\s", "", parsed)


def test_a_turn_too_long_to_lay_out_is_shown_as_typed():
    assert "<strong>" not in prose.turn_text("**x** " + "y" * prose.MAX_MARKDOWN)


def test_deep_nesting_ends():
    assert prose.turn_text("> " * 5000 + "*x*")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("返品した商品の送料は？", "ja"),
        ("Touchstone は release 4 を公開しました", "ja"),
        ("What about the 敬語 in this reply?", "en"),
        ("Can I change it?", "en"),
        ("ﾊﾝｶｸ", "ja"),
    ],
)
def test_the_language_of_a_passage_is_guessed_by_its_letters(text, language):
    assert prose.language_of(text) == language


def test_words_without_letters_have_the_language_of_the_page():
    with translation.override("ja"):
        assert prose.language_of("1, 2, 3!") == "ja"


def test_localized_words_follow_the_page_and_mark_a_fallback():
    both, only = {"en": "Yes", "ja": "はい"}, {"en": "<Yes>"}
    with translation.override("ja"):
        shown = prose.localized(both), prose.localized(only), prose.plain(only)
    assert shown == ("はい", '<span lang="en">&lt;Yes&gt;</span>', "<Yes>")


@pytest.mark.parametrize("empty", [None, {}, "", {"en": ""}])
def test_missing_words_are_empty(empty):
    assert prose.plain(empty) == ""


@pytest.mark.parametrize(
    "call",
    [
        {"function": {"name": "find", "arguments": '{"q": "送料"}'}},
        {"name": "find", "arguments": {"q": "送料"}},
    ],
)
def test_a_tool_call_is_read_in_both_shapes(call):
    assert prose.tool_call(call) == {"name": "find", "arguments": '{\n  "q": "送料"\n}'}


def test_arguments_that_are_no_json_are_shown_as_they_are():
    assert prose.tool_call({"name": "f", "arguments": "{not json"})["arguments"] == "{not json"
