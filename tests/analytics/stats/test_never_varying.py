"""One answer to everything is told from what the others answer to the same units."""

import numpy as np

from analytics.stats.raters.flags import flags_of
from analytics.stats.raters.habits import always_the_same

UNITS = 30


def chances(*answers):
    """Chances of raters who gave these answers, each to the units from 0 on."""
    rater = np.repeat(np.arange(len(answers)), [len(one) for one in answers])
    unit = np.concatenate([np.arange(len(one)) for one in answers])
    return always_the_same(rater, unit, np.concatenate(answers), n_raters=len(answers))


def flagged(*answers):
    nobody = [None] * len(answers)
    found = flags_of(nobody, nobody, nobody, same=chances(*answers))
    return [place for place, flags in enumerate(found) if "same" in flags]


def varied(seed, p=(0.1, 0.2, 0.4, 0.2, 0.1), n=UNITS):
    return np.random.default_rng(seed).choice(len(p), size=n, p=p)


def test_who_never_leaves_the_middle_stands_out():
    assert flagged(varied(1), varied(2), np.full(UNITS, 2)) == [2]


def test_where_nearly_all_say_no_nobody_stands_out_for_it():
    rare = [varied(seed, p=(0.96, 0.04)) for seed in range(5)]
    assert flagged(*rare, np.zeros(UNITS, dtype=int)) == []


def test_a_chance_needs_ten_answers_and_ten_of_others():
    assert chances(varied(1), np.full(9, 2))[1] is None
    assert chances(np.full(UNITS, 2), np.arange(9) % 3)[0] is None
    assert chances(varied(1), np.full(10, 2))[1] is not None


def test_only_what_others_said_of_the_same_units_counts():
    rater = np.repeat([0, 1, 2], [12, 12, 40])
    unit = np.concatenate([np.arange(12), np.arange(12), np.arange(100, 140)])
    value = np.concatenate([np.full(12, 4), np.full(12, 4), np.full(40, 0)])
    alone = always_the_same(rater, unit, value, n_raters=3)
    assert alone == [((12 + 1) / (12 + 2)) ** 12] * 2 + [None]


def test_of_raters_alike_in_everything_hardly_any_is_called_out():
    """The bound is rather too high, so false alarms stay below the level of the adjustment."""
    p = (0.75, 0.15, 0.1)
    alarms = sum(
        bool(flagged(*(varied(100 * trial + one, p, n=12) for one in range(8))))
        for trial in range(200)
    )
    assert alarms / 200 <= 0.05
