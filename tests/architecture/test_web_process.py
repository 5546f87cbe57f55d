"""The web process stays light: packages for numbers are imported where they are used."""

import subprocess
import sys

HEAVY = ("duckdb", "numpy", "pandas", "scipy", "plotly")

PROBE = """
import sys
import django
from config.wsgi import application
from django.test import Client
from django.urls import reverse
assert Client().get(reverse("account_login")).status_code == 200
print(" ".join(name for name in sys.argv[1:] if name in sys.modules))
"""


def test_the_sign_in_page_is_served_without_any_package_for_numbers():
    probe = subprocess.run(
        [sys.executable, "-c", PROBE, *HEAVY], capture_output=True, text=True, check=False
    )
    assert probe.returncode == 0, probe.stderr
    assert probe.stdout.split() == []
