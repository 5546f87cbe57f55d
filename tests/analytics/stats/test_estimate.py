"""One criterion from rows to results: what is counted and why something is missing."""

import numpy as np
import pytest

from analytics.stats import reasons
from analytics.stats.coefficients import many_valued
from analytics.stats.criteria import estimate
from analytics.stats.criteria.estimate import (
    estimate_agreement,
    estimate_label_agreement,
    estimate_numeric_agreement,
)
from analytics.stats.errors import RowsError, StatisticsError
from analytics.stats.types import AgreementResult
from tests.analytics.stats import published

BOTH = ["krippendorff_alpha", "percent_agreement"]


def of_counts(counts: list[list[int]], **options: object) -> dict[str, AgreementResult]:
    matrix = np.array(counts)
    unit, value = np.nonzero(matrix)
    asked = {"group": np.arange(len(matrix)), "level": "nominal", "values": range(matrix.shape[1])}
    rows = {"unit": unit, "value": value, "count": matrix[unit, value]}
    return estimate_agreement(**(rows | asked | {"replicates": 200} | options))


def test_the_published_table_with_its_numbers() -> None:
    both = of_counts(published.COUNTS, level="ordinal", values=published.VALUES, n_raters=4)
    alpha = both["krippendorff_alpha"]
    assert alpha.value == pytest.approx(0.815, abs=5e-4)
    assert (alpha.n_units, alpha.n_pairable_units, alpha.n_groups, alpha.n_ratings) == (
        12,
        11,
        11,
        41,
    )
    assert alpha.low < alpha.value < alpha.high
    assert str(alpha.method) == (
        "Krippendorff's alpha, ordinal; BCa bootstrap over 11 units, 200 replicates, seed 0"
    )


@pytest.mark.parametrize(
    ("counts", "options", "reason"),
    [
        ([[0, 0]], {}, reasons.NO_RATINGS),
        ([[1, 0], [0, 1]], {"n_raters": 1}, reasons.ONE_RATER),
        ([[1, 0], [0, 1]], {"n_raters": 2}, reasons.NO_PAIRABLE_UNIT),
    ],
)
@pytest.mark.parametrize("key", BOTH)
def test_nothing_to_compare_says_why(
    key: str, counts: list[list[int]], options: dict[str, int], reason: str
) -> None:
    result = of_counts(counts, **options)[key]
    assert (result.value, result.low, result.high, result.reason) == (None, None, None, reason)


def test_no_variation_leaves_percent_agreement() -> None:
    both = of_counts([[3, 0], [2, 0]])
    assert (both["krippendorff_alpha"].value, both["krippendorff_alpha"].reason) == (
        None,
        reasons.NO_VARIATION,
    )
    assert (both["percent_agreement"].value, both["percent_agreement"].low) == (1.0, None)
    assert both["percent_agreement"].reason == reasons.CONSTANT_RESAMPLES


def test_one_group_gives_a_value_without_an_interval() -> None:
    alpha = of_counts([[2, 0], [1, 1], [0, 2]], group=[0, 0, 0])["krippendorff_alpha"]
    assert alpha.value == pytest.approx(4 / 9)
    assert (alpha.low, alpha.reason) == (None, reasons.FEW_GROUPS)
    assert str(alpha.method) == "Krippendorff's alpha, nominal; no interval"


def test_every_reason_is_one_of_the_declared_sentences() -> None:
    assert len(set(reasons.REASONS)) == len(reasons.REASONS)
    assert all(reason.endswith(".") and "{" not in reason for reason in reasons.REASONS)


def test_json_has_the_six_keys() -> None:
    result = of_counts([[2, 0], [1, 1], [0, 2]])["krippendorff_alpha"].as_dict()
    assert list(result) == ["value", "low", "high", "confidence", "method", "reason"]


def test_order_of_rows_changes_no_bit() -> None:
    rng = np.random.default_rng(5)
    unit, value = rng.integers(0, 90, 400), rng.integers(0, 5, 400)
    shuffled = rng.permutation(400)
    options = {
        "group": np.arange(90) // 3,
        "level": "ordinal",
        "values": range(5),
        "replicates": 200,
    }
    first = estimate_agreement(unit=unit, value=value, **options)
    assert first == estimate_agreement(unit=unit[shuffled], value=value[shuffled], **options)


