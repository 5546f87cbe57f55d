"""Alpha with its interval, from the rows of the database, beside the bare `GROUP BY` and the peers.

The peers get what they ask for ready made: arrays in memory, a matrix or value counts. Ours starts
at the table every time.
"""

import os
from collections.abc import Callable, Iterator
from itertools import combinations
from math import comb
from statistics import median
from typing import Any
from warnings import catch_warnings

import numpy as np
from django.db import connection
from django.utils import timezone

from accounts.models import User
from analytics.counts import counted
from analytics.reports.headline import headline_of
from analytics.reports.snapshots import take_snapshot
from analytics.stats.coefficients.kappa import pairwise_kappas
from analytics.stats.coefficients.rater_pairs import rater_pairs
from analytics.stats.criteria.counted import estimate_counted
from analytics.stats.criteria.estimate import estimate_numeric_agreement
from analytics.stats.profiles import Profiles, count_matrix
from annotation.models import Study
from annotation.models.ratings import HUMAN
from bench.figures import Figure, Goal
from bench.peers import not_installed, peer, same_answer, timed, times_faster
from bench.processes import peak_mb_of
from bench.rated import POINTS, made_up, store
from bench.scene import SCORE_AND_COMMENT, add_raters, make_scene, make_study, signed_in
from bench.servers import gunicorn
from bench.wire import UnexpectedAnswerError

BARE = """
    SELECT packed, COUNT(*)
    FROM (SELECT SUM({one} << 12 * value) AS packed FROM annotation_score
          WHERE criterion_id = %s AND "current" AND layer = 'blind'
            AND kind IN ('person', 'respondent')
          GROUP BY item_id, turn, passage) AS unit
    GROUP BY packed"""
REPLICATES, MANY = 1_000, 10_000
PEER_REPLICATES = 2
SLIDER = 101
OPENED = 20


def run(size: int, runs: int) -> Iterator[Figure]:
    rows = made_up(size)
    scene = make_scene()
    study = make_study(scene, items=rows["n_units"], data=SCORE_AND_COMMENT, slug="agreement")
    store(study, add_raters(study, rows["n_raters"], "pool"), rows)
    yield from from_the_database(study, runs)
    yield from beside_krippendorff(study, rows, runs)
    yield from growth(size, runs)
    yield from kappas(rows, runs)
    yield from long_scales(size, runs)
    yield from whole_report(study, scene.manager)


def measured(work: Callable[[], Any], runs: int) -> list[float]:
    return [timed(work)[0] for _run in range(runs)]


def from_the_database(study: Study, runs: int) -> Iterator[Figure]:
    [criterion] = study.rubric_version.criteria.all()
    one = "1::bigint" if connection.vendor == "postgresql" else "1"

    def bare() -> None:
        with connection.cursor() as cursor:
            cursor.execute(BARE.format(one=one), [criterion.pk])
            cursor.fetchall()

    def ours(replicates: int) -> Callable[[], Any]:
        return lambda: headline_of(
            study, criterion, only=["krippendorff_alpha"], replicates=replicates, seed=1
        )

    ours(1)()  # counts the groups and loads numpy, once for a set of items
    below, with_interval, with_many = [], [], []
    for _run in range(runs):
        below.append(timed(bare)[0])
        with_interval.append(timed(ours(REPLICATES))[0])
        with_many.append(timed(ours(MANY))[0])
    yield Figure("Bare GROUP BY", below, "s")
    yield Figure("Alpha with 1,000 replicates, from the database", with_interval, "s")
    yield Figure(
        "… against the bare GROUP BY",
        [above / bare for above, bare in zip(with_interval, below, strict=True)],
        "times",
        goal=Goal(at_most=1.3),
    )
    yield Figure(
        "10,000 replicates against 1,000",
        [many / few for many, few in zip(with_many, with_interval, strict=True)],
        "times",
        goal=Goal(at_most=1.3),
    )
    yield Figure(
        "Memory above idle",
        [peak_mb_of(ours(REPLICATES))],
        "MB",
        goal=Goal(at_most=100),
    )


