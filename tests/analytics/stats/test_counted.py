"""From profiles alone the same bits as from rows."""

import numpy as np
import pytest

from analytics.stats import reasons
from analytics.stats.criteria.counted import estimate_counted
from analytics.stats.criteria.criterion import estimate_criterion
from analytics.stats.errors import RowsError
from analytics.stats.profiles import GroupProfiles, Profiles, count_matrix

VALUES = {
    "nominal": list("abcde"),
    "ordinal": list("abcde"),
    "interval": [1, 2, 3, 4, 5],
    "ratio": [1, 2, 3, 4, 5],
}
N_UNITS, N_RATERS = 60, 4


def rows(seed, n_groups):
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 5, N_UNITS)
    unit, rater = np.divmod(np.arange(N_UNITS * N_RATERS), N_RATERS)
    noise = rng.integers(-1, 2, len(unit))
    value = (truth[unit] + noise).clip(0, 4)
    kept = rng.random(len(unit)) > 0.3
    return unit[kept], rater[kept], value[kept], np.arange(N_UNITS) % n_groups


@pytest.mark.parametrize("level", VALUES)
@pytest.mark.parametrize("n_groups", [N_UNITS, 12])
@pytest.mark.parametrize("seed", [1, 2])
def test_profiles_give_what_rows_give(level, n_groups, seed):
    unit, rater, value, group = rows(seed, n_groups)
    of_rows = estimate_criterion(
        unit=unit, rater=rater, value=value, group=group, level=level, values=VALUES[level],
        replicates=300, seed=5,
    )  # fmt: skip
    counts = count_matrix(unit, value, n_units=N_UNITS, n_values=5)
    profiles = (
        Profiles.from_counts(counts)
        if n_groups == N_UNITS
        else GroupProfiles.from_counts(group, counts)
    )
    of_profiles = estimate_counted(
        profiles, level=level, values=VALUES[level], n_raters=N_RATERS, replicates=300, seed=5
    )
    for key, found in of_profiles.items():
        assert found == of_rows[key], key


@pytest.mark.parametrize("n", [1, 4, 16])
def test_shards_give_the_same_bits(n):
    unit, _rater, value, group = rows(3, 12)
    counts = count_matrix(unit, value, n_units=N_UNITS, n_values=5)
    parts = np.array_split(np.arange(N_UNITS), n)
    merged = GroupProfiles.merge(
        [GroupProfiles.from_counts(group[part], counts[part]) for part in parts]
    )
    how = {"level": "ordinal", "values": VALUES["ordinal"], "replicates": 200}
    assert estimate_counted(merged, **how) == estimate_counted(
        GroupProfiles.from_counts(group, counts), **how
    )


def test_only_what_is_asked_for_is_computed():
    found = estimate_counted(
        Profiles.from_counts([[2, 0], [1, 1]]), level="nominal", values="ab",
        only=["krippendorff_alpha"],
    )  # fmt: skip
    assert list(found) == ["krippendorff_alpha"]


def test_profiles_of_another_scale_are_refused():
    with pytest.raises(RowsError, match="count 2 values, and 3 are declared"):
        estimate_counted(Profiles.from_counts([[2, 0]]), level="nominal", values="abc")


def test_no_variation_is_a_reason_for_kappa_and_full_agreement_for_gwet():
    found = estimate_counted(Profiles.from_counts([[0, 2]]), level="nominal", values="ab")
    assert found["gwet_ac1"].value == 1.0
    assert found["fleiss_kappa"].reason == reasons.NO_VARIATION


def test_nothing_to_compare_is_a_reason():
    found = estimate_counted(Profiles.from_counts([[1, 0], [0, 1]]), level="nominal", values="ab")
    assert {result.value for result in found.values()} == {None}
    assert all(result.reason for result in found.values())
