"""Agreement of raters on pairs: by system, not by side."""

import numpy as np
import pytest

from analytics.stats import reasons
from analytics.stats.errors import RowsError
from analytics.stats.preferences.battles import FIRST, SECOND, TIE
from analytics.stats.preferences.pair_agreement import pair_agreement

TURNED = np.array([SECOND, FIRST, TIE])


def values(**columns: object) -> tuple[float | None, ...]:
    found = pair_agreement(**columns, replicates=10)
    return tuple(result.value for result in found.values())


def votes(seed: int) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    item = np.repeat(np.arange(60), 4)
    left = np.repeat(rng.integers(0, 3, 60), 4)
    right = np.repeat(rng.integers(3, 6, 60), 4)
    favourite = np.repeat(rng.integers(0, 3, 60), 4)
    outcome = np.where(rng.random(240) < 0.6, favourite, rng.integers(0, 3, 240))
    return {"item": item, "first": left, "second": right, "outcome": outcome}


def test_a_rater_who_saw_the_sides_swapped_agrees_on_the_system() -> None:
    alpha, percent = values(
        item=[1, 1, 2, 2], first=[0, 1, 0, 0], second=[1, 0, 1, 1],
        outcome=[FIRST, SECOND, SECOND, SECOND],
    )  # fmt: skip
    assert (alpha, percent) == (1, 1)


def test_swapping_a_minority_of_the_votes_changes_nothing() -> None:
    plain = votes(seed=1)
    swapped = plain | {
        "first": np.where(np.arange(240) % 4 == 3, plain["second"], plain["first"]),
        "second": np.where(np.arange(240) % 4 == 3, plain["first"], plain["second"]),
        "outcome": np.where(np.arange(240) % 4 == 3, TURNED[plain["outcome"]], plain["outcome"]),
    }
    assert values(**swapped) == pytest.approx(values(**plain))


def test_two_pairs_of_one_item_are_two_units() -> None:
    found = pair_agreement([7, 7, 7], [0, 0, 2], [1, 1, 3], [FIRST, FIRST, TIE], replicates=10)
    alpha = found["krippendorff_alpha"]
    assert (alpha.n_items, alpha.n_units, alpha.n_pairable_units) == (1, 2, 1)


def test_order_of_votes_and_numbers_of_items_do_not_matter() -> None:
    plain, order = votes(seed=2), np.random.default_rng(0).permutation(240)
    shuffled = {name: column[order] for name, column in plain.items()}
    shuffled["item"] = 1_000 - shuffled["item"]
    assert values(**shuffled) == pytest.approx(values(**plain))


def test_nobody_shares_a_pair() -> None:
    found = pair_agreement([1, 2], [0, 0], [1, 1], [FIRST, TIE], replicates=10)
    assert found["percent_agreement"].reason == reasons.NO_PAIRABLE_UNIT


def test_no_votes_have_a_reason() -> None:
    assert pair_agreement([], [], [], [])["krippendorff_alpha"].reason == reasons.NO_RATINGS


def test_an_unknown_outcome_is_refused() -> None:
    with pytest.raises(RowsError, match="Value position 4"):
        pair_agreement([1], [0], [1], [4])
