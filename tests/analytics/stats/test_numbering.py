"""Distinct numbers by a table are those of sorting."""

import numpy as np
import pytest

from analytics.stats.numbering import distinct_numbers, n_distinct


@pytest.mark.parametrize("top", [1, 3, 60, 2_000, 10**9])
@pytest.mark.parametrize("lowest", [0, -3])
def test_a_table_finds_what_sorting_finds(top: int, lowest: int) -> None:
    rng = np.random.default_rng(top)
    for size in range(40):
        numbers = rng.integers(lowest, top, size)
        distinct, index = distinct_numbers(numbers)
        by_sorting = np.unique(numbers, return_inverse=True)
        assert np.array_equal(distinct, by_sorting[0])
        assert np.array_equal(index, by_sorting[1])
        assert n_distinct(numbers) == len(by_sorting[0])
