"""What people and models wrote, shown so that it cannot act.

A model answers in markdown, so its turns are rendered; whoever else speaks is shown as typed.
Two fences stand one behind the other: the markdown renderer passes no HTML on, and nh3 drops every
tag and attribute that is not named here.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import nh3
import orjson
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock, paragraph
from markdown_it.rules_inline import StateInline, newline
from markdown_it.token import Token

TAGS = {
    "p", "br", "strong", "em", "s", "code", "pre", "blockquote", "ul", "ol", "li", "hr",
    "table", "thead", "tbody", "tr", "th", "td", "span", "div",
}  # fmt: skip
ATTRIBUTES = {"p": {"class"}, "span": {"class"}, "ol": {"start"}, "div": {"class", "tabindex"}}
MAX_MARKDOWN = 100_000
"""Longer turns are shown as typed: nobody reads their layout, and parsing costs time."""

MARKUP = re.compile(r"[*_`#\[\]|<>~\\&]|^\s*(?:[-+=]|\d+[.)])", re.MULTILINE)
BLANK_LINES = re.compile(r"\n\s*\n")
HIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
"""Control characters and the orders that turn the direction of text."""

KANA_OR_KANJI = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uff66-\uff9d]")
LATIN_WORD = re.compile(r"[A-Za-z]+")


class InertRenderer(RendererHTML):
    """Markdown to HTML in which nothing can be followed, fetched or mistaken for our own heads."""

    def heading_open(self, *_: Any) -> str:
        return '<p class="head-line">'

    def heading_close(self, *_: Any) -> str:
        return "</p>\n"

    def table_open(self, *_: Any) -> str:
        return '<div class="wide" tabindex="0"><table>\n'

    def table_close(self, *_: Any) -> str:
        return "</table></div>\n"

    def softbreak(self, *_: Any) -> str:
        return "<br>"

    def hardbreak(self, *_: Any) -> str:
        return "<br>"

    def link_open(self, *_: Any) -> str:
        return ""

    def link_close(self, tokens: Sequence[Token], index: int, *_: Any) -> str:
        opened = next(t for t in reversed(tokens[:index]) if t.type == "link_open")
        return _address(str(opened.attrGet("href") or ""))

    def image(self, tokens: Sequence[Token], index: int, *_: Any) -> str:
        return escape(tokens[index].content) + _address(str(tokens[index].attrGet("src") or ""))


def _address(url: str) -> str:
    return f' <span class="url">({escape(url)})</span>'


def _line_end(state: StateInline, silent: bool) -> bool:
    """As shipped, but the next line keeps its indentation, in which code without a fence lives."""
    start = state.pos
    if not newline(state, silent):
        return False
    state.pos = start + 1
    return True


def _paragraph(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """As shipped, but the first line keeps its indentation; one blank is a slip of the model."""
    indentation = state.sCount[start] - state.blkIndent
    paragraph(state, start, end, silent)
    if indentation > 1:
        state.tokens[-2].content = " " * indentation + state.tokens[-2].content
    return True


@cache
def _markdown() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "breaks": True}, renderer_cls=InertRenderer)
    parser.enable(["table", "strikethrough"])
    parser.disable(["html_block", "html_inline", "autolink", "code", "lheading", "reference"])
    parser.inline.ruler.at("newline", _line_end)
    parser.block.ruler.at("paragraph", _paragraph)
    return parser


def visible(html: str) -> str:
    """Replace characters that hide or reorder text by their code points.

    Safe on cleaned HTML only: there such characters can stand in text, never in an attribute.
    """
    return HIDDEN.sub(
        lambda found: f'<span class="mark-char">U+{ord(found.group()):04X}</span>', html
    )


def verbatim(text: Any) -> SafeString:
    """`{{ text|verbatim }}`: as typed, in paragraphs."""
    blocks = BLANK_LINES.split(str(text or "").replace("\r\n", "\n").strip("\n"))
    html = "\n".join(f"<p>{escape(block).replace(chr(10), '<br>')}</p>" for block in blocks)
    return mark_safe(visible(html))  # noqa: S308  # escaped above


def inline(text: Any) -> SafeString:
    """`{{ title|inline }}`: foreign words inside a line, nothing hidden in them."""
    return mark_safe(visible(escape(str(text or ""))))  # noqa: S308  # escaped


def exact(text: Any) -> SafeString:
    """`{{ text|exact }}`: so that a browser holds the very same signs: places are counted there.

    A carriage return is a reference, since a parser drops it otherwise; a sign that would hide or
    reorder text is one element, which counts as one.
    """
    html = HIDDEN.sub(
        lambda one: f'<span class="mark-char" data-sign>U+{ord(one.group()):04X}</span>',
        escape(str(text or "")).replace("\r", "&#13;"),
    )
    return mark_safe(html)  # noqa: S308  # escaped above


def turn_text(text: Any) -> SafeString:
    """`{{ turn.content|turn_text }}`: the markdown of an answer as inert HTML."""
    source = str(text or "")
    if len(source) > MAX_MARKDOWN or not MARKUP.search(source):
        return verbatim(source)
    try:
        rendered = _markdown().render(source)
    except (RecursionError, ValueError):
        return verbatim(source)
    clean = nh3.clean(rendered, tags=TAGS, attributes=ATTRIBUTES, url_schemes=set(), link_rel=None)
    return mark_safe(visible(clean))  # noqa: S308  # cleaned by nh3


def language_of(text: Any) -> str:
    """`lang="{% lang_of text %}"`: ja or en by its letters, else the language of the page."""
    sample = str(text or "")[:2000]
    if sample.isascii() and LATIN_WORD.search(sample):
        return "en"
    japanese, words = len(KANA_OR_KANJI.findall(sample)), len(LATIN_WORD.findall(sample))
    if not japanese and not words:
        return get_language() or "en"
    return "ja" if japanese >= 2 * words else "en"


def chosen(words: Any) -> tuple[str, str]:
    """The text of a localized dict in the page's language, else in another, and its language."""
    active = (get_language() or "en").split("-")[0]
    if not isinstance(words, Mapping):
        return str(words if words is not None else ""), active
    for language in (active, "en", "ja", *words):
        if words.get(language):
            return str(words[language]), language
    return "", active


def plain(words: Any) -> str:
    """`{{ point.words|plain }}`: the words alone, for titles and attributes."""
    return chosen(words)[0]


def localized(words: Any) -> SafeString:
    """`{{ point.words|words }}`: the words, marked with their language if it is not the page's."""
    text, language = chosen(words)
    if language == (get_language() or "en").split("-")[0]:
        return inline(text)
    return format_html('<span lang="{}">{}</span>', language, inline(text))


def tool_call(call: Any) -> dict[str, str]:
    """Name and arguments of a tool call, of the chat APIs' shape or flat."""
    call = call if isinstance(call, Mapping) else {}
    called = call.get("function") if isinstance(call.get("function"), Mapping) else call
    return {"name": str(called.get("name") or ""), "arguments": indented(called.get("arguments"))}


def indented(value: Any) -> str:
    """A JSON object or list, given as text or as values, one entry a line; else the text as is."""
    parsed = value
    if isinstance(value, str):
        try:
            parsed = orjson.loads(value)
        except orjson.JSONDecodeError:
            return value
    if isinstance(parsed, dict | list):
        return orjson.dumps(parsed, option=orjson.OPT_INDENT_2).decode()
    return "" if value is None else str(value)
