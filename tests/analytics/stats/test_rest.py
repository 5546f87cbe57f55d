"""A rater beside the rest: from profiles what comes from looking at every unit."""

import numpy as np
import pytest

from analytics.stats.coefficients.agreement import OrdinalAlpha
from analytics.stats.profiles import Blocks, GroupProfiles, Profiles, count_matrix
from analytics.stats.raters.rest import AgainstRest, EachBesideOthers, WithoutRater
from analytics.stats.ratings import Ratings

COEFFICIENTS = [
    WithoutRater(OrdinalAlpha()),
    WithoutRater(OrdinalAlpha(), less_all=True),
    AgainstRest(np.eye(4)),
]


def drawn(seed: int, *, n_groups: int | None) -> Ratings:
    rng = np.random.default_rng(seed)
    n_units, n_raters = 60, 6
    given = rng.random((n_units, n_raters)) < 0.4
    unit, rater = np.nonzero(given)
    groups = np.arange(n_units) if n_groups is None else rng.integers(0, n_groups, n_units)
    return Ratings.from_rows(
        unit, rater, rng.integers(0, 4, len(unit)), groups, "ordinal", range(4)
    )


def unit_by_unit(ratings: Ratings, rater: int) -> np.ndarray:
    mine = ratings.rater == rater
    own = count_matrix(
        ratings.unit[mine], ratings.value[mine], n_units=len(ratings.group), n_values=4
    )
    return np.concatenate([own, ratings.counts - own], axis=1)


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("n_groups", [None, 9])
def test_blocks_are_those_of_a_look_at_every_unit(seed: int, n_groups: int | None) -> None:
    ratings = drawn(seed, n_groups=n_groups)
    each = EachBesideOthers(ratings)
    for rater in range(ratings.n_raters):
        rows, times = each.rows(rater)
        whole = unit_by_unit(ratings, rater)
        for coefficient in COEFFICIENTS:
            found = each.blocks(rows, times, coefficient.usable(rows))
            units = np.flatnonzero(coefficient.usable(whole))
            if n_groups is None:
                expected = Blocks.of_units(Profiles.from_counts(whole[units]))
            else:
                expected = Blocks.of_groups(
                    GroupProfiles.from_counts(ratings.group[units], whole[units])
                )
            for part in ("profiles", "block", "profile", "units", "multiplicity"):
                assert getattr(found, part).tolist() == getattr(expected, part).tolist()
            assert times[coefficient.usable(rows)].sum() == len(units)
