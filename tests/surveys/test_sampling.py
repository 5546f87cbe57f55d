"""Who is asked and in which order: sticky, even over the day, and truly random."""

from collections import Counter
from datetime import timedelta
from itertools import pairwise, permutations
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from surveys.documents import parse_document
from surveys.sampling import Asking, Past, is_sampled, places_by, why_not_asked
from surveys.shuffling import known_order, order_for
from tests.factories import NOON
from tests.surveys.forms_of import document, options, question

ASKING = Asking(salt="s", p=1.0, cap_per_day=24, cooldown_days=30, project_cooldown_days=7)


def asked(**fields):
    known = {"respondent_key": "s:d", "past": Past(), "asked_today": 0, "now": NOON} | fields
    return why_not_asked(ASKING, **known)


@given(st.text(max_size=20), st.floats(0, 1), st.floats(0, 1))
def test_a_greater_share_keeps_everybody_who_was_in(key, p, more):
    low, high = sorted((p, more))
    assert is_sampled(key, "salt", low) <= is_sampled(key, "salt", high)


def test_the_share_is_about_p_and_another_survey_draws_anew():
    keys = [f"s:{n}" for n in range(20_000)]
    chosen = {key for key in keys if is_sampled(key, "one", 0.1)}
    again = {key for key in keys if is_sampled(key, "two", 0.1)}
    assert 1_850 < len(chosen) < 2_150
    assert 140 < len(chosen & again) < 260
    assert all(is_sampled(key, "one", 1.0) for key in keys)


def test_places_open_evenly_over_the_day():
    midnight = NOON.replace(hour=0)
    opened = [places_by(10, midnight + timedelta(minutes=n)) for n in range(1_440)]
    assert (opened[0], opened[720], opened[-1], places_by(0, NOON)) == (1, 6, 10, 0)
    assert all(after - before in (0, 1) for before, after in pairwise(opened))


def test_nobody_is_asked_too_often():
    assert asked() == ""
    assert asked(asked_today=13) == "cap"
    assert asked(past=Past(this_survey=NOON - timedelta(days=29))) == "cooldown"
    assert asked(past=Past(any_survey=NOON - timedelta(days=6))) == "project_cooldown"
    assert asked(past=Past(NOON - timedelta(days=30), NOON - timedelta(days=7))) == ""


SHUFFLED = parse_document(
    document(
        [
            question("single", "s", choices=options("a", "b", "c"), choicesOrder="random"),
            question(
                "multi", "m", choicesOrder="random",
                choices=options("none", "a", "o", "b", none={"exclusive": True}, o={"other": True}),
            ),
            question("single", "two", choices=options("a", "b"), choicesOrder="random"),
            question("single", "fixed", choices=options("a", "b")),
        ]
    )
)  # fmt: skip


def test_every_permutation_is_as_likely_as_any_other():
    """Chi-square over 6 permutations, 5 degrees of freedom: 20.5 is passed once in 1,000."""
    orders = [order_for(SHUFFLED, UUID(int=n * 2**64 + 7)) for n in range(6_000)]
    seen = Counter(tuple(order["s"]) for order in orders)
    assert set(seen) == set(permutations("abc"))
    assert sum((count - 1_000) ** 2 / 1_000 for count in seen.values()) < 20.5
    of_two = Counter(tuple(order["two"]) for order in orders)
    assert 2_850 < of_two["a", "b"] < 3_150


@given(st.uuids())
def test_other_and_exclusive_stay_last_and_the_order_comes_again(uid):
    order = order_for(SHUFFLED, uid)
    assert order["m"][2:] == ["none", "o"]
    assert set(order) == {"s", "m", "two"}
    assert order == order_for(SHUFFLED, uid) == known_order(SHUFFLED, order)
