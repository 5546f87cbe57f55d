import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotation.rubric_diff import MAX_TOKENS, Consequence, Piece, Sort, diff, pieces
from annotation.rubric_templates import TEMPLATES, template


def edited(edit, key="good_dialogue"):
    rubric = template(key)
    edit(rubric["criteria"])
    return rubric


def changes(edit):
    found = diff(template("good_dialogue"), edited(edit))
    return {change.key: change for change in found if change.sort != Sort.UNCHANGED}


@pytest.mark.parametrize("key", TEMPLATES)
def test_the_same_rubric_has_not_changed(key):
    found = diff(template(key), template(key))
    assert {(c.sort, c.consequence) for c in found} == {(Sort.UNCHANGED, Consequence.KEPT)}
    assert len(found) == len(template(key)["criteria"])


def test_a_new_criterion_has_no_ratings():
    added = {"key": "brevity", "kind": "binary", "name": {"en": "Brevity"}}
    change = changes(lambda criteria: criteria.append(added))["brevity"]
    assert (change.sort, change.consequence) == (Sort.ADDED, Consequence.NO_RATINGS)


def test_ratings_of_a_removed_criterion_stay_behind():
    change = changes(lambda criteria: criteria.pop(0))["helpfulness"]
    assert (change.sort, change.consequence) == (Sort.REMOVED, Consequence.STAYS_BEHIND)


def test_a_renamed_key_keeps_its_ratings():
    change = changes(lambda criteria: criteria[0].update(key="usefulness"))["usefulness"]
    assert (change.sort, change.consequence) == (Sort.RENAMED, Consequence.KEPT)
    assert change.old_key == "helpfulness"


def test_a_reworded_anchor_is_pooled_on_request_only():
    change = changes(
        lambda criteria: criteria[0]["points"][4]["anchor"].update(en="The need is met in part.")
    )["helpfulness"]
    assert (change.sort, change.consequence) == (Sort.REWORDED, Consequence.ON_REQUEST)
    (text,) = change.texts
    assert (text.path, text.language) == ("points[5].anchor", "en")
    assert text.pieces[0] == Piece("equal", "The need is met in ")


def test_a_translation_added_is_no_rewording():
    old = edited(lambda criteria: criteria[0]["question"].pop("ja"))
    change = diff(old, template("good_dialogue"))[0]
    assert (change.sort, change.consequence) == (Sort.TRANSLATED, Consequence.ON_REQUEST)


def test_a_text_where_none_was_is_a_rewording():
    old = edited(lambda criteria: criteria[0].update(note={}))
    assert diff(old, template("good_dialogue"))[0].sort == Sort.REWORDED


def test_a_translation_taken_away_is_a_rewording():
    change = changes(lambda criteria: criteria[0]["question"].pop("ja"))["helpfulness"]
    assert change.sort == Sort.REWORDED


@pytest.mark.parametrize(
    "edit",
    [
        lambda criterion: criterion["points"].pop(),
        lambda criterion: criterion["points"].reverse(),
        lambda criterion: criterion.update(level="interval"),
        lambda criterion: criterion.update(target="turn"),
    ],
)
def test_another_scale_is_not_comparable(edit):
    change = changes(lambda criteria: edit(criteria[0]))["helpfulness"]
    assert (change.sort, change.consequence) == (Sort.SCALE_CHANGED, Consequence.NOT_COMPARABLE)


def test_a_setting_changes_no_meaning():
    change = changes(lambda criteria: criteria[0].update(weight=2.0, required=False))["helpfulness"]
    assert (change.sort, change.consequence) == (Sort.SETTINGS_CHANGED, Consequence.KEPT)
    assert change.settings == ("required", "weight")


def test_japanese_is_compared_by_characters_and_english_by_words():
    assert pieces("住所が古い", "住所が新しい") == (
        Piece("equal", "住所が"),
        Piece("delete", "古"),
        Piece("insert", "新し"),
        Piece("equal", "い"),
    )
    assert pieces("met in full", "met in fact") == (
        Piece("equal", "met in "),
        Piece("delete", "full"),
        Piece("insert", "fact"),
    )


def test_a_very_long_text_is_replaced_whole():
    long = "字" * (MAX_TOKENS + 1)
    assert pieces(long, long + "。") == (Piece("delete", long), Piece("insert", long + "。"))
    assert pieces(long, long) == (Piece("equal", long),)


@given(st.text(max_size=60), st.text(max_size=60))
def test_pieces_lead_from_the_old_text_to_the_new(old, new):
    found = pieces(old, new)
    assert "".join(p.text for p in found if p.op != "insert") == old
    assert "".join(p.text for p in found if p.op != "delete") == new
