"""Templates leave it to the language what stands between two sentences, two words, a name and it.

White space after a sentence is a gap that Japanese does not have, so what says several of them
stands in `{% sentences %}`; `{% comma %}` and `{% colon %}` stand where English has its marks.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

TEMPLATES = Path(__file__).parents[2] / "templates"
TOKENS = re.compile(
    r"(\{% blocktranslate.*?\{% endblocktranslate %\}|\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}|<[^>]*>)",
    re.DOTALL,
)
SENTENCE = re.compile(
    r"\{% translate (?P<quote>['\"])[^'\"]*[.?!](?P=quote) %\}$"
    r"|\{% blocktranslate.*[.?!]\s*\{% endblocktranslate %\}$",
    re.DOTALL,
)
FLOW = re.compile(r"\{% (?:if|endif|with|endwith|for|endfor|comment|endcomment)\b")
INSIDE = re.compile(r"</?(?:a|b|bdi|code|em|i|small|span|strong)\b")
MARK = re.compile(r"(?:</\w+>)*[,:] ")
LOST = re.compile(
    r"class=\"whole\">(?:(?!</?span).)*</span>(?:\{% if not forloop.last %\})?"
    r"\{% (?:comma|translate \", \")"
)
"""A comma behind words that are never parted: a line may begin with it."""
OTHER_LANGUAGE = "hosted"
"""Forms of surveys speak the language of the survey, which is none of Django's catalogues."""


def tokens_of(text: str) -> list[str]:
    return [token for token in TOKENS.split(text) if token and not token.startswith("{#")]


def unjoined(text: str) -> Iterator[str]:
    """Sentences that white space and more words of the same block follow."""
    tokens, is_joined = tokens_of(text), False
    for place, token in enumerate(tokens):
        if token in ("{% sentences %}", "{% endsentences %}"):
            is_joined = token == "{% sentences %}"
        elif not is_joined and SENTENCE.match(token) and goes_on(tokens[place + 1 :]):
            yield token[-60:]


def goes_on(tokens: list[str]) -> bool:
    has_gap = False
    for token in tokens:
        if token.isspace() or FLOW.match(token) or (INSIDE.match(token) and token[1] == "/"):
            has_gap = has_gap or token.isspace()
        elif token.startswith("{% e") or (token.startswith("<") and not INSIDE.match(token)):
            return False
        else:
            return has_gap or token[0].isspace()
    return False


def marks(text: str) -> Iterator[str]:
    """Commas and colons that stand in the template itself, right after what it fills in."""
    tokens = tokens_of(text)
    for before, token in pairwise(tokens):
        if before.startswith(("{{", "{%")) and MARK.match(token) and not token.startswith("<"):
            yield f"{before[-40:]}{token}"


def lost_commas(text: str) -> Iterator[str]:
    yield from LOST.findall(text)


def pages() -> list[Path]:
    return [one for one in sorted(TEMPLATES.rglob("*.html")) if OTHER_LANGUAGE not in one.parts]


def found_by(search: object) -> list[str]:
    return [
        f"{path.relative_to(TEMPLATES)}: {one}"
        for path in pages()
        for one in search(path.read_text())  # type: ignore[operator]
    ]


def test_sentences_one_after_the_other_leave_the_gap_to_the_language():
    assert found_by(unjoined) == []


def test_a_name_and_the_members_of_a_list_leave_the_mark_to_the_language():
    assert found_by(marks) == []


def test_no_line_begins_with_a_comma():
    assert found_by(lost_commas) == []


@pytest.mark.parametrize(
    ("text", "offends"),
    [
        ('<p>{% translate "It is." %} {{ more }}</p>', True),
        ('<p>{% translate "It is." %}\n  {% if a %}{{ more }}{% endif %}</p>', True),
        ('<p><b>{% translate "It is." %}</b> <a href="/">x</a></p>', True),
        ("<p>{% blocktranslate %}It is {{ n }}.{% endblocktranslate %} {{ more }}</p>", True),
        ('<p>{% sentences %}{% translate "It is." %} {{ more }}{% endsentences %}</p>', False),
        ('<p>{% translate "It is." %}</p> <p>{{ more }}</p>', False),
        ('<p>{% if a %}{% translate "It is." %} {% else %}{{ more }}{% endif %}</p>', False),
        ('<p>{% translate "A name" %} {{ more }}</p>', False),
    ],
)
def test_the_search_for_gaps_finds_them_and_no_others(text, offends):
    assert bool(list(unjoined(text))) is offends


def test_the_search_for_marks_finds_them():
    assert list(marks("<p>{{ name }}: {{ words }}</p>"))
    assert list(marks("{% if last %}x{% endif %}, {{ words }}"))
    assert not list(marks("<p>{{ name }}{% colon %}{{ words }}</p>"))


def test_the_search_for_lost_commas_finds_them():
    last = "{% if not forloop.last %}{% comma %}{% endif %}"
    assert list(lost_commas(f'<span class="whole">{{{{ name }}}} <b>4</b></span>{last}'))
    assert list(lost_commas('<span class="whole">{{ name }}</span>{% translate ", " %}'))
    assert not list(lost_commas(f'<span class="whole">{{{{ name }}}} <b>4</b>{last}</span>'))
