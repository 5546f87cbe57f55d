"""Adjusted p values: the published example, properties, a library."""

import numpy as np
import pytest

from analytics.stats.comparisons.multiplicity import ADJUSTMENTS, adjusted_p, rejections
from analytics.stats.errors import StatisticsError

# Benjamini and Hochberg (1995), section 4.1: Bonferroni finds three, the new procedure four
PUBLISHED = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719,
    0.6528, 0.7590, 1.0,
]  # fmt: skip


def test_the_published_example():
    found = {name: int(rejections(PUBLISHED, name).sum()) for name in ADJUSTMENTS}
    assert found == {"bonferroni": 3, "holm": 3, "BH": 4, "BY": 3}


@pytest.mark.parametrize("name", list(ADJUSTMENTS))
def test_order_does_not_matter(name):
    order = np.random.default_rng(1).permutation(len(PUBLISHED))
    shuffled = adjusted_p(np.array(PUBLISHED)[order], name)
    assert np.array_equal(shuffled, adjusted_p(PUBLISHED, name)[order])


@pytest.mark.parametrize("name", list(ADJUSTMENTS))
def test_adjusted_p_never_turns_the_order_around(name):
    found = adjusted_p(PUBLISHED, name)
    assert (np.diff(found) >= 0).all()
    assert (found >= PUBLISHED).all()
    assert found.max() <= 1


@pytest.mark.parametrize("name", list(ADJUSTMENTS))
def test_one_test_needs_no_adjustment(name):
    assert adjusted_p([0.03], name) == pytest.approx([0.03])
    assert adjusted_p([], name).size == 0


def by_definition(p, name):
    """Each p with the factor of its place, then made to rise with p."""
    order, m = sorted(range(len(p)), key=lambda place: p[place]), len(p)
    harmonic = sum(1 / k for k in range(1, m + 1)) if name == "BY" else 1
    factors = {
        "bonferroni": lambda _place: m,
        "holm": lambda place: m - place,
        "BH": lambda place: m / (place + 1),
        "BY": lambda place: harmonic * m / (place + 1),
    }[name]
    raised = [factors(place) * p[one] for place, one in enumerate(order)]
    adjusted = [0.0] * m
    for place, one in enumerate(order):
        reached = max(raised[: place + 1]) if name == "holm" else min(raised[place:])
        adjusted[one] = min(1.0, reached)
    return adjusted


@pytest.mark.parametrize("name", list(ADJUSTMENTS))
def test_a_second_implementation_agrees(name):
    rng = np.random.default_rng(3)
    for _ in range(1_000):
        p = np.round(rng.random(rng.integers(1, 12)) ** 2, 2)
        assert adjusted_p(p, name) == pytest.approx(by_definition(p.tolist(), name), abs=1e-12)


@pytest.mark.parametrize(
    ("name", "peer_name"),
    [("bonferroni", "bonferroni"), ("holm", "holm"), ("BH", "fdr_bh"), ("BY", "fdr_by")],
)
def test_statsmodels_agrees(name, peer_name, monkeypatch):
    """Its Holm collects garbage at each call, which would take a minute here."""
    peer = pytest.importorskip("statsmodels.stats.multitest")
    monkeypatch.setattr("gc.collect", lambda: 0)
    rng = np.random.default_rng(2)
    for _ in range(1_000):
        p = np.round(rng.random(rng.integers(1, 30)) ** 2, 2)
        stands, adjusted = peer.multipletests(p, 0.05, peer_name)[:2]
        assert adjusted_p(p, name) == pytest.approx(adjusted, abs=1e-12)
        assert np.array_equal(rejections(p, name), stands)


@pytest.mark.parametrize(("p", "name"), [([1.2], "BH"), ([-0.1], "BH"), ([0.1], "sidak")])
def test_impossible_arguments_are_refused(p, name):
    with pytest.raises(StatisticsError):
        adjusted_p(p, name)
