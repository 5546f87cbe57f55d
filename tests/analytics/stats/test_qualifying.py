"""What a qualification lets through."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.stats.errors import StatisticsError
from analytics.stats.raters.qualifying import ACCURACIES, pass_probability, pass_table, plan

tests = st.integers(1, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(st.floats(0, 1), tests)
def test_chances_are_those_of_scipy(accuracy, test):
    from scipy.stats import binom

    needed, asked = test
    expected = binom.sf(needed - 1, asked, accuracy)
    assert pass_probability(accuracy, *test) == pytest.approx(expected, rel=1e-9, abs=1e-12)


@given(tests)
def test_the_better_a_rater_the_likelier_to_pass(test):
    chances = [chance for _accuracy, chance in pass_table(*test)]
    assert all(later >= one - 1e-12 for one, later in pairwise(chances))
    assert len(chances) == len(ACCURACIES)


def test_the_largest_test_is_counted_too():
    assert pass_probability(0.5, 500, 1_000) == pytest.approx(0.512613, abs=1e-6)


def test_eight_of_ten_lets_one_in_six_of_the_poor_in():
    assert dict(pass_table(8, 10))[0.6] == pytest.approx(0.167290, abs=1e-6)


@given(st.integers(1, 80), st.sampled_from([(0.9, 0.6), (0.95, 0.8), (1.0, 0.5), (0.7, 0.0)]))
def test_no_other_bar_has_a_smaller_worse_error(asked, accuracies):
    good, poor = accuracies
    found = plan(asked, good, poor)

    def worse(needed):
        passed = pass_probability(good, needed, asked), pass_probability(poor, needed, asked)
        return max(1 - passed[0], passed[1])

    assert max(found.turned_away, found.let_in) == min(map(worse, range(1, asked + 1)))


def test_more_items_make_both_errors_smaller():
    plans = [plan(asked) for asked in (5, 10, 20, 40)]
    worse = [max(one.turned_away, one.let_in) for one in plans]
    assert worse == sorted(worse, reverse=True)
    assert worse[-1] < 0.03


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((0.5, 1, 0), "Ask between 1 and 1,000"),
        ((0.5, 1, 1_001), "Ask between 1 and 1,000"),
        ((0.5, 5, 4), "cannot be needed of 4"),
        ((90, 1, 4), "Write 0.9 for nine right in ten"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(arguments, sentence):
    with pytest.raises(StatisticsError, match=sentence):
        pass_probability(*arguments)


def test_a_poor_rater_is_worse_than_a_good_one():
    with pytest.raises(StatisticsError, match="leaves no bar"):
        plan(10, good=0.6, poor=0.9)
