"""The coverage study runs, and the committed page is of the committed plan."""

import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pytest

from analytics.reports.coefficients import NAMES
from analytics.stats.coefficients.agreement import OrdinalAlpha
from analytics.stats.intervals.coverage import TABLE, nearest
from analytics.stats.intervals.resampling import Interval, bootstrap_interval, resampling_of
from analytics.stats.patterns import counts_of_patterns
from analytics.stats.profiles import Blocks, Profiles
from studies.coefficients import alone
from studies.items import other_items, truth_of_panel
from studies.page import METHODS
from studies.plan import Plan
from studies.populations import Population, panel
from studies.resampled import Weights, resampled_limits, resampling_of_sums
from studies.study import cells_of
from studies.table import KINDS, NOT_SHOWN
from studies.tally import Tally

ROOT = Path(__file__).resolve().parents[3]
COMMITTED = ROOT / "docs" / "explanation" / "coverage.md"
SCALES = {"5 points", "3 labels", "sets"}
Row: TypeAlias = tuple[str, str, str, str, str, tuple[tuple[str, str], ...]]
BALANCED = Population("5 points", "balanced")


@pytest.fixture(scope="module")
def small_page(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What the script writes when it simulates each row twice."""
    out = tmp_path_factory.mktemp("study") / "coverage.md"
    command = [sys.executable, "scripts/coverage_study.py", "--out", str(out)]
    command += ["--table", str(out.with_suffix(".json"))]
    small = ["--simulations", "2", "--replicates", "30", "--crowd", "2000"]
    ran = subprocess.run(
        [*command, *small], cwd=ROOT, capture_output=True, text=True, check=False, timeout=300
    )
    assert ran.returncode == 0, ran.stderr
    page = out.read_text()
    assert of_table(out.with_suffix(".json").read_text()) == of_page(page)
    return page


def of_table(table: str) -> list[Row]:
    """The rows that reports read, as they would be printed."""
    return sorted(
        (
            row["scale"], row["scores"], f"{row['groups']}", f"{row['raters']}",
            f"{row['missing']:.0%}",
            tuple(sorted((kind, f"{100 * share:.1f}") for kind, share in row["held"].items())),
        )
        for row in json.loads(table)["rows"]
    )  # fmt: skip


def of_page(page: str) -> list[Row]:
    """The same from the tables of the page."""
    kinds = {words: KINDS.get(method, method) for method, words in METHODS.items()}
    found, head = [], []
    for line in page.splitlines():
        cells = [cell.strip() for cell in line.split("|")[1:-1]]
        if cells[:1] == ["scale"]:
            head = [kinds.get(cell, "default") for cell in cells]
        elif cells and cells[0] in SCALES:
            held = {
                kind: cell.partition(" ")[0].strip("*")
                for kind, cell in zip(head, cells, strict=True)
                if kind not in NOT_SHOWN and cell != "-"
            }
            found.append((*cells[:5], tuple(sorted(held.items()))))
    return sorted(found)  # type: ignore[arg-type]


def rows(page: str) -> list[list[str]]:
    """Tables of coverage, up to the columns that the simulation fills."""
    cells = [[cell.strip() for cell in line.split("|")[1:-1]] for line in page.splitlines()]
    return [row[:5] for row in cells if row and row[0] in SCALES]


def prose(page: str) -> list[str]:
    """Everything but tables and the numbers of the plan."""
    lines = [line for line in page.splitlines() if not line.startswith("|")]
    return [re.sub(r"`[0-9a-f]{12}`|[\d,]+(\.\d+)?", "#", line) for line in lines]


def test_the_committed_page_has_the_rows_and_words_that_the_script_writes(small_page: str) -> None:
    committed = COMMITTED.read_text()
    assert rows(committed) == rows(small_page)
    assert prose(committed) == prose(small_page)


def test_the_committed_page_was_made_by_the_committed_plan() -> None:
    plan, committed = Plan(), COMMITTED.read_text()
    assert f"plan `{plan.digest}`" in committed
    assert f"seed {plan.seed}" in committed
    assert replace(plan, simulations=2).digest != plan.digest
    assert replace(plan, items=(30,)).digest != plan.digest
    expected = {len(cells) for cells in cells_of(plan).values()}
    assert expected == {72, 24, 8, 12}


def test_reports_read_the_numbers_of_the_committed_page() -> None:
    table = TABLE.read_text()
    assert json.loads(table)["plan"] == Plan().digest
    assert of_table(table) == of_page(COMMITTED.read_text())


def test_every_coefficient_of_a_report_but_one_is_simulated() -> None:
    """Linear weights lie between equality and quadratic ones, and both are."""
    known = {key for row in json.loads(TABLE.read_text())["rows"] for key in row["coefficients"]}
    assert set(NAMES) - known == {"cohen_kappa_linear"}


def test_in_every_row_some_kind_holds_or_errs_on_the_safe_side() -> None:
    for row in json.loads(TABLE.read_text())["rows"]:
        assert nearest(row["held"]) is not None, row
    assert "| none |" not in COMMITTED.read_text()


def test_bold_is_more_than_two_and_a_half_points_off() -> None:
    found = re.findall(r"(\*\*)?(\d+\.\d)(?:\*\*)? \(\d\.\d\d\)", COMMITTED.read_text())
    assert len(found) > 1_000
    for bold, share in found:
        assert bool(bold) == (abs(float(share) - 95) > 2.5)


def test_a_cell_gives_the_same_counts_again() -> None:
    plan = Plan(simulations=3, replicates=40, crowd=2_000)
    cell = plan.item_cells()[1]
    first = other_items(cell, plan)
    assert first == other_items(cell, plan)
    assert {method for _name, method in first} <= set(METHODS)
    assert all(tally.made + tally.absent == 3 for tally in first.values())


def test_resamples_that_are_shared_give_the_limits_of_the_product() -> None:
    rng = np.random.default_rng(3)
    patterns = BALANCED.rated(rng, BALANCED.qualities(rng, alone(60)), panel(4))
    counts = counts_of_patterns(patterns, 5)
    alpha = OrdinalAlpha()
    study = resampled_limits(resampling_of_sums(alpha, alpha.terms(counts)), Weights(rng, 4_000))
    assert "studentized" not in study, "cheaper kinds hold from 50 groups on"
    product = resampling_of(Blocks.of_units(Profiles.from_counts(counts)), alpha)
    for method, bca in (("percentile", False), ("bca", True)):
        ours = study[method]
        theirs = bootstrap_interval(product, replicates=4_000, bca=bca)
        assert ours.low == pytest.approx(theirs.low, abs=0.02)
        assert ours.high == pytest.approx(theirs.high, abs=0.02)


def test_each_resample_draws_as_many_groups_as_there_are() -> None:
    weights = Weights(np.random.default_rng(1), 50)
    weights.renew(0)
    drawn = weights.of(7)
    assert (drawn.sum(axis=1) == 7).all()
    assert weights.of(7) is drawn
    weights.renew(1)
    assert weights.of(7) is drawn
    weights.renew(50)
    assert weights.of(7) is not drawn


def test_missing_ratings_do_not_move_the_truth() -> None:
    """The panel's coefficients are means over pairs of ratings, missing at random or not."""
    truth = truth_of_panel(BALANCED, 3, 60_000, 1)
    rng = np.random.default_rng(5)
    quality = BALANCED.qualities(rng, alone(60_000))
    gappy = BALANCED.rated(rng, quality, panel(3), missing=0.3)
    counts = Profiles.from_counts(counts_of_patterns(gappy, 5))
    usable = OrdinalAlpha().usable(counts.counts)
    sums = counts.multiplicity[usable] @ OrdinalAlpha().terms(counts.counts[usable])
    assert float(OrdinalAlpha().value(sums)) == pytest.approx(truth["alpha"], abs=0.015)


def test_a_tally_counts_what_covers_and_what_has_no_limits() -> None:
    tally = Tally()
    for interval in (
        Interval(0.1, 0.3, "bca", replicates=10, undefined=1),
        Interval(0.5, 0.9, "bca", replicates=10),
        Interval(replicates=10, undefined=9, reason="none"),
    ):
        tally.add(interval, 0.2)
    assert (tally.made, tally.hits, tally.absent) == (2, 1, 1)
    assert (tally.replicates, tally.undefined) == (30, 10)
    assert tally.mean_width == pytest.approx(0.3)


@pytest.mark.parametrize(
    ("hits", "holds"), [(924, False), (925, True), (950, True), (975, True), (976, False)]
)
def test_two_and_a_half_points_are_within(hits: int, holds: bool) -> None:
    assert Tally(made=1_000, hits=hits).holds is holds
