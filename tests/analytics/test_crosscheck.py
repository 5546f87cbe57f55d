"""The package that computes alpha a second time stands in one place and may be absent."""

import sys
from pathlib import Path

import numpy as np
import pytest

from analytics.reports.crosscheck import crosscheck_alpha

ROOT = Path(__file__).resolve().parents[2]
COUNTS = np.array([[2, 0], [1, 1], [0, 3]])


def test_it_is_imported_in_one_place() -> None:
    apps = (
        "accounts",
        "analytics",
        "annotation",
        "conversations",
        "core",
        "gold",
        "jobs",
        "config",
    )
    naming = [
        path
        for app in apps
        for path in (ROOT / app).rglob("*.py")
        if "import krippendorff" in path.read_text(encoding="utf-8")
    ]
    assert naming == [ROOT / "analytics" / "reports" / "crosscheck.py"]


def test_without_it_reports_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "krippendorff", None)
    assert crosscheck_alpha(COUNTS, "nominal", [0.0, 1.0], 0.5) is None


def test_the_difference_is_told() -> None:
    pytest.importorskip("krippendorff")
    check = crosscheck_alpha(COUNTS, "nominal", [0.0, 1.0], 0.0)
    assert check is not None
    assert check.difference == pytest.approx(0.6, abs=0.2)
