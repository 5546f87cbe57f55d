"""The alternative annotator test against a plain reading of the paper's algorithm."""

import numpy as np
import pytest

from analytics.stats import reasons
from analytics.stats.comparisons.annotator_test import alternative_annotator_test
from analytics.stats.errors import DuplicateRatingError, RowsError, StatisticsError


def ratings(seed, missing=0.2, n_units=80, raters="abcd"):
    """Rows of raters and of a judge about units of a known quality, some missing."""
    rng = np.random.default_rng(seed)
    quality = rng.integers(1, 6, n_units)

    def rated(spread):
        return np.clip(quality + np.rint(rng.normal(0, spread, n_units)).astype(int), 1, 5)

    rows = [
        (unit, rater, int(value))
        for rater in raters
        for unit, value in enumerate(rated(0.8))
        if rng.random() > missing
    ]
    return rows, dict(enumerate(map(int, rated(0.6))))


def run(rows, judge, **options):
    unit, rater, value = zip(*rows, strict=True)
    return alternative_annotator_test(
        unit, rater, value, list(judge), list(judge.values()), **options
    )


def plainly(rows, judge, nearness, epsilon, min_units=30):
    """Section 3 of Calderon et al. (2025), unit by unit; p of each rater."""
    from scipy.stats import ttest_1samp

    by_unit = {}
    for unit, rater, value in rows:
        by_unit.setdefault(unit, {})[rater] = value

    def score(value, others):
        if nearness == "accuracy":
            return np.mean([value == other for other in others])
        return -np.sqrt(np.mean([(value - other) ** 2 for other in others]))

    found = {}
    for left_out in {rater for _, rater, _ in rows}:
        signs = []
        for unit, given in by_unit.items():
            if left_out in given and len(given) >= 2 and unit in judge:
                others = [value for rater, value in given.items() if rater != left_out]
                human, machine = score(given[left_out], others), score(judge[unit], others)
                signs.append(float(human >= machine) - float(machine >= human))
        if len(signs) >= min_units:
            found[left_out] = ttest_1samp(signs, epsilon, alternative="less").pvalue
    return found


@pytest.mark.parametrize("nearness", ["accuracy", "neg_rmse"])
@pytest.mark.parametrize("epsilon", [0.1, 0.2])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_plain_reading_of_the_paper_agrees(nearness, epsilon, seed):
    rows, judge = ratings(seed)
    found = run(rows, judge, nearness=nearness, epsilon=epsilon)
    assert {each.rater: each.p for each in found.raters} == pytest.approx(
        plainly(rows, judge, nearness, epsilon)
    )


def test_order_of_rows_does_not_matter():
    rows, judge = ratings(4)
    found = run(rows, judge)
    shuffled = run([rows[i] for i in np.random.default_rng(1).permutation(len(rows))], judge)
    assert shuffled.winning_rate == found.winning_rate
    assert {e.rater: e.p for e in shuffled.raters} == {e.rater: e.p for e in found.raters}


def test_names_of_values_do_not_matter_to_accuracy():
    rows, judge = ratings(5)
    named = run([(u, r, f"v{v}") for u, r, v in rows], {u: f"v{v}" for u, v in judge.items()})
    assert named.advantage_probability == run(rows, judge).advantage_probability


def test_a_judge_who_repeats_a_rater_wins_and_noise_loses():
    rows, judge = ratings(6, missing=0.0)
    noise = {unit: 1 + unit % 5 for unit in judge}
    assert run(rows, judge, nearness="neg_rmse").passes is True
    assert run(rows, noise, nearness="neg_rmse").passes is False


def test_a_larger_epsilon_never_hurts():
    rows, judge = ratings(7)
    rates = [run(rows, judge, epsilon=epsilon).winning_rate for epsilon in (0.0, 0.1, 0.2, 0.5)]
    assert rates == sorted(rates)


def test_a_rater_with_few_units_is_left_out_and_still_counts_among_others():
    rows, judge = ratings(8, raters="abc")
    few = [(unit, "d", 5) for unit in range(10)]
    found, without = run(rows + few, judge), run(rows, judge)
    assert found.left_out == ("d",)
    assert {e.rater for e in found.raters} == {"a", "b", "c"}
    assert found.advantage_probability != without.advantage_probability


def test_a_rater_who_never_meets_another_changes_nothing():
    rows, judge = ratings(9)
    alone = [(1_000 + unit, "z", 3) for unit in range(50)]
    judged = judge | {1_000 + unit: 3 for unit in range(50)}
    assert run(rows + alone, judged).raters == run(rows, judge).raters


def test_nobody_to_compare_has_a_reason():
    rows, judge = ratings(10, n_units=20)
    found = run(rows, judge)
    assert (found.winning_rate, found.passes, found.reason) == (None, None, reasons.FEW_COMPARED)


def test_ratings_that_do_not_fit_are_refused():
    rows, judge = ratings(11)
    with pytest.raises(DuplicateRatingError):
        run([*rows, rows[0]], judge)
    with pytest.raises(DuplicateRatingError):
        alternative_annotator_test([1], ["a"], [1], [1, 1], [1, 2])
    with pytest.raises(RowsError):
        alternative_annotator_test([1, 2], ["a"], [1], [1], [1])
    with pytest.raises(RowsError):
        run([(u, r, "x") for u, r, _ in rows], dict.fromkeys(judge, "x"), nearness="neg_rmse")


@pytest.mark.parametrize(
    "options",
    [{"nearness": "kappa"}, {"epsilon": 1.0}, {"q": 0}, {"min_raters_per_unit": 1}],
)
def test_impossible_options_are_refused(options):
    rows, judge = ratings(12)
    with pytest.raises(StatisticsError):
        run(rows, judge, **options)
