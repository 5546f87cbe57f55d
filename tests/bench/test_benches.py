"""Every bench runs at a tiny size, in a place of its own, and leaves nothing behind."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from bench.benches import BENCHES, figures_of
from bench.page import chromium

TINY = {
    "import": 60,
    "rating": 200,
    "page": 10,
    "start": 1,
    "export": 60,
    "agreement": 2_000,
    "agreement-file": 200_000,
    "preferences": 4_000,
    "feedback": 500,
    "compare": 5_000,
    "truth": 300,
    "gold": 60,
}


@pytest.fixture
def place(monkeypatch) -> Iterator[Path]:
    """With a short path: Chromium makes a socket in it, and those allow some hundred characters."""
    with tempfile.TemporaryDirectory(prefix="b-") as folder:
        monkeypatch.setenv("TMPDIR", folder)
        monkeypatch.setattr(tempfile, "tempdir", None)
        yield Path(folder)


@pytest.mark.parametrize("name", sorted(set(BENCHES) - {"page", "install"}))
def test_a_bench_gives_figures_and_leaves_nothing(name, place):
    figures = list(figures_of(name, database_url=database(), size=TINY[name], runs=1))
    assert figures
    assert all(figure["runs"] for figure in figures)
    assert [path for path in place.iterdir() if path.name.startswith("touchstone-bench")] == []


@pytest.mark.browser
@pytest.mark.skipif(
    chromium() is None,
    reason="no Chromium: install chromium",
)
def test_the_bench_of_the_page_counts_what_a_browser_loads(place):
    figures = {
        figure["name"]: figure
        for figure in figures_of("page", database_url=database(), size=TINY["page"], runs=1)
    }
    assert figures["Script and style of the rater page, gzip"]["value"] > 1
    assert figures["Files of plotly on the rater page"]["passed"]


def test_a_bench_that_is_not_there_is_named():
    with pytest.raises(CommandError, match=r"There is no bench 'speed'\. The benches are: import,"):
        call_command("bench", "speed")


def database() -> str:
    return os.environ.get("DATABASE_URL", "")
