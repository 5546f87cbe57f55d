"""Evaluators of comparisons, judges, sequences and surveys on made-up cases of other layouts."""

from typing import Any

import pytest

from analytics.reference.cases import Case, Params
from analytics.reference.compare import matches
from analytics.reference.evaluate import Outcome, evaluated

X, Y = [1, 2, 3, 4, 5, None, 2], [1, 2, 2, 5, 4, 3, 1]
PAIRED = {"layout": "paired", "x": X, "y": Y}
TABLE = {
    "layout": "units_by_raters",
    "level": "interval",
    "ratings": [list(pair) for pair in zip(X, Y, strict=True)],
}
LONG = {
    "layout": "long",
    "level": "interval",
    "columns": ["unit", "rater", "value"],
    "rows": [[n, "a", v] for n, v in enumerate(X) if v is not None]
    + [[n, "b", v] for n, v in enumerate(Y)],
}
EMPTY = {"layout": "paired", "x": [], "y": []}
CONSTANT = {"layout": "paired", "x": [3, 3, 3], "y": [3, 3, 3]}
JUDGED = {
    "layout": "alt_test",
    "columns": ["rater", "value", "unit"],
    "rows": [[rater, unit % 3, unit] for unit in range(40) for rater in "abc"],
    "judges": {"only": [[unit, unit % 3] for unit in range(40)]},
}


def outcome(data: dict[str, Any], statistic: str, params: Params | None = None) -> Outcome:
    case = Case.of_object(
        {
            "schema": "touchstone-reference/1",
            "id": "made_up",
            "data": data,
            "expected": [{"statistic": statistic, "params": params or {}, "value": None}],
        }
    )
    return evaluated("made_up.json", case, case.expected[0])


OF_PAIRS = [
    "pearson", "spearman", "kendall_tau_b", "kendall_tau_c", "lin_ccc", "mean_absolute_error",
    "paired_t", "paired_difference_ci", "cohen_d_paired", "wilcoxon_signed_rank",
    "paired_permutation_p", "bland_altman", "pearson_fisher_ci", "bootstrap_se",
    "bootstrap_percentile_ci", "bootstrap_bca_ci",
]  # fmt: skip


@pytest.mark.parametrize("statistic", OF_PAIRS)
def test_two_scores_a_case_are_read_from_any_layout(statistic):
    found = outcome(PAIRED, statistic)
    assert found.reason is None
    assert found.computed is not None
    for data in (TABLE, LONG):
        assert matches(outcome(data, statistic).computed, found.computed, 1e-12)


@pytest.mark.parametrize("statistic", OF_PAIRS)
def test_no_case_is_not_computable_and_no_failure(statistic):
    found = outcome(EMPTY, statistic)
    assert (found.computed, found.reason) == (None, None)


@pytest.mark.parametrize("statistic", ["pearson", "kendall_tau_b", "lin_ccc", "paired_t"])
def test_what_does_not_vary_is_not_computable(statistic):
    assert outcome(CONSTANT, statistic).computed is None


@pytest.mark.parametrize(
    ("data", "statistic", "params", "value"),
    [
        ({"layout": "paired", "x": [1, 0, 1, 1], "y": [0, 0, 1, 0]}, "mcnemar_exact_p", {}, 0.5),
        ({"layout": "paired_2x2", "table": [[3, 0], [0, 2]]}, "mcnemar_chisq", {}, None),
        ({"layout": "paired_2x2", "table": [[1, 1], [7, 12]]}, "mcnemar_mid_p", {}, 0.0390625),
        ({"layout": "p_values", "p": [0.01, 0.02, 0.5]}, "adjusted_p", {"method": "fdr_bh"},
         [0.03, 0.03, 0.5]),
        ({"layout": "scores_0_10", "scores": []}, "nps", {}, None),
        ({"layout": "scores_0_10", "scores": [9, 0]}, "nps_shares", {},
         {"promoters": 0.5, "passives": 0, "detractors": 0.5}),
        ({"layout": "items", "rows": [[3] * 10]}, "sus_mean_t_ci", {}, None),
        ({"layout": "proportions", "columns": ["successes", "n"], "rows": [[0, 0]]},
         "wilson_ci", {}, None),
        ({"layout": "two_proportions", "columns": ["x1", "n1", "x2", "n2"], "rows": [[0, 5, 0, 6]]},
         "two_proportion_z", {}, None),
        ({"layout": "none"}, "n_per_group_t",
         {"delta": 1, "sd": 1, "power": 0.9, "alternative": "one.sided"}, 17.8471),
        ({"layout": "none"}, "spearman_brown_raters_needed",
         {"single_rater_reliability": 0.5, "target": 0.8}, 4),
        (JUDGED, "alt_test_winning_rate", {}, 1.0),
        (JUDGED, "alt_test_p_values", {"judge": "only"}, {"a": 0.0, "b": 0.0, "c": 0.0}),
    ],
)  # fmt: skip
def test_made_up_cases(data, statistic, params, value):
    found = outcome(data, statistic, params)
    assert found.reason is None
    assert matches(found.computed, value, 1e-4)


def test_rows_without_parameters_give_a_list():
    data = {"layout": "proportions", "columns": ["successes", "n"], "rows": [[0, 20], [1, 29]]}
    found = outcome(data, "wilson_ci").computed
    assert matches(found, [[0, 0.1611], [0.0061, 0.1718]], 1e-4)


def test_alpha_and_confidence_say_the_same():
    data = {"layout": "none"}
    by_alpha = outcome(data, "wilson_ci", {"successes": 3, "n": 9, "alpha": 0.1})
    by_confidence = outcome(data, "wilson_ci", {"successes": 3, "n": 9, "confidence": 0.9})
    assert matches(by_alpha.computed, by_confidence.computed, 1e-12)


@pytest.mark.parametrize(
    ("data", "statistic", "params", "words"),
    [
        (PAIRED, "pearson", {"weights": "linear"}, "Parameter 'weights' is unknown"),
        (PAIRED, "bootstrap_se", {"statistic": "phi"}, "Correlation 'phi' is unknown"),
        (PAIRED, "mcnemar_chisq", {}, "written as 0 and 1"),
        (PAIRED, "williams_t", {}, "no three correlations"),
        ({"layout": "p_values", "p": [0.1]}, "adjusted_p", {"method": "hommel"}, "'hommel'"),
        ({"layout": "p_values", "p": [0.1]}, "adjusted_p", {}, "No method"),
        ({"layout": "none"}, "wilson_ci", {"successes": 1, "n": 2, "alpha": 0.1, "confidence": 0.9},
         "Keep one of them"),
        ({"layout": "none"}, "wilson_cc_ci",
         {"successes": 1, "n": 2, "continuity_correction": False}, "continuity_correction true"),
        (JUDGED, "alt_test_winning_rate", {"judge": "other"}, "which has 'only'"),
        ({"layout": "scores_0_10", "scores": [11]}, "nps", {}, "from 0 to 10"),
        ({"layout": "none"}, "n_per_group_t", {"delta": 1, "type": "one.sample"}, "two-sample"),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_said(data, statistic, params, words):
    assert words in (outcome(data, statistic, params).reason or "")
