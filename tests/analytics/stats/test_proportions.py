"""Intervals of one share: the published ones, their coverage counted out, and two libraries."""

import numpy as np
import pytest

from analytics.stats import reasons
from analytics.stats.comparisons.proportions import SHARE_INTERVALS, share
from analytics.stats.errors import StatisticsError

# Newcombe (1998), Statistics in Medicine 17:857-872, table I
PUBLISHED = [
    ("wilson", 81, 263, 0.2553, 0.3662),
    ("wilson", 15, 148, 0.0624, 0.1605),
    ("wilson", 0, 20, 0.0, 0.1611),
    ("wilson", 1, 29, 0.0061, 0.1718),
    ("wilson_cc", 81, 263, 0.2535, 0.3682),
    ("wilson_cc", 15, 148, 0.0598, 0.1644),
    ("wilson_cc", 0, 20, 0.0, 0.2005),
    ("wilson_cc", 1, 29, 0.0018, 0.1963),
    ("clopper_pearson", 81, 263, 0.2527, 0.3676),
    ("clopper_pearson", 15, 148, 0.0578, 0.1617),
    ("clopper_pearson", 0, 20, 0.0, 0.1684),
    ("clopper_pearson", 1, 29, 0.0009, 0.1776),
    ("wald", 81, 263, 0.2522, 0.3638),
    ("wald", 15, 148, 0.0527, 0.1500),
]


def coverage(interval: str, n: int, p: float) -> float:
    """Exact chance that the 95 % limits hold p, over all outcomes of n cases."""
    from scipy.stats import binom

    limits = [SHARE_INTERVALS[interval][1](x, n, 0.95) for x in range(n + 1)]
    holds = [low <= p <= high for low, high in limits]
    return float(binom.pmf(np.arange(n + 1), n, p)[holds].sum())


@pytest.mark.parametrize(("interval", "successes", "n", "low", "high"), PUBLISHED)
def test_published_limits(interval, successes, n, low, high):
    found = share(successes, n, interval=interval)
    assert (found.low, found.high) == pytest.approx((low, high), abs=5.1e-5)


@pytest.mark.parametrize("interval", ["clopper_pearson", "wilson_cc"])
@pytest.mark.parametrize("n", [5, 12, 30])
def test_conservative_limits_hardly_ever_cover_less_than_they_say(interval, n):
    covered = [coverage(interval, n, p) for p in np.linspace(0.01, 0.99, 99)]
    assert min(covered) >= (0.95 - 1e-9 if interval == "clopper_pearson" else 0.94)


@pytest.mark.parametrize("interval", ["wilson", "agresti_coull"])
def test_score_limits_cover_as_they_say_on_average(interval):
    covered = [coverage(interval, 20, p) for p in np.linspace(0.02, 0.98, 97)]
    assert np.mean(covered) == pytest.approx(0.957, abs=0.012)


def test_wald_limits_cover_far_too_seldom():
    assert coverage("wald", 20, 0.05) < 0.65


@pytest.mark.parametrize("interval", sorted(SHARE_INTERVALS))
@pytest.mark.parametrize("successes", [0, 3, 11])
def test_the_other_share_has_mirrored_limits(interval, successes):
    found, other = (
        share(successes, 11, interval=interval),
        share(11 - successes, 11, 0.95, interval),
    )
    assert (found.low, found.high) == pytest.approx((1 - other.high, 1 - other.low))


@pytest.mark.parametrize("interval", sorted(SHARE_INTERVALS))
def test_more_confidence_is_a_wider_interval(interval):
    found = [share(3, 11, confidence, interval) for confidence in (0.8, 0.95, 0.99)]
    widths = [each.high - each.low for each in found]
    assert widths == sorted(widths)
    assert widths[0] < widths[-1]


@pytest.mark.parametrize("interval", sorted(SHARE_INTERVALS))
def test_no_cases_have_a_reason(interval):
    found = share(0, 0, interval=interval)
    assert (found.value, found.low, found.reason) == (None, None, reasons.NO_CASES)


@pytest.mark.parametrize(
    ("successes", "n", "confidence"), [(5, 4, 0.95), (-1, 4, 0.95), (1, 4, 95)]
)
@pytest.mark.parametrize("interval", sorted(SHARE_INTERVALS))
def test_impossible_counts_are_refused(interval, successes, n, confidence):
    with pytest.raises(StatisticsError):
        share(successes, n, confidence, interval)


@pytest.mark.parametrize(
    ("interval", "method"),
    [("wilson", "wilson"), ("clopper_pearson", "beta"), ("agresti_coull", "agresti_coull")],
)
def test_statsmodels_agrees(interval, method):
    peer = pytest.importorskip("statsmodels.stats.proportion")
    for n in (1, 2, 7, 40):
        for x in range(n + 1):
            found = share(x, n, 0.9, interval)
            other = np.clip(peer.proportion_confint(x, n, 0.1, method), 0, 1)
            assert (found.low, found.high) == pytest.approx(tuple(other), abs=1e-9)


def test_scipy_agrees_on_the_continuity_correction():
    from scipy.stats import binomtest

    for n in (1, 7, 40):
        for x in range(n + 1):
            other = binomtest(x, n).proportion_ci(0.9, method="wilsoncc")
            found = share(x, n, 0.9, "wilson_cc")
            assert (found.low, found.high) == pytest.approx((other.low, other.high), abs=1e-9)
