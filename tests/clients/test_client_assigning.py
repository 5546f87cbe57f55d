"""Who gets which variant: the client and the server say the same, for ever."""

from collections import Counter

import pytest
import touchstone
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InvalidError
from surveys import assigning

SHARES = {"A": 0.5, "B": 0.3, "C": 0.2}
VECTORS = [
    ("new-prompt", "user-17", {"A": 0.5, "B": 0.5}, "1", "A"),
    ("new-prompt", "user-17", {"B": 0.5, "A": 0.5}, "1", "A"),
    ("new-prompt", "user-18", {"A": 0.5, "B": 0.5}, "1", "B"),
    ("new-prompt", "user-17", {"A": 0.5, "B": 0.5}, "2", "A"),
    ("other", "user-17", {"A": 0.5, "B": 0.5}, "1", "B"),
    ("検索", "利用者-3", {"v12": 1, "v13": 9}, "", "v13"),
    ("all", "x", {"A": 0, "B": 1}, "", "B"),
]
"""They stand for every user already assigned: a change that breaks one moves people."""
names = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1)


@pytest.mark.parametrize(("experiment", "subject", "shares", "seed", "variant"), VECTORS)
def test_the_list_of_answers_never_changes(experiment, subject, shares, seed, variant):
    assert touchstone.assign(experiment, subject, shares, seed) == variant
    assert assigning.assign(experiment, subject, shares, seed) == variant


@given(names, names, st.dictionaries(names, st.floats(0.01, 100), min_size=1, max_size=5), names)
def test_both_sides_agree_whatever_is_asked(experiment, subject, shares, seed):
    ours = assigning.assign(experiment, subject, shares, seed)
    assert touchstone.assign(experiment, subject, shares, seed) == ours


def test_a_seed_may_be_a_number():
    assert touchstone.assign("e", "s", SHARES, 7) == touchstone.assign("e", "s", SHARES, "7")


def test_subjects_are_dealt_by_the_shares():
    dealt = Counter(touchstone.assign("e", str(number), SHARES) for number in range(20_000))
    for variant, share in SHARES.items():
        assert abs(dealt[variant] - 20_000 * share) < 4 * (20_000 * share * (1 - share)) ** 0.5


def test_two_experiments_deal_independently():
    both = Counter(
        (
            touchstone.assign("e1", str(n), {"A": 1, "B": 1}),
            touchstone.assign("e2", str(n), {"A": 1, "B": 1}),
        )
        for n in range(8_000)
    )
    assert all(abs(count - 2_000) < 160 for count in both.values())


def test_an_added_variant_takes_subjects_and_moves_none_between_the_others():
    before = {str(n): touchstone.assign("e", str(n), {"A": 1, "B": 1}) for n in range(3_000)}
    after = {str(n): touchstone.assign("e", str(n), {"A": 1, "B": 1, "C": 1}) for n in range(3_000)}
    moved = {subject: variant for subject, variant in after.items() if variant != before[subject]}
    assert set(moved.values()) == {"C"}
    assert abs(len(moved) - 1_000) < 110


def test_a_larger_share_only_takes():
    before = {str(n): touchstone.assign("e", str(n), {"A": 9, "B": 1}) for n in range(2_000)}
    after = {str(n): touchstone.assign("e", str(n), {"A": 9, "B": 3}) for n in range(2_000)}
    assert all(after[subject] == "B" for subject, variant in before.items() if variant == "B")


@pytest.mark.parametrize("shares", [{}, {"A": 0}, {"A": -1, "B": 1}, {"A": float("nan")}, {"": 1}])
def test_impossible_shares_are_refused_on_both_sides(shares):
    with pytest.raises(touchstone.TouchstoneError):
        touchstone.assign("e", "s", shares)
    with pytest.raises(InvalidError):
        assigning.checked_shares(shares)


@pytest.mark.parametrize("wrong", ["", "a\0b", None])
def test_a_subject_must_be_a_name(wrong):
    with pytest.raises(touchstone.TouchstoneError, match="subject"):
        touchstone.assign("e", wrong, SHARES)


@pytest.mark.parametrize("share", ["0.5", None, True, -1, float("nan"), 10**400])
def test_what_is_no_share_is_refused(share):
    with pytest.raises(touchstone.TouchstoneError, match="is no share"):
        touchstone.assign("e", "u", {"A": share, "B": 1})
