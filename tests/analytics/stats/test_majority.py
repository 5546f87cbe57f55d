"""The most frequent label: ties told by the rule that was asked for."""

import numpy as np
import pytest

from analytics.stats.errors import StatisticsError
from analytics.stats.truth.majority import entropy, majority

COUNTS = [[3, 1, 0], [2, 0, 2], [1, 1, 1], [0, 0, 0]]


def test_ties_are_shown_as_ties() -> None:
    found = majority(COUNTS)
    assert found.label.tolist() == [0, -1, -1, -1]
    assert found.top.astype(int).tolist() == [[1, 0, 0], [1, 0, 1], [1, 1, 1], [0, 0, 0]]
    assert found.tied.tolist() == [False, True, True, False]


def test_a_tie_takes_the_label_that_is_declared_first() -> None:
    found = majority(COUNTS, ties="declared")
    assert found.label.tolist() == [0, 0, 0, -1]
    assert found.tied.tolist() == [False, True, True, False]
    assert found.top.sum(axis=1).tolist() == [1, 1, 1, 0]


def test_a_tie_gives_no_label() -> None:
    found = majority(COUNTS, ties="none")
    assert found.label.tolist() == [0, -1, -1, -1]
    assert found.top.sum(axis=1).tolist() == [1, 0, 0, 0]


def test_the_distribution_stays_beside_the_label() -> None:
    found = majority(COUNTS)
    assert found.shares[0].tolist() == [0.75, 0.25, 0]
    assert np.isnan(found.shares[3]).all()
    assert found.entropy[:3] == pytest.approx([0.8112781, 1, np.log2(3)])
    assert np.isnan(found.entropy[3])


def test_a_second_implementation_agrees() -> None:
    rng = np.random.default_rng(1)
    for _ in range(1_000):
        counts = rng.integers(0, 4, (5, 3))
        for unit, label in zip(counts.tolist(), majority(counts).label, strict=True):
            top = [point for point, times in enumerate(unit) if times == max(unit) > 0]
            assert label == (top[0] if len(top) == 1 else -1)


def test_a_rule_that_is_none_is_refused() -> None:
    with pytest.raises(StatisticsError, match="Rule 'coin' for ties is unknown"):
        majority(COUNTS, ties="coin")  # type: ignore[arg-type]


def test_no_units_have_no_labels() -> None:
    assert len(majority(np.zeros((0, 3), int)).label) == 0


def test_certainty_has_no_entropy() -> None:
    assert entropy(np.eye(3)).tolist() == [0, 0, 0]
