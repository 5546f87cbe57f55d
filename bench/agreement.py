"""The agreement report of a large study, from the rows to the finished figures."""

import time
from collections.abc import Iterator

from analytics.reports.agreement import agreement_of
from bench.figures import Figure
from bench.scene import SCORE_AND_COMMENT, fill, make_scene, make_study

RATERS = 5


def run(size: int, runs: int) -> Iterator[Figure]:
    """Each item is a group of its own: nothing is harder to resample."""
    items = max(1, size // RATERS)
    study = make_study(make_scene(), items=items, data=SCORE_AND_COMMENT, slug="agreement")
    fill(study, RATERS)
    seconds = []
    for _run in range(runs):
        start = time.perf_counter()
        agreement_of(study)
        seconds.append(time.perf_counter() - start)
    yield Figure(
        f"Agreement report of {items * RATERS:,} scores, 2,000 resamples",
        seconds,
        "s",
        beside="no peer computes an interval",
    )
