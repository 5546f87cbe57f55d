"""How often limits of end users' scores hold the truth: nominal 95 %, within 2.5 points.

`make coverage-study` writes the larger table; here each row is simulated in a moment.
"""

import re
from pathlib import Path

import pytest

from studies.end_users import (
    RECOMMENDED,
    false_alarms,
    level,
    of_frequent,
    recommendation,
    top_box,
    usability,
)
from studies.end_users_page import RUNS, SEED, page

RUNS_HERE, NEAR = 2_000, 0.025
COMMITTED = Path(__file__).resolve().parents[3] / "docs/explanation/coverage-of-end-users.md"


@pytest.mark.parametrize("n", [20, 100, 1000])
@pytest.mark.parametrize("people", RECOMMENDED)
def test_recommendations_cover(people: str, n: int) -> None:
    (held,) = recommendation(people, n, RUNS_HERE, SEED).held.values()
    assert abs(held - 0.95) <= NEAR


@pytest.mark.parametrize("n", [5, 12, 100])
def test_usability_covers_by_t_from_five_people_on(n: int) -> None:
    assert abs(usability(n, RUNS_HERE, SEED, bca=False).held["t"] - 0.95) <= NEAR


def test_the_bootstrap_of_five_people_is_too_narrow() -> None:
    assert usability(5, 500, SEED, bca=True).held["BCa"] < 0.95 - NEAR


@pytest.mark.parametrize(("p", "n"), [(0.5, 50), (0.8, 50), (0.8, 1000), (0.95, 200)])
def test_shares_cover_by_wilson(p: float, n: int) -> None:
    assert abs(top_box(p, n, RUNS_HERE, SEED).held["Wilson"] - 0.95) <= NEAR


def test_shares_of_people_who_answer_often_cover_only_by_person() -> None:
    held = of_frequent(150, 600, SEED).held
    assert held["Wilson"] < 0.7
    assert abs(held["by person"] - 0.95) <= NEAR


@pytest.mark.parametrize("truth", [0.7, 0.9])
def test_the_level_of_quality_covers_however_thumbs_mislead(truth: float) -> None:
    (held,) = level(truth, 100, 300, SEED).held.values()
    assert held >= 0.95 - NEAR


def test_a_variant_is_told_from_itself_only_by_rules_that_ignore_people_or_looks() -> None:
    found = false_alarms(300, SEED)
    assert found["z test of every answer, once"] > 0.3
    assert found["clustered difference, once"] < 0.09
    assert found["clustered difference, daily"] > 0.09
    assert found["clustered sequence, daily"] <= 0.05


def test_the_committed_page_is_of_this_plan() -> None:
    committed = COMMITTED.read_text(encoding="utf-8")
    assert f"{RUNS:,} samples a row" in committed
    assert f"seed {SEED}" in committed
    assert shape(committed) == shape(page(8))


def shape(text: str) -> list[str]:
    """The page without the numbers that chance makes."""
    rows = [line for line in text.splitlines() if line.startswith("|")]
    return [re.sub(r"\*{0,2}[0-9]+\.[0-9]\*{0,2}", "#", line) for line in rows]
