"""All coefficients of a criterion: which, with which interval, and why one is missing."""

from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.stats import reasons
from analytics.stats.coefficients.chance import brennan_prediger, fleiss_kappa, gwet_ac, scott_pi
from analytics.stats.coefficients.concordance import kendall_w
from analytics.stats.coefficients.conger import conger_kappa
from analytics.stats.coefficients.distances import agreement_weights
from analytics.stats.coefficients.intraclass import icc_interval, intraclass_correlation
from analytics.stats.coefficients.kappa import cohen_kappa
from analytics.stats.criteria import criterion as door
from analytics.stats.criteria import evidence, rater_coefficients
from analytics.stats.criteria.estimate import estimate_agreement
from analytics.stats.errors import (
    DuplicateRatingError,
    RowsError,
    ScaleError,
    StatisticsError,
    UnknownLevelError,
)
from analytics.stats.patterns import counts_of_patterns
from analytics.stats.types import AgreementResult, IntArray

ANY = [
    "krippendorff_alpha", "percent_agreement", "fleiss_kappa", "brennan_prediger", "conger_kappa",
    "cohen_kappa", "scott_pi",
]  # fmt: skip
ICC = ["icc_1_1", "icc_2_1", "icc_3_1", "icc_1_k", "icc_2_k", "icc_3_k"]
WEIGHTED = ["gwet_ac2", "cohen_kappa_linear", "cohen_kappa_quadratic", "kendall_w"]


def table(n_units: int, n_raters: int, seed: int = 1, gaps: float = 0.0) -> IntArray:
    """Units x raters of five points (0 for missing) that follow the unit."""
    rng = np.random.default_rng(seed)
    centre = rng.integers(1, 6, (n_units, 1))
    own = np.clip(centre + rng.integers(-1, 2, (n_units, n_raters)), 1, 5)
    own[rng.random(own.shape) < gaps] = 0
    return own


def estimated(patterns: IntArray, **options: Any) -> dict[str, AgreementResult]:
    unit, rater = np.nonzero(patterns)
    return door.estimate_criterion(
        **{
            "unit": unit,
            "rater": rater,
            "value": patterns[unit, rater] - 1,
            "group": np.arange(len(patterns)),
            "level": "interval",
            "values": [1, 2, 3, 4, 5],
            "replicates": 200,
            **options,
        }
    )


@pytest.mark.parametrize(
    ("level", "keys"),
    [
        ("nominal", [*ANY, "gwet_ac1"]),
        ("ordinal", [*ANY, *WEIGHTED]),
        ("interval", [*ANY, *WEIGHTED, *ICC]),
        ("ratio", [*ANY, *WEIGHTED, *ICC]),
    ],
)
def test_the_level_picks_the_coefficients(level: str, keys: list[str]) -> None:
    assert set(estimated(table(20, 3), level=level)) == set(keys)


def test_values_are_those_of_the_functions() -> None:
    patterns = table(40, 3, gaps=0.2)
    counts, found = counts_of_patterns(patterns, 5), estimated(patterns)
    complete = patterns[(patterns > 0).all(axis=1)].astype(float)
    expected = {
        "fleiss_kappa": fleiss_kappa(counts),
        "brennan_prediger": brennan_prediger(counts),
        "conger_kappa": conger_kappa(patterns, 5),
        "gwet_ac2": gwet_ac(counts, agreement_weights("quadratic", range(5))),
        "kendall_w": kendall_w(complete),
        "icc_2_k": intraclass_correlation(complete, "2,k"),
    }
    assert {key: found[key].value for key in expected} == pytest.approx(expected)


def test_alpha_is_the_one_from_counts_to_the_bit() -> None:
    patterns = table(60, 3, gaps=0.2)
    counts = counts_of_patterns(patterns, 5)
    unit, value = np.nonzero(counts)
    from_counts = estimate_agreement(
        unit=unit, value=value, count=counts[unit, value], group=np.arange(60), level="ordinal",
        values=[1, 2, 3, 4, 5], replicates=200,
    )  # fmt: skip
    found = estimated(patterns, level="ordinal")
    for key in ("krippendorff_alpha", "percent_agreement"):
        one, other = found[key], from_counts[key]
        assert (one.value, one.low, one.high) == (other.value, other.low, other.high)


