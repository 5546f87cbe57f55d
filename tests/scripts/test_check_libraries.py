"""Where the libraries cannot stand, a desk is told so and CI stops."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "check_libraries.py"


@pytest.mark.parametrize(
    ("ci", "code", "said"),
    [
        ("", 0, "Not tested here: "),
        ("true", 1, "With CI=true every export is read by its library."),
    ],
)
def test_without_a_python_that_has_torch(tmp_path, ci, code, said):
    environment = os.environ | {"CI": ci, "LIBRARIES_PYTHON": str(tmp_path / "python3")}
    found = subprocess.run(
        [sys.executable, SCRIPT], env=environment, capture_output=True, text=True, timeout=60
    )
    assert found.returncode == code
    assert said in found.stdout + found.stderr
    assert "python3-torch" in found.stdout + found.stderr
