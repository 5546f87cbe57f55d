import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotation.rubric_schema import (
    content_hash,
    errors_of,
    meaning_hash,
    normalise,
    scale_hash,
    validate_rubric,
)
from annotation.rubric_templates import TEMPLATES, template

BOTH = {"en": "Words", "ja": "言葉"}


def criterion(**fields):
    base = {"key": "tone", "target": "conversation", "kind": "ordinal", "name": BOTH}
    if fields.get("kind", "ordinal") in ("ordinal", "nominal", "multi"):
        base["points"] = [{"key": str(n), "label": BOTH} for n in range(1, 4)]
    return base | fields


def rubric(*criteria):
    return {"key": "mine", "name": BOTH, "criteria": list(criteria or [criterion()])}


def problems(*criteria):
    return {p.path: p.message for p in errors_of(validate_rubric(rubric(*criteria)))}


def test_a_small_rubric_is_well_made():
    assert validate_rubric(rubric()) == []


POINT = {"key": "1", "label": BOTH}


@pytest.mark.parametrize(
    ("fields", "path", "words"),
    [
        ({"key": "two words"}, "key", "two words"),
        ({"key": None}, "key", "ASCII"),
        ({"name": {}}, "name", "missing in every language"),
        ({"name": "Tone"}, "name", "texts by language"),
        ({"target": "page"}, "target", "“page” is none of conversation, turn"),
        ({"kind": "stars"}, "kind", "“stars” is none of"),
        ({"level": "ratio"}, "level", "not lawful"),
        ({"points": [POINT]}, "points", "between 2 and 100 points, not 1"),
        ({"points": [POINT, POINT]}, "points[1].key", "“1” is there twice"),
        ({"points": [POINT, {"key": ""}]}, "points[1].key", "short text"),
        ({"points": "1-5"}, "points", "list of objects"),
        ({"kind": "multi", "points": []}, "points", "between 1 and 31"),
        ({"kind": "multi", "points": [{"key": str(n)} for n in range(32)]}, "points", "not 32"),
        ({"kind": "binary", "points": [POINT]}, "points", "exactly 2"),
        ({"kind": "text", "points": [POINT]}, "points", "no points of its own"),
        ({"kind": "numeric", "minimum": 5, "maximum": 5}, "maximum", "5 is not above"),
        ({"kind": "numeric", "step": 0}, "step", "above 0"),
        ({"kind": "numeric", "minimum": "low"}, "minimum", "a number, or empty"),
        ({"kind": "numeric", "minimum": float("nan")}, "minimum", "a number"),
        ({"minimum": 1}, "minimum", "takes no bound"),
        ({"kind": "multi", "maximum": 1.5}, "", "whole number"),
        ({"points_from": "guidance.points"}, "points_from", "several labels"),
        ({"kind": "multi", "points": [], "points_from": "meta.x"}, "points_from", "guidance"),
        ({"required": "yes"}, "required", "true or false"),
        ({"weight": -1}, "weight", "at least 0"),
        ({"kind": "binary", "effect": {"minus": 1, "cap": 2}}, "effect", "minus or cap"),
        ({"effect": {"minus": 1}}, "effect", "yes-or-no"),
        ({"note": {"en": "a\x00b"}}, "note.en", "NUL"),
        ({"note": {"en": "\ud800"}}, "note.en", "half a character"),
        ({"note": {"en": "x" * 10_001}}, "note.en", "10001 characters"),
        ({"examples": [{"verdict": "fine", "text": BOTH}]}, "examples[0].verdict", "good, bad"),
        ({"show_if": "tone ="}, "show_if", "Write “==”"),
        ({"show_if": "x == 1 or " * 60 + "x == 1"}, "show_if", "at most 500"),
        ({"derived": {"base": "absent", "floor": 1}}, "derived", "“absent” is no earlier"),
        ({"derived": "total"}, "derived", "no earlier"),
    ],
)  # fmt: skip
def test_a_criterion_that_is_not_well_made_says_where_and_why(fields, path, words):
    found = problems(criterion(**fields))
    place = f"criteria[0].{path}" if path else "criteria[0]"
    assert words in found[place]


@pytest.mark.parametrize("data", [None, [], "rubric", 5])
def test_what_is_no_rubric_is_one_problem(data):
    assert len(validate_rubric(data)) == 1


def test_nesting_without_end_is_only_reported():
    deep = []
    for _ in range(5_000):
        deep = [deep]
    assert "texts by language" in problems(criterion(note=deep))["criteria[0].note"]


@pytest.mark.parametrize("criteria", [None, [], {}, [criterion()] * 51])
def test_a_rubric_has_some_criteria_and_not_too_many(criteria):
    found = validate_rubric({"key": "mine", "name": BOTH, "criteria": criteria})
    assert "between 1 and 50" in found[0].message


def test_a_key_is_used_once():
    assert "used twice" in problems(criterion(), criterion())["criteria[1].key"]


def later(**fields):
    return criterion(key="later", **fields)


@pytest.mark.parametrize(
    ("show_if", "words"),
    [
        ("later == 1", "“later” is no earlier criterion"),
        ("absent == 1", "“absent” is no earlier criterion"),
        ("tone == 4", "“4” is no point of “tone” (1, 2, 3)"),
        ("tone in (1, high)", "“high” is no point"),
    ],
)
def test_a_condition_speaks_of_what_was_asked_before(show_if, words):
    assert words in problems(criterion(), later(show_if=show_if))["criteria[1].show_if"]


