"""From nothing to the first page, and what the product costs while it idles."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator

from bench.figures import Figure, Goal, exactly
from bench.places import throw_away
from bench.processes import pss_mb, tree
from bench.servers import ROOT, serving

HEAVY = ("duckdb", "numpy", "pandas", "scipy", "plotly")
LOADED = "import sys; import config.wsgi; print(*sorted(set(sys.argv[1:]) & set(sys.modules)))"


def run(size: int, runs: int) -> Iterator[Figure]:
    """`size` is how many seconds a fresh server may idle before its memory is read."""
    seconds, idle = [], []
    for number in range(runs):
        with throw_away(os.environ["DATABASE_URL"]) as fresh, serving(fresh) as server:
            seconds.append(server.seconds_to_first_page)
            if not number:
                time.sleep(size)
                idle.append(pss_mb([server.pid]))
                processes = len(tree([server.pid]))
    yield Figure(
        "First start to first page, migrations and static files included",
        seconds,
        "s",
        goal=Goal(at_most=10),
        beside="peers: Label Studio 64, potato 3.4 s",
    )
    yield exactly(
        f"Memory of web, worker and clock, {size} s after the start",
        idle[0],
        "MB",
        goal=Goal(at_most=350),
        beside=f"{processes} processes; peers: Label Studio 255 (web alone), doccano 760 MB",
    )
    loaded = subprocess.run(
        [sys.executable, "-c", LOADED, *HEAVY], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    yield exactly(
        f"Of {', '.join(HEAVY)} imported by config.wsgi",
        len(loaded),
        "packages",
        goal=Goal(at_most=0),
        beside=" ".join(loaded),
    )