def beside_krippendorff(study: Study, rows: dict[str, Any], runs: int) -> Iterator[Figure]:
    """One call of theirs a replicate, as one would bootstrap it; few are timed and multiplied."""
    [criterion] = study.rubric_version.criteria.all()
    seconds = measured(
        lambda: headline_of(
            study, criterion, only=["krippendorff_alpha"], replicates=REPLICATES, seed=1
        ),
        runs,
    )
    library = peer("krippendorff")
    if library is None:
        yield Figure("Alpha with 1,000 replicates", seconds, "s",
                     beside=not_installed("krippendorff"))  # fmt: skip
        return
    n_units = rows["n_units"]
    matrix = np.full((rows["n_raters"], n_units), np.nan)
    matrix[rows["rater"], rows["unit"]] = rows["value"]
    counts = count_matrix(rows["unit"], rows["value"], n_units=n_units, n_values=POINTS)
    rng = np.random.default_rng(1)

    def bootstrapped(give: Callable[[Any], float]) -> float:
        took, _found = timed(
            lambda: [give(rng.integers(0, n_units, n_units)) for _n in range(PEER_REPLICATES)]
        )
        return took / PEER_REPLICATES * REPLICATES

    how = f"multiplied from {PEER_REPLICATES} replicates"
    domain = list(range(POINTS))
    yield times_faster(
        "Alpha against krippendorff on its matrix of ratings",
        bootstrapped(
            lambda drawn: library.alpha(
                reliability_data=matrix[:, drawn], level_of_measurement="ordinal",
                value_domain=domain,
            )
        ),
        seconds, goal=1_000, how=how,
    )  # fmt: skip
    yield times_faster(
        "Alpha against krippendorff on value counts",
        bootstrapped(
            lambda drawn: library.alpha(
                value_counts=counts[drawn], level_of_measurement="ordinal", value_domain=domain
            )
        ),
        seconds, goal=300, how=how,
    )  # fmt: skip
    theirs = library.alpha(value_counts=counts, level_of_measurement="ordinal", value_domain=domain)
    found = counted(criterion, study, HUMAN)
    assert found is not None  # noqa: S101  # a short scale
    ours = estimate_counted(
        found.profiles, level="ordinal", values=domain, only=["krippendorff_alpha"], replicates=1
    )
    yield same_answer("Alpha", abs(theirs - float(ours["krippendorff_alpha"].value or 0)))


def growth(largest: int, runs: int) -> Iterator[Figure]:
    """From arrays in memory: how the time grows with the rows, replicates and all."""
    sizes = [largest // 100, largest // 10, largest]
    taken = []
    for size in sizes:
        rows = made_up(size)

        def work(rows: dict[str, Any] = rows) -> None:
            counts = count_matrix(
                rows["unit"], rows["value"], n_units=rows["n_units"], n_values=POINTS
            )
            estimate_counted(
                Profiles.from_counts(counts), level="ordinal", values=range(POINTS),
                only=["krippendorff_alpha"], replicates=REPLICATES,
            )  # fmt: skip

        taken.append(median(measured(work, runs)))
    slope = np.polyfit(np.log(sizes[1:]), np.log(taken[1:]), 1)[0]
    words = ", ".join(f"{size:,}: {took:.3f} s" for size, took in zip(sizes, taken, strict=True))
    yield Figure("Growth with the rows, exponent", [float(slope)], "", goal=Goal(at_most=1.1),
                 beside=words)  # fmt: skip


def kappas(rows: dict[str, Any], runs: int) -> Iterator[Figure]:
    def ours() -> Any:
        pairs = rater_pairs(rows["unit"], rows["rater"], rows["value"], n_values=POINTS)
        return pairwise_kappas(pairs)

    seconds = measured(ours, runs)
    library = peer("sklearn.metrics")
    name = f"All {comb(rows['n_raters'], 2):,} Cohen kappas"
    yield Figure(
        name, seconds, "s", beside=not_installed("scikit-learn") if library is None else ""
    )
    if library is not None:
        theirs, found = timed(lambda: by_pandas(library, rows))
        yield times_faster(f"{name} against pandas and scikit-learn", theirs, seconds, goal=15,
                           how="one run")  # fmt: skip
        ours_found = np.asarray(ours())  # of the pairs that met, in the same order
        yield same_answer(name, float(np.nanmax(np.abs(ours_found - found))))


def by_pandas(library: Any, rows: dict[str, Any]) -> Any:
    import pandas as pd

    table = pd.DataFrame({key: rows[key] for key in ("unit", "rater", "value")}).pivot(
        index="unit", columns="rater", values="value"
    )
    found = []
    for first, second in combinations(range(rows["n_raters"]), 2):
        both = table[[first, second]].dropna()
        if len(both):
            with catch_warnings(action="ignore"):  # of pairs that gave one point only
                found.append(library.cohen_kappa_score(both[first], both[second]))
    return np.array(found)


def long_scales(size: int, runs: int) -> Iterator[Figure]:
    """Sliders of 101 points, where hardly two units are alike."""
    rows = made_up(size, points=SLIDER)
    seconds = measured(
        lambda: estimate_numeric_agreement(
            unit=rows["unit"], number=rows["value"].astype(float),
            group=np.arange(rows["n_units"]), replicates=REPLICATES,
        ),
        runs,
    )  # fmt: skip
    yield Figure(
        f"Alpha of {len(rows['unit']):,} slider ratings, 1,000 replicates",
        seconds, "s", goal=Goal(at_most=3),
    )  # fmt: skip


def whole_report(study: Study, manager: User) -> Iterator[Figure]:
    seconds, _snapshot = timed(lambda: take_snapshot(study, now=timezone.now()))
    yield Figure(
        "The whole report, in the background", [seconds], "s",
        beside="2,000 resamples; kept until ratings come in",
    )  # fmt: skip
    with gunicorn("config.wsgi", os.environ, "/accounts/login/") as server:
        wire = signed_in(manager, server.port)
        path = f"/studies/{study.uid}/agreement/"
        wire.get(path)
        times = [timed(lambda: wire.get(path)) for _time in range(OPENED)]
    if any(answer.status != 200 for _seconds, answer in times):
        raise UnexpectedAnswerError("The report's page did not open.")
    yield Figure(
        "The report's page, opened again", [took * 1000 for took, _answer in times], "ms",
        goal=Goal(at_most=100),
    )  # fmt: skip