def test_a_condition_stays_within_its_unit():
    found = problems(criterion(), later(target="turn", show_if="tone == 1"))
    assert "same unit" in found["criteria[1].show_if"]


def test_words_have_no_order_for_a_condition():
    words = criterion(points=[{"key": key, "label": BOTH} for key in "OTX"])
    found = problems(words, later(show_if="tone > O"))
    assert "cannot order" in found["criteria[1].show_if"]


def test_a_condition_on_yes_or_no_knows_its_points():
    yes_no = criterion(kind="binary")
    assert problems(yes_no, later(show_if="tone == yes")) == {}
    assert "no point" in problems(yes_no, later(show_if="tone == maybe"))["criteria[1].show_if"]


@pytest.mark.parametrize("floor", [0, 4, None, "1", True, -(10**9)])
def test_a_total_has_every_point_it_can_reach(floor):
    found = problems(criterion(), later(derived={"base": "tone", "floor": floor}))
    assert "whole numbers" in found["criteria[1].derived"]


def test_null_is_left_out():
    nulls = dict.fromkeys(["question", "note", "level", "show_if", "required", "weight"])
    assert problems(criterion(**nulls)) == {}
    assert normalise(rubric(criterion(**nulls))) == normalise(rubric())


def test_a_missing_translation_warns_and_does_not_hinder():
    found = validate_rubric(rubric(criterion(question={"en": "How is it?"})))
    assert [(p.path, p.is_error) for p in found] == [("criteria[0].question.ja", False)]


def test_a_rubric_in_one_language_is_told_so_once():
    english = {"en": "Words"}
    points = [{"key": key, "label": english} for key in "12"]
    data = {"key": "mine", "name": english, "criteria": [criterion(name=english, points=points)]}
    assert [p.message for p in validate_rubric(data)] == ["The rubric has no words in Japanese."]


def test_a_field_nobody_knows_warns():
    found = validate_rubric(rubric(criterion(colour="red")))
    assert [(p.path, p.is_error) for p in found] == [("criteria[0].colour", False)]


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=2), st.dictionaries(st.text(max_size=5), inner, max_size=2)
    ),
    max_leaves=4,
)


@given(st.sampled_from(TEMPLATES), st.lists(st.integers(0, 30), min_size=1, max_size=6), JSON)
def test_whatever_json_stands_anywhere_is_reported_or_accepted(key, way, intruder):
    """Replace any one part of a template: no exception, and what has no error can be hashed."""
    data = template(key)
    part = data
    for step in way:
        places = list(part) if isinstance(part, dict) else list(range(len(part)))
        if not places:
            break
        place = places[step % len(places)]
        if not isinstance(part[place], dict | list) or step == way[-1]:
            part[place] = intruder
            break
        part = part[place]
    if not errors_of(validate_rubric(data)):
        assert content_hash(data) == content_hash(normalise(data))


@pytest.mark.parametrize("key", TEMPLATES)
def test_full_form_is_stable(key):
    once = normalise(template(key))
    assert normalise(once) == once


def test_full_form_fills_in_what_goes_without_saying():
    full = normalise(rubric(criterion(kind="binary", name={"en": " Tone ", "ja": ""})))
    only = full["criteria"][0]
    assert [point["key"] for point in only["points"]] == ["no", "yes"]
    assert (only["level"], only["name"]) == ("nominal", {"en": "Tone"})


def changed(**fields):
    return copy.deepcopy(criterion()) | fields


@pytest.mark.parametrize(
    "fields",
    [{"key": "manner"}, {"weight": 2}, {"required": False}, {"show_if": "x == 1"},
     {"cannot_judge": False}, {"note": {}}, {"level": "ordinal"}],
)  # fmt: skip
def test_meaning_stays_when_only_the_setting_changes(fields):
    assert meaning_hash(changed(**fields)) == meaning_hash(criterion())


@pytest.mark.parametrize(
    "fields",
    [{"name": {"en": "Manner", "ja": "言葉"}}, {"note": BOTH}, {"question": {"en": "How?"}},
     {"examples": [{"verdict": "good", "text": BOTH}]}],
)  # fmt: skip
def test_other_words_are_another_meaning_on_the_same_scale(fields):
    assert meaning_hash(changed(**fields)) != meaning_hash(criterion())
    assert scale_hash(changed(**fields)) == scale_hash(criterion())


@pytest.mark.parametrize(
    "fields",
    [{"target": "turn"}, {"level": "interval"}, {"points": criterion()["points"][::-1]},
     {"points": criterion()["points"][:2]}],
)  # fmt: skip
def test_another_scale_is_another_meaning(fields):
    assert scale_hash(changed(**fields)) != scale_hash(criterion())
    assert meaning_hash(changed(**fields)) != meaning_hash(criterion())


def test_how_a_letter_was_typed_changes_no_hash():
    composed, decomposed = {"ja": "が"}, {"ja": "か\u3099"}
    assert meaning_hash(changed(note=composed)) == meaning_hash(changed(note=decomposed))


def test_content_covers_every_field():
    assert content_hash(rubric(criterion(weight=2))) != content_hash(rubric())
    assert content_hash(rubric()) == content_hash(normalise(rubric()))
