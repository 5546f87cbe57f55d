"""What parts sentences, words and names is the language's."""

import pytest
from django.template import engines
from django.utils import translation


def rendered(template: str, language: str, **facts: object) -> str:
    with translation.override(language):
        return str(engines["django"].from_string(template).render(facts))


TWO = "<p>{% sentences %}{{ one }}</b> {{ two }}\n  {{ three }}{% endsentences %}</p>"


@pytest.mark.parametrize(
    ("language", "said"),
    [("ja", "<p>一。</b>二。三。</p>"), ("en", "<p>一。</b> 二。\n  三。</p>")],
)
def test_no_gap_follows_a_japanese_full_stop(language, said):
    assert rendered(TWO, language, one="一。", two="二。", three="三。") == said


@pytest.mark.parametrize(("language", "said"), [("ja", "一：<a>二</a>"), ("en", "一： <a>二</a>")])
def test_no_gap_follows_a_japanese_colon(language, said):
    given = "{% sentences %}{{ one }} <a>二</a>{% endsentences %}"
    assert rendered(given, language, one="一：") == said


def test_what_people_wrote_stays_escaped_between_sentences():
    said = rendered(
        "{% sentences %}{{ one }} {{ two }}{% endsentences %}", "ja", one="<b>。", two="&"
    )
    assert said == "&lt;b&gt;。&amp;"


def test_gaps_between_words_stay():
    said = rendered("{% sentences %}Komorie gold {{ two }}{% endsentences %}", "ja", two="です。 ")
    assert said == "Komorie gold です。 "


@pytest.mark.parametrize(("language", "said"), [("ja", "甲、乙：丙"), ("en", "甲, 乙: 丙")])
def test_commas_and_colons_are_of_the_language(language, said):
    assert rendered("甲{% comma %}乙{% colon %}丙", language) == said
