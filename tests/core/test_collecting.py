"""Garbage is looked for less often for a while, and as ever afterwards."""

import gc

import pytest

from core.collecting import USUAL, YOUNG, rarely_collected


def test_collecting_is_as_before_afterwards_even_after_a_failure() -> None:
    @rarely_collected()
    def fail() -> None:
        assert gc.get_threshold() == (YOUNG, *USUAL[1:])
        raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert gc.get_threshold() == USUAL
    assert gc.isenabled()