def test_two_raters_have_kappas_of_their_common_units() -> None:
    patterns = table(50, 2, gaps=0.1)
    both = patterns[(patterns > 0).all(axis=1)] - 1
    counted = np.bincount(both[:, 0] * 5 + both[:, 1], minlength=25).reshape(5, 5)
    found = estimated(patterns, level="ordinal")
    weights = agreement_weights("linear", range(5))
    assert found["cohen_kappa"].value == pytest.approx(cohen_kappa(counted))
    assert found["cohen_kappa_linear"].value == pytest.approx(cohen_kappa(counted, weights))
    assert found["scott_pi"].value == pytest.approx(scott_pi(counts_of_patterns(both + 1, 5)))
    assert all(found[key].low is not None for key in ("cohen_kappa", "scott_pi"))


def test_each_coefficient_has_the_interval_of_its_literature() -> None:
    patterns = table(60, 3)
    found = estimated(patterns)
    names = {key: found[key].method.interval for key in ("krippendorff_alpha", "kendall_w")}
    assert names == {"krippendorff_alpha": "percentile", "kendall_w": "jackknife"}
    assert {found[key].method.interval for key in ICC} == {"f"}
    limits = icc_interval(patterns.astype(float), "2,1")
    assert (found["icc_2_1"].low, found["icc_2_1"].high) == pytest.approx(limits)


@pytest.mark.parametrize(
    ("interval", "made"),
    [
        ("jackknife", {"krippendorff_alpha": "jackknife", "icc_2_1": "jackknife"}),
        ("analytic", {"krippendorff_alpha": None, "gwet_ac2": "linearised", "icc_2_1": "f"}),
        ("two-way", {"krippendorff_alpha": "two-way", "icc_2_1": "two-way", "icc_3_1": None}),
        ("kalpha", {"krippendorff_alpha": "kalpha", "fleiss_kappa": None}),
        ("bca", {"krippendorff_alpha": "bca", "icc_2_1": "bca", "conger_kappa": "bca"}),
    ],
)
def test_an_interval_may_be_asked_for_by_name(interval: str, made: dict[str, str | None]) -> None:
    found = estimated(table(60, 6), interval=interval)
    assert {key: found[key].method.interval for key in made} == made
    for key, name in made.items():
        assert (found[key].low is None) == (name is None)
        assert found[key].reason == (None if name else reasons.NOT_THIS_INTERVAL)


def test_a_linearised_interval_is_near_the_bootstrap() -> None:
    patterns = table(300, 2)
    formula, drawn = (
        estimated(patterns, interval=name, replicates=1_000) for name in ("analytic", "percentile")
    )
    for key in ("fleiss_kappa", "brennan_prediger", "gwet_ac2", "conger_kappa", "cohen_kappa"):
        wide, other = (found[key].high - found[key].low for found in (formula, drawn))  # type: ignore[operator]
        assert wide == pytest.approx(other, rel=0.12), key


def test_units_rated_once_widen_a_linearised_interval() -> None:
    """Gwet's formula counts them as no agreement, so the bootstrap stays the default."""
    formula, drawn = (
        estimated(table(300, 2, gaps=0.1), interval=name) for name in ("analytic", "percentile")
    )
    wide, other = (found["gwet_ac2"] for found in (formula, drawn))
    assert wide.high - wide.low > 1.2 * (other.high - other.low)  # type: ignore[operator]


def test_groups_are_drawn_whole_and_formulas_for_units_stand_back() -> None:
    patterns = table(60, 3)
    copied = np.repeat(patterns, 4, axis=0)
    alone = estimated(patterns)
    groups = estimated(copied, group=np.repeat(np.arange(60), 4))
    for key in ("krippendorff_alpha", "gwet_ac2", "conger_kappa", "icc_2_1"):
        one, other = alone[key], groups[key]
        assert other.high - other.low == pytest.approx(one.high - one.low, rel=0.25), key  # type: ignore[operator]
        assert (other.method.resampled, other.method.n_resampled) == ("groups", 60)
    assert groups["icc_2_1"].method.interval == "percentile"


