import numpy as np
import pytest

from analytics.stats import reasons
from analytics.stats.coefficients.agreement import (
    OrdinalAlpha,
    PercentAgreement,
    krippendorff_alpha,
)
from analytics.stats.criteria.before_after import before_and_after
from analytics.stats.errors import RowsError
from analytics.stats.intervals.methods import Draw

POINTS = ["1", "2", "3", "4", "5"]


def counts(seed: int, n: int = 40, raters: int = 3, spread: float = 1.0) -> np.ndarray:
    """Units x points; raters scatter around a true point of each unit."""
    rng = np.random.default_rng(seed)
    true = rng.integers(0, 5, n)[:, None]
    said = np.clip(np.rint(true + rng.normal(0, spread, (n, raters))), 0, 4).astype(int)
    return (said[:, :, None] == np.arange(5)).sum(axis=1)


def compared(before: np.ndarray, after: np.ndarray, group=None, coefficient=None):
    return before_and_after(
        coefficient or OrdinalAlpha(),
        before,
        after,
        np.arange(len(before)) if group is None else group,
        "Alpha",
        Draw(replicates=400, seed=3),
    )


def test_each_time_is_the_alpha_of_its_ratings():
    before, after = counts(1), counts(1, spread=0.4)
    found = compared(before, after)
    assert found.before.value == pytest.approx(krippendorff_alpha(before, "ordinal", POINTS))
    assert found.after.value == pytest.approx(krippendorff_alpha(after, "ordinal", POINTS))
    assert found.difference.value == pytest.approx(found.after.value - found.before.value)


def test_a_clear_change_is_known():
    found = compared(counts(1), counts(1, spread=0.2))
    assert found.difference.low > 0


def test_nothing_changed_is_a_difference_of_nothing():
    found = compared(counts(1), counts(1))
    assert found.difference.value == 0
    assert found.difference.reason == reasons.CONSTANT_RESAMPLES


def test_pairing_makes_the_interval_narrower_than_two_apart():
    before = counts(1, n=60)
    after = before.copy()
    changed = np.arange(0, 60, 10)
    after[changed] = 0
    after[changed, 2] = 3
    found = compared(before, after).difference
    apart = [compared(one, one).before for one in (before, after)]
    unpaired = np.hypot(*[one.high - one.low for one in apart])
    assert found.high - found.low < unpaired


def test_order_of_units_and_names_of_groups_never_matter():
    before, after, group = counts(1), counts(2), np.arange(40) // 2
    order = np.random.default_rng(5).permutation(40)
    names = np.array([f"group {100 - number}" for number in group])
    found = compared(before, after, group)
    again = compared(before[order], after[order], names[order])
    assert again.difference.value == pytest.approx(found.difference.value)
    assert again.before.value == pytest.approx(found.before.value)


def test_units_of_one_rating_say_nothing():
    before, after = counts(1), counts(1, spread=0.4)
    single = np.eye(5, dtype=int)[[0, 4]]
    found = compared(np.vstack([before, single]), np.vstack([after, single]))
    assert found.difference.value == compared(before, after).difference.value


def test_without_a_unit_of_two_ratings_the_reason_is_told():
    single = np.eye(5, dtype=int)
    found = compared(single, single, coefficient=PercentAgreement())
    assert found.difference.value is None
    assert found.difference.reason == reasons.NO_PAIRABLE_UNIT


def test_more_ratings_one_time_than_the_other_are_refused():
    with pytest.raises(RowsError, match="more ratings one time"):
        compared(counts(1), counts(1, raters=2))
