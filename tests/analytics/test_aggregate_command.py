"""manage.py aggregate: one label for each item of a plain file, without any database."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

COLUMNS = {"item": "item", "rater": "rater", "value": "value"}


def told(path: Path, form: str = "json", **options: Any) -> str:
    out = StringIO()
    call_command("aggregate", csv=path, format=form, stdout=out, **(COLUMNS | options))
    return out.getvalue()


def found(path: Path, method: str = "majority", **options: Any) -> dict[str, Any]:
    return json.loads(told(path, method=method, **options))


@pytest.fixture
def labels(tmp_path: Path):
    def write(*rows: str, header: str = "item,rater,value") -> Path:
        path = tmp_path / "labels.csv"
        path.write_text("\n".join([header, *rows, ""]))
        return path

    return write


def tied(labels) -> Path:
    return labels("x,a,2", "x,b,1", "y,a,1", "y,b,1", "z,a,NA")


def test_a_tie_is_shown_and_the_distribution_kept(labels) -> None:
    report = found(tied(labels))
    x, y, z = report["labels"]
    assert (x["label"], x["tied"], x["distribution"]) == (None, ["1", "2"], {"1": 1, "2": 1})
    assert (y["label"], y["tied"], y["entropy"]) == ("1", [], 0)
    assert (z["label"], z["n"], z["entropy"]) == (None, 0, None)
    assert (report["n_tied"], report["n_missing"]) == (1, 1)


def test_a_tie_takes_the_label_declared_first(labels) -> None:
    report = found(tied(labels), ties="declared", categories="2,1")
    assert [line["label"] for line in report["labels"]] == ["2", "1", None]
    assert report["ties"] == "a tie takes the label declared first"


def test_dawid_skene_tells_posteriors_and_raters(labels) -> None:
    rows = [f"i{i},{rater},{i % 2 if rater != 'c' else 0}" for i in range(20) for rater in "abc"]
    report = found(labels(*rows), method="dawid-skene")
    assert [line["label"] for line in report["labels"]] == [str(i % 2) for i in range(20)]
    assert report["labels"][1]["posterior"]["1"] > 0.99
    assert report["dawid_skene"]["converged"]
    accuracy = {line["rater"]: line["estimated_accuracy"] for line in report["raters"]}
    assert accuracy["a"] == pytest.approx(1)
    assert accuracy["c"] == pytest.approx(0.5, abs=0.01)


def test_gold_counts_ties_apart(labels) -> None:
    path = labels("x,a,2,2", "x,b,1,2", "y,a,1,1", "y,b,1,", header="item,rater,value,gold")
    gold = found(path, gold="gold")["gold"]
    assert (gold["n_gold"], gold["n_labelled"], gold["n_correct"]) == (2, 1, 1)
    assert (gold["accuracy"]["value"], gold["accuracy_ties_shared"]) == (1, 0.75)


def test_the_text_tells_each_item(labels) -> None:
    text = told(tied(labels), form="text", method="majority")
    assert "x: 1 = 2 (1: 1, 2: 1)\ny: 1 (1: 2)\nz: no label ()" in text


def test_a_warning_is_told_in_the_active_language(labels) -> None:
    path = labels(
        *(
            f"{unit},{rater},{0 if unit % 2 and (unit // 2 + rater) % 10 < 4 else 1}"
            for unit in range(100)
            for rater in range(10)
        )
    )
    warning = found(path, method="dawid-skene")["dawid_skene"]["warning"]
    assert warning
    with translation.override("ja"):
        text, words = told(path, form="text", method="dawid-skene"), translation.gettext(warning)
    assert words != warning
    assert words in text


def test_a_rater_may_rate_an_item_again_only_where_that_is_said(labels) -> None:
    path = labels("x,a,1", "x,a,1", "x,b,2")
    with pytest.raises(CommandError, match=r"1 rows repeat a rater on an item \(lines 3\)"):
        found(path)
    assert found(path, keep_repeated=True)["labels"][0]["label"] == "1"


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (["x,a,1,1", "x,b,7,1"], r"labels.csv, line 3: '7' in column 'value' is not among .* 1, 2"),
        (["x,a,1,1", "x,b,1,2"], r"line 2: item 'x' has the gold labels '1' and '2'"),
        (["x,a,1,1", ",b,1,1"], r"line 3: column 'item' is empty"),
    ],
)
def test_a_row_that_does_not_fit_is_refused_by_line(labels, rows: list[str], message: str) -> None:
    path = labels(*rows, header="item,rater,value,gold")
    with pytest.raises(CommandError, match=message):
        found(path, gold="gold", categories="1,2")


def test_no_labels_have_no_truth(labels) -> None:
    for method in ("majority", "dawid-skene"):
        report = found(labels(), method=method)
        assert (report["n_items"], report["labels"]) == (0, [])


def rte(folder: Path, **options: Any) -> dict[str, Any]:
    return found(
        folder / "rte_crowd" / "rte.standardized.tsv",
        item="orig_id", rater="!amt_worker_ids", value="response", gold="gold", **options,
    )  # fmt: skip


def test_the_majority_of_rte_is_reproduced(shared_data: Path) -> None:
    report = rte(shared_data)
    gold = report["gold"]
    assert (report["n_tied"], gold["n_correct"], gold["n_labelled"]) == (65, 685, 735)
    assert (gold["accuracy_ties_shared"], gold["rating_accuracy"]) == (0.896875, 0.729125)


def test_the_printed_f1_of_rte_is_reproduced(shared_data: Path) -> None:
    gold = rte(shared_data, ties="declared", categories="1,0")["gold"]
    assert gold["by_category"][0]["f1"] == pytest.approx(0.8853211009174312, abs=1e-15)


def test_dawid_skene_of_rte_is_reproduced(shared_data: Path) -> None:
    report = rte(shared_data, method="dawid-skene")
    assert report["gold"]["accuracy"]["value"] == 0.9275
    often = [line for line in report["raters"] if line["n"] >= 20]
    assert sum(line["gold_accuracy"]["value"] < 0.6 for line in often) == 9
    busiest = max(report["raters"], key=lambda line: line["n"])
    assert (busiest["n"], round(busiest["gold_accuracy"]["value"], 3)) == (800, 0.506)
