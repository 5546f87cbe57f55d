import re

import pytest

from annotation.derived import compute
from annotation.rubric_schema import normalise, scale_of, validate_rubric
from annotation.rubric_templates import TEMPLATES, template
from core.errors import NotFoundError

RULED_OUT = (
    "調停", "アノテーター", "正解データ", "評価項目", "誠実性", "有病率", "95%の確率",
    "することができ", "させていただ", "あなた",
)  # fmt: skip
JAPANESE = r"[\u3040-\u30ff\u3400-\u9fff々〆、。「」『』（）：？]"
SPACE_BETWEEN_WIDTHS = re.compile(rf"{JAPANESE} +[0-9A-Za-z]|[0-9A-Za-z%] +{JAPANESE}")
HALF_WIDTH_KANA = re.compile(r"[\uff61-\uff9f]")
HALF_WIDTH_PARENTHESIS = re.compile(rf"{JAPANESE}[()]|[()]{JAPANESE}")
TILDE_RANGE = re.compile(r"[0-9]~[0-9]")


def words_of(value):
    """Every object of texts by language."""
    if isinstance(value, list):
        for inner in value:
            yield from words_of(inner)
    elif isinstance(value, dict):
        if value and set(value) <= {"en", "ja"}:
            yield value
        else:
            for inner in value.values():
                yield from words_of(inner)


def japanese_of(key):
    return [words["ja"] for words in words_of(template(key)) if "ja" in words]


every_template = pytest.mark.parametrize("key", TEMPLATES)


@every_template
def test_a_template_has_no_problem_not_even_a_missing_translation(key):
    assert validate_rubric(template(key)) == []


@every_template
def test_a_template_is_in_full_form(key):
    assert normalise(template(key)) == template(key)


@every_template
def test_a_template_keeps_to_the_japanese_glossary(key):
    for text in japanese_of(key):
        assert not [word for word in RULED_OUT if word in text], text
        assert not SPACE_BETWEEN_WIDTHS.search(text), text
        assert not HALF_WIDTH_KANA.search(text), text
        assert not HALF_WIDTH_PARENTHESIS.search(text), text
        assert not TILDE_RANGE.search(text), text


@every_template
def test_points_in_order_are_all_worded(key):
    for criterion in template(key)["criteria"]:
        assert all(point["label"] or point["anchor"] for point in criterion["points"])


@every_template
def test_no_template_asks_for_nothing(key):
    for criterion in template(key)["criteria"]:
        assert scale_of(criterion).points or criterion["points_from"]


@every_template
def test_a_copy_can_be_changed_without_changing_the_template(key):
    template(key)["criteria"].clear()
    assert template(key)["criteria"]


def test_an_unknown_template_names_those_there_are():
    with pytest.raises(NotFoundError, match=r"“poem”.*good_dialogue"):
        template("poem")


def test_longer_or_politer_is_never_asked_for():
    notes = {c["key"]: c["note"].get("en", "") for c in template("good_dialogue")["criteria"]}
    assert "length" in notes["helpfulness"]
    assert "either length" in notes["right_amount"]
    assert "amount of politeness" in notes["register"]


def test_the_points_of_a_pair_are_the_conversations_not_the_sides():
    preference = template("preference")["criteria"][0]
    assert scale_of(preference).points == ("a", "b", "tie", "both_bad")


def test_the_total_of_a_task_reaches_every_point():
    criteria = template("per_task")["criteria"]
    totals = {compute(criteria, {"base": str(base)})["total"] for base in range(1, 6)}
    assert totals == set(scale_of(criteria[-1]).points)
