"""Which looks are judged by axe."""

from itertools import combinations

from tests.browser.bearing import JUDGED
from tests.browser.looks import LOOKS


def test_half_of_the_looks_are_judged_and_any_two_traits_meet_in_them():
    assert len(JUDGED) * 2 == len(LOOKS)
    for places in combinations(range(3), 2):
        assert {tuple(look[place] for place in places) for look in JUDGED} == {
            tuple(look[place] for place in places) for look in LOOKS
        }
