"""Every value of the reference folder, and how the harness answers what it cannot do."""

import json
import os
from contextlib import suppress
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from analytics.reference.cases import Case, CaseError, Expectation, load, only
from analytics.reference.compare import matches, plain
from analytics.reference.evaluate import evaluated

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(os.environ.get("TOUCHSTONE_SHARED_REFERENCE") or ROOT.parent / "shared" / "reference")

ABSENT = pytest.param(
    None,
    None,
    marks=[
        pytest.mark.shared_data,
        pytest.mark.skip(reason=f"no reference cases at {FOLDER}: set TOUCHSTONE_SHARED_REFERENCE"),
    ],
)


def expectations() -> list[Any]:
    """Case and expectation of every value, named so that a failure tells its place."""
    return [
        pytest.param(case, expected, id=f"{case.id}-{number}-{expected.statistic}")
        for case in map(load, sorted(FOLDER.rglob("*.json")))
        for number, expected in enumerate(case.expected)
    ]


@pytest.mark.parametrize(("case", "expected"), expectations() or [ABSENT])
def test_a_reference_value_is_reproduced(case: Case, expected: Expectation) -> None:
    outcome = evaluated(case.id, case, expected)
    assert outcome.ok, f"{outcome.reason or outcome.computed} instead of {outcome.expected}"


def case_object(**changes: Any) -> dict[str, Any]:
    return {
        "schema": "touchstone-reference/1",
        "id": "made_up",
        "data": {
            "layout": "units_by_raters",
            "level": "nominal",
            "categories": ["a", "b"],
            "ratings": [["a", "a"], ["a", "b"], ["b", "b"]],
        },
        "expected": [
            {
                "statistic": "krippendorff_alpha",
                "params": {"level": "nominal"},
                "value": 0.4444444444,
                "tolerance": 1e-9,
            }
        ],
        **changes,
    }


def check(folder: Path) -> list[dict[str, Any]]:
    out = StringIO()
    with suppress(CommandError):
        call_command("check_reference", folder, stdout=out)
    found: list[dict[str, Any]] = json.loads(out.getvalue())
    return found


def test_the_command_prints_the_computed_value_beside_the_expected_one(tmp_path: Path) -> None:
    (tmp_path / "made_up.json").write_text(json.dumps(case_object()))
    (line,) = check(tmp_path)
    assert line.pop("computed") == pytest.approx(4 / 9)
    assert line == {
        "file": "made_up.json",
        "statistic": "krippendorff_alpha",
        "params": {"level": "nominal"},
        "expected": 0.4444444444,
        "ok": True,
    }


@pytest.mark.parametrize(
    ("statistic", "params", "reason"),
    [
        ("haruspicy", {}, "Statistic 'haruspicy' has no evaluator here."),
        ("krippendorff_alpha", {"level": "metric"}, "Level 'metric' is unknown"),
        ("krippendorff_alpha", {"moon": "full"}, "Parameter 'moon' is unknown"),
        ("percent_agreement", {"weights": "heavy"}, "Weights 'heavy' are unknown"),
        ("percent_agreement", {"categories": ["a"]}, "Rating 'b' is none of the declared"),
    ],
)
def test_what_cannot_be_answered_is_told_and_not_ok(
    tmp_path: Path, statistic: str, params: dict[str, Any], reason: str
) -> None:
    asked = {"statistic": statistic, "params": params, "value": 1.0}
    (tmp_path / "a.json").write_text(json.dumps(case_object(expected=[asked])))
    (line,) = check(tmp_path)
    assert (line["ok"], line["computed"]) == (False, None)
    assert line["reason"].startswith(reason)


@pytest.mark.parametrize("text", ["{", "[]", '{"schema": "other/1"}'])
def test_a_file_that_is_no_case_is_told(tmp_path: Path, text: str) -> None:
    (tmp_path / "broken.json").write_text(text)
    (line,) = check(tmp_path)
    assert (line["file"], line["ok"]) == ("broken.json", False)
    assert line["reason"]


def test_a_wrong_value_is_an_exit_with_a_count(tmp_path: Path) -> None:
    wrong = {"statistic": "pairable_units", "value": 2, "tolerance": 0}
    (tmp_path / "a.json").write_text(json.dumps(case_object(expected=[wrong])))
    with pytest.raises(CommandError, match="1 of 1 values are not as expected"):
        call_command("check_reference", tmp_path, stdout=StringIO())


@pytest.mark.parametrize("name", ["", "nowhere"])
def test_a_folder_without_cases_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(CommandError, match=r"holds no case|is no folder"):
        call_command("check_reference", tmp_path / name, stdout=StringIO())


@pytest.mark.parametrize(
    "data",
    [
        {"layout": "units_by_raters", "ratings": [["a", "a"], ["a", "a"], ["a", "b"]]},
        {"layout": "contingency_2raters", "table": [[2, 1], [0, 0]]},
        {"layout": "patterns", "rows": [["aa", 2], ["ab", 1]]},
        {"layout": "patterns", "rows": [[["a", "a"], 2], [["a", "b"], 1]]},
        {"layout": "patterns", "rows": [["a", "a", 2], ["a", "b", 1]]},
        {"layout": "patterns", "patterns": ["aa", "ab"], "counts": [2, 1]},
        {"layout": "patterns", "patterns": [{"pattern": "aa", "n": 2}, {"pattern": "ab", "n": 1}]},
        {"layout": "paired", "x": ["a", "a", "a"], "y": ["a", "a", "b"]},
        {
            "layout": "long",
            "columns": ["unit", "rater", "value"],
            "rows": [
                [n, r, v] for n, unit in enumerate(["aa", "aa", "ab"]) for r, v in enumerate(unit)
            ],
        },
    ],
)
def test_layouts_of_the_same_ratings_are_the_same_arrays(data: dict[str, Any]) -> None:
    case = Case.of_object(case_object(data={"categories": ["a", "b"], **data}))
    assert case.positions().tolist() == [[0, 0], [0, 0], [0, 1]]
    assert case.counts().tolist() == [[2, 0], [2, 0], [1, 1]]
    assert case.numbers().tolist() == [[1, 1], [1, 1], [1, 2]]


def test_numbers_compare_within_the_tolerance_and_none_with_none_only() -> None:
    assert matches(plain({1: np.array([0.5, np.nan])}), {"1": [0.5001, None]}, 1e-3)
    assert not matches(0.5, 0.502, 1e-3)
    assert not matches(None, 0.0, 1.0)
    assert not matches(0.0, None, 1.0)
    assert not matches(True, 1, 1.0)
    assert not matches([1.0], [1.0, 2.0], 1.0)
    assert matches({"a": 1.0, "b": 2.0}, {"a": 1.0}, 0)
    assert not matches({"b": 2.0}, {"a": 1.0}, 0)


def test_an_unknown_parameter_is_a_sentence() -> None:
    with pytest.raises(CaseError, match="'weight' is unknown; this statistic takes 'weights'"):
        only({"weight": 1}, "weights")
