"""A whole release is the same bytes on both databases, on another day and after a restart."""

import hashlib
import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
from django.db import connection
from django.utils import timezone

from gold.exports import FORMATS, Tally, release_named, source_of
from gold.models import GoldDataset
from tests.gold.fixed_release import NOON, two_releases

ROOT = Path(__file__).parents[2]
HASHES = json.loads(Path(__file__).with_name("fixed_release.json").read_text())
"""By format. Both legs hold against the one file: equal to it is equal to each other.

A format that is changed on purpose brings new ones, and so does a new DuckDB for those that hold
Parquet; the failing test prints them.
"""

pytestmark = pytest.mark.django_db


@pytest.fixture
def release():
    return two_releases()


def hash_of(pieces):
    found = hashlib.sha256()
    for piece in pieces:
        found.update(piece)
    return found.hexdigest()


def exported():
    """Every format of the newest release, read from the database anew."""
    release = release_named(GoldDataset.objects.get(), None)
    return {key: hash_of(form.write(source_of(release), Tally())) for key, form in FORMATS.items()}


def test_every_format_is_the_same_bytes_on_both_databases_and_on_another_day(release):
    assert exported() == HASHES, json.dumps(exported(), indent=2)
    with patch.object(timezone, "now", lambda: NOON + timedelta(days=400)):
        assert exported() == HASHES


IN_ANOTHER_PROCESS = """
import json, django
django.setup()
from tests.gold.test_rebuilt import exported
print(json.dumps(exported()))
"""


@pytest.mark.embedded
def test_every_format_is_the_same_bytes_after_a_restart(release, tmp_path):
    """Another process reads the database as it lies on the disk."""
    (tmp_path / "touchstone.sqlite3").write_bytes(connection.connection.serialize())
    told = subprocess.run(
        [sys.executable, "-c", IN_ANOTHER_PROCESS],
        cwd=ROOT,
        env={**os.environ, "TOUCHSTONE_HOME": str(tmp_path), "DATABASE_URL": ""},
        check=True,
        capture_output=True,
        text=True,
    )
    assert json.loads(told.stdout) == HASHES