@cache
def gappy() -> tuple[IntArray, dict[str, AgreementResult]]:
    patterns = table(25, 4, gaps=0.3)
    return patterns, estimated(patterns, replicates=20)


@given(order=st.permutations(range(4)), seed=st.integers(0, 9))
def test_order_of_raters_and_rows_does_not_matter(order: list[int], seed: int) -> None:
    patterns, first = gappy()
    unit, rater = np.nonzero(patterns)
    mixed = np.random.default_rng(seed).permutation(len(unit))
    again = door.estimate_criterion(
        unit=unit[mixed], rater=np.array(order)[rater[mixed]],
        value=(patterns[unit, rater] - 1)[mixed], group=np.arange(25), level="interval",
        values=[1, 2, 3, 4, 5], replicates=20,
    )  # fmt: skip
    for key, result in first.items():
        assert result.value == pytest.approx(again[key].value, abs=1e-12), key
        assert result.reason == again[key].reason


def test_the_seed_tells_all() -> None:
    patterns = table(30, 3, gaps=0.1)
    assert estimated(patterns, seed=4) == estimated(patterns, seed=4)
    one, other = (estimated(patterns, seed=seed)["gwet_ac2"].low for seed in (4, 5))
    assert one != other


def test_a_rater_who_never_overlaps_changes_no_alpha() -> None:
    patterns = table(30, 3)
    alone = np.zeros((34, 4), np.int64)
    alone[:30, :3], alone[30:, 3] = patterns, [1, 5, 3, 3]
    for key in ("krippendorff_alpha", "percent_agreement", "brennan_prediger"):
        first, again = estimated(patterns)[key].value, estimated(alone)[key].value
        assert first == pytest.approx(again, abs=1e-12)


def reasons_of(patterns: IntArray, **options: Any) -> dict[str, str | None]:
    found = estimated(patterns, **options)
    assert all(found[key].value is None or found[key].value == 1.0 for key in found)
    return {key: result.reason for key, result in found.items()}


@pytest.mark.parametrize(
    ("patterns", "reason"),
    [
        (np.zeros((3, 2), np.int64), reasons.NO_RATINGS),
        (np.ones((3, 1), np.int64), reasons.ONE_RATER),
        (np.array([[1, 0, 0], [0, 2, 0], [0, 0, 3]]), reasons.NO_PAIRABLE_UNIT),
    ],
)
def test_nothing_to_compare_is_one_reason_for_all(patterns: IntArray, reason: str) -> None:
    told = reasons_of(patterns)
    assert {told[key] for key in ("krippendorff_alpha", "gwet_ac2", "conger_kappa")} == {reason}
    assert told["icc_2_1"] == told["kendall_w"] == reason


def test_raters_who_never_meet_have_a_reason() -> None:
    told = reasons_of(np.array([[1, 0], [0, 2], [3, 0]]))
    assert told["cohen_kappa"] == reasons.RATERS_NEVER_MEET


def test_one_value_in_use_leaves_percent_agreement() -> None:
    found = estimated(np.full((9, 2), 4))
    for key in ("krippendorff_alpha", "fleiss_kappa", "conger_kappa", "cohen_kappa", "icc_2_1"):
        assert (found[key].value, found[key].reason) == (None, reasons.NO_VARIATION)
    for key in ("percent_agreement", "gwet_ac2", "brennan_prediger"):
        assert (found[key].value, found[key].reason) == (1.0, reasons.CONSTANT_RESAMPLES)


def test_one_declared_value_has_a_reason() -> None:
    found = estimated(np.ones((9, 2), np.int64), values=["only"], level="nominal")
    assert found["gwet_ac1"].reason == found["brennan_prediger"].reason == reasons.ONE_DECLARED


