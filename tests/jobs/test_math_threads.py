"""Linear algebra in a worker: one thread a process, unless somebody says otherwise."""

import json
import os
import subprocess
import sys

import pytest

from config.env import MATH_THREADS

AS_A_WORKER = """
import json, os, sys
from config import celery_app
celery_app.loader.import_default_modules()
early = "numpy" in sys.modules
import scipy.linalg
from threadpoolctl import threadpool_info
used = {one["num_threads"] for one in threadpool_info() if one["user_api"] == "blas"}
print(json.dumps([early, sorted(used), os.environ["OPENBLAS_NUM_THREADS"]]))
"""


def worker_with(tmp_path, **environment):
    """What a process that begins as a Celery worker does finds once it has loaded its numbers."""
    plain = {name: value for name, value in os.environ.items() if name not in MATH_THREADS}
    plain |= {"TOUCHSTONE_HOME": str(tmp_path), "DATABASE_URL": "", **environment}
    return subprocess.run(
        [sys.executable, "-c", AS_A_WORKER], env=plain, capture_output=True, text=True, check=False
    )


def test_a_worker_computes_with_one_thread(tmp_path):
    early, used, _told = json.loads(worker_with(tmp_path).stdout)
    assert not early, "numpy was loaded before it could be told"
    assert used == [1]


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({"TOUCHSTONE_MATH_THREADS": "2"}, "2"),
        ({"TOUCHSTONE_MATH_THREADS": "4", "OPENBLAS_NUM_THREADS": "2"}, "2"),
    ],
)
def test_who_runs_it_may_say_how_many(tmp_path, environment, told):
    _early, used, found = json.loads(worker_with(tmp_path, **environment).stdout)
    assert found == told
    assert used == [min(int(told), len(os.sched_getaffinity(0)))]


def test_no_thread_at_all_is_refused_with_the_name_of_the_setting(tmp_path):
    done = worker_with(tmp_path, TOUCHSTONE_MATH_THREADS="0")
    assert done.returncode != 0
    assert "TOUCHSTONE_MATH_THREADS is '0'" in done.stderr
