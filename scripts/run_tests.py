"""Run the test suite on SQLite, then on PostgreSQL and Redis; arguments go to pytest.

What this machine lacks is named at the end of the run. With CI=true nothing may be lacking.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from with_services import missing_services, running_services

PYTEST = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "worksteal"]
IN_CI = os.environ.get("CI") == "true"
if IN_CI:  # one order for all, which can be had again; elsewhere each run has its own
    PYTEST += ["--randomly-seed=1"]
NO_TESTS_SELECTED = 5
# Two workers on two cores: threads of a linear system would spin while they wait for one another,
# which took five times as long as one thread.
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def pytest(name: str, environment: dict[str, str], *, gaps: list[str]) -> None:
    """One leg in a home of its own; ends this script when a test fails."""
    print(f"\n== tests on {name}", flush=True)
    home = tempfile.mkdtemp(prefix="touchstone-")
    environment = (
        environment
        | ONE_THREAD
        | {"TOUCHSTONE_HOME": home, "TOUCHSTONE_TEST_GAPS": "\n".join(gaps)}
    )
    try:
        code = subprocess.run([*PYTEST, *sys.argv[1:]], env=environment).returncode
    finally:
        shutil.rmtree(home, ignore_errors=True)
    if code not in (0, NO_TESTS_SELECTED):
        sys.exit(code)


def main() -> None:
    gaps = missing_services()
    if gaps and IN_CI:
        sys.exit("With CI=true both databases are tested. " + " ".join(gaps))
    plain = {
        key: value
        for key, value in os.environ.items()
        if key not in ("DATABASE_URL", "CELERY_BROKER_URL")
    }
    pytest("SQLite, with the queue in files", plain, gaps=gaps)
    if not gaps:
        with running_services() as found:
            pytest("PostgreSQL and Redis", plain | found, gaps=[])


if __name__ == "__main__":
    main()
