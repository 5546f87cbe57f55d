from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.keys import make_api_key
from accounts.models import Project, Role


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Any) -> None:
    """A place of each test's own for uploads."""
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path


@pytest.fixture
def program(project: Project) -> Callable[..., Client]:
    """A client with a key to the project: ``program(Role.VIEWER)``."""

    def with_key(role: Role = Role.MANAGER, to: Project = project, **options: Any) -> Client:
        _key, secret = make_api_key(
            actor=None, project=to, name="nightly import", role=role, now=timezone.now()
        )
        return Client(headers={"authorization": f"Bearer {secret}"}, **options)

    return with_key
