"""Too fast is told from the others' times on items of about the same length."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.stats.raters.habits import FEWEST_TIMED, pace

LONG, SHORT = 8_000, 500


def timed(*raters):
    """Rows of raters, each given as (seconds, length) of twelve ratings."""
    rater = np.repeat(np.arange(len(raters)), 12)
    seconds = np.repeat([seconds for seconds, _length in raters], 12).astype(float)
    length = np.repeat([length for _seconds, length in raters], 12)
    return rater, seconds, length


def fast(rows, **options):
    rater, seconds, length = rows
    found = pace(rater, seconds, n_raters=int(rater.max()) + 1, length=length, **options)
    return np.flatnonzero(found.is_fast).tolist()


READERS = [(100, LONG), (110, LONG), (95, LONG), (105, LONG), (10, SHORT), (11, SHORT), (9, SHORT)]


def test_readers_of_short_items_are_not_fast_for_that():
    rater, seconds, length = timed(*READERS)
    unaware = pace(rater, seconds, n_raters=len(READERS))
    assert unaware.is_fast[4:].all()
    assert fast((rater, seconds, length)) == []


def test_who_rushes_through_long_items_is_fast_though_others_take_as_long_for_short_ones():
    assert fast(timed(*READERS, (12, LONG))) == [7]


def test_lengths_within_a_factor_of_two_are_alike():
    rows = timed((30, 1_100), (32, 1_500), (28, 1_900), (31, 1_300), (6, 1_200))
    assert fast(rows) == [4]


def test_a_length_that_only_two_raters_know_is_taken_as_usual():
    rater, seconds, length = timed((30, SHORT), (32, SHORT), (28, SHORT), (60, LONG), (64, LONG))
    found = pace(rater, seconds, n_raters=5, length=length)
    assert found.median[3:] == pytest.approx([60, 64])


def test_unknown_lengths_and_times_are_let_be():
    rater, seconds, length = timed((30, SHORT), (31, SHORT), (29, SHORT))
    length = length.astype(float)
    length[:6], seconds[-6:] = np.nan, 0
    found = pace(rater, seconds, n_raters=3, length=length)
    assert found.median == pytest.approx([30, 31, 29])
    assert found.n.tolist() == [12, 12, 6]


@given(st.lists(st.integers(5, 300), min_size=1, max_size=6), st.integers(1, 10_000))
def test_one_length_for_all_changes_nothing(typical, length):
    rater = np.repeat(np.arange(len(typical)), FEWEST_TIMED)
    seconds = np.repeat(typical, FEWEST_TIMED).astype(float)
    plain = pace(rater, seconds, n_raters=len(typical))
    aware = pace(rater, seconds, n_raters=len(typical), length=np.full(len(rater), length))
    assert aware.median == pytest.approx(plain.median)
    assert (aware.is_fast == plain.is_fast).all()
