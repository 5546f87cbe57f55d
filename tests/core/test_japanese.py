"""The Japanese of the interface and of the rubric templates keeps to one glossary and one style.

What people say in the demonstration's dialogues is theirs and is not held to it.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import allauth
import django.contrib.auth
import polib
import pytest

ROOT = Path(__file__).parents[2]
CATALOGUE = polib.pofile(str(ROOT / "locale/ja/LC_MESSAGES/django.po"))
TEMPLATES = sorted((ROOT / "annotation/rubric_templates").glob("*.json"))
PAGES = sorted((ROOT / "templates").rglob("*.html"))

JAPANESE = r"[\u3040-\u30ff\u4e00-\u9fff、。「」]"
REFUSED = {
    "調停": "a mediator's word; an adjudicator decides: 裁定",
    "アノテーター": "they rate: 評価者",
    "正解データ": "a dialogue has more than one right answer: ゴールドデータ",
    "評価項目": "観点",
    "誠実性": "mistranslates faithfulness: 忠実性",
    "有病率": "a medical word: 評点の偏り",
    "95%の確率": "an interval is not that",
    "することができ": "translationese: できます",
    "させていただ": "too humble",
    "あなた": "the reader needs no word",
    "[\uff61-\uff9f]": "half-width kana",
    rf"{JAPANESE} (?=[!-~])|(?<=[!-~]) {JAPANESE}": "a space beside Japanese",
    rf"{JAPANESE}[()]|[()]{JAPANESE}": "a half-width parenthesis beside Japanese",
    rf"{JAPANESE}[,:;?!]|[,;?!]{JAPANESE}": "half-width punctuation beside Japanese",
    r"[\d)s]\s?~\s?[\d%]": "an ASCII tilde in a range: 〜",
}
SENTENCE = re.compile(r"[^\W\d_]{3,}[)”]?\.$")
BUTTON = re.compile(r"<button\b.*?</button>|<a class=\"btn\b.*?</a>", re.DOTALL)
TRANSLATED = re.compile(r"""{% translate (["'])(.+?)\1""")
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%%[a-z](?![a-z])|\{\w+\}|</?\w+")
LIST_MARK = re.compile(r"^[-*] ", re.MULTILINE)


def held() -> Iterator[tuple[str, str]]:
    """Every message with its Japanese."""
    for entry in CATALOGUE:
        yield entry.msgid, entry.msgstr or entry.msgstr_plural[0]


def japanese_of(value: Any) -> Iterator[str]:
    """The Japanese texts in a rubric's JSON."""
    if isinstance(value, dict):
        for name, part in value.items():
            if name == "ja" and isinstance(part, str):
                yield part
            else:
                yield from japanese_of(part)
    elif isinstance(value, list):
        for part in value:
            yield from japanese_of(part)


@pytest.mark.parametrize("pattern", REFUSED, ids=REFUSED.values())
def test_words_and_marks_that_the_glossary_refuses_occur_nowhere(pattern):
    refused = re.compile(pattern)
    assert [words for _msgid, words in held() if refused.search(words)] == []
    for path in TEMPLATES:
        texts = japanese_of(json.loads(path.read_text()))
        assert [text for text in texts if refused.search(LIST_MARK.sub("", text))] == []


def test_a_sentence_stays_a_sentence():
    ends = ("。", "？", "：%(reason)s", "：%(problem)s")
    broken = [w for msgid, w in held() if SENTENCE.search(msgid) and not w.endswith(ends)]
    assert broken == []


def test_a_label_does_not_become_a_sentence():
    assert [w for msgid, w in held() if msgid[-1:].isalpha() and w.endswith("。")] == []


def test_buttons_hold_no_full_stop():
    japanese = dict(held())
    words = [
        japanese[found[2]]
        for page in PAGES
        for button in BUTTON.findall(page.read_text())
        for found in TRANSLATED.finditer(button)
        if found[2] in japanese
    ]
    assert words
    assert [word for word in words if "。" in word] == []


def test_placeholders_and_tags_are_kept():
    for entry in CATALOGUE:
        english = entry.msgid_plural or entry.msgid
        words = entry.msgstr or entry.msgstr_plural[0]
        assert sorted(set(PLACEHOLDER.findall(english))) == sorted(
            set(PLACEHOLDER.findall(words))
        ), entry.msgid


def test_borrowed_sentences_are_still_those_of_django_and_allauth():
    theirs = {
        entry.msgid
        for package in (django, django.contrib.auth, allauth)
        for path in Path(package.__path__[0]).glob("**/locale/ja/LC_MESSAGES/django.mo")
        for entry in polib.mofile(str(path))
    }
    borrowed = {e.msgid for e in CATALOGUE if "core/borrowed_words.py" in dict(e.occurrences)}
    assert borrowed
    assert borrowed - theirs == set()


def test_there_is_one_form_for_any_number():
    assert CATALOGUE.metadata["Plural-Forms"] == "nplurals=1; plural=0;"
    assert all(set(e.msgstr_plural) == {0} for e in CATALOGUE if e.msgid_plural)


def test_nothing_is_left_in_english_or_unsure():
    unfinished = [e.msgid for e in CATALOGUE if not e.translated() or e.obsolete]
    assert unfinished == []
    same = [msgid for msgid, words in held() if words == msgid and re.search(r"[a-z]{3} ", msgid)]
    assert same == []
