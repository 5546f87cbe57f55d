"""Values printed in the documentation of public data sets, from their original files."""

import csv
import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from analytics.stats.coefficients.agreement import krippendorff_alpha, percent_agreement
from analytics.stats.coefficients.chance import fleiss_kappa
from analytics.stats.criteria.estimate import estimate_agreement
from analytics.stats.criteria.tables import value_shares
from analytics.stats.profiles import count_matrix
from analytics.stats.types import IntArray

MTRAG = {
    "naturalness": (0.1882, 0.3178, 0.299, 0.8351),
    "appropriateness": (0.0519, 0.0639, 0.0504, 0.6237),
    "completeness": (0.1769, 0.2635, 0.3915, 0.6858),
    "faithfulness": (0.2632, 0.47, 0.5502, 0.5899),
    "win-rate": (0.1809, 0.2028, 0.202, 0.4556),
}
DBDC3 = {
    "DCM": (0.4508, 0.2917, 0.408, [0.4052, 0.3171, 0.2777]),
    "DIT": (0.3325, 0.222, 0.348, [0.3194, 0.2565, 0.4241]),
    "IRS": (0.4628, 0.3345, 0.4692, [0.3473, 0.2123, 0.4405]),
    "*": (0.4266, 0.2917, 0.4125, [0.3573, 0.262, 0.3808]),
}


@pytest.fixture
def mtrag(shared_data: Path) -> list[dict]:
    path = shared_data / "mtrag_human_eval" / "reference_subset_with_human_evaluations.json.gz"
    return json.loads(gzip.decompress(path.read_bytes()))["evaluations"]


@pytest.mark.parametrize("criterion", MTRAG)
def test_mtrag(mtrag: list[dict], criterion: str) -> None:
    values = [0, 50, 100] if criterion == "win-rate" else [1, 2, 3, 4]
    dialogues = [answer["task_id"].partition("<::>")[0] for answer in mtrag]
    _, group = np.unique(dialogues, return_inverse=True)
    scores = [
        (unit, values.index(int(score["value"])))
        for unit, answer in enumerate(mtrag)
        for rater, score in answer["annotations"].get(criterion, {}).items()
        if rater.isdigit()
    ]
    unit, value = np.array(scores).T
    *alphas, exact = MTRAG[criterion]
    for level, printed in zip(("nominal", "ordinal", "interval"), alphas, strict=True):
        both = estimate_agreement(
            unit=unit, value=value, group=group, level=level, values=values, n_raters=7, seed=1
        )
        result = both["krippendorff_alpha"]
        assert result.value == pytest.approx(printed, abs=5e-5)
        assert (result.n_units, result.n_groups, result.method.interval) == (477, 20, "bca")
        assert result.low < result.value < result.high
        assert both["percent_agreement"].value == pytest.approx(exact, abs=5e-5)


def dbdc3_counts(folder: Path, system: str) -> Iterator[IntArray]:
    for path in sorted((folder / "dbdc3_ja" / "ja" / "eval").glob(f"{system}/*.log.json")):
        for turn in json.loads(path.read_text())["turns"]:
            labels = ["OTX".index(rating["breakdown"]) for rating in turn["annotations"]]
            if labels:
                yield count_matrix(np.zeros(len(labels)), labels, n_units=1, n_values=3)[0]


@pytest.mark.parametrize("system", DBDC3)
def test_dbdc3(shared_data: Path, system: str) -> None:
    counts = np.array(list(dbdc3_counts(shared_data, system)))
    alpha, fleiss, fleiss_of_two, shares = DBDC3[system]
    breakdown = np.column_stack([counts[:, 0], counts[:, 1:].sum(axis=1)])
    assert fleiss_kappa(counts) == pytest.approx(fleiss, abs=5.1e-5)
    assert fleiss_kappa(breakdown) == pytest.approx(fleiss_of_two, abs=5.1e-5)
    assert krippendorff_alpha(counts, "ordinal", "OTX") == pytest.approx(alpha, abs=5e-5)
    assert value_shares(counts) == pytest.approx(shares, abs=5.1e-5)
    assert percent_agreement(counts) == pytest.approx(percent_agreement(counts, average="units"))


def test_rte(shared_data: Path) -> None:
    with (shared_data / "rte_crowd" / "rte.standardized.tsv").open() as lines:
        rows = list(csv.DictReader(lines, delimiter="\t"))
    _, unit = np.unique([row["orig_id"] for row in rows], return_inverse=True)
    counts = count_matrix(unit, [int(row["response"]) for row in rows], n_units=800, n_values=2)
    assert fleiss_kappa(counts) == pytest.approx(0.2414, abs=5e-5)
    assert krippendorff_alpha(counts, "nominal", [0, 1]) == pytest.approx(0.2415, abs=5e-5)
    assert percent_agreement(counts) == pytest.approx(0.6287, abs=5e-5)