@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval", "ratio"])
def test_long_scales_give_the_values_of_short_ones(
    level: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(6)
    unit, number = rng.integers(0, 60, 240), rng.integers(0, 12, 240) / 4
    options = {"group": np.arange(60) // 2, "level": level, "replicates": 100}
    short = estimate_numeric_agreement(unit=unit, number=number, **options)
    monkeypatch.setattr(estimate, "MAX_DENSE_VALUES", 3)
    long = estimate_numeric_agreement(unit=unit, number=number, **options)
    for key in BOTH:
        assert long[key].value == pytest.approx(short[key].value, abs=1e-12)
        assert (long[key].n_groups, long[key].n_ratings) == (short[key].n_groups, 240)
        assert long[key].high - long[key].low == pytest.approx(
            short[key].high - short[key].low, rel=0.4
        )


def test_ordinal_terms_that_do_not_fit_are_ranked_row_by_row(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rng = np.random.default_rng(6)
    rows = {"unit": rng.integers(0, 60, 240), "value": rng.integers(0, 7, 240)}
    options = {"group": np.arange(60), "level": "ordinal", "values": range(7), "replicates": 50}
    fitting = estimate_agreement(**rows, **options)["krippendorff_alpha"]
    monkeypatch.setattr(estimate, "MAX_TERMS", 10)
    bounded = estimate_agreement(**rows, **options)["krippendorff_alpha"]
    assert bounded.value == pytest.approx(fitting.value, abs=1e-12)
    assert bounded.n_groups == fitting.n_groups


def test_sliders_have_intervals_and_keep_their_bits_in_any_order() -> None:
    rng = np.random.default_rng(8)
    unit = np.repeat(np.arange(100), 3)
    number = rng.normal(size=100)[unit] * 20 + rng.normal(size=300) * 10
    shuffled = rng.permutation(300)
    options = {"group": np.arange(100), "replicates": 300}
    first = estimate_numeric_agreement(unit=unit, number=number, **options)
    assert first == estimate_numeric_agreement(
        unit=unit[shuffled], number=number[shuffled], **options
    )
    alpha = first["krippendorff_alpha"]
    assert 0.7 < alpha.low < alpha.value < alpha.high < 0.9


@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval", "ratio"])
def test_a_long_scale_without_variation_says_why(
    level: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(estimate, "MAX_DENSE_VALUES", 0)
    both = estimate_numeric_agreement(
        unit=[0, 0, 1, 1], number=[0.1] * 4, group=[0, 1], level=level
    )
    assert both["krippendorff_alpha"].reason == reasons.NO_VARIATION


def test_labels_by_hand() -> None:
    # {a} and {a, b} are 1 - 1/2 * 2/3 = 2/3 apart; {b} and {b} agree; n = 4.
    # All ordered pairs: {a} {a,b} 2/3, {a} {b} 1 twice, {a,b} {b} 2/3 twice, both directions.
    both = estimate_label_agreement(unit=[0, 0, 1, 1], mask=[0b01, 0b11, 0b10, 0b10], group=[0, 1])
    expected = 2 * (2 / 3 + 2 * 1 + 2 * 2 / 3)
    assert both["krippendorff_alpha"].value == pytest.approx(1 - 3 * (2 * 2 / 3) / expected)
    assert both["percent_agreement"].value == pytest.approx(1 / 2)


def test_many_label_sets_give_the_value_of_few(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(9)
    rows = {
        "unit": rng.integers(0, 40, 150),
        "mask": rng.integers(0, 32, 150),
        "group": np.arange(40),
    }
    few = estimate_label_agreement(**rows, replicates=50)
    monkeypatch.setattr(estimate, "MAX_DENSE_VALUES", 3)
    many = estimate_label_agreement(**rows, replicates=50)
    for key in BOTH:
        assert many[key].value == pytest.approx(few[key].value, abs=1e-12)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ({"unit": [0, 1], "value": [0]}, "2 units, 1 values and 2 counts"),
        ({"unit": [0, 2], "value": [0, 1]}, "Unit 2 is outside 0 to 1"),
        ({"unit": [0, 1], "value": [0, 7]}, "Value position 7 is outside 0 to 1"),
        ({"unit": [0, 1], "value": [0, 1], "count": [1, -1]}, "Count -1 is negative"),
    ],
)
def test_rows_that_do_not_fit_are_refused(rows: dict[str, list[int]], words: str) -> None:
    with pytest.raises(RowsError, match=words):
        estimate_agreement(**rows, group=[0, 1], level="nominal", values=["a", "b"])


def test_a_negative_mask_is_refused() -> None:
    with pytest.raises(RowsError, match="Mask -1 is negative"):
        estimate_label_agreement(unit=[0], mask=[-1], group=[0])


def test_a_number_that_is_none_is_refused() -> None:
    with pytest.raises(StatisticsError, match="no finite number"):
        estimate_numeric_agreement(unit=[0, 0], number=[1.0, float("nan")], group=[0])


def test_alpha_of_label_sets_by_jaccard_by_hand() -> None:
    # As by MASI above, with {a} and {a, b} 1/2 apart instead of 2/3.
    both = estimate_label_agreement(
        unit=[0, 0, 1, 1], mask=[0b01, 0b11, 0b10, 0b10], group=[0, 1], distance="jaccard"
    )
    expected = 2 * (1 / 2 + 2 * 1 + 2 * 1 / 2)
    assert both["krippendorff_alpha"].value == pytest.approx(1 - 3 * (2 * 1 / 2) / expected)
    assert "Jaccard distance" in str(both["krippendorff_alpha"].method)


def test_very_many_groups_are_drawn_in_bundles_and_tell_the_same_spread(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rng = np.random.default_rng(6)
    unit = np.repeat(np.arange(6_000), 3)
    number = np.rint(50 + 20 * rng.normal(size=6_000)[unit] + 10 * rng.normal(size=len(unit)))
    rows = {"unit": unit, "number": number, "group": np.arange(6_000), "replicates": 1_000}
    alone = estimate_numeric_agreement(**rows)
    monkeypatch.setattr(many_valued, "MAX_GROUPS", 1_500)
    bundled = estimate_numeric_agreement(**rows)
    for key in BOTH:
        one, other = alone[key], bundled[key]
        assert one.value == pytest.approx(other.value, abs=1e-12)
        assert other.high - other.low == pytest.approx(one.high - one.low, rel=0.1)
        assert (one.n_groups, other.n_groups) == (6_000, 6_000)
        assert "over 1500 bundles" in str(other.method)
