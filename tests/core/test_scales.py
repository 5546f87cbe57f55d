import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.scales import (
    LAWFUL_LEVELS,
    MAX_LABELS,
    Kind,
    Level,
    Scale,
    ScaleError,
    Stored,
    decode,
    default_level,
    default_metric,
    encode,
    is_lawful,
)

FIVE = Scale("ordinal", "ordinal", points=("1", "2", "3", "4", "5"), name="helpfulness")
CAUSES = Scale("multi", "nominal", points=("utterance", "response", "context"), name="cause")
SHARE = Scale("numeric", "interval", minimum=0, maximum=100, step=50, name="win-rate")


def test_a_point_is_stored_as_its_position():
    assert encode(FIVE, "1") == Stored(value=0)
    assert encode(FIVE, "5") == Stored(value=4)


@pytest.mark.parametrize("answer", [5, 5.0, "5"])
def test_a_number_names_the_point_with_that_key(answer):
    assert encode(FIVE, answer) == Stored(value=4)


@pytest.mark.parametrize("answer", ["6", 0, "", None, 4.5, True, "５", ["5"]])
def test_a_point_that_is_not_declared_is_refused(answer):
    with pytest.raises(ScaleError, match=r"not on the scale of “helpfulness” \(1, 2, 3, 4, 5\)"):
        encode(FIVE, answer)


def test_labels_are_stored_as_a_mask_and_come_back_in_the_order_of_the_scale():
    stored = encode(CAUSES, ["context", "utterance", "context"])
    assert stored == Stored(value=0b101)
    assert decode(CAUSES, stored) == ("utterance", "context")


def test_no_label_is_an_answer_too():
    assert decode(CAUSES, encode(CAUSES, [])) == ()


def test_thirty_one_labels_fit_and_thirty_two_do_not():
    labels = tuple(f"l{number}" for number in range(MAX_LABELS + 1))
    fits = Scale("multi", "nominal", points=labels[:-1])
    assert encode(fits, labels[:-1]) == Stored(value=2**31 - 1)
    with pytest.raises(ScaleError, match="32 labels, and 31 are allowed"):
        encode(Scale("multi", "nominal", points=labels), [])


def test_bounds_of_a_multi_scale_count_labels():
    most = Scale("multi", "nominal", points=("a", "b", "c"), minimum=1, maximum=2, name="reasons")
    with pytest.raises(ScaleError, match="at most 2 labels, and 3 are ticked"):
        encode(most, ["a", "b", "c"])
    with pytest.raises(ScaleError, match="at least 1 labels, and 0 are ticked"):
        encode(most, [])


@pytest.mark.parametrize("answer", ["context", None, 5])
def test_labels_come_as_a_list(answer):
    with pytest.raises(ScaleError, match="takes a list of labels"):
        encode(CAUSES, answer)


@pytest.mark.parametrize("answer", [50, 50.0, "50", " 50 "])
def test_a_number_is_stored_as_a_number(answer):
    assert encode(SHARE, answer) == Stored(number=50.0)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (101, r"Score 101 is outside the range of “win-rate” \(0 to 100\)"),
        (-1, "outside the range"),
        (25, "not on a step of 50 from 0"),
        ("N/A", "takes a number, not “N/A”"),
        ("nan", "takes a number"),
        (float("inf"), "takes a number"),
        (True, "takes a number"),
        ("1_0", "takes a number"),
        (10**400, "takes a number"),
        (None, "takes a number"),
    ],
)
def test_a_number_that_the_scale_does_not_allow_is_refused(answer, words):
    with pytest.raises(ScaleError, match=words):
        encode(SHARE, answer)


def test_a_half_open_range_is_named_by_its_bound():
    with pytest.raises(ScaleError, match="≥ 0"):
        encode(Scale("numeric", "ratio", minimum=0), -1)
    with pytest.raises(ScaleError, match="≤ 3"):
        encode(Scale("numeric", "ratio", maximum=3), 4)


def test_words_have_no_place_on_a_scale():
    with pytest.raises(ScaleError, match="asks for words"):
        encode(Scale("text", ""), "A comment.")


@pytest.mark.parametrize(
    ("scale", "stored"),
    [
        (FIVE, Stored(value=5)),
        (FIVE, Stored(value=-1)),
        (FIVE, Stored(number=1.0)),
        (CAUSES, Stored(value=8)),
        (SHARE, Stored(value=1)),
    ],
)
def test_a_stored_score_of_another_scale_is_refused(scale, stored):
    with pytest.raises(ScaleError, match="another version"):
        decode(scale, stored)


@given(st.lists(st.sampled_from(CAUSES.points)))
def test_labels_survive_storing(labels):
    assert set(decode(CAUSES, encode(CAUSES, labels))) == set(labels)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_survive_storing(number):
    free = Scale("numeric", "interval")
    assert decode(free, encode(free, number)) == number


def test_every_kind_has_a_lawful_default_level():
    for kind in Kind.values:
        assert is_lawful(kind, default_level(kind))
    assert set(LAWFUL_LEVELS) == set(Kind.values)


def test_a_category_is_never_an_interval():
    assert not is_lawful("nominal", "interval")
    assert not is_lawful("unheard-of", "nominal")


def test_the_metric_follows_the_level_and_sets_take_masi():
    assert default_metric("ordinal", Level.ORDINAL) == "ordinal"
    assert default_metric("numeric", Level.RATIO) == "ratio"
    assert default_metric("multi", Level.NOMINAL) == "masi"
    assert default_metric("text", "") == ""
