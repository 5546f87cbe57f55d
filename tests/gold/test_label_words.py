"""Pages say labels in the words of the rubric; keys are for programs."""

import pytest
from django.utils import translation

from annotation.models import Criterion
from gold.label_words import label_words
from gold.runs.judging import PassRule
from gold.runs.words import rule_words


def criterion(key: str, *, name: str = "", points: dict[str, str] | None = None) -> Criterion:
    said = [
        {"key": point, "label": {"en": point.upper(), "ja": ja}}
        for point, ja in (points or {}).items()
    ]
    return Criterion(key=key, name={"en": key.upper(), "ja": name} if name else {}, points=said)


AMOUNT = criterion("amount", name="量", points={"too_much": "多すぎる", "right": "ちょうどよい"})


@pytest.fixture(autouse=True)
def japanese():
    with translation.override("ja"):
        yield


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("too_much", "多すぎる"),
        (["too_much", "right"], "多すぎる、ちょうどよい"),
        ([], "–"),
        (None, "–"),
        (3.5, "3.5"),
        ({"turn": 1, "value": "right"}, "発話2：ちょうどよい"),
        ([{"turn": 1, "passage": 0, "value": "right"}], "発話2、パッセージ1：ちょうどよい"),
        ({"answers": [0, 2], "value": "right"}, "1、3：ちょうどよい"),
    ],
)
def test_a_value_is_said_by_the_labels_of_its_points(value, said):
    assert label_words([AMOUNT]).said("amount", value) == said


def test_what_no_rubric_names_keeps_its_key():
    labels = label_words([criterion("tone")])
    assert labels.name("tone") == "tone"
    assert labels.name("speed") == "speed"
    assert labels.said("speed", "quick") == "quick"


def test_a_point_that_two_rubrics_call_differently_keeps_its_key():
    other = criterion("amount", name="量", points={"too_much": "長い", "right": "ちょうどよい"})
    labels = label_words([AMOUNT, other])
    assert labels.name("amount") == "量"
    assert labels.said("amount", "too_much") == "too_much"
    assert labels.said("amount", "right") == "ちょうどよい"


def test_a_rule_names_its_criterion_as_the_rubric_does():
    said = rule_words(PassRule("score", "amount", 4.5), label_words([AMOUNT]))
    assert "量" in said
    assert "amount" not in said
