import os
from collections.abc import Callable
from pathlib import Path

import pytest

MakeFile = Callable[..., Path]


@pytest.fixture
def make_file(tmp_path: Path) -> MakeFile:
    def make(content: bytes | str, name: str = "data.jsonl") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return make


@pytest.fixture(scope="session")
def shared_data() -> Path:
    root = Path(__file__).resolve().parents[3]
    path = Path(os.environ.get("TOUCHSTONE_SHARED_DATA", root.parent / "shared" / "data"))
    if not path.is_dir():
        pytest.skip(f"no published data sets at TOUCHSTONE_SHARED_DATA ({path})")
    return path
