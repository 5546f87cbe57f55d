"""Near duplicates of texts: pure."""

import pytest

from gold.admission.near import BANDS, bands_of, shingles, similarity, text_of

JAPANESE = "商品が届いてから８日以内でしたら返品できます。送料はお客様のご負担です。"
ENGLISH = "You can return an item within eight days of delivery. Postage is at your own cost."


def alike(one, other):
    return similarity(shingles(one), shingles(other))


def shared(one, other):
    return len(set(bands_of(shingles(one))) & set(bands_of(shingles(other))))


@pytest.mark.parametrize("text", [JAPANESE, ENGLISH])
def test_a_text_is_its_own_duplicate(text):
    assert alike(text, text) == 1
    assert shared(text, text) == BANDS


def test_width_case_and_spacing_make_no_difference():
    assert alike("ＯＫ です　返品８日", "ok です 返品8日") == 1
    assert alike("Return  it\nNOW please", "return it now please") == 1


def test_japanese_is_compared_by_characters_and_english_by_words():
    assert "返品で" in shingles(JAPANESE)
    assert "return an" in shingles(ENGLISH)


def test_japanese_with_english_names_is_japanese():
    assert "mac" in shingles("新しい MacBook Pro の電源が入りません")


def test_english_with_a_japanese_name_is_english():
    assert "in 東京" in shingles("The shop in 東京 station is open every day until nine")


def test_a_small_change_stays_near_and_another_text_is_far():
    assert alike(JAPANESE, JAPANESE.replace("８日", "七日")) > 0.75
    assert alike(JAPANESE, "パスワードを忘れた場合は再設定のメールをお送りします。") < 0.05
    assert shared(JAPANESE, JAPANESE.replace("ご負担です", "負担です")) > 0


def test_texts_without_words_have_no_bands_and_are_not_alike():
    assert bands_of(shingles(" \n ")) == []
    assert alike("", "") == 0


def test_a_text_shorter_than_a_shingle_is_one():
    assert shingles("はい") == {"はい"}
    assert shingles("yes") == {"yes"}
    assert shingles("no thanks") == {"no thanks"}


def test_only_what_was_said_is_compared():
    turns = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "Hello"},
        {"role": "tool", "content": "{}"},
        {"role": "assistant", "content": "Hi"},
        {"role": "assistant", "content": None},
    ]
    assert text_of(turns) == "Hello\nHi"


def test_one_text_leaves_nothing_behind_in_the_bands_of_the_next():
    first = bands_of(shingles(ENGLISH))
    assert bands_of(shingles(JAPANESE)) != first
    assert bands_of(shingles(ENGLISH)) == first


def test_known_bands_stay_known():
    """They are stored: another version of a library may not make others."""
    assert bands_of(shingles(ENGLISH))[:2] == KNOWN


KNOWN = [-4775406353719297408, -7063634097141847953]
