"""How often drift, wording and repeats are reported where nothing is, and where something is."""

import numpy as np
import pytest

from analytics.stats.comparisons.proportions import share
from analytics.stats.criteria.wording import wording_difference
from analytics.stats.errors import RowsError
from analytics.stats.raters.drift import FEW_GROUPS, distances_from_others, drift, weekly
from analytics.stats.ratings import Ratings
from analytics.stats.types import Estimate, FloatArray, IntArray

MADE = 600
NOISE = 3 * (0.05 * 0.95 / MADE) ** 0.5
"""Three standard errors of a rate of 5 %."""


def dialogues(rng: np.random.Generator, n_groups: int, n_turns: int) -> tuple[IntArray, FloatArray]:
    """Group of each turn, and what a turn is worth: turns of a dialogue resemble each other."""
    group = np.repeat(np.arange(n_groups), n_turns)
    return group, 2 + rng.normal(0, 0.7, n_groups)[group] + rng.normal(0, 0.7, len(group))


def on_the_scale(score: FloatArray) -> IntArray:
    return np.asarray(np.clip(np.rint(score), 0, 4), dtype=np.int64)


def weeks_of_a_rater(seed: int, *, by_week: float) -> Estimate:
    """One rater of three whose opinion of a dialogue colours all its turns, over six weeks."""
    rng = np.random.default_rng(seed)
    group, worth = dialogues(rng, 36, 4)
    week = group // 6
    own = rng.normal(0, 0.6, (36, 3))[group] + np.array([by_week, 0, 0]) * week[:, None]
    said = on_the_scale(worth[:, None] + own + rng.normal(0, 0.6, (len(group), 3)))
    unit, rater = np.divmod(np.arange(said.size), 3)
    rows = Ratings.from_rows(unit, rater, said.ravel(), group, "interval", range(5))
    mine = rater == 0
    return drift(week[unit[mine]], distances_from_others(rows)[mine], group=group[unit[mine]])


def wordings(seed: int, *, harder: float, severity: float = 0.0) -> Estimate:
    """Two readers of each wording, on three turns of each of 40 dialogues."""
    rng = np.random.default_rng(seed)
    group, worth = dialogues(rng, 40, 3)
    second = np.array([False, False, True, True])
    habit = rng.normal(0, severity, 4) if severity else np.zeros(4)
    mood = rng.normal(0, 0.5, (40, 2))[group][:, second.astype(int)]
    rest = rng.normal(0, 0.6, (len(group), 4))
    said = on_the_scale(worth[:, None] + mood + habit - harder * second + rest)
    unit, rater = np.divmod(np.arange(said.size), 4)
    return wording_difference(unit, said.ravel(), second[rater], group, replicates=300, seed=seed)


def found(estimates: list[Estimate]) -> float:
    """How often the interval does not hold 0."""
    return float(np.mean([not (one.low or 0) <= 0 <= (one.high or 0) for one in estimates]))


def test_a_steady_rater_is_hardly_ever_said_to_drift() -> None:
    steady = [weeks_of_a_rater(seed, by_week=0) for seed in range(MADE)]
    assert found(steady) <= 0.05 + NOISE
    assert np.mean([one.p is not None and one.p < 0.05 for one in steady]) == found(steady)


def test_a_drift_of_a_third_of_a_point_a_week_is_mostly_found() -> None:
    assert found([weeks_of_a_rater(seed, by_week=0.33) for seed in range(150)]) > 0.8


def test_turns_taken_for_independent_would_alarm_far_too_often() -> None:
    """Why `drift` asks for groups."""
    rng = np.random.default_rng(1)
    alarms = []
    for _ in range(MADE):
        group, distance = dialogues(rng, 12, 6)
        alarms.append([drift(group // 3, distance, group=one).p or 1 for one in (None, group)])
    taken_apart, together = (np.array(alarms) < 0.05).mean(axis=0)
    assert together <= 0.05 + NOISE < 0.15 < taken_apart


def test_the_interval_of_a_week_holds_its_mean_though_turns_go_together() -> None:
    rng = np.random.default_rng(2)
    held = []
    for _ in range(MADE):
        group, distance = dialogues(rng, 8, 5)
        (week,) = weekly(np.zeros(40), distance, group=group)
        held.append((week.low or 0) <= 2 <= (week.high or 0))
    assert np.mean(held) >= 0.95 - NOISE


def test_two_dialogues_tell_no_drift() -> None:
    group = np.repeat([0, 1], 20)
    assert drift(group, np.zeros(40), group=group).reason == FEW_GROUPS


def test_equal_wordings_hardly_ever_differ() -> None:
    assert found([wordings(seed, harder=0) for seed in range(MADE)]) <= 0.05 + NOISE


def test_a_wording_that_is_harder_by_half_a_point_is_mostly_found() -> None:
    assert found([wordings(seed, harder=0.5) for seed in range(100)]) > 0.8


def test_severe_readers_of_one_wording_look_like_a_wording() -> None:
    """What the page says beside the number: a difference is of the words and of who read them."""
    assert found([wordings(seed, harder=0, severity=0.4) for seed in range(100)]) > 0.3


def test_wordings_that_share_no_unit_have_a_reason() -> None:
    nothing = wording_difference([0, 1], [1, 2], [0, 1], [0, 1])
    assert (nothing.value, nothing.n) == (None, 0)
    assert nothing.reason


@pytest.mark.parametrize(("number", "group"), [([1.0], [0, 0]), ([1.0, 2.0], [0])])
def test_wordings_that_do_not_fit_are_refused(number: list[float], group: list[int]) -> None:
    with pytest.raises(RowsError):
        wording_difference([0, 1], number, [0, 1], group)


@pytest.mark.parametrize("same", [0.6, 0.9])
def test_the_interval_of_repeats_holds_the_true_share(same: float) -> None:
    """Thirty items asked again: exact over all outcomes, not simulated."""
    from scipy.stats import binom

    limits = [share(again, 30) for again in range(31)]
    held = [(one.low or 0) <= same <= (one.high or 1) for one in limits]
    assert binom.pmf(np.arange(31), 30, same)[held].sum() > 0.93
