import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import Project, User
from conversations import services
from conversations.models import ImportRun
from jobs.testing import run_pending_jobs
from tests.factories import NOON


def record(number: int, **fields: Any) -> dict[str, Any]:
    return {
        "id": f"c{number}",
        "messages": [
            {"role": "user", "content": f"Where is parcel {number}?"},
            {"role": "assistant", "content": "On its way."},
        ],
        **fields,
    }


def lines(*records: Any) -> bytes:
    return b"".join(json.dumps(one, ensure_ascii=False).encode() + b"\n" for one in records)


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Path) -> Path:
    """A place of each test's own for uploads."""
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    return tmp_path


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """A file to import: ``write("a.jsonl", lines(record(1)))``."""

    def write_file(name: str, content: bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return write_file


@pytest.fixture
def begin(alice: User, project: Project, write: Any) -> Callable[..., ImportRun]:
    """Upload and check a file of these bytes."""

    def begin_and_check(content: bytes, name: str = "a.jsonl", **options: Any) -> ImportRun:
        run = services.begin_import(
            actor=alice,
            project=project,
            path=write("upload", content),
            file_name=name,
            now=NOON,
            **options,
        )
        run_pending_jobs()
        run.refresh_from_db()
        return run

    return begin_and_check


@pytest.fixture
def bring(alice: User, begin: Any) -> Callable[..., ImportRun]:
    """Upload, check, confirm and import."""

    def begin_and_confirm(content: bytes, name: str = "a.jsonl", **options: Any) -> ImportRun:
        run = begin(content, name, **options)
        services.confirm_import(actor=alice, run=run, now=NOON)
        run_pending_jobs()
        run.refresh_from_db()
        return run

    return begin_and_confirm


@pytest.fixture
def upload(project: Project) -> Callable[..., Any]:
    """Send a file through the page."""

    def send(client: Client, content: bytes, name: str = "a.jsonl", **fields: Any) -> Any:
        url = reverse("conversations:import_upload", args=[project.uid])
        return client.post(url, {"file": SimpleUploadedFile(name, content), **fields})

    return send
