"""Equivalence: a library on random data, the interval's word, the level at the margin."""

from math import inf
from statistics import NormalDist

import numpy as np
import pytest
from scipy.optimize import brentq

from analytics.stats import reasons
from analytics.stats.comparisons.equivalence import (
    tost_means,
    tost_paired,
    tost_paired_shares,
    tost_shares,
)
from analytics.stats.comparisons.paired_shares import mcnemar, tango_interval, tango_z
from analytics.stats.comparisons.proportions import normal_quantile
from analytics.stats.comparisons.score_shares import (
    farrington_manning_interval,
    farrington_manning_z,
)
from analytics.stats.comparisons.two_proportions import two_proportion_z
from analytics.stats.errors import RowsError, StatisticsError

MADE = 1_000


def test_statsmodels_agrees_with_means() -> None:
    peer = pytest.importorskip("statsmodels.stats.weightstats")
    rng = np.random.default_rng(1)
    for _ in range(MADE // 2):
        x, y = rng.normal(size=(2, rng.integers(5, 30)))
        margin = rng.uniform(0.1, 2)
        assert tost_paired(x, y, -margin, margin).p == pytest.approx(
            peer.ttost_paired(x, y, -margin, margin)[0], abs=1e-9
        )
        for equal, named in ((False, "unequal"), (True, "pooled")):
            found = tost_means(x, y[2:], -margin, margin / 2, equal_variances=equal)
            expected = peer.ttost_ind(x, y[2:], -margin, margin / 2, usevar=named)[0]
            assert found.p == pytest.approx(expected, abs=1e-9)


def score_z(x1: int, n1: int, x2: int, n2: int, difference: float) -> float:
    """By definition: the likeliest first share is where the likelihood's slope is 0."""

    def slope(first: float) -> float:
        second = first - difference
        return x1 / first - (n1 - x1) / (1 - first) + x2 / second - (n2 - x2) / (1 - second)

    ends = max(0.0, difference) + 1e-14, min(1.0, 1 + difference) - 1e-14
    first = brentq(slope, *ends, xtol=1e-15)
    second = first - difference
    variance = first * (1 - first) / n1 + second * (1 - second) / n2
    return float((x1 / n1 - x2 / n2 - difference) / np.sqrt(variance))


def test_a_second_implementation_agrees_with_shares() -> None:
    """No library: statsmodels 0.15 restricts shares of unequal groups to less likely ones."""
    rng = np.random.default_rng(2)
    for _ in range(MADE):
        n1, n2 = rng.integers(5, 80, 2).tolist()
        x1, x2 = int(rng.integers(1, n1)), int(rng.integers(1, n2))
        margin = float(rng.uniform(0.02, 0.5))
        found = tost_shares(x1, n1, x2, n2, -margin, margin)
        slow = (score_z(x1, n1, x2, n2, -margin), -score_z(x1, n1, x2, n2, margin))
        assert found.p == pytest.approx(NormalDist().cdf(-min(slow)), abs=1e-9)


def test_score_tests_of_no_difference_are_the_known_ones() -> None:
    rng = np.random.default_rng(3)
    for _ in range(MADE):
        n1, n2 = rng.integers(2, 60, 2).tolist()
        x1, x2 = int(rng.integers(0, n1 + 1)), int(rng.integers(0, n2 + 1))
        assert farrington_manning_z(x1, n1, x2, n2) == pytest.approx(
            two_proportion_z(x1, n1, x2, n2)[0], abs=1e-7, nan_ok=True
        )
        first, second = rng.integers(1, 20, 2).tolist()
        assert tango_z(first, second, 60, 0) ** 2 == pytest.approx(
            mcnemar(first, second, "chi2")[0]
        )


@pytest.mark.parametrize("counts", [(56, 70, 48, 80), (9, 10, 3, 10), (0, 10, 0, 20), (5, 5, 0, 4)])
def test_limits_are_where_the_score_test_turns(counts: tuple[int, int, int, int]) -> None:
    reach = normal_quantile(0.95)
    for limit, wanted in zip(farrington_manning_interval(*counts), (reach, -reach), strict=True):
        assert abs(limit) == 1 or farrington_manning_z(*counts, limit) == pytest.approx(wanted)
    for limit, wanted in zip(tango_interval(12, 3, 60), (reach, -reach), strict=True):
        assert tango_z(12, 3, 60, limit) == pytest.approx(wanted)


def test_p_and_interval_say_the_same() -> None:
    rng = np.random.default_rng(4)
    for _ in range(300):
        x, y = rng.normal(size=(2, 12))
        a, b, c, d = rng.integers(1, 30, 4).tolist()
        for found, margin in (
            (tost_paired(x, y, -0.6, 0.6), 0.6),
            (tost_means(x, y, -0.6, 0.6), 0.6),
            (tost_shares(a, 30, b, 30, -0.25, 0.25), 0.25),
            (tost_paired_shares(c, d, 60, -0.2, 0.2), 0.2),
        ):
            assert found.p is not None
            assert found.low is not None
            assert found.high is not None
            assert found.confidence == pytest.approx(0.9)
            assert (found.p < 0.05) is (-margin < found.low and found.high < margin)


def test_at_the_margin_equivalence_is_claimed_in_one_of_twenty() -> None:
    rng = np.random.default_rng(5)
    claimed = np.array(
        [
            (
                (tost_paired(rng.normal(0.5, 1, 40), np.zeros(40), -0.5, 0.5).p or 1) < 0.05,
                (
                    tost_shares(
                        int(rng.binomial(150, 0.7)),
                        150,
                        int(rng.binomial(150, 0.6)),
                        150,
                        -0.1,
                        0.1,
                    ).p
                    or 1
                )
                < 0.05,
            )
            for _ in range(1_500)
        ]
    ).mean(axis=0)
    assert (claimed < 0.065).all()
    assert claimed[0] > 0.035


def test_one_margin_makes_it_non_inferiority() -> None:
    x, y = np.array([4, 5, 4, 5, 5, 4.5]), np.array([4, 4, 4, 5, 4, 4])
    both, one = tost_paired(x, y, -0.5, 0.5), tost_paired(x, y, -0.5, inf)
    assert (one.p or 1) < 0.01 < (both.p or 0)
    assert "more than -0.5" in one.method
    assert "less than 0.5" in tost_paired(x, y, -inf, 0.5).method


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (tost_paired([], [], -1, 1), reasons.NO_CASES),
        (tost_paired([1], [2], -1, 1), reasons.FEW_ROWS),
        (tost_paired([1, 2], [1, 2], -1, 1), reasons.CONSTANT_DIFFERENCES),
        (tost_means([], [1, 2], -1, 1), reasons.NO_CASES),
        (tost_means([1], [1, 2], -1, 1), reasons.FEW_ROWS),
        (tost_means([1, 1], [1, 1], -1, 1), reasons.CONSTANT_DIFFERENCES),
        (tost_paired_shares(0, 0, 0, -0.1, 0.1), reasons.NO_CASES),
        (tost_shares(0, 0, 1, 2, -0.1, 0.1), reasons.NO_CASES),
    ],
)
def test_too_little_has_a_reason(found, reason: str) -> None:
    assert (found.p, found.reason) == (None, reason)


@pytest.mark.parametrize(
    ("margins", "words"),
    [
        ((0.1, -0.1), "leave nothing to test"),
        ((-inf, inf), "leave nothing to test"),
        ((-1.0, 0.1), "Margin -1 holds for any two shares"),
        ((-0.1, 0.1, 0.5), "Level 0.5 is not between 0 and 0.5"),
    ],
)
def test_impossible_margins_are_refused(margins: tuple[float, ...], words: str) -> None:
    with pytest.raises(StatisticsError, match=words):
        tost_shares(5, 10, 5, 10, *margins)


def test_columns_that_do_not_fit_are_refused() -> None:
    with pytest.raises(RowsError):
        tost_paired([1, 2], [1], -1, 1)
    with pytest.raises(StatisticsError, match="between -1 and 1"):
        farrington_manning_z(1, 2, 1, 2, 1.0)