def test_three_raters_have_no_kappa_of_two() -> None:
    found = estimated(table(20, 3))
    assert found["cohen_kappa"].reason == found["scott_pi"].reason == reasons.TWO_RATERS_ONLY


def test_gaps_everywhere_leave_no_complete_table() -> None:
    patterns = table(20, 3)
    patterns[np.arange(20), np.arange(20) % 3] = 0
    found = estimated(patterns)
    assert found["icc_1_1"].reason == found["kendall_w"].reason == reasons.NO_COMPLETE_UNIT


def test_full_agreement_on_scores_has_no_limits() -> None:
    found = estimated(np.array([[1, 1], [3, 3], [5, 5]]))
    assert (found["icc_2_1"].value, found["icc_2_1"].reason) == (1.0, reasons.NO_RESIDUAL)


@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval"])
def test_ten_thousand_values_have_alpha_and_no_table_of_pairs(level: str) -> None:
    rng = np.random.default_rng(8)
    patterns = rng.integers(1, 9_900, (30, 1)) + rng.integers(0, 2, (30, 3)) * 50
    found = estimated(patterns, level=level, values=range(10_000), replicates=20)
    assert found["krippendorff_alpha"].low is not None
    assert found["percent_agreement"].value is not None
    assert found["fleiss_kappa"].reason == found["cohen_kappa"].reason == reasons.LONG_SCALE
    if level == "interval":
        assert found["icc_2_1"].value == pytest.approx(
            intraclass_correlation(patterns.astype(float), "2,1")
        )


def test_much_data_give_the_values_of_little(monkeypatch: pytest.MonkeyPatch) -> None:
    patterns = table(30, 4, gaps=0.2)
    little = estimated(patterns, level="ordinal")
    for module in (evidence, rater_coefficients):
        monkeypatch.setattr(module, "MAX_TERMS", 10)
    monkeypatch.setattr(evidence, "MAX_CELLS", 10)
    monkeypatch.setattr(rater_coefficients, "MAX_RANKED", 10)
    much = estimated(patterns, level="ordinal")
    for key, result in little.items():
        assert much[key].value == pytest.approx(result.value, abs=1e-12), key
    assert much["conger_kappa"].method.interval == "linearised"
    assert much["kendall_w"].reason == reasons.MANY_RATERS_AND_UNITS
    drawn = estimated(patterns, level="ordinal", interval="bootstrap")
    assert drawn["conger_kappa"].reason == reasons.MANY_RATERS_AND_UNITS
    other = estimated(table(30, 6), level="ordinal", interval="two-way")
    assert other["gwet_ac2"].reason == reasons.MANY_RATERS_AND_UNITS


ROWS: dict[str, Any] = {
    "unit": [0, 0, 1], "rater": [7, 9, 7], "value": [0, 1, 1], "group": [0, 1],
    "level": "nominal", "values": ["a", "b"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"value": [0, 1]}, RowsError, "3 units, 3 raters and 2 values"),
        ({"unit": [0, 0, 2]}, RowsError, "Unit 2 is outside 0 to 1"),
        ({"value": [0, 1, -1]}, RowsError, "Value position -1 is outside 0 to 1"),
        ({"rater": [7, 7, 7]}, DuplicateRatingError, r"\(unit 0, rater 7\)"),
        ({"level": "metric"}, UnknownLevelError, "'metric' is unknown"),
        ({"level": "interval"}, ScaleError, "'a' is no finite number"),
        ({"interval": "magic"}, StatisticsError, "Interval 'magic' is unknown"),
        ({"confidence": 95}, StatisticsError, "Confidence 95 is not between"),
        ({"replicates": 0}, StatisticsError, "0 replicates are too few"),
    ],
)
def test_rows_that_do_not_fit_are_refused(
    change: dict[str, Any], error: type[StatisticsError], words: str
) -> None:
    with pytest.raises(error, match=words):
        door.estimate_criterion(**{**ROWS, **change})
