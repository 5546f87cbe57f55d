"""Readers of environment variables: a bad value names itself and what to write instead."""

import os
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env


def test_a_flag_that_is_no_flag_is_refused_by_name(monkeypatch):
    monkeypatch.setenv("TOUCHSTONE_DEBUG", "perhaps")
    with pytest.raises(ImproperlyConfigured, match="TOUCHSTONE_DEBUG is 'perhaps'"):
        env.flag("TOUCHSTONE_DEBUG")


def test_a_number_that_is_no_number_is_refused_by_name(monkeypatch):
    monkeypatch.setenv("TOUCHSTONE_PORT", "eight")
    with pytest.raises(ImproperlyConfigured, match="TOUCHSTONE_PORT is 'eight'"):
        env.number("TOUCHSTONE_PORT", 8000)


def test_a_secret_may_stand_in_a_file(monkeypatch, tmp_path):
    (tmp_path / "key").write_text("from the file\n")
    monkeypatch.setenv("TOUCHSTONE_SECRET_KEY_FILE", str(tmp_path / "key"))
    assert env.secret("TOUCHSTONE_SECRET_KEY") == "from the file"


def load_settings(home, **environment):
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-c", "from django.conf import settings; print(settings.SECRET_KEY)"],
        env=kept
        | {"DJANGO_SETTINGS_MODULE": "config.settings", "TOUCHSTONE_HOME": str(home)}
        | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_production_does_not_start_without_a_secret_key(tmp_path):
    started = load_settings(tmp_path, DATABASE_URL="postgres://touchstone@localhost/touchstone")
    assert started.returncode != 0
    assert "TOUCHSTONE_SECRET_KEY is not set" in started.stderr


def test_an_unknown_database_is_refused_by_its_scheme(tmp_path):
    started = load_settings(tmp_path, DATABASE_URL="mysql://localhost/touchstone")
    assert "DATABASE_URL begins with 'mysql'" in started.stderr


def test_the_embedded_start_keeps_the_key_it_made(tmp_path):
    first, second = load_settings(tmp_path), load_settings(tmp_path)
    assert first.stdout.strip()
    assert first.stdout == second.stdout
