"""`agreement --csv`: known numbers, and what bad files are told."""

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import translation

from analytics.reports.coefficients import ICC, flat
from analytics.stats.coefficients.row_distances import row_disagreement
from analytics.stats.criteria.tables import unit_disagreement
from analytics.stats.reasons import ONE_RATER

Told = Callable[..., Any]

SHROUT_FLEISS = "9 2 5 8/6 1 3 2/8 4 6 8/7 1 2 6/10 5 6 9/6 2 4 7"
KEYS = {
    "krippendorff_alpha", "percent_agreement", "fleiss_kappa", "conger_kappa", "cohen_kappa",
    "cohen_kappa_linear", "cohen_kappa_quadratic", "scott_pi", "brennan_prediger", "icc",
    "kendall_w",
}  # fmt: skip


@pytest.fixture
def told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Told:
    """What the command says of rows (item, rater, value)."""

    def tell(rows: list[tuple[Any, Any, Any]], level: str, **options: Any) -> Any:
        file = tmp_path / "ratings.csv"
        lines = ["item,rater,value", *(",".join(map(str, row)) for row in rows)]
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        options = {"replicates": 200, **options}
        call_command(
            "agreement", csv=file, item="item", rater="rater", value="value", level=level,
            format="json", **options,
        )  # fmt: skip
        return json.loads(capsys.readouterr().out)

    return tell


def grid(text: str) -> list[tuple[Any, Any, Any]]:
    return [
        (item, rater, value)
        for item, row in enumerate(text.split("/"))
        for rater, value in enumerate(row.split())
    ]


def every_number(found: Any) -> list[float]:
    if isinstance(found, dict):
        return [n for part in found.values() for n in every_number(part)]
    if isinstance(found, list):
        return [n for part in found for n in every_number(part)]
    return [found] if isinstance(found, float) else []


# Known numbers


def test_shrout_and_fleiss_have_their_six_correlations(told: Told) -> None:
    icc = told(grid(SHROUT_FLEISS), "interval")["coefficients"]["icc"]
    found = [round(icc[form]["value"], 2) for form in ICC]
    assert found == [0.17, 0.29, 0.71, 0.44, 0.62, 0.91]


@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval", "ratio"])
def test_every_key_is_there_at_every_level_with_a_value_or_a_reason(told: Told, level: str) -> None:
    coefficients = told(grid(SHROUT_FLEISS), level)["coefficients"]
    gwet = "gwet_ac1" if level == "nominal" else "gwet_ac2"
    assert set(coefficients) == {*KEYS, gwet}
    for _key, one in flat(coefficients):
        assert set(one) == {"value", "low", "high", "confidence", "method", "reason"}
        assert (one["value"] is None) <= bool(one["reason"])


def test_severity_has_an_interval_and_its_reason_where_values_have_no_order(told: Told) -> None:
    lines = {line["rater"]: line for line in told(grid(SHROUT_FLEISS), "interval")["raters"]}
    assert lines["0"]["severity"] > 0 > lines["1"]["severity"]
    assert lines["0"]["low"] < lines["0"]["severity"] < lines["0"]["high"]
    assert lines["1"]["alpha_without_low"] <= lines["1"]["alpha_without"]
    (first, *_others) = told(grid(SHROUT_FLEISS), "nominal")["raters"]
    assert first["severity"] is None
    assert "needs values in an order" in first["severity_reason"]


def test_the_order_of_rows_changes_no_bit(told: Told) -> None:
    rows = grid(SHROUT_FLEISS)
    assert told(rows, "ordinal") == told(rows[::-1], "ordinal")


def test_one_number_written_in_two_ways_is_one_value(told: Told) -> None:
    found = told([(1, "x", "1"), (1, "y", "1.0"), (2, "x", 2), (2, "y", 2)], "interval")
    assert found["categories"] == ["1", "2"]
    assert found["coefficients"]["krippendorff_alpha"]["value"] == 1


