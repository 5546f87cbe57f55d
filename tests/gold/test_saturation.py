"""When a larger set would no longer change which variant is best."""

from datetime import UTC, datetime

import pytest

from gold.growth import periods_of
from gold.saturation import saturation, steps_to


def test_the_last_items_may_turn_a_ranking():
    found = saturation({"a": [True] * 3 + [False] * 3, "b": [False] + [True] * 4 + [False]}, 50)
    assert found.last == 3
    assert (found.before.order, found.after.order) == (("a", "b"), ("b", "a"))
    assert (found.tau, found.largest) == (-1.0, ("a", -0.5))


@pytest.mark.parametrize(
    "passed", [{}, {"a": [True] * 9}, {"a": [True] * 3, "b": [True] * 3}, {"a": [], "b": []}]
)
def test_too_little_says_nothing(passed):
    assert saturation(passed) is None


def test_variants_that_tie_have_no_order_to_turn():
    found = saturation({"a": [True] * 6, "b": [True] * 6})
    assert (found.swapped, found.tau) == ((), None)


@pytest.mark.parametrize("n", [4, 10, 11, 99, 1_000, 12_345])
def test_the_steps_are_few_and_end_with_all(n):
    steps = steps_to(n)
    assert steps[-1] == n
    assert len(steps) <= 21
    assert steps == sorted(set(steps))


def at(month: int, day: int = 1) -> datetime:
    return datetime(2026, month, day, 9, tzinfo=UTC)


def test_a_period_tells_what_came_and_what_went():
    found = periods_of([(at(1), None, "random"), (at(1), at(2), "expert"), (at(2), None, "random")])
    assert [(one.added, one.retired, one.total) for one in found] == [
        ({"random": 1, "expert": 1}, 0, 2),
        ({"random": 1}, 1, 2),
    ]
    many = [(at(month, day), None, "random") for month in range(1, 5) for day in range(1, 29)]
    assert [(one.is_month, one.total) for one in periods_of(many)] == [
        (True, 28), (True, 56), (True, 84), (True, 112)
    ]  # fmt: skip
