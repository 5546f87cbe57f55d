"""manage.py preferences: votes of a plain file, without any database."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.utils import translation
from scipy.stats import pearsonr, rankdata

from analytics.stats import reasons

HEADER = "left,right,winner"
COLUMNS = {"left": "left", "right": "right", "winner": "winner", "replicates": 50}


def told(path: Path, form: str = "json", **columns: Any) -> str:
    out = StringIO()
    call_command("preferences", csv=path, format=form, stdout=out, **(COLUMNS | columns))
    return out.getvalue()


def found(path: Path, **columns: Any) -> dict[str, Any]:
    return json.loads(told(path, **columns))


@pytest.fixture
def votes(tmp_path: Path):
    def write(*rows: str, header: str = HEADER) -> Path:
        path = tmp_path / "votes.csv"
        path.write_text("\n".join([header, *rows, ""]))
        return path

    return write


def gettext_in(language: str, words: str) -> str:
    with translation.override(language):
        return translation.gettext(words)


def test_strengths_come_strongest_first_with_intervals(votes) -> None:
    report = found(votes(*["A,B,left"] * 30, *["B,A,left"] * 10, *["A,B,tie"] * 4))
    first, second = report["bradley_terry"]["systems"]
    assert (first["system"], first["rank"], second["rank"]) == ("A", 1, 2)
    assert first["strength"] - second["strength"] == pytest.approx(np.log(32 / 12))
    assert first["low"] < first["strength"] < first["high"]
    assert report["davidson"]["nu"]["value"] > 0
    assert report["outcomes"] == {"left": 40, "right": 0, "tie": 4}
    assert report["agreement"] is None


@pytest.mark.parametrize(
    "rows",
    [
        ("A,B,left", "B,A,right", "A,B,tie"),
        ("A,B,A", "B,A,A", "A,B,Tie"),
        ("A,B,model_a", "B,A,model_b", "A,B,tie (bothbad)"),
        ("A,B,a", "B,A,B", "A,B,DRAW"),
    ],
)
def test_a_winner_is_told_by_side_or_by_name(votes, rows: tuple[str, ...]) -> None:
    # In the last row set 'a' is a word for the left and 'B' the name of a system.
    rates = found(votes(*rows))["win_rates"]
    assert sum(line["wins"] for line in rates) == 2
    assert [line["ties"] for line in rates] == [1, 1]


def test_the_title_of_a_column_names_its_side(votes) -> None:
    path = votes("X,Y,one", "X,Y,two", header="one,two,winner")
    assert found(path, left="one", right="two")["outcomes"] == {"left": 1, "right": 1, "tie": 0}


def test_who_never_lost_is_named_and_nothing_is_ranked(votes) -> None:
    report = found(votes("Ann,Bob,left", "Bob,Cid,left", "Bob,Cid,right"))
    assert report["connection"]["never_lost"] == ["Ann"]
    assert report["bradley_terry"]["systems"] == []
    assert "Never lost to or tied with the rest: Ann." in report["bradley_terry"]["reason"]
    assert report["win_rates"][0]["win_rate"]["value"] == 1


def test_groups_that_never_met_are_named(votes) -> None:
    text = told(votes("A,B,tie", "C,D,tie"), form="text")
    assert "The groups: A, B; C, D." in text


def test_votes_of_an_item_are_drawn_together_and_compared(votes) -> None:
    said = [("left", "right", "tie") if item % 3 else ("left", "left", "tie") for item in range(12)]
    rows = [f"A,B,{vote},{item},{r}" for item in range(12) for r, vote in enumerate(said[item])]
    report = found(votes(*rows, header=f"{HEADER},item,rater"), item="item", rater="rater")
    assert (report["resampled"], report["n_items"], report["n_raters"]) == ("items", 12, 3)
    assert report["agreement"]["percent_agreement"]["value"] == pytest.approx(4 / 36)


def test_a_rater_who_sees_a_pair_swapped_is_not_compared_with_themselves(votes) -> None:
    path = votes("A,B,left,1,r", "B,A,left,1,r", header=f"{HEADER},item,rater")
    report = found(path, item="item", rater="rater")
    assert report["n_votes"] == 2
    assert report["agreement"]["percent_agreement"]["value"] is None


def test_rows_without_a_vote_are_counted(votes) -> None:
    report = found(votes("A,B,left", "A,B,", "A,B,NA", "B,A,left"))
    assert (report["n_votes"], report["n_missing"]) == (2, 2)


def test_no_votes_have_reasons_and_no_numbers(votes) -> None:
    report = found(votes())
    assert report["n_votes"] == 0
    assert report["bradley_terry"]["reason"].startswith("There are no votes yet.")


def test_reasons_are_told_in_the_active_language(votes) -> None:
    path = votes("Ann,Bob,left", "Bob,Cid,left", "Bob,Cid,right")
    with translation.override("ja"):
        text = told(path, form="text")
    assert reasons.ONE_SIDED not in text
    assert gettext_in("ja", reasons.ONE_SIDED) in text
    assert "Ann" in text


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (["A,B,left", "A,B,middle"], r"votes.csv, line 3: winner 'middle' is neither 'A' nor 'B'"),
        (["A,B,left", "B,C,A"], r"line 3: winner 'A' is neither 'B' nor 'C'"),
        (["A,A,left"], r"line 2: 'A' is compared with itself"),
        (["A,,left"], r"line 2: column 'right' is empty"),
        (["A,B"], r"line 2: the row has 2 cells under 3 columns"),
    ],
)
def test_a_row_that_does_not_fit_is_refused_by_line(votes, rows: list[str], message: str) -> None:
    with pytest.raises(CommandError, match=message):
        told(votes(*rows))


def test_a_repeated_vote_is_refused_by_line(votes) -> None:
    path = votes("A,B,left,1,r", "A,B,tie,1,r", header=f"{HEADER},item,rater")
    with pytest.raises(CommandError, match=r"1 rows repeat a rater .* \(lines 3\)"):
        told(path, item="item", rater="rater")


def test_ten_thousand_systems_have_win_rates_and_a_reason(votes) -> None:
    report = found(votes(*(f"s{n},s{(n * 7 + 1) % 10_000},left" for n in range(5, 10_000))))
    assert "more than 1,000 systems" in report["bradley_terry"]["reason"]
    assert len(report["win_rates"]) == report["n_systems"] > 9_000


def llmfao(folder: Path, kind: str, **columns: str) -> dict[str, Any]:
    return found(folder / "llmfao_pairwise" / f"{kind}-comparisons.csv", replicates=20, **columns)


def test_the_scores_of_llmfao_are_reproduced(shared_data: Path) -> None:
    report = llmfao(shared_data, "crowd", item="id", rater="worker")
    assert report["outcomes"] == {"left": 2_911, "right": 2_549, "tie": 3_471}
    assert (report["n_items"], report["n_raters"], report["n_systems"]) == (2_139, 124, 59)
    shares = {line["system"]: line["share"] for line in report["bradley_terry"]["systems"]}
    assert list(shares)[:2] == ["GPT 4", "Platypus-2 Instruct (70B)"]
    golden = golden_scores(shared_data, "bradley_terry")
    assert {name: shares[name] for name in golden} == pytest.approx(golden, abs=1e-6)
    means = {line["system"]: line["mean_score_over_opponents"] for line in report["win_rates"]}
    assert means == pytest.approx(golden_scores(shared_data, "average_win_rate"), abs=1e-9)


def test_the_agreement_of_llmfao_is_reproduced(shared_data: Path) -> None:
    found = llmfao(shared_data, "crowd", item="id", rater="worker")["agreement"]
    assert found["krippendorff_alpha"]["value"] == pytest.approx(0.2906, abs=5e-5)
    assert found["percent_agreement"]["value"] == pytest.approx(0.5322, abs=5e-5)


@pytest.mark.parametrize(("judge", "printed"), [("gpt4", 0.730918), ("gpt3", 0.716610)])
def test_the_rank_correlations_of_llmfao_are_reproduced(
    shared_data: Path, judge: str, printed: float
) -> None:
    people, machine = (
        {line["system"]: line["strength"] for line in report["bradley_terry"]["systems"]}
        for report in (llmfao(shared_data, kind) for kind in ("crowd", f"{judge}-crowd"))
    )
    assert people.keys() == machine.keys()
    ranks = [
        rankdata([-round(strengths[name], 9) for name in people]).astype(int)
        for strengths in (people, machine)
    ]
    assert pearsonr(*ranks).statistic == pytest.approx(printed, abs=5e-7)


def golden_scores(folder: Path, algorithm: str) -> dict[str, float]:
    lines = (folder / "llmfao_pairwise" / "llmfao-golden.csv").read_text().splitlines()[1:]
    cells = [line.split(",") for line in lines]
    return {name: float(score) for kind, name, score in cells if kind == algorithm}