# Nothing to compare


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([(1, "x", 1), (2, "x", 2)], "Only one rater has rated."),
        ([(1, "x", 1), (2, "y", 2)], "No item has two ratings"),
        ([(1, "x", 1), (1, "y", 1), (2, "x", 1), (2, "y", 1)], "has the same value"),
        ([(1, "x", "NA"), (1, "y", "")], "There are no ratings yet."),
    ],
)
@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval", "ratio"])
def test_what_cannot_be_compared_gets_a_reason(
    told: Told, rows: list[tuple[Any, Any, Any]], reason: str, level: str
) -> None:
    found = told(rows, level)
    alpha = found["coefficients"]["krippendorff_alpha"]
    assert alpha["value"] is None
    assert reason in alpha["reason"]
    assert all(map(math.isfinite, every_number(found)))


def test_two_raters_who_never_meet_have_no_severity(told: Told) -> None:
    found = told([(1, "x", 1), (2, "x", 3), (3, "y", 2), (4, "y", 5)], "interval")
    for line in found["raters"]:
        assert line["severity"] is None
        assert "No common item joins this rater" in line["severity_reason"]


def test_one_category_keeps_its_percent_agreement(told: Told) -> None:
    coefficients = told(grid("1 1/1 1/1 1"), "nominal", categories="1,2")["coefficients"]
    assert coefficients["percent_agreement"]["value"] == 1
    assert coefficients["gwet_ac1"]["value"] == 1
    assert coefficients["fleiss_kappa"]["value"] is None


@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval", "ratio"])
def test_ten_thousand_categories_are_compared_where_no_table_is_needed(
    told: Told, level: str
) -> None:
    rows = [(item, rater, item + rater % 2) for item in range(10_000) for rater in range(2)]
    found = told(rows, level, replicates=20)
    assert len(found["categories"]) == 10_001
    assert found["coefficients"]["krippendorff_alpha"]["value"] is not None
    assert "more than 64 values" in found["coefficients"]["fleiss_kappa"]["reason"]
    assert all(map(math.isfinite, every_number(found)))


# Refusals


@pytest.mark.parametrize(
    ("rows", "level", "options", "words"),
    [
        ([(1, "x", 4), (1, "y", "good")], "interval", {},
         "ratings.csv, line 3: 'good' in column 'value' is not a number"),
        ([(1, "x", 4), (1, "y", "inf")], "ratio", {}, "line 3: 'inf'"),
        ([(1, "x", 4), (1, "y", "-2")], "ratio", {}, "line 3: -2 in column 'value' is below 0"),
        ([(1, "x", "bad"), (1, "y", "good")], "ordinal", {}, "Give it with --categories"),
        ([(1, "x", "bad"), (1, "y", "good")], "interval", {"categories": "bad,good"},
         "Level 'interval' needs numbers"),
        ([(1, "x", 4), (1, "y", 6)], "ordinal", {"categories": "1,2,3,4,5"},
         "line 3: '6' in column 'value' is not among the categories 1, 2, 3, 4, 5"),
        ([(1, "x", 4), (2, "x", 5), (1, "x", 3), (2, "x", 4)], "ordinal", {},
         "line 4 (rater 'x', item '1'), line 5 (rater 'x', item '2')"),
        ([("", "x", 4)], "ordinal", {}, "line 2: column 'item' is empty"),
    ],
)  # fmt: skip
def test_a_bad_row_is_refused_with_its_place(
    told: Told, rows: list[tuple[Any, Any, Any]], level: str, options: Any, words: str
) -> None:
    with pytest.raises(CommandError) as refused:
        told(rows, level, **options)
    assert words in str(refused.value)


@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval", "ratio"])
def test_disagreement_from_rows_is_that_from_counts(level: str) -> None:
    rng = np.random.default_rng(5)
    unit, value = rng.integers(0, 40, 200), rng.integers(0, 6, 200)
    counts = np.zeros((40, 6), np.int64)
    np.add.at(counts, (unit, value), 1)
    numbers = [0.0, 1.0, 2.0, 5.0, 8.0, 9.0]
    np.testing.assert_allclose(
        row_disagreement(unit, value, numbers, level, n_units=40),
        unit_disagreement(counts, level, numbers),
    )


def test_the_text_tells_reasons_in_the_active_language(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "ratings.csv"
    file.write_text("item,rater,value\n1,a,1\n2,a,2\n", encoding="utf-8")
    with translation.override("ja"):
        call_command(
            "agreement", csv=file, item="item", rater="rater", value="value", level="nominal",
            replicates=50, format="text",
        )  # fmt: skip
        words = translation.gettext(ONE_RATER)
    assert words != ONE_RATER
    assert words in capsys.readouterr().out
